//! Every view of a shape, and the files of an export.

mod common;
#[path = "common/real.rs"]
mod real;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

use common::{collection, record};
use medshape_collection::{
    Collection, CollectionError, DatasetInfo, Depth, FileInfo, Query, Resolution, ShapeFormat, mesh_checksum,
    no_progress,
};
use medshape_formats::MeshFormat;

const BALL: &str = "kits19/case_1/kidney_left";
const OPEN: &str = "bones/case_2/femur";

fn filled() -> (tempfile::TempDir, Collection) {
    let (folder, collection) = collection();
    real::put_ball(&collection, BALL);
    real::put_open_mesh(&collection, OPEN);
    let info = DatasetInfo {
        title: "KiTS & more".into(),
        homepage: Some("https://kits19.example".into()),
        ..DatasetInfo::default()
    };
    collection.set_dataset("kits19", info).unwrap();
    (folder, collection)
}

fn files_below(folder: &Path) -> BTreeSet<String> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file());
    entries.map(|e| e.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_shape_that_came_as_a_mask_has_every_view() {
    let (_folder, collection) = filled();
    let shape = collection.shape(&BALL.parse().unwrap()).unwrap();
    assert_eq!(shape.mask().unwrap(), real::ball());
    // The derived mesh is the measured one, bit for bit, although NIfTI rounds the affine.
    assert_eq!(mesh_checksum(&shape.mesh().unwrap()).unwrap(), shape.record().mesh.blake3);
    let ply = shape.mesh_bytes(MeshFormat::Ply, Resolution::Full).unwrap();
    assert_eq!(FileInfo::of(&ply).blake3, shape.record().mesh.blake3);
    assert_eq!(shape.core().unwrap(), shape.mesh().unwrap());
    let points = shape.points(100, 7).unwrap();
    assert_eq!((points.points().len(), points.normals().unwrap().len()), (100, 100));
    assert_eq!(shape.points_bytes(50, 1).unwrap(), shape.points_bytes(50, 1).unwrap());
    assert_ne!(shape.points_bytes(50, 1).unwrap(), shape.points_bytes(50, 2).unwrap());
    assert_eq!(shape.thumbnail_png().unwrap(), b"\x89PNG picture");
    assert!(collection.verify(Depth::Meshes, &no_progress).unwrap().is_ok());
}

#[test]
fn an_open_mesh_has_every_view_but_the_mask() {
    let (_folder, collection) = filled();
    let shape = collection.shape(&OPEN.parse().unwrap()).unwrap();
    assert_eq!(shape.mesh().unwrap(), real::open_mesh());
    assert_eq!(shape.points(10, 0).unwrap().points().len(), 10);
    let error = shape.mask().unwrap_err();
    assert!(matches!(&error, CollectionError::NotAvailable { what, .. } if what == "mask"), "{error}");
}

#[test]
fn a_mesh_that_is_not_the_measured_one_is_found() {
    let (_folder, collection) = filled();
    let mut changed = collection.read_record(&BALL.parse().unwrap()).unwrap();
    changed.grid.as_mut().unwrap().affine[0][3] += 1e-3;
    let blobs: Vec<_> =
        changed.files.keys().map(|n| (n.as_str(), collection.read_blob(&changed, n).unwrap())).collect();
    let blobs: Vec<(&str, &[u8])> = blobs.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    collection.put_shape(&changed, &blobs).unwrap();
    collection.reindex(medshape_collection::IfLocked::Fail).unwrap();
    assert!(collection.verify(Depth::Files, &no_progress).unwrap().is_ok());
    assert_eq!(collection.verify(Depth::Meshes, &no_progress).unwrap().damaged[0].what, BALL);
}

#[test]
fn an_export_holds_the_files_their_terms_and_a_manifest() {
    let (folder, collection) = filled();
    let target = folder.path().join("out");
    let report = collection.export(&Query::default(), &target, &ShapeFormat::ALL, &no_progress).unwrap();
    assert_eq!(report.failed.len(), 1, "{:?}", report.failed);
    assert_eq!((report.failed[0].id.as_str(), report.failed[0].format.as_deref()), (OPEN, Some("nii.gz")));
    let mut expected: BTreeSet<String> =
        ["ATTRIBUTION.md", "LICENSES.md", "CITATION.bib", "manifest.json"].map(Into::into).into();
    for extension in ["stl", "ply", "obj", "glb", "nii.gz", "points.ply", "png", "json"] {
        expected.insert(format!("kits19/case_1/kidney_left.{extension}"));
        if extension != "nii.gz" {
            expected.insert(format!("bones/case_2/femur.{extension}"));
        }
    }
    assert_eq!(files_below(&target), expected);
    for file in &report.files {
        assert_eq!(FileInfo::of(&std::fs::read(target.join(&file.path)).unwrap()).blake3, file.blake3, "{}", file.path);
    }
    let read = |name: &str| std::fs::read_to_string(target.join(name)).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).unwrap();
    assert_eq!(manifest["files"].as_array().unwrap().len(), 15);
    for part in
        ["## KiTS & more", "https://kits19.example", "CC-BY-NC-SA-4.0", "The makers of kits19, 2019", "## bones"]
    {
        assert!(read("ATTRIBUTION.md").contains(part), "{part}");
    }
    assert!(read("LICENSES.md").contains("## CC0-1.0") && read("LICENSES.md").contains("Commercial use: no"));
    assert!(
        read("CITATION.bib").contains("title = {{KiTS \\& more}}")
            && read("CITATION.bib").contains("doi = {10.1000/xyz}")
    );
}

