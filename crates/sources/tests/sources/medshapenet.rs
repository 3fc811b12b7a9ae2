//! The names of the original MedShapeNet collection, where its index is at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use crate::common::data;
use medshape_sources::{medshapenet_file_name, parse_medshapenet_name};

fn unpacked(name: &str) -> Option<String> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(data(name)?).unwrap()).read_to_string(&mut text).unwrap();
    Some(text)
}

/// What no structure of the vocabulary is meant by, for certain.
const UNRESOLVED: [&str; 0] = [];

#[test]
fn every_name_of_the_index_is_read_and_all_but_a_few_resolve() {
    let Some(index) = unpacked("medshapenet-listing/MedShapeNetDataset.txt.gz") else { return };
    let (mut all, mut resolved) = (0, 0);
    let mut unresolved: BTreeMap<String, usize> = BTreeMap::new();
    let mut sources: BTreeMap<&str, usize> = BTreeMap::new();
    for line in index.lines() {
        let name = medshapenet_file_name(line).unwrap_or_else(|| panic!("{line}"));
        let parsed = parse_medshapenet_name(&name).unwrap_or_else(|| panic!("{name}"));
        all += 1;
        *sources.entry(parsed.source).or_default() += 1;
        if parsed.structure().is_some() {
            resolved += 1;
        } else {
            *unresolved.entry(parsed.label).or_default() += 1;
        }
    }
    println!("{resolved} of {all} resolve; sources {sources:?}; not resolved {unresolved:?}");
    assert_eq!(all, 106_101);
    assert!(resolved * 100 >= all * 99);
    assert_eq!(unresolved.keys().map(String::as_str).collect::<Vec<_>>(), UNRESOLVED);
}

/// `MedShapeNet19` sorts names into 19 classes; a class is one structure, whatever the side and the number.
#[test]
fn the_classes_of_medshapenet19_agree() {
    let Some(table) = unpacked("medshapenet19-labels/medshapenet19_train_val.tsv.gz") else { return };
    let mut classes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let name = medshapenet_file_name(columns[3]).unwrap();
        let structure = parse_medshapenet_name(&name).unwrap().structure().unwrap().name;
        let whole = medshape_anatomy::parent(structure).map_or(structure, |whole| whole.name);
        let whole = whole.trim_end_matches(|character: char| character.is_ascii_digit() || character == '_');
        classes.entry(columns[0].to_owned()).or_default().insert(whole.to_owned());
    }
    assert_eq!(classes.len(), 19);
    for (class, structures) in &classes {
        assert_eq!(structures.len(), 1, "{class}: {structures:?}");
    }
    // Two names for one thing: TotalSegmentator's and autoPET's.
    assert_eq!(classes["rib"], classes["costa"]);
}
