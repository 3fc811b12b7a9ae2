//! How well a shape's names fit the words of a query.

use crate::query::words_of;

/// The classes of fit, best first; a search gives the shapes of one class after those of the one before.
pub(super) const CLASSES: u8 = 4;

/// The names a kind of shape is ranked by.
pub(super) struct Names<'a> {
    pub(super) structure: &'a str,
    pub(super) display_name: &'a str,
    /// One a line.
    pub(super) synonyms: &'a str,
    pub(super) label: &'a str,
}

/// 0: the words hold a whole name (`liver`: the liver before its vessels). 1: a word is in the name. 2: in a synonym or
/// the label. 3: the words were found elsewhere (dataset, case, system, region). Without words everything is 0.
///
/// Plain classes, and not a statistical weight: the order can be explained, and paging stays right while an import
/// adds shapes.
pub(super) fn rank(words: &[&str], names: &Names) -> u8 {
    if words.is_empty() {
        return 0;
    }
    let whole = |name: &str| {
        let parts = words_of(name);
        !parts.is_empty() && parts.iter().all(|part| words.contains(&part.as_str()))
    };
    let touches = |name: &str| words_of(name).iter().any(|part| words.iter().any(|w| part.starts_with(w)));
    if whole(names.structure) || whole(names.display_name) || names.synonyms.lines().any(whole) {
        0
    } else if touches(names.structure) || touches(names.display_name) {
        1
    } else if touches(names.synonyms) || touches(names.label) {
        2
    } else {
        3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_come_first() {
        let names = Names {
            structure: "kidney_left",
            display_name: "left kidney",
            synonyms: "ren sinister\nleft renal organ",
            label: "KL7",
        };
        for (words, expected) in [
            (&["left", "kidney"][..], 0),
            (&["ren", "sinister"], 0),
            (&["kidney"], 1),
            (&["kid", "kits19"], 1),
            (&["renal"], 2),
            (&["kl7"], 2),
            (&["kits19"], 3),
            (&[], 0),
        ] {
            assert_eq!(rank(words, &names), expected, "{words:?}");
        }
    }
}
