//! The filters: `key:value`.

use super::value::{self, AREA_UNITS, Range, VOLUME_UNITS};

/// The keys of all filters, as typed before the colon.
pub const KEYS: [&str; 16] = [
    "age",
    "area",
    "case",
    "closed",
    "dataset",
    "faces",
    "label",
    "laterality",
    "licence",
    "region",
    "sex",
    "structure",
    "subject",
    "system",
    "touches_border",
    "volume",
];

/// Other spellings of keys.
const ALIASES: [(&str, &str); 3] = [("side", "laterality"), ("license", "licence"), ("border", "touches_border")];

/// A filter with its values; one of them must match.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    Text { field: TextField, values: Vec<String> },
    Number { field: NumberField, ranges: Vec<Range> },
    Closed(bool),
    TouchesBorder(bool),
    Licence(Vec<LicenceTest>),
}

/// A property with a text value, compared as a whole, without regard to case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextField {
    Dataset,
    Case,
    Subject,
    Structure,
    Label,
    System,
    Region,
    Laterality,
    Sex,
}

/// A property with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberField {
    /// Years.
    Age,
    /// mm³.
    Volume,
    /// mm².
    Area,
    /// Of the full mesh.
    Faces,
}

/// A question about a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LicenceTest {
    /// Whether commercial use is allowed (or forbidden).
    Commercial(bool),
    /// Whether changed versions may be passed on.
    Derivatives(bool),
    /// No SPDX identifier is known.
    Unknown,
    /// The SPDX identifier, with or without its version.
    Spdx(String),
}

/// Builds the filter of a key. The error is the value that is wrong and what the key takes.
pub(super) fn build(key: &'static str, values: &[String]) -> Result<Filter, (String, &'static str)> {
    let text = |field| Ok(Filter::Text { field, values: values.to_vec() });
    let number = |field, units, expected| {
        let parse = |v: &String| value::range(v, units).ok_or((v.clone(), expected));
        Ok(Filter::Number { field, ranges: values.iter().map(parse).collect::<Result<_, _>>()? })
    };
    match key {
        "dataset" => text(TextField::Dataset),
        "case" => text(TextField::Case),
        "subject" => text(TextField::Subject),
        "structure" => text(TextField::Structure),
        "label" => text(TextField::Label),
        "system" => text(TextField::System),
        "region" => text(TextField::Region),
        "laterality" => choice(TextField::Laterality, values, &SIDES, "left, right, midline or unspecified"),
        "sex" => choice(TextField::Sex, values, &SEXES, "F or M"),
        "age" => {
            number(NumberField::Age, &[("", 1.0), ("y", 1.0)], "years: 62, 40..60, >40, >=40, <5").map(whole_years)
        }
        "volume" => number(NumberField::Volume, &VOLUME_UNITS, "a volume: >100ml, 10..50ml (mm3, cm3, ml, l)"),
        "area" => number(NumberField::Area, &AREA_UNITS, "an area: >10cm2, 500..900 (mm2, cm2)"),
        "faces" => number(NumberField::Faces, &[("", 1.0)], "a number of triangles: >1000, 500..900"),
        "closed" => yes_or_no(values).map(Filter::Closed),
        "touches_border" => yes_or_no(values).map(Filter::TouchesBorder),
        _ => Ok(Filter::Licence(values.iter().map(|v| licence(v)).collect())),
    }
}

/// The key that was typed, resolved through its other spellings.
pub(super) fn key(typed: &str) -> Option<&'static str> {
    let typed = typed.to_lowercase();
    let typed = ALIASES.iter().find(|(alias, _)| *alias == typed).map_or(typed.as_str(), |(_, key)| key);
    KEYS.into_iter().find(|k| *k == typed)
}

/// The key that a misspelt one may stand for.
pub(super) fn nearest_key(typed: &str) -> Option<&'static str> {
    let typed = typed.to_lowercase();
    let all = KEYS.into_iter().chain(ALIASES.iter().map(|(alias, _)| *alias));
    all.map(|k| (distance(&typed, k), k)).filter(|(d, k)| *d <= 1 + k.len() / 4).min().map(|(_, k)| k)
}

const SIDES: [(&str, &str); 8] = [
    ("left", "left"),
    ("l", "left"),
    ("right", "right"),
    ("r", "right"),
    ("midline", "midline"),
    ("middle", "midline"),
    ("unspecified", "unspecified"),
    ("unknown", "unspecified"),
];
const SEXES: [(&str, &str); 4] = [("f", "F"), ("female", "F"), ("m", "M"), ("male", "M")];

fn choice(
    field: TextField,
    values: &[String],
    choices: &[(&str, &str)],
    expected: &'static str,
) -> Result<Filter, (String, &'static str)> {
    let pick = |v: &String| {
        let found = choices.iter().find(|(typed, _)| v.eq_ignore_ascii_case(typed));
        found.map(|(_, meant)| (*meant).to_owned()).ok_or((v.clone(), expected))
    };
    Ok(Filter::Text { field, values: values.iter().map(pick).collect::<Result<_, _>>()? })
}

fn yes_or_no(values: &[String]) -> Result<bool, (String, &'static str)> {
    match values {
        [v] if ["yes", "true", "1"].iter().any(|y| v.eq_ignore_ascii_case(y)) => Ok(true),
        [v] if ["no", "false", "0"].iter().any(|n| v.eq_ignore_ascii_case(n)) => Ok(false),
        _ => Err((values.join(","), "yes or no")),
    }
}

fn licence(value: &str) -> LicenceTest {
    match value.to_lowercase().as_str() {
        "commercial" => LicenceTest::Commercial(true),
        "noncommercial" | "non-commercial" => LicenceTest::Commercial(false),
        "derivatives" => LicenceTest::Derivatives(true),
        "noderivatives" | "no-derivatives" => LicenceTest::Derivatives(false),
        "unknown" => LicenceTest::Unknown,
        _ => LicenceTest::Spdx(value.to_owned()),
    }
}

/// A single age means the whole year: `age:62` finds 62.5 too.
fn whole_years(filter: Filter) -> Filter {
    let Filter::Number { field, ranges } = filter else { return filter };
    let widen = |r: Range| if r.is_single() { Range { max: r.min + 1.0, max_open: true, ..r } } else { r };
    Filter::Number { field, ranges: ranges.into_iter().map(widen).collect() }
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_finds_its_neighbour() {
        assert_eq!(nearest_key("datset"), Some("dataset"));
        assert_eq!(nearest_key("Structur"), Some("structure"));
        assert_eq!(nearest_key("xyzzy"), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
