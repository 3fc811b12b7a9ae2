//! Export, convert, measure, verify, reindex and the rest.

mod common;

use std::fs;

use common::{Bench, ball, labels, program, save, stl_box};
use medshape_formats::{ReadVolume, read_mesh, read_segmentation};
use medshape_shape::{check, integrals};
use serde_json::Value;

fn filled() -> Bench {
    let bench = Bench::new();
    save(&ball([9, 8, 7], 6.0, 1), &bench.path("ct/liver.nii.gz"));
    save(&ball([5, 8, 7], 4.0, 1), &bench.path("ct/spleen.nii.gz"));
    bench.write("bones/femur_left.stl", stl_box([50.0, 60.0, 400.0]));
    bench.import("ct", &["--dataset", "ct"]);
    bench.import("bones", &["--dataset", "bones"]);
    bench
}

#[test]
fn export_writes_what_was_found_with_licences_and_checksums() {
    let bench = filled();
    let output =
        bench.run(&["export", "liver", "--to", "out", "--format", "stl,ply,obj,glb,nii.gz,points.ply,png,json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let out = bench.path("out");
    let id = &bench.ids("liver")[0];
    let record = bench.record(id);
    for extension in ["stl", "ply", "obj", "glb", "nii.gz", "points.ply", "png", "json"] {
        assert!(out.join(format!("{id}.{extension}")).is_file(), "{extension}");
    }
    for extension in ["stl", "ply", "obj"] {
        let mesh = read_mesh(&out.join(format!("{id}.{extension}"))).unwrap().mesh;
        let c = check(&mesh);
        assert!(c.is_closed() && c.is_manifold() && c.is_oriented(), "{extension}: {c:?}");
        let volume = record["features"]["volume_mm3"].as_f64().unwrap();
        assert!((integrals(&mesh).volume_mm3 / volume - 1.0).abs() < 1e-4, "{extension}");
    }
    let manifest: Value = serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    let files = manifest["files"].as_array().unwrap();
    assert_eq!(files.len(), 8);
    for file in files {
        let content = fs::read(out.join(file["path"].as_str().unwrap())).unwrap();
        assert_eq!(file["blake3"], blake3::hash(&content).to_hex().as_str());
    }
    let attribution = fs::read_to_string(out.join("ATTRIBUTION.md")).unwrap();
    assert!(attribution.contains("ct") && !attribution.contains("bones"), "{attribution}");
    // A shape that came as a mesh has no mask; that is said, and the rest is written.
    let output = bench.run(&["export", "", "--to", "all", "--format", "stl,nii.gz", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((report["files"].as_array().unwrap().len(), report["failed"].as_array().unwrap().len()), (5, 1));
}

#[test]
fn convert_in_every_direction_and_never_half() {
    let bench = filled();
    let map = labels(|[i, ..]| if i < 6 { 1 } else { u8::from(i > 12) * 2 });
    save(&map, &bench.path("two.nii.gz"));
    let code = |args: &[&str]| bench.run(&[&["convert"], args].concat()).status.code().unwrap();
    assert_eq!(code(&["ct/liver.nii.gz", "liver.stl"]), 0);
    assert_eq!(code(&["liver.stl", "liver.ply", "--faces", "100"]), 0);
    assert!(read_mesh(&bench.path("liver.ply")).unwrap().mesh.faces().len() <= 100);
    assert_eq!(code(&["liver.stl", "points.ply", "--points", "500"]), 0);
    assert_eq!(code(&["two.nii.gz", "two.glb"]), 0);
    assert_eq!(&fs::read(bench.path("two.glb")).unwrap()[..4], b"glTF");
    assert_eq!(code(&["two.nii.gz", "two.stl"]), 1);
    assert!(!bench.path("two.stl").exists());
    assert_eq!(code(&["two.nii.gz", "two.stl", "--label", "2"]), 0);
    assert_eq!(code(&["two.nii.gz", "three.stl", "--label", "3"]), 1);
    assert_eq!(code(&["two.nii.gz", "two.nii"]), 0);
    assert_eq!(code(&["liver.stl", "liver.nrrd", "--like", "ct/liver.nii.gz"]), 0);
    let [was, back] = ["ct/liver.nii.gz", "liver.nrrd"]
        .map(|f| read_segmentation(&bench.path(f), &ReadVolume::default()).unwrap().layers.remove(0));
    assert_eq!(
        (back.shape(), back.labels()),
        (was.shape(), was.labels()),
        "the mask comes back from its exact surface"
    );
    assert_eq!(code(&["liver.stl", "fine.nii.gz", "--spacing", "0.5"]), 0);
    assert_eq!(code(&["liver.stl", "fine.nii.gz", "--spacing", "0"]), 2);
    assert_eq!(code(&["two.nii.gz", "two.3mf"]), 0);
    assert_eq!(code(&["two.nii.gz", "two.mgz"]), 1);
    let left: Vec<_> = fs::read_dir(bench.path("x").parent().unwrap())
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn measure_gives_known_volumes() {
    let bench = filled();
    let output = bench.run(&["measure", "bones/femur_left.stl", "ct/liver.nii.gz", "--json"]);
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
    let volume = |n: usize| rows[n]["features"]["volume_mm3"].as_f64().unwrap();
    assert!((volume(0) - 50.0 * 60.0 * 400.0).abs() < 1.0);
    assert_eq!(rows[0]["quality"]["closed"], true);
    let ball = 4.0 / 3.0 * std::f64::consts::PI * 6.0f64.powi(3) * 2.0;
    assert!((volume(1) / ball - 1.0).abs() < 0.05, "{} {ball}", volume(1));
    let output = bench.run(&["measure", "bones/femur_left.stl", "nothing.stl", "--csv"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
    assert!(lines[0].contains("features.volume_mm3"));
}

#[test]
fn verify_names_damage_and_reindex_restores_the_catalogue() {
    let bench = filled();
    assert!(bench.run(&["verify"]).status.success());
    let before = bench.search("");
    fs::remove_file(bench.collection().join("catalogue.sqlite")).unwrap();
    assert!(bench.run(&["reindex"]).status.success());
    assert_eq!(bench.search(""), before);

    let id = &bench.ids("liver")[0];
    let core = bench.collection().join("shapes").join(id).join("core.ply");
    let mut bytes = fs::read(&core).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&core, bytes).unwrap();
    let spleen = &bench.ids("spleen")[0];
    fs::remove_file(bench.collection().join("shapes").join(spleen).join("mask.nii.gz")).unwrap();
    let output = bench.run(&["verify", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["damaged"].to_string().contains("core.ply"), "{report}");
    assert!(report["missing"].to_string().contains("mask.nii.gz"), "{report}");
    // The same import puts both right.
    let (summary, _) = bench.import("ct", &["--dataset", "ct"]);
    assert_eq!(summary["shapes_written"], 2, "{summary}");
    assert!(bench.run(&["verify"]).status.success());
}

#[test]
fn the_rest_answers() {
    let bench = filled();
    let output = bench.run(&["datasets", "--json"]);
    let datasets: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(datasets["datasets"].as_array().unwrap().len(), 2);
    assert!(datasets["known"].as_array().unwrap().len() >= 39);
    let text = |arguments: &[&str]| String::from_utf8(bench.run(arguments).stdout).unwrap();
    let lndb = text(&["datasets", "lndb"]);
    for words in ["no derivatives", "masks.rar", "not verified"] {
        assert!(lndb.contains(words), "{words} in {lndb}");
    }
    assert!(text(&["datasets", "brats2021"]).contains("4  ET = brain_tumor_enhancing"));
    assert_eq!(bench.run(&["datasets", "nonsense"]).status.code(), Some(2));
    assert!(text(&["recipe", "schema"]).contains("unverified"));
    assert!(bench.run(&["show", &bench.ids("femur")[0]]).status.success());
    for shell in ["bash", "zsh", "fish"] {
        let output = program().args(["completions", shell]).output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains("reindex"), "{shell}");
    }
    assert!(program().arg("--help").output().unwrap().status.success());
}
