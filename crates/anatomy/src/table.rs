//! The embedded table, parsed once, and the plain look-ups in it.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::display::display_name;
use crate::resolve::normalise;
use crate::structure::{Laterality, Structure};

const TABLE: &str = include_str!("../anatomy.tsv");

/// The table with its two indices.
pub(crate) struct Vocabulary {
    pub(crate) structures: Vec<Structure>,
    by_name: HashMap<&'static str, usize>,
    by_normalised: HashMap<String, usize>,
}

impl Vocabulary {
    /// The structure one of whose names has this normalised form.
    pub(crate) fn lookup(&self, normalised: &str) -> Option<&Structure> {
        self.by_normalised.get(normalised).and_then(|&index| self.structures.get(index))
    }
}

/// The vocabulary of this build.
pub(crate) fn vocabulary() -> &'static Vocabulary {
    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| index(parse(TABLE)));
    &VOCABULARY
}

/// Every structure, in the order of the table.
pub fn all() -> &'static [Structure] {
    &vocabulary().structures
}

/// The structure with this canonical name, exactly.
pub fn get(name: &str) -> Option<&'static Structure> {
    let vocabulary = vocabulary();
    vocabulary.by_name.get(name).and_then(|&index| vocabulary.structures.get(index))
}

/// The sided variants of a side-less structure, left before right; empty when there are none.
pub fn children(name: &str) -> Vec<&'static Structure> {
    ["left", "right"].iter().filter_map(|side| get(&format!("{name}_{side}"))).collect()
}

/// The side-less structure of a sided one, where the table has it.
pub fn parent(name: &str) -> Option<&'static Structure> {
    name.strip_suffix("_left").or_else(|| name.strip_suffix("_right")).and_then(get)
}

/// All words a text search should find a structure by: names, synonyms, system and region, separated by blanks.
pub fn search_text(structure: &Structure) -> String {
    let mut words = vec![structure.name.replace('_', " "), structure.display_name.clone()];
    words.extend(structure.synonyms.iter().map(|synonym| (*synonym).to_owned()));
    words.push(structure.system.to_owned());
    words.extend(structure.region.map(str::to_owned));
    words.join(" ")
}

/// Reads the rows; a row that does not fit is left out (the tests make sure that none is).
fn parse(text: &'static str) -> Vec<Structure> {
    text.lines().skip(1).filter_map(parse_row).collect()
}

pub(crate) fn parse_row(line: &'static str) -> Option<Structure> {
    let columns: Vec<&'static str> = line.split('\t').collect();
    let [name, synonyms, fma, uberon, snomed, system, region, laterality] = columns.try_into().ok()?;
    let filled = |text: &'static str| (!text.is_empty()).then_some(text);
    Some(Structure {
        name,
        display_name: display_name(name),
        synonyms: synonyms.split('|').filter(|synonym| !synonym.is_empty()).collect(),
        fma: filled(fma),
        uberon: filled(uberon),
        snomed: filled(snomed),
        system,
        region: filled(region),
        laterality: Laterality::parse(laterality)?,
    })
}

fn index(structures: Vec<Structure>) -> Vocabulary {
    let mut by_name = HashMap::new();
    let mut by_normalised = HashMap::new();
    for (position, structure) in structures.iter().enumerate() {
        by_name.insert(structure.name, position);
        for name in std::iter::once(&structure.name).chain(&structure.synonyms) {
            by_normalised.entry(normalise(name)).or_insert(position);
        }
    }
    Vocabulary { structures, by_name, by_normalised }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        let rows = TABLE.lines().skip(1).count();
        assert!(rows > 500);
        assert_eq!(all().len(), rows);
    }

    #[test]
    fn children_and_parent_are_inverse() {
        let sides: Vec<&str> = children("kidney").iter().map(|structure| structure.name).collect();
        assert_eq!(sides, ["kidney_left", "kidney_right"]);
        assert_eq!(parent("kidney_left").map(|structure| structure.name), Some("kidney"));
        assert!(children("liver").is_empty() && parent("liver").is_none());
    }

    #[test]
    fn search_text_holds_names_synonyms_and_place() {
        let text = search_text(get("urinary_bladder").unwrap());
        for word in ["urinary bladder", "vesica urinaria", "pelvis"] {
            assert!(text.contains(word), "{word} in {text}");
        }
    }
}