#[test]
fn an_export_of_a_part_names_that_part_only_and_repeats_exactly() {
    let (folder, collection) = filled();
    let query = Query::parse("dataset:bones").unwrap();
    let formats = ShapeFormat::parse_list("stl, .PLY,stl").unwrap();
    let read = |dir: &str| {
        let target = folder.path().join(dir);
        collection.export(&query, &target, &formats, &no_progress).unwrap();
        files_below(&target)
            .into_iter()
            .map(|f| (f.clone(), std::fs::read(target.join(f)).unwrap()))
            .collect::<Vec<_>>()
    };
    let once = read("one");
    assert_eq!(once, read("two"));
    assert_eq!(once.len(), 6);
    assert!(once.iter().all(|(_, bytes)| !String::from_utf8_lossy(bytes).contains("kits19")));
}

#[test]
fn an_export_stays_in_its_folder_and_goes_on_past_damage() {
    let (folder, collection) = filled();
    let (target, elsewhere) = (folder.path().join("out"), folder.path().join("elsewhere"));
    std::fs::create_dir_all(&target).unwrap();
    std::fs::create_dir_all(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, target.join("bones")).unwrap();
    std::fs::write(collection.blob_path(&BALL.parse().unwrap(), "mask.nii.gz"), b"\x1f\x8b broken").unwrap();
    let formats = [ShapeFormat::Stl, ShapeFormat::Json];
    let report = collection.export(&Query::default(), &target, &formats, &no_progress).unwrap();
    assert_eq!(report.failed.len(), 3, "{:?}", report.failed);
    assert_eq!(report.files.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["kits19/case_1/kidney_left.json"]);
    assert!(files_below(&elsewhere).is_empty());
    let inside = collection.root().join("shapes/out");
    assert!(collection.export(&Query::default(), &inside, &formats, &no_progress).is_err());
    assert!(!inside.exists());
}

#[test]
fn an_export_can_be_stopped_and_an_unknown_format_is_named() {
    let (folder, collection) = filled();
    let stop = |_, _| ControlFlow::Break(());
    let report = collection.export(&Query::default(), &folder.path().join("out"), &[ShapeFormat::Json], &stop).unwrap();
    assert!(report.interrupted);
    let error = ShapeFormat::parse_list("stl,step").unwrap_err().to_string();
    assert!(
        error.contains("\"step\"") && error.contains("stl, ply, obj, glb, nii.gz, points.ply, png, json"),
        "{error}"
    );
    assert!(collection.shape(&record("no/such/shape").shape_id().unwrap()).is_err());
}
