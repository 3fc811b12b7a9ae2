//! Datasets in their public layouts, imported by the program.

mod common;

use common::{Bench, ball, labels, notes, save, stl_box};

/// Two subjects of TotalSegmentator, one structure absent.
fn totalsegmentator(bench: &Bench) {
    for subject in ["s0000", "s0011"] {
        let segmentations = format!("data/{subject}/segmentations");
        save(&ball([9, 8, 7], 5.0, 1), &bench.path(&format!("{segmentations}/liver.nii.gz")));
        save(&ball([4, 8, 7], 3.0, 1), &bench.path(&format!("{segmentations}/kidney_left.nii.gz")));
        save(&ball([9, 8, 7], 2.5, 1), &bench.path(&format!("{segmentations}/vertebrae_L3.nii.gz")));
        save(&labels(|_| 0), &bench.path(&format!("{segmentations}/spleen.nii.gz")));
        bench.write(&format!("data/{subject}/ct.nii.gz"), b"not read");
    }
    let table = "\u{feff}image_id;age;gender;institute;study_type;split\ns0000;54;m;A;ct thorax;train\ns0011;67;f;B;ct abdomen;test\n";
    bench.write("data/meta.csv", table);
}

#[test]
fn totalsegmentator_with_its_table() {
    let bench = Bench::new();
    totalsegmentator(&bench);
    let (summary, code) = bench.import("data", &[]);
    assert_eq!(code, 0, "{summary}");
    assert_eq!((&summary["cases"], &summary["shapes_written"]), (&2.into(), &6.into()));
    assert_eq!(summary["recipe"], "totalsegmentator");
    assert_eq!(notes(&summary, "skipped", "empty"), 2);
    assert_eq!(summary["failed"].as_array().unwrap().len(), 0);
    assert!(summary["seconds"].as_f64().unwrap() > 0.0);

    assert_eq!(bench.ids("sex:F age:60..70 liver"), ["totalsegmentator/s0011/liver"]);
    assert_eq!(bench.ids("structure:vertebra_L3 sex:M").len(), 1);
    let found = bench.search("");
    assert_eq!(found["total"], 6);
    for shape in found["shapes"].as_array().unwrap() {
        for key in ["id", "dataset", "case", "subject", "structure", "label", "files", "features"] {
            assert!(shape.get(key).is_some(), "{key} in {shape}");
        }
        for file in shape["files"].as_object().unwrap().values() {
            assert!(bench.collection().join(file.as_str().unwrap()).is_file(), "{file}");
        }
    }
    let record = bench.record("totalsegmentator/s0011/vertebra_L3");
    assert_eq!(record["label"], "vertebrae_L3");
    assert_eq!(record["licence"]["spdx"], "CC-BY-4.0");
    assert_eq!(record["source"]["files"][0]["path"], "s0011/segmentations/vertebrae_L3.nii.gz");
    assert_eq!(record["quality"]["closed"], true);
    let (mesh, mask) = (&record["quality"]["mesh_volume_mm3"], &record["quality"]["mask_volume_mm3"]);
    assert!((mesh.as_f64().unwrap() / mask.as_f64().unwrap() - 1.0).abs() < 0.1, "{mesh} {mask}");
}

#[test]
fn a_second_import_writes_nothing_and_threads_change_nothing() {
    let bench = Bench::new();
    totalsegmentator(&bench);
    bench.import("data", &["--jobs", "1"]);
    let first = bench.stored();
    let catalogue = std::fs::metadata(bench.collection().join("catalogue.sqlite")).unwrap().modified().unwrap();
    let (summary, code) = bench.import("data", &["--jobs", "4"]);
    assert_eq!((code, &summary["shapes_written"], &summary["shapes_unchanged"]), (0, &0.into(), &6.into()));
    assert_eq!(bench.stored(), first);
    let after = std::fs::metadata(bench.collection().join("catalogue.sqlite")).unwrap().modified().unwrap();
    assert_eq!(catalogue, after);

    let other = Bench::new();
    totalsegmentator(&other);
    other.import("data", &["--jobs", "4"]);
    assert_eq!(other.stored(), first);

    // A file that changed has its shape made anew, and only that one.
    save(&ball([9, 8, 7], 4.0, 1), &bench.path("data/s0011/segmentations/liver.nii.gz"));
    let (summary, _) = bench.import("data", &[]);
    assert_eq!((&summary["shapes_written"], &summary["shapes_unchanged"]), (&1.into(), &5.into()));
    // So has a changed table: the records of that subject.
    let table = "image_id;age;gender\ns0000;54;m\ns0011;68;f\n";
    bench.write("data/meta.csv", table);
    bench.import("data", &[]);
    assert_eq!(bench.ids("age:68").len(), 3);
    assert!(bench.run(&["verify", "--meshes"]).status.success());

    // A damaged file is replaced, even one of the right size.
    let damaged = bench.collection().join("shapes").join(&bench.ids("age:68")[0]).join("mask.nii.gz");
    let mut bytes = std::fs::read(&damaged).unwrap();
    bytes[20] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    let (summary, _) = bench.import("data", &[]);
    assert_eq!((&summary["shapes_written"], &summary["shapes_unchanged"]), (&1.into(), &5.into()));
    assert!(bench.run(&["verify"]).status.success());
}

