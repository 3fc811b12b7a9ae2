//! The vocabulary is consistent: what every other room relies on when it looks a name up.

use std::collections::{BTreeMap, BTreeSet};

use medshape_anatomy::{Laterality, all, children, get, normalise};

const SYSTEMS: [&str; 17] = [
    "body",
    "cardiovascular",
    "dental",
    "digestive",
    "endocrine",
    "instrument",
    "integumentary",
    "lymphatic",
    "muscular",
    "nervous",
    "pathology",
    "reproductive",
    "respiratory",
    "sensory",
    "skeletal",
    "urinary",
    "",
];
/// The other side has no such structure.
const ONE_SIDED: [&str; 2] = ["lung_middle_lobe_right", "atrial_appendage_left"];

#[test]
fn names_are_slugs_and_unique() {
    let mut seen = BTreeSet::new();
    for structure in all() {
        let good = structure.name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
        assert!(good && !structure.name.starts_with('_') && !structure.name.ends_with('_'), "{}", structure.name);
        assert!(seen.insert(structure.name), "{} twice", structure.name);
    }
}

#[test]
fn no_normalised_name_belongs_to_two_structures_or_stands_twice() {
    let mut owner: BTreeMap<String, &str> = BTreeMap::new();
    for structure in all() {
        for name in std::iter::once(&structure.name).chain(&structure.synonyms) {
            assert_eq!(name.trim(), *name, "blanks around a synonym of {}", structure.name);
            let normalised = normalise(name);
            assert!(!normalised.is_empty(), "{name:?} of {}", structure.name);
            if let Some(other) = owner.insert(normalised, structure.name) {
                panic!("{name} of {} is also a name of {other}", structure.name);
            }
        }
    }
}

#[test]
fn codes_are_well_formed() {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|character| character.is_ascii_digit());
    for structure in all() {
        let name = structure.name;
        assert!(structure.fma.is_none_or(|code| code.strip_prefix("FMA:").is_some_and(digits)), "FMA of {name}");
        assert!(
            structure.uberon.is_none_or(|code| {
                code.strip_prefix("UBERON:").is_some_and(|number| number.len() == 7 && digits(number))
            }),
            "UBERON of {name}"
        );
        assert!(structure.snomed.is_none_or(|code| digits(code) && code.len() >= 6), "SNOMED of {name}");
        assert!(SYSTEMS.contains(&structure.system) && !structure.system.is_empty(), "system of {name}");
    }
}

/// One FMA concept is one structure including its side.
#[test]
fn fma_codes_are_unique() {
    let mut owner: BTreeMap<&str, &str> = BTreeMap::new();
    for structure in all() {
        if let Some(other) = structure.fma.and_then(|code| owner.insert(code, structure.name)) {
            panic!("{} and {other} share {:?}", structure.name, structure.fma);
        }
    }
}

#[test]
fn sided_rows_agree_with_each_other_and_with_their_whole() {
    for structure in all() {
        let side = match structure.name.rsplit_once('_') {
            Some((base, "left")) => Some((base, Laterality::Left, "right")),
            Some((base, "right")) => Some((base, Laterality::Right, "left")),
            _ => None,
        };
        let Some((base, laterality, other)) = side else { continue };
        assert_eq!(structure.laterality, laterality, "{}", structure.name);
        if ONE_SIDED.contains(&structure.name) {
            continue;
        }
        let other = get(&format!("{base}_{other}")).unwrap_or_else(|| panic!("{} has no other side", structure.name));
        assert_eq!((structure.system, structure.region), (other.system, other.region), "{base}");
        if let Some(whole) = get(base) {
            assert_eq!(whole.laterality, Laterality::Unspecified, "{base} has sides");
            assert_eq!((whole.system, whole.region), (structure.system, structure.region), "{base}");
            assert_eq!(children(base).len(), 2, "{base}");
            // A code that only one side has is not the whole's.
            let own = |code: Option<&str>, left: Option<&str>, right: Option<&str>| {
                left == right || code.is_none() || (code != left && code != right)
            };
            assert!(own(whole.uberon, structure.uberon, other.uberon), "UBERON of {base}");
            assert!(own(whole.snomed, structure.snomed, other.snomed), "SNOMED of {base}");
        }
    }
}
