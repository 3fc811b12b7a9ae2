//! What a query finds, in which order, page by page.

mod common;

use common::{collection, fill, record};
use medshape_collection::{Catalogue, Collection, IfLocked, Query, Record, SearchResult, Sex};

/// A small collection with a bit of everything.
fn records() -> Vec<Record> {
    let mut records: Vec<Record> = [
        "kits19/case_2/kidney_left",
        "kits19/case_2/kidney_tumor",
        "kits19/case_10/kidney_right",
        "total/s0011/liver",
        "total/s0011/liver_vessel",
        "total/s0012/liver",
        "mesh/bones/femur_left",
    ]
    .map(record)
    .into();
    records[0].anatomy.synonyms = vec!["ren sinister".into()];
    records[2].subject.sex = Some(Sex::M);
    records[2].subject.age_years = Some(62.5);
    records[3].label = "Leber über alles".into();
    records[3].features.volume_mm3 = Some(1.5e6);
    records[5].subject.age_years = None;
    records[5].licence.spdx = Some("CC-BY-4.0".into());
    records[5].licence.commercial = Some(true);
    records[5].quality.touches_border = Some(true);
    records[6].quality.closed = false;
    records[6].features.volume_mm3 = None;
    records[6].licence.spdx = None;
    records[6].licence.commercial = None;
    records[6].anatomy.system = Some("skeletal".into());
    records[6].mesh.faces = 5000;
    records
}

fn search(catalogue: &Catalogue, query: &str) -> SearchResult {
    catalogue.search(&Query::parse(query).unwrap(), 100, None).unwrap()
}

/// The part of each id that tells the shapes apart, in the order found.
fn found(catalogue: &Catalogue, query: &str) -> Vec<String> {
    let result = search(catalogue, query);
    assert_eq!(result.total as usize, result.shapes.len(), "{query}");
    assert_eq!(result.next, None, "{query}");
    result.shapes.iter().map(|s| s.id.split_once('/').unwrap().1.to_owned()).collect()
}

#[test]
fn every_part_of_the_grammar_finds_what_it_says() {
    let (_folder, collection) = collection();
    fill(&collection, &records());
    let catalogue = collection.catalogue().unwrap();
    let kidneys = ["case_2/kidney_left", "case_2/kidney_tumor", "case_10/kidney_right"];
    let livers = ["s0011/liver", "s0012/liver", "s0011/liver_vessel"];
    let table: &[(&str, &[&str])] = &[
        // Words: anywhere, any order, any case, from three letters on only the beginning.
        ("kidney", &kidneys),
        ("KIDN", &kidneys),
        ("ki", &[]),
        ("kidney_left", &["case_2/kidney_left"]),
        ("left kidney", &["case_2/kidney_left"]),
        ("left", &["case_2/kidney_left", "bones/femur_left"]),
        ("sinister", &["case_2/kidney_left"]),
        ("kits19 tumor", &["case_2/kidney_tumor"]),
        ("case_2", &["case_2/kidney_left", "case_2/kidney_tumor"]),
        ("skeletal", &["bones/femur_left"]),
        ("Über", &["s0011/liver"]),
        ("uber", &["s0011/liver"]),
        ("liver", &livers),
        // Phrases and negation.
        ("\"liver vessel\"", &["s0011/liver_vessel"]),
        ("\"vessel liver\"", &[]),
        ("liver -vessel", &["s0011/liver", "s0012/liver"]),
        ("kidney -kidney_left", &["case_2/kidney_tumor", "case_10/kidney_right"]),
        // Filters.
        ("dataset:KITS19", &kidneys),
        ("dataset:mesh,kits19 left", &["bones/femur_left", "case_2/kidney_left"]),
        ("case:S0011", &["s0011/liver", "s0011/liver_vessel"]),
        ("subject:s0012", &["s0012/liver"]),
        ("structure:liver", &["s0011/liver", "s0012/liver"]),
        ("structure:kidney", &["case_2/kidney_left", "case_10/kidney_right"]),
        ("structure:\"Left Kidney\"", &["case_2/kidney_left"]),
        ("structure:\"liver vessel\"", &["s0011/liver_vessel"]),
        ("label:\"kidney tumor\"", &["case_2/kidney_tumor"]),
        ("system:urinary", &kidneys),
        ("region:abdomen side:right", &["case_10/kidney_right"]),
        ("sex:male", &["case_10/kidney_right"]),
        ("-sex:F", &["case_10/kidney_right"]),
        ("age:62", &["case_10/kidney_right"]),
        ("age:>40 kidney", &kidneys),
        ("age:>62.5", &[]),
        ("age:41..", &["case_10/kidney_right"]),
        ("structure:liver -age:0..200", &["s0012/liver"]),
        ("volume:>1l", &["s0011/liver"]),
        ("volume:1..2l", &["s0011/liver"]),
        ("-volume:>0", &["bones/femur_left"]),
        ("area:200cm2 kidney_tumor", &["case_2/kidney_tumor"]),
        ("faces:>1000", &["bones/femur_left"]),
        ("closed:no", &["bones/femur_left"]),
        ("touches_border:yes", &["s0012/liver"]),
        ("touches_border:no", &[]),
        ("licence:commercial", &["s0012/liver"]),
        ("licence:cc-by", &["s0012/liver"]),
        ("licence:CC-BY-NC-SA-4.0 vessel", &["s0011/liver_vessel"]),
        ("licence:unknown", &["bones/femur_left"]),
        // Everything that could be taken for SQL or for FTS5's own grammar is only text.
        ("liver'", &livers),
        ("AND OR NOT NEAR", &[]),
        ("dataset:\"x') OR 1=1 --\"", &[]),
        ("kidney*^left", &["case_2/kidney_left"]),
    ];
    for (query, expected) in table {
        let mut expected: Vec<_> = expected.iter().map(|s| (*s).to_owned()).collect();
        let mut got = found(&catalogue, query);
        // Order between classes of fit is tested on its own.
        if !query.contains("left") && !query.contains("dataset:mesh") {
            assert_eq!(got, expected, "{query}");
        }
        got.sort();
        expected.sort();
        assert_eq!(got, expected, "{query}");
    }
    assert_eq!(search(&catalogue, "").total, 7);
}