#[test]
fn a_killed_import_is_finished_by_the_next() {
    let bench = Bench::new();
    for n in 0..60 {
        save(&ball([9, 8, 7], 6.0, 1), &bench.path(&format!("data/s{n:04}/segmentations/liver.nii.gz")));
        save(
            &ball([5, 8, 7], 4.0 + f64::from(n) / 40.0, 1),
            &bench.path(&format!("data/s{n:04}/segmentations/spleen.nii.gz")),
        );
    }
    bench.write("data/meta.csv", "image_id;age;gender\n");
    let mut child = common::program()
        .args(["import", "data", "--jobs", "1", "--collection"])
        .arg(bench.collection())
        .current_dir(bench.path("x").parent().unwrap())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let begun = bench.collection().join("shapes/totalsegmentator/s0003");
    let mut waited = 0;
    while !begun.exists() && waited < 3000 {
        std::thread::sleep(std::time::Duration::from_millis(5));
        waited += 1;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let (summary, code) = bench.import("data", &[]);
    assert_eq!(code, 0, "{summary}");
    let [written, unchanged] = ["shapes_written", "shapes_unchanged"].map(|k| summary[k].as_u64().unwrap());
    assert_eq!(written + unchanged, 120);
    assert!(bench.run(&["verify"]).status.success());
    assert_eq!(bench.search("")["total"], 120);
}

#[test]
fn kits_names_tumours_and_knows_its_patients() {
    let bench = Bench::new();
    let map = labels(|[i, j, k]| match (i, j, k) {
        (3..=9, 3..=9, 3..=9) => 1,
        (10..=12, 5..=7, 5..=7) => 2,
        _ => 0,
    });
    save(&map, &bench.path("kits/case_00002/segmentation.nii.gz"));
    bench.write(
        "kits/kits.json",
        r#"[{"case_id":"case_00002","age_at_nephrectomy":74,"gender":"male","body_mass_index":28.1,"malignant":true}]"#,
    );
    let (summary, code) = bench.import("kits", &[]);
    assert_eq!(code, 0, "{summary}");
    assert_eq!((&summary["recipe"], &summary["dataset"]), (&"kits".into(), &"kits19".into()));
    assert_eq!(bench.ids("age:70..80 sex:M").len(), 2);
    let record = bench.record("kits19/case_00002/kidney_tumor");
    assert_eq!((&record["label"], &record["label_value"]), (&"tumor".into(), &2.into()));
    assert_eq!(record["features"]["components"], 1);
}

/// Two kidneys with one label, a tumour in one of them: the kidney is both labels, and each side a shape.
#[test]
fn unions_and_sides_of_a_label_map() {
    let bench = Bench::new();
    let map = labels(|[i, j, k]| match (i, j, k) {
        (2..=4 | 16..=18, 3..=9, 3..=9) => 1,
        (5..=6, 5..=7, 5..=7) => 2,
        _ => 0,
    });
    save(&map, &bench.path("kits/data/case_00003/segmentation.nii.gz"));
    bench.write("kits/data/kits.json", r#"[{"case_id":"case_00003"}]"#);
    let (summary, code) = bench.import("kits", &[]);
    assert_eq!(code, 0, "{summary}");
    let record = |structure: &str| bench.record(&format!("kits19/case_00003/{structure}"));
    let mask_volume = |structure: &str| record(structure)["quality"]["mask_volume_mm3"].as_f64().unwrap();
    let (with, without) = (mask_volume("kidney_left"), mask_volume("kidney_right"));
    let (more, less) = (with.max(without), with.min(without));
    assert!((more - less - mask_volume("kidney_tumor")).abs() < 1e-6, "{more} {less}");
    let step = &record("kidney_left")["processing"][0];
    assert_eq!((&step["step"], &step["parameters"]["side"]), (&"derive side".into(), &"left".into()));
    assert_eq!(record("kidney_left")["label"], "kidney");
    // The same again writes nothing.
    let (again, _) = bench.import("kits", &[]);
    assert_eq!((&again["shapes_written"], &again["shapes_unchanged"]), (&0.into(), &3.into()));
}

/// A scan of a jaw with a label for each vertex: two teeth and gingiva.
#[test]
fn teeth_are_cut_from_a_scan() {
    let bench = Bench::new();
    let obj = "v 0 0 0\nv 9 0 0\nv 0 9 0\nv 9 9 1\nv 18 0 0\nv 18 9 0\nv 27 0 3\nf 1 2 3\nf 2 4 3\nf 5 7 6\nf 2 5 4\n";
    bench.write("scans/upper/AB12CD34/AB12CD34_upper.obj", obj);
    bench.write(
        "scans/upper/AB12CD34/AB12CD34_upper.json",
        r#"{"jaw": "upper", "labels": [11, 11, 11, 11, 21, 21, 21]}"#,
    );
    bench.write("scans/lower/AB12CD34/AB12CD34_lower.obj", obj);
    bench.write("scans/lower/AB12CD34/AB12CD34_lower.json", r#"{"jaw": "lower", "labels": [31, 31]}"#);
    let (summary, code) = bench.import("scans", &[]);
    assert_eq!((code, &summary["recipe"]), (1, &"3dteethseg".into()), "{summary}");
    assert_eq!(notes(&summary, "failed", "2 labels for 7 vertices"), 1, "{summary}");
    let mut ids = bench.ids("");
    ids.sort();
    assert_eq!(ids, ["3dteethseg/AB12CD34/tooth_fdi11", "3dteethseg/AB12CD34/tooth_fdi21"]);
    assert_eq!(bench.record(&ids[0])["mesh"]["faces"], 2);
}

#[test]
fn decathlon_and_nnunet_label_tables() {
    for (table, dataset) in [
        (r#"{"name":"Task09 Spleen","labels":{"0":"background","1":"spleen"},"numTraining":1}"#, "Task09_Spleen"),
        (r#"{"name":"Mine","labels":{"background":0,"spleen":1},"numTraining":1,"file_ending":".nii.gz"}"#, "Mine"),
    ] {
        let bench = Bench::new();
        save(&ball([9, 8, 7], 5.0, 1), &bench.path("task/labelsTr/spleen_2.nii.gz"));
        bench.write("task/imagesTr/spleen_2_0000.nii.gz", b"not read");
        bench.write("task/dataset.json", table);
        let (summary, code) = bench.import("task", &[]);
        assert_eq!(code, 0, "{summary}");
        assert_eq!(bench.ids(""), [format!("{dataset}/spleen_2/spleen")], "{summary}");
    }
}

#[test]
fn atlas_with_each_kind_of_table() {
    for (name, table) in [
        ("atlas.csv", "index,name\n1,Hippocampus_L\n2,Nowhere\n"),
        ("atlas.nii.txt", "1 Hippocampus_L 4101\n2 Nowhere 4102\n"),
        ("atlas.json", r#"{"1":"Hippocampus_L","2":"Nowhere"}"#),
    ] {
        let bench = Bench::new();
        save(&labels(|[i, ..]| if i < 5 { 1 } else { u8::from(i > 12) * 2 }), &bench.path("brain/atlas.nii.gz"));
        bench.write(&format!("brain/{name}"), table);
        let (summary, code) = bench.import("brain", &["--dataset", "my brain"]);
        assert_eq!(code, 0, "{name}: {summary}");
        assert_eq!(notes(&summary, "warnings", "Nowhere"), 1, "{name}: {summary}");
        assert_eq!(bench.ids("structure:hippocampus dataset:my_brain side:left").len(), 1, "{name}");
        assert_eq!(bench.ids("Nowhere").len(), 1, "{name}");
    }
}

#[test]
fn meshes_in_metres_become_millimetres() {
    let bench = Bench::new();
    bench.write("bones/femur_left.stl", stl_box([0.05, 0.06, 0.4]));
    bench.write("bones/patella_left.stl", stl_box([0.04, 0.02, 0.04]));
    let (summary, code) = bench.import("bones", &[]);
    assert_eq!(code, 0, "{summary}");
    let id = &bench.ids("femur")[0];
    let record = bench.record(id);
    let extents: Vec<f64> =
        record["features"]["extents_mm"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    for (got, want) in extents.iter().zip([50.0, 60.0, 400.0]) {
        assert!((got - want).abs() < 1e-3, "{extents:?}");
    }
    assert!((record["features"]["volume_mm3"].as_f64().unwrap() - 1.2e6).abs() < 10.0);
    assert!(record["processing"].to_string().contains("\"unit_derived_from_size\":true"), "{}", record["processing"]);
}

#[test]
fn dry_run_limit_and_recipe_file() {
    let bench = Bench::new();
    totalsegmentator(&bench);
    let (summary, _) = bench.import("data", &["--dry-run"]);
    assert_eq!((&summary["shapes_written"], &summary["dry_run"]), (&6.into(), &true.into()));
    assert!(!bench.collection().exists());
    let (summary, _) = bench.import("data", &["--limit", "1", "--recipe", "totalsegmentator"]);
    assert_eq!((&summary["cases"], &summary["shapes_written"]), (&1.into(), &3.into()));
}

#[test]
fn left_handed_and_turned_grids_give_the_same_surface() {
    use medshape_shape::{Affine, LabelMap, Labels};
    let bench = Bench::new();
    let wedge = |[i, j, k]: [usize; 3]| u8::from(i + 2 * j < 12 && k > 2 && k < 4 + i);
    let map = labels(wedge);
    save(&map, &bench.path("a/liver.nii.gz"));
    // The same voxels stored from right to left: the affine runs the other way, and is left-handed.
    let turned = labels(|[i, j, k]| wedge([19 - i, j, k]));
    let Labels::U8(voxels) = turned.labels() else { unreachable!() };
    let affine = Affine::from_rows([[-1.0, 0.0, 0.0, 9.0], [0.0, 1.0, 0.0, -20.0], [0.0, 0.0, 2.0, 30.0]]).unwrap();
    save(&LabelMap::new([20, 18, 16], affine, Labels::U8(voxels.clone())).unwrap(), &bench.path("b/liver.nii.gz"));
    bench.import("a", &["--dataset", "a"]);
    bench.import("b", &["--dataset", "b"]);
    let [a, b] = ["a", "b"].map(|d| bench.record(&bench.ids(&format!("dataset:{d}"))[0]));
    let number = |r: &serde_json::Value, key: &str| r["features"][key].as_f64().unwrap();
    for key in ["volume_mm3", "surface_area_mm2"] {
        assert!((number(&a, key) / number(&b, key) - 1.0).abs() < 1e-5, "{key}");
    }
    for axis in 0..3 {
        let [x, y] = [&a, &b].map(|r| r["features"]["centroid_mm"][axis].as_f64().unwrap());
        assert!((x - y).abs() < 2e-2, "axis {axis}: {x} {y}");
    }
    assert_eq!((&b["quality"]["closed"], &b["quality"]["oriented"]), (&true.into(), &true.into()));
}

#[test]
fn parts_of_a_scene_that_share_a_name_are_shapes_of_their_own() {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.path("scene")).unwrap();
    let [small, large] = [10.0, 30.0].map(|side| {
        std::fs::write(bench.path("box.stl"), stl_box([side; 3])).unwrap();
        medshape_formats::read_mesh(&bench.path("box.stl")).unwrap().mesh
    });
    let meta = medshape_formats::MeshMeta { name: "rib".into(), ..Default::default() };
    let mut bytes = Vec::new();
    let parts = [(&small, &meta), (&large, &meta)];
    medshape_formats::write_scene(medshape_formats::MeshFormat::ThreeMf, &parts, &mut bytes).unwrap();
    std::fs::write(bench.path("scene/body.3mf"), bytes).unwrap();
    bench.import("scene", &["--dataset", "scene"]);
    let mut volumes: Vec<f64> = bench
        .ids("dataset:scene")
        .iter()
        .map(|id| bench.record(id)["features"]["volume_mm3"].as_f64().unwrap().round())
        .collect();
    volumes.sort_by(f64::total_cmp);
    assert_eq!(volumes, [1000.0, 27000.0]);
}
