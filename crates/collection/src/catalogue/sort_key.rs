//! Natural order of ids: `case_2` before `case_10`, whatever the case of letters.

use crate::id::ShapeId;

/// Text whose byte order is the natural order of ids. Different ids have different keys.
pub(crate) fn sort_key(id: &ShapeId) -> String {
    let id = id.to_string();
    let mut key = String::with_capacity(2 * id.len() + 8);
    let mut rest = id.as_str();
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 {
            let (number, after) = rest.split_at(digits);
            let number = number.trim_start_matches('0');
            // A longer number is a larger one; '0' keeps numbers before letters.
            key.push('0');
            // One character tells the length: an id has far fewer digits than there are characters.
            key.push(char::from_u32(0x30 + number.len() as u32).unwrap_or(char::MAX));
            key.push_str(number);
            rest = after;
        } else {
            // A slash sorts before everything, so that `a/x` and `a_b/x` do not mix.
            key.push(if first == '/' { '\u{1}' } else { first.to_ascii_lowercase() });
            rest = &rest[first.len_utf8()..];
        }
    }
    key.push('\u{1}');
    key.push_str(&id);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_as_people_do() {
        let ordered = ["a/c2/x", "a/C2/y", "a/c02/z", "a/c10/x", "a/c10_b/x", "A/d/x", "ab/c/x", "b/c/L3", "b/c/L12"];
        let mut keys: Vec<_> = ordered.iter().map(|id| (sort_key(&id.parse().unwrap()), *id)).collect();
        keys.sort();
        assert_eq!(keys.iter().map(|(_, id)| *id).collect::<Vec<_>>(), ordered);
        assert_ne!(sort_key(&"a/b/c1".parse().unwrap()), sort_key(&"a/b/c01".parse().unwrap()));
    }
}