#[test]
fn whole_names_come_before_longer_ones_and_ids_count_naturally() {
    let (_folder, collection) = collection();
    fill(&collection, &records());
    let catalogue = collection.catalogue().unwrap();
    assert_eq!(found(&catalogue, "liver"), ["s0011/liver", "s0012/liver", "s0011/liver_vessel"]);
    assert_eq!(found(&catalogue, "urinary")[2], "case_10/kidney_right");
    let ids = catalogue.ids(&Query::parse("liver").unwrap()).unwrap();
    assert_eq!(ids.iter().map(ToString::to_string).collect::<Vec<_>>()[2], "total/s0011/liver_vessel");
}

#[test]
fn pages_hold_every_shape_once_in_order() {
    let (_folder, collection) = collection();
    fill(&collection, &records());
    let catalogue = collection.catalogue().unwrap();
    for query in ["", "left", "liver", "abdomen"] {
        let query = Query::parse(query).unwrap();
        let whole: Vec<_> = catalogue.search(&query, 100, None).unwrap().shapes.into_iter().map(|s| s.id).collect();
        for size in 1..4 {
            let (mut paged, mut cursor): (Vec<String>, Option<String>) = (Vec::new(), None);
            loop {
                let page = catalogue.search(&query, size, cursor.as_deref()).unwrap();
                assert_eq!(page.total as usize, whole.len());
                paged.extend(page.shapes.into_iter().map(|s| s.id));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(paged, whole);
        }
    }
    for bad in ["", "x", "9~a/b/c", "0~a/b", "0~../b/c"] {
        assert!(catalogue.search(&Query::default(), 1, Some(bad)).is_err(), "{bad}");
    }
}

#[test]
fn facets_count_all_that_was_found() {
    let (_folder, collection) = collection();
    fill(&collection, &records());
    let facets = collection.catalogue().unwrap().search(&Query::parse("abdomen").unwrap(), 1, None).unwrap().facets;
    let counts =
        |f: &[medshape_collection::FacetValue]| f.iter().map(|v| (v.value.clone(), v.count)).collect::<Vec<_>>();
    assert_eq!(counts(&facets.dataset), [("kits19".into(), 3), ("total".into(), 3), ("mesh".into(), 1)]);
    assert_eq!(counts(&facets.closed), [("yes".into(), 6), ("no".into(), 1)]);
    assert_eq!(counts(&facets.sex), [("F".into(), 6), ("M".into(), 1)]);
    assert_eq!(counts(&facets.laterality), [("left".into(), 2), ("right".into(), 1)]);
    assert_eq!(counts(&facets.structure)[0], ("liver".into(), 2));
}

#[test]
fn a_changed_record_is_found_by_its_new_words_only() {
    let (_folder, collection) = collection();
    fill(&collection, &records());
    let mut changed = record("total/s0012/liver");
    changed.label = "hepar".into();
    collection.writer(IfLocked::Fail).unwrap().upsert(&[changed]).unwrap();
    let catalogue = collection.catalogue().unwrap();
    assert_eq!(found(&catalogue, "hepar"), ["s0012/liver"]);
    assert_eq!(found(&catalogue, "licence:cc-by"), [""; 0]);
    assert_eq!(search(&catalogue, "").total, 7);
}

#[test]
fn a_catalogue_that_cannot_be_written_can_be_searched() {
    let (_folder, collection) = collection();
    fill(&collection, &records());
    let set = |path: &std::path::Path, mode| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(&collection.root().join("catalogue.sqlite"), 0o444);
    set(collection.root(), 0o555);
    let again = Collection::open(collection.root()).unwrap();
    let total = again.catalogue().unwrap().search(&Query::default(), 1, None).unwrap().total;
    set(collection.root(), 0o755);
    assert_eq!(total, 7);
}

/// Whatever is typed, the answer is a result or an error, never a panic or an SQL error.
#[test]
fn no_query_breaks_the_search() {
    let (_folder, collection) = collection();
    fill(&collection, &records());
    let catalogue = collection.catalogue().unwrap();
    let pieces = [
        "liver",
        "\"",
        ":",
        "-",
        ",",
        "..",
        "age",
        "volume:>1",
        "\u{0301}",
        "½",
        "𝔘",
        "\0",
        "\u{1}",
        " ",
        "*",
        "'",
        "()",
    ];
    let mut state = 7_u64;
    for _ in 0..3000 {
        let mut text = String::new();
        for _ in 0..6 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
        }
        if let Ok(query) = Query::parse(&text) {
            catalogue.search(&query, 3, None).unwrap_or_else(|e| panic!("{text:?}: {e}"));
        }
    }
}
