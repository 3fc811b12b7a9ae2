//! Shapes go in whole, once, and come out the same.

mod common;

use std::time::SystemTime;

use common::{BLOBS, collection, fill, record};
use medshape_collection::{CollectionError, DatasetInfo, IfLocked, Put, Query, ShapeId};

const ID: &str = "kits19/case_00002/kidney_left";

fn id() -> ShapeId {
    ID.parse().unwrap()
}

/// Every file below a folder with its time of change.
fn times(folder: &std::path::Path) -> Vec<(std::path::PathBuf, SystemTime)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    files.map(|e| (e.path().to_path_buf(), e.metadata().unwrap().modified().unwrap())).collect()
}

#[test]
fn a_record_comes_back_bit_for_bit() {
    let (_folder, collection) = collection();
    collection.put_shape(&record(ID), &BLOBS).unwrap();
    let read = collection.read_record(&id()).unwrap();
    assert_eq!(read, record(ID));
    assert_eq!(read.to_bytes().unwrap(), std::fs::read(collection.blob_path(&id(), "shape.json")).unwrap());
    assert_eq!(collection.read_blob(&read, "core.ply").unwrap(), b"a core");
}

#[test]
fn the_same_again_touches_nothing() {
    let (_folder, collection) = collection();
    fill(&collection, &[record(ID)]);
    let before = times(collection.root());
    assert_eq!(collection.put_shape_if_changed(&record(ID), &BLOBS).unwrap(), Put::Unchanged);
    let mut writer = collection.writer(IfLocked::Fail).unwrap();
    assert_eq!(writer.upsert(&[record(ID)]).unwrap().unchanged, 1);
    assert_eq!(times(collection.root()), before);
}

#[test]
fn what_a_killed_run_left_is_put_right() {
    let (_folder, collection) = collection();
    collection.put_shape(&record(ID), &BLOBS).unwrap();
    // Killed while writing: a temporary file, a blob cut short, a truth of the other kind, no entry in the catalogue.
    let leftover = collection.blob_path(&id(), ".medshape-tmp-1-0-core.ply");
    std::fs::write(&leftover, b"half").unwrap();
    std::fs::write(collection.blob_path(&id(), "core.ply"), b"a co").unwrap();
    std::fs::write(collection.blob_path(&id(), "mesh.ply"), b"stale").unwrap();
    assert_eq!(collection.put_shape_if_changed(&record(ID), &BLOBS).unwrap(), Put::Written);
    let mut names: Vec<_> =
        std::fs::read_dir(collection.shape_dir(&id())).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["core.ply", "mask.nii.gz", "shape.json", "thumbnail.png"]);
    assert_eq!(std::fs::read(collection.blob_path(&id(), "core.ply")).unwrap(), b"a core");
    collection.writer(IfLocked::Fail).unwrap().upsert(&[record(ID)]).unwrap();
    assert_eq!(collection.catalogue().unwrap().search(&Query::default(), 10, None).unwrap().total, 1);
}

#[test]
fn a_record_that_breaks_a_rule_is_refused() {
    let (_folder, collection) = collection();
    let refused = |change: fn(&mut medshape_collection::Record), part: &str| {
        let mut bad = record(ID);
        change(&mut bad);
        let error = collection.put_shape(&bad, &BLOBS).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    };
    refused(|r| r.features.surface_area_mm2 = f64::NAN, "not finite");
    refused(|r| r.case = "..".into(), "starts with a dot");
    refused(|r| r.id = "a/b/c".into(), "its parts say");
    refused(|r| drop(r.files.remove("thumbnail.png")), "not listed");
    refused(|r| drop(r.files.remove("mask.nii.gz")), "mask.nii.gz and no mesh.ply");
    refused(|r| drop(r.files.insert("../x".into(), r.files["core.ply"].clone())), "cannot have");
    refused(|r| r.files.get_mut("core.ply").unwrap().bytes = 7, "differ");
    assert!(!collection.shapes_dir().exists());
}

#[test]
fn a_folder_that_is_no_collection_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let open = medshape_collection::Collection::open(folder.path().join("x")).unwrap_err();
    assert!(open.to_string().contains("there is no such folder. `medshape import"), "{open}");
    std::fs::write(folder.path().join("holiday.jpg"), b"").unwrap();
    let create = medshape_collection::Collection::create_or_open(folder.path()).unwrap_err();
    assert!(matches!(create, CollectionError::NotACollection { .. }));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_newer_collection_is_refused() {
    let (_folder, collection) = collection();
    let text = "name = \"x\"\nversion = \"1\"\nschema_version = 2\nsomething = \"new\"\n";
    std::fs::write(collection.root().join("collection.toml"), text).unwrap();
    let error = medshape_collection::Collection::open(collection.root()).unwrap_err();
    assert!(matches!(error, CollectionError::Newer { found: 2, known: 1, .. }), "{error}");
}

#[test]
fn one_writer_at_a_time() {
    let (_folder, collection) = collection();
    let writer = collection.writer(IfLocked::Fail).unwrap();
    assert!(matches!(collection.writer(IfLocked::Fail), Err(CollectionError::Locked { .. })));
    assert!(collection.catalogue().unwrap().is_empty().unwrap());
    drop(writer);
    collection.writer(IfLocked::Fail).unwrap();
}

#[test]
fn datasets_are_described_and_counted() {
    let (_folder, collection) = collection();
    fill(&collection, &[record(ID), record("kits19/case_00002/liver"), record("kits19/case_1/liver"), record("a/b/c")]);
    let info = DatasetInfo { title: "KiTS 19".into(), ..DatasetInfo::default() };
    collection.set_dataset("kits19", info).unwrap();
    let datasets = collection.datasets().unwrap();
    let seen: Vec<_> = datasets.iter().map(|d| (d.name.as_str(), d.title.as_str(), d.cases, d.shapes)).collect();
    assert_eq!(seen, [("a", "", 1, 1), ("kits19", "KiTS 19", 2, 3)]);
    assert_eq!(datasets[1].licence.spdx.as_deref(), Some("CC-BY-NC-SA-4.0"));
}

#[test]
fn a_removed_shape_is_gone() {
    let (_folder, collection) = collection();
    fill(&collection, &[record(ID), record("a/b/c")]);
    collection.remove_shape(&id()).unwrap();
    assert_eq!(collection.writer(IfLocked::Fail).unwrap().remove(&[id(), id()]).unwrap(), 1);
    assert!(matches!(collection.read_record(&id()), Err(CollectionError::NoShape { .. })));
    let found = collection.catalogue().unwrap().search(&Query::default(), 10, None).unwrap();
    assert_eq!(found.shapes.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["a/b/c"]);
}
