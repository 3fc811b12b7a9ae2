//! A check finds what is wrong, and a rebuilt catalogue is the one it replaces.

mod common;

use std::ops::ControlFlow;

use common::{BLOBS, collection, fill, record};
use medshape_collection::{Collection, Depth, IfLocked, Problem, Query, VerifyReport, no_progress};

const IDS: [&str; 4] = ["kits19/c1/kidney_left", "kits19/c1/liver", "kits19/c2/liver", "a/b/c"];

fn filled() -> (tempfile::TempDir, Collection) {
    let (folder, collection) = collection();
    fill(&collection, &IDS.map(record));
    (folder, collection)
}

fn verify(collection: &Collection) -> VerifyReport {
    collection.verify(Depth::Files, &no_progress).unwrap()
}

fn whats(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|p| p.what.as_str()).collect()
}

#[test]
fn a_sound_collection_passes() {
    let (_folder, collection) = filled();
    let report = verify(&collection);
    assert!(report.is_ok(), "{report:?}");
    assert_eq!((report.shapes, report.files), (4, 12));
}

#[test]
fn everything_that_is_wrong_is_named() {
    let (_folder, collection) = filled();
    let shapes = collection.shapes_dir();
    std::fs::write(shapes.join("kits19/c1/liver/core.ply"), b"a c0re").unwrap();
    std::fs::write(shapes.join("kits19/c1/liver/mask.nii.gz"), b"short").unwrap();
    std::fs::remove_file(shapes.join("kits19/c2/liver/thumbnail.png")).unwrap();
    std::fs::write(shapes.join("kits19/c2/liver/mesh.ply"), b"stale").unwrap();
    std::fs::write(shapes.join("kits19/c2/notes.txt"), b"mine").unwrap();
    std::fs::write(shapes.join("a/b/c/.medshape-tmp-1-2-core.ply"), b"half").unwrap();
    std::fs::create_dir(shapes.join("a/b/d")).unwrap();
    let path = shapes.join("kits19/c1/kidney_left/shape.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("For research", "For anybody!")).unwrap();
    let report = verify(&collection);
    assert_eq!(whats(&report.damaged), ["shapes/kits19/c1/liver/core.ply", "shapes/kits19/c1/liver/mask.nii.gz"]);
    assert_eq!(whats(&report.missing), ["shapes/kits19/c2/liver/thumbnail.png"]);
    let unexpected = ["shapes/a/b/d", "shapes/kits19/c2/notes.txt", "shapes/kits19/c2/liver/mesh.ply"];
    assert_eq!(whats(&report.unexpected), unexpected);
    assert_eq!(whats(&report.catalogue), ["kits19/c1/kidney_left"]);
    assert_eq!((report.leftovers_removed, report.is_ok()), (1, false));
}

#[test]
fn records_that_cannot_be_read_or_lie_elsewhere_are_named() {
    let (_folder, collection) = filled();
    let shapes = collection.shapes_dir();
    std::fs::write(shapes.join("a/b/c/shape.json"), b"{\"schema_version\": 1, ").unwrap();
    std::fs::rename(shapes.join("kits19/c2"), shapes.join("kits19/c3")).unwrap();
    let report = verify(&collection);
    assert_eq!(whats(&report.records), ["a/b/c", "kits19/c3/liver"]);
    assert_eq!(whats(&report.catalogue), ["kits19/c3/liver", "kits19/c2/liver"]);
}

#[test]
fn a_check_can_be_stopped() {
    let (_folder, collection) = filled();
    let report = collection.verify(Depth::Files, &|_, _| ControlFlow::Break(())).unwrap();
    assert!(report.interrupted && !report.is_ok() && report.shapes < 4);
}

#[test]
fn a_rebuilt_catalogue_finds_the_same() {
    let (_folder, collection) = filled();
    // Not only entered: also changed and removed.
    let mut changed = record(IDS[1]);
    changed.anatomy.synonyms = vec!["hepar".into()];
    fill(&collection, &[changed, record("x/y/z")]);
    let gone = "x/y/z".parse().unwrap();
    collection.remove_shape(&gone).unwrap();
    collection.writer(IfLocked::Fail).unwrap().remove(&[gone]).unwrap();
    let all = |query: &str| collection.catalogue().unwrap().search(&Query::parse(query).unwrap(), 100, None).unwrap();
    let queries = ["", "liver", "hepar", "z", "sex:F kits19"];
    let before = queries.map(all);
    let report = collection.reindex(IfLocked::Fail).unwrap();
    assert_eq!((report.shapes, report.problems), (4, vec![]));
    assert_eq!(queries.map(all), before);
    assert!(verify(&collection).is_ok());
}

#[test]
fn a_missing_old_or_newer_catalogue_is_dealt_with() {
    let (_folder, collection) = filled();
    let path = collection.root().join("catalogue.sqlite");
    let total = || collection.catalogue().and_then(|c| c.len());
    std::fs::remove_file(&path).unwrap();
    assert!(verify(&collection).is_ok());
    std::fs::remove_file(&path).unwrap();
    assert_eq!(total().unwrap(), 4);
    let set_version =
        |v: i64| rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", v).unwrap();
    set_version(0);
    assert_eq!(total().unwrap(), 4);
    set_version(99);
    assert!(total().unwrap_err().to_string().contains("update medshape"));
    collection.reindex(IfLocked::Fail).unwrap();
    assert_eq!(total().unwrap(), 4);
    std::fs::write(&path, b"this is no database, but long enough to be looked at as if it were one").unwrap();
    assert_eq!(whats(&verify(&collection).catalogue), ["catalogue.sqlite"]);
    assert!(total().unwrap_err().to_string().contains("medshape reindex"));
    collection.reindex(IfLocked::Fail).unwrap();
    assert_eq!(total().unwrap(), 4);
}

#[test]
fn damaged_records_do_not_stop_a_rebuild() {
    let (_folder, collection) = filled();
    std::fs::write(collection.shapes_dir().join("a/b/c/shape.json"), b"").unwrap();
    let report = collection.reindex(IfLocked::Fail).unwrap();
    assert_eq!(report.shapes, 3);
    assert_eq!(whats(&report.problems), ["a/b/c"]);
    // It is found again once the case is imported again.
    let id = "a/b/c".parse().unwrap();
    collection.put_shape(&record("a/b/c"), &BLOBS).unwrap();
    collection.writer(IfLocked::Fail).unwrap().upsert(&[collection.read_record(&id).unwrap()]).unwrap();
    assert!(verify(&collection).is_ok());
}

/// A writer that dies in the middle of a commit leaves a journal, which a reader without the right to write cannot use.
#[test]
fn a_half_commit_is_rolled_back() {
    let (_folder, collection) = filled();
    let path = collection.root().join("catalogue.sqlite");
    let (kept, kept_journal) = (path.with_extension("kept"), path.with_extension("kept-journal"));
    {
        let mut connection = rusqlite::Connection::open(&path).unwrap();
        // A cache of a few pages makes SQLite write changed pages, and so the journal, before the commit.
        connection.pragma_update(None, "cache_size", 2).unwrap();
        let transaction = connection.transaction().unwrap();
        transaction.execute("DELETE FROM shapes", []).unwrap();
        transaction.execute_batch("CREATE TABLE big (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO big SELECT randomblob(200) FROM n;").unwrap();
        // What the disk holds at this moment is what a kill would leave.
        std::fs::copy(&path, &kept).unwrap();
        std::fs::copy(collection.root().join("catalogue.sqlite-journal"), &kept_journal).unwrap();
    }
    std::fs::rename(&kept, &path).unwrap();
    std::fs::rename(&kept_journal, collection.root().join("catalogue.sqlite-journal")).unwrap();
    assert_eq!(collection.catalogue().unwrap().len().unwrap(), 4);
}
