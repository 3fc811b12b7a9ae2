//! Numbers, units and ranges in queries.

/// A range of numbers; an end that is not given is infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    pub(crate) min: f64,
    /// Whether `min` itself is left out.
    pub(crate) min_open: bool,
    pub(crate) max: f64,
    /// Whether `max` itself is left out.
    pub(crate) max_open: bool,
}

/// Units of volume and what they are in mm³.
pub(super) const VOLUME_UNITS: [(&str, f64); 8] =
    [("", 1.0), ("mm3", 1.0), ("mm³", 1.0), ("ml", 1e3), ("cm3", 1e3), ("cm³", 1e3), ("cc", 1e3), ("l", 1e6)];
/// Units of area and what they are in mm².
pub(super) const AREA_UNITS: [(&str, f64); 5] = [("", 1.0), ("mm2", 1.0), ("mm²", 1.0), ("cm2", 1e2), ("cm²", 1e2)];

impl Range {
    fn new(min: f64, max: f64) -> Self {
        Self { min, min_open: false, max, max_open: false }
    }

    /// Whether it was given as one number.
    pub(super) fn is_single(&self) -> bool {
        self.min.to_bits() == self.max.to_bits()
    }
}

/// Reads `5`, `5ml`, `2..5ml`, `2..`, `..5`, `<5`, `<=5`, `>5`, `>=5`. The first number of a range takes the second's
/// unit when it has none of its own.
pub(super) fn range(text: &str, units: &[(&str, f64)]) -> Option<Range> {
    let text = text.trim();
    let open = (f64::NEG_INFINITY, f64::INFINITY);
    for (sign, below, without) in [
        ("<=", true, false),
        (">=", false, false),
        ("≤", true, false),
        ("≥", false, false),
        ("<", true, true),
        (">", false, true),
    ] {
        if let Some(rest) = text.strip_prefix(sign) {
            let n = number(rest, units)?.0;
            return Some(if below {
                Range { max_open: without, ..Range::new(open.0, n) }
            } else {
                Range { min_open: without, ..Range::new(n, open.1) }
            });
        }
    }
    let Some((low, high)) = text.split_once("..") else {
        let n = number(text, units)?.0;
        return Some(Range::new(n, n));
    };
    let range = match (low.trim(), high.trim()) {
        ("", "") => return None,
        ("", high) => Range::new(open.0, number(high, units)?.0),
        (low, "") => Range::new(number(low, units)?.0, open.1),
        (low, high) => {
            let (high, factor) = number(high, units)?;
            let own_unit = low.ends_with(|c: char| !c.is_ascii_digit() && c != '.') || unit_with_digit(low, units);
            let low = number(low, units)?.0 * if own_unit { 1.0 } else { factor };
            Range::new(low, high)
        }
    };
    (range.min <= range.max).then_some(range)
}

/// The number in base units, and the factor of its unit.
fn number(text: &str, units: &[(&str, f64)]) -> Option<(f64, f64)> {
    let text = text.trim().to_lowercase();
    // The longest unit first: "mm3" ends like no other, but "ml" ends like "l".
    let mut fitting: Vec<_> = units.iter().filter(|(unit, _)| text.ends_with(unit)).collect();
    fitting.sort_by_key(|(unit, _)| std::cmp::Reverse(unit.len()));
    fitting.into_iter().find_map(|(unit, factor)| {
        let digits = text.strip_suffix(unit)?.trim_end();
        // Rust reads "inf" and "nan" as numbers.
        let plain = digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e'));
        let n: f64 = digits.parse().ok().filter(|n: &f64| plain && n.is_finite())?;
        Some((n * factor, *factor))
    })
}

fn unit_with_digit(text: &str, units: &[(&str, f64)]) -> bool {
    let text = text.to_lowercase();
    units.iter().any(|(unit, _)| !unit.is_empty() && text.ends_with(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volume(text: &str) -> Option<(f64, bool, f64, bool)> {
        range(text, &VOLUME_UNITS).map(|r| (r.min, r.min_open, r.max, r.max_open))
    }

    #[test]
    fn reads_ranges_and_units() {
        let inf = f64::INFINITY;
        for (text, expected) in [
            ("5", (5.0, false, 5.0, false)),
            (">100ml", (1e5, true, inf, false)),
            (">=1l", (1e6, false, inf, false)),
            ("<5cm3", (-inf, false, 5e3, true)),
            ("<=5mm3", (-inf, false, 5.0, false)),
            ("10..50ml", (1e4, false, 5e4, false)),
            ("10mm3..50ml", (10.0, false, 5e4, false)),
            ("1.5..", (1.5, false, inf, false)),
            ("..2 ML", (-inf, false, 2e3, false)),
            ("1e3..2e3", (1e3, false, 2e3, false)),
        ] {
            assert_eq!(volume(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_range() {
        for text in ["", "..", "big", ">", "5..1", "5kg", "nan", "inf", "<nan", "1..2..3", ">1e999", "--1"] {
            assert_eq!(volume(text), None, "{text}");
        }
    }
}
