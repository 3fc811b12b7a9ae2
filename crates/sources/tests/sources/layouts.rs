//! Each recipe finds its dataset in the layout in which it is published, and in what people make of it.

use crate::common::Tree;
use medshape_sources::{InputKind, Plan, PlanOptions, Sex, SourceError, Unit, plan};

fn ids(plan: &Plan) -> Vec<&str> {
    plan.cases.iter().map(|case| case.id.as_str()).collect()
}

/// The label table of the only input of a case.
fn table(plan: &Plan, case: usize) -> Vec<(u32, &str)> {
    match &plan.cases[case].inputs[0].kind {
        InputKind::LabelMap { table, .. } | InputKind::Auto { table, .. } => {
            table.iter().map(|(value, name)| (*value, name.as_str())).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// What the inputs of a case are called, in the order of their paths.
fn names(plan: &Plan, case: usize) -> Vec<&str> {
    let inputs = plan.cases[case].inputs.iter();
    inputs
        .map(|input| match &input.kind {
            InputKind::Binary { name } | InputKind::Auto { name, .. } | InputKind::Mesh { name, .. } => name.as_str(),
            _ => panic!("{} has no name of its own", input.relative),
        })
        .collect()
}

#[test]
fn totalsegmentator_nested_with_bom_and_a_missing_row() {
    let tree = Tree::new(&[
        ("Totalsegmentator_dataset_v201/s0011/ct.nii.gz", ""),
        ("Totalsegmentator_dataset_v201/s0011/segmentations/liver.nii.gz", ""),
        ("Totalsegmentator_dataset_v201/s0011/segmentations/kidney_left.nii.gz", ""),
        ("Totalsegmentator_dataset_v201/s0012/ct.nii.gz", ""),
        ("Totalsegmentator_dataset_v201/s0012/segmentations/liver.nii.gz", ""),
        ("Totalsegmentator_dataset_v201/__MACOSX/s0012/segmentations/._liver.nii.gz", ""),
        ("Totalsegmentator_dataset_v201/.DS_Store", ""),
        (
            "Totalsegmentator_dataset_v201/meta.csv",
            "\u{feff}image_id;age;gender;institute;study_type;split;patient_name\ns0011;93;f;A;ct thorax;train;Jane Doe\n",
        ),
    ]);
    let plan = tree.plan();
    assert_eq!((plan.recipe.name.as_str(), plan.dataset.as_str()), ("totalsegmentator", "totalsegmentator"));
    assert_eq!(ids(&plan), ["s0011", "s0012"]);
    assert_eq!(names(&plan, 0), ["kidney_left", "liver"]);
    let subject = &plan.cases[0].subject;
    assert_eq!((subject.sex, subject.age_years), (Some(Sex::F), Some(90.0)));
    assert_eq!(subject.attributes["split"], "train");
    assert!(!subject.attributes.contains_key("patient_name"));
    assert_eq!(plan.cases[1].subject.sex, None);
    assert!(
        plan.warnings.iter().any(|warning| warning.contains("1 of 2") && warning.contains("s0012")),
        "{:?}",
        plan.warnings
    );
    assert!(plan.skipped.is_empty() && plan.failed.is_empty(), "{:?} {:?}", plan.skipped, plan.failed);
    assert!(plan.detection.contains("totalsegmentator") && plan.detection.contains("meta.csv"), "{}", plan.detection);
}

#[test]
fn totalsegmentator_output_of_ones_own_scans() {
    let classes = ["liver", "autochthon_left", "iliopsoas_left", "rib_left_1", "vertebrae_L1", "spleen"];
    let mut files: Vec<(String, &str)> = classes.iter().map(|class| (format!("scan A/{class}.nii.gz"), "")).collect();
    files.push(("scan A/statistics.json".into(), "{\"liver\": {\"volume\": 1, \"intensity\": 2}}"));
    files.push(("multi.nii.gz".into(), ""));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let plan = Tree::new(&files).plan();
    assert_eq!(plan.recipe.name, "totalsegmentator-output");
    assert_eq!(ids(&plan), ["multi", "scan_A"]);
    assert_eq!(plan.cases[1].inputs.len(), 6);
    assert!(plan.recipe.licence.spdx.is_none(), "the user's own images have no licence of ours");
}

#[test]
fn kits19_kits21_and_kits23_are_told_apart() {
    let json = r#"[{"case_id": "case_00000", "gender": "female", "age_at_nephrectomy": 49, "malignant": true, "bmi": 24.5,
        "comorbidities": {"copd": false}, "ct_date": "2010-01-01"}]"#;
    let kits19 = Tree::new(&[
        ("data/case_00000/segmentation.nii.gz", ""),
        ("data/case_00000/imaging.nii.gz", ""),
        ("data/kits.json", json),
    ])
    .plan();
    assert_eq!((kits19.recipe.name.as_str(), kits19.dataset.as_str()), ("kits", "kits19"));
    assert_eq!(table(&kits19, 0), [(1, "kidney"), (2, "tumor")]);
    assert_eq!(kits19.recipe.structure_name("tumor"), "kidney_tumor");
    assert_eq!(kits19.recipe.resolve("tumor").map(|structure| structure.name), Some("kidney_tumor"));
    let subject = &kits19.cases[0].subject;
    assert_eq!((subject.sex, subject.age_years), (Some(Sex::F), Some(49.0)));
    assert_eq!(subject.attributes["malignant"], true);
    assert_eq!(subject.attributes["comorbidities.copd"], false);
    assert!(!subject.attributes.contains_key("ct_date"));

    let kits21 = Tree::new(&[
        ("kits21/data/case_00000/aggregated_MAJ_seg.nii.gz", ""),
        ("kits21/data/case_00000/aggregated_OR_seg.nii.gz", ""),
        ("kits21/data/case_00000/imaging.nii.gz", ""),
        ("kits21/data/case_00000/segmentations/kidney_instance-1_annotation-1.nii.gz", ""),
        ("kits21/data/kits.json", json),
    ])
    .plan();
    assert_eq!(kits21.recipe.release_name.as_deref(), Some("kits21"));
    assert_eq!(kits21.cases[0].inputs.len(), 1);
    assert_eq!(table(&kits21, 0), [(1, "kidney"), (2, "tumor"), (3, "cyst")]);
    assert_eq!(kits21.skipped.len(), 2, "other aggregations are reported: {:?}", kits21.skipped);

    let kits23 = Tree::new(&[("dataset/case_00000/segmentation.nii.gz", ""), ("dataset/kits23.json", json)]).plan();
    assert_eq!(kits23.recipe.release_name.as_deref(), Some("kits23"));
    assert_eq!(table(&kits23, 0).len(), 3);
}

#[test]
fn decathlon_and_nnunet_take_names_and_licence_from_dataset_json() {
    let decathlon = r#"{"name": "Spleen", "description": "Spleen Segmentation", "licence": "CC-BY-SA 4.0",
        "reference": "Memorial Sloan Kettering", "labels": {"0": "background", "1": "spleen"}}"#;
    let plan = Tree::new(&[
        ("Task09_Spleen/dataset.json", decathlon),
        ("Task09_Spleen/imagesTr/spleen_2.nii.gz", ""),
        ("Task09_Spleen/imagesTr/._spleen_2.nii.gz", ""),
        ("Task09_Spleen/imagesTs/spleen_7.nii.gz", ""),
        ("Task09_Spleen/labelsTr/spleen_2.nii.gz", ""),
    ])
    .plan();
    assert_eq!((plan.recipe.name.as_str(), plan.dataset.as_str()), ("msd", "Spleen"));
    assert_eq!(table(&plan, 0), [(1, "spleen")]);
    assert_eq!(plan.recipe.licence.spdx.as_deref(), Some("CC-BY-SA-4.0"));
    assert_eq!(ids(&plan), ["spleen_2"]);

    let nnunet =
        r#"{"labels": {"background": 0, "liver": 1, "tumor": [2], "whole": [1, 2]}, "file_ending": ".nii.gz"}"#;
    let tree =
        Tree::new(&[("dataset.json", nnunet), ("imagesTr/case_1_0000.nii.gz", ""), ("labelsTr/case_1.nii.gz", "")]);
    assert_eq!(table(&tree.plan(), 0), [(1, "liver"), (2, "tumor")]);

    let damaged =
        Tree::new(&[("dataset.json", "{\"labels\": {"), ("imagesTr/a_0000.nii.gz", ""), ("labelsTr/a.nii.gz", "")])
            .plan();
    assert!(damaged.failed.iter().any(|note| note.file == "dataset.json"), "{:?}", damaged.failed);
    assert_eq!(table(&damaged, 0), []);
}

#[test]
fn atlases_find_their_tables() {
    let plan = Tree::new(&[
        ("aal.nii.gz", ""),
        ("aal.nii.txt", "1 Precentral_L 2001\n2 Precentral_R 2002\n"),
        ("atlas_other.nii", ""),
        ("labels_other.csv", "index,name\n0,Background\n7,Thalamus\n"),
        ("README.txt", "1 this is no table\n"),
    ])
    .plan();
    assert_eq!(plan.recipe.name, "atlas");
    assert_eq!(ids(&plan), ["aal", "atlas_other"]);
    assert_eq!(table(&plan, 0), [(1, "Precentral_L"), (2, "Precentral_R")]);
    assert_eq!(table(&plan, 1), [(7, "Thalamus")]);
    let skipped: Vec<&str> = plan.skipped.iter().map(|note| note.file.as_str()).collect();
    assert_eq!(skipped, ["README.txt"], "tables in use are not reported");
}

#[test]
fn a_single_file_finds_the_table_beside_it() {
    let tree = Tree::new(&[("aal.nii.gz", ""), ("aal.nii.txt", "1 Precentral_L 2001\n"), ("brodmann.nii.gz", "")]);
    let plan = plan(&tree.root().join("aal.nii.gz"), &PlanOptions::default()).unwrap();
    assert_eq!((plan.dataset.as_str(), ids(&plan)), ("aal", vec!["aal"]));
    assert_eq!(table(&plan, 0), [(1, "Precentral_L")]);
}

#[test]
fn folders_of_volumes_are_cases_when_they_are_named_like_structures() {
    let plan = Tree::new(&[
        ("p1/liver.nii.gz", ""),
        ("p1/spleen.nii.gz", ""),
        ("p1/segmentations/pancreas.nii.gz", ""),
        ("p2/liver.nii.gz", ""),
        ("scans/a.nii.gz", ""),
        ("scans/b.nii.gz", ""),
        ("001.nii.gz", ""),
    ])
    .plan();
    assert_eq!(plan.recipe.name, "labelmaps");
    assert_eq!(ids(&plan), ["001", "p1", "p2", "scans_a", "scans_b"]);
    assert_eq!(names(&plan, 1), ["liver", "pancreas", "spleen"]);
}

#[test]
fn folders_of_meshes() {
    let plan = Tree::new(&[
        ("Patient 1/liver.STL", ""),
        ("Patient 1/Größe.obj", ""),
        ("Patient 1/deep/vessel.ply", ""),
        ("Kidney_left.stl", ""),
        ("Heart.stl", ""),
        ("faces/001.stl", ""),
        ("faces/002.stl", ""),
        ("skulls/skull.a.stl", ""),
        ("skulls/skull.b.stl", ""),
        ("bones/vertebra_1.stl", ""),
        ("bones/vertebra_2.stl", ""),
    ])
    .plan();
    assert_eq!(plan.recipe.name, "meshes");
    let root = plan.dataset.clone();
    let expected = ["Patient_1", "bones", "faces_001", "faces_002", "skulls_skull.a", "skulls_skull.b"];
    let others: Vec<&str> = ids(&plan).into_iter().filter(|id| *id != root).collect();
    assert_eq!(others, expected);
    let position = |id: &str| plan.cases.iter().position(|case| case.id == id).unwrap();
    assert_eq!(names(&plan, position(&root)), ["Heart", "Kidney_left"]);
    assert_eq!(names(&plan, position("faces_001")), ["faces"]);
    assert_eq!(names(&plan, position("skulls_skull.b")), ["skull"]);
    assert_eq!(names(&plan, position("Patient_1")), ["Größe", "vessel", "liver"]);
}

#[test]
fn myo_sim_bones_are_in_metres_with_their_own_axes() {
    let files = ["hat_skull", "r_bofoot", "thoracic10_s", "thumbprox", "l_femur", "2mc", "osl_knee_v2", "ground_skull"];
    let files: Vec<String> = files.iter().map(|stem| format!("myo_sim/models/meshes/{stem}.stl")).collect();
    let plan = Tree::new(&files.iter().map(|path| (path.as_str(), "")).collect::<Vec<_>>()).plan();
    assert_eq!((plan.recipe.name.as_str(), ids(&plan)), ("myo-sim", vec!["skeleton"]));
    let resolved: Vec<&str> = names(&plan, 0)
        .into_iter()
        .filter_map(|name| plan.recipe.resolve(name))
        .map(|structure| structure.name)
        .collect();
    assert_eq!(
        resolved,
        [
            "metacarpal_2_right",
            "skull",
            "femur_left",
            "phalanges_feet_right",
            "vertebra_T10",
            "phalanx_proximal_hand_1_right"
        ]
    );
    for input in &plan.cases[0].inputs {
        let InputKind::Mesh { unit, axes, .. } = &input.kind else { panic!("{input:?}") };
        assert_eq!((*unit, axes.to_string().as_str()), (Unit::Metre, "ASR"));
    }
    assert_eq!(plan.skipped.len(), 2, "{:?}", plan.skipped);
}

#[test]
fn a_users_recipe_and_dataset_name() {
    let tree = Tree::new(&[
        ("x/Fall 7/Leber.nii.gz", ""),
        ("x/Fall 7/notiz.txt", ""),
        ("info.csv", "id,Geschlecht\nfall 7,w\n"),
    ]);
    let recipe = tree.root().join("mine.toml");
    let text = r#"
        name = "mine"
        version = "3"
        title = "Mine"
        description = "Own data."
        licence = { statement = "own" }
        citation = { text = "none" }
        names = { Leber = "liver" }
        [[inputs]]
        pattern = "{case:Fall \\d+}/{structure}.nii[.gz]"
        kind = "binary"
        [[metadata]]
        file = "info.csv"
        key = "id"
        sex = { column = "geschlecht" }
    "#;
    std::fs::write(&recipe, text).unwrap();
    let options = PlanOptions { recipe: Some(recipe.display().to_string()), dataset: Some("Meine Fälle".into()) };
    let plan = plan(tree.root(), &options).unwrap();
    assert_eq!((plan.dataset.as_str(), ids(&plan)), ("Meine_Faelle", vec!["Fall_7"]));
    assert_eq!(names(&plan, 0), ["Leber"]);
    assert_eq!(plan.recipe.resolve("Leber").map(|structure| structure.name), Some("liver"));
    assert_eq!(plan.cases[0].subject.sex, Some(Sex::F));
}

#[test]
fn errors_say_what_to_do() {
    let tree = Tree::new(&[("notes.txt", ""), ("scan.raw", "")]);
    let error = |options: &PlanOptions| plan(tree.root(), options).unwrap_err();
    let named = |name: &str| PlanOptions { recipe: Some(name.into()), dataset: None };
    let nothing = error(&PlanOptions::default());
    assert!(matches!(nothing, SourceError::Nothing { .. }) && nothing.to_string().contains("1 raw"), "{nothing}");
    assert!(matches!(error(&named("nonsense")), SourceError::UnknownRecipe { .. }));
    let misfit = error(&named("kits19"));
    assert!(
        matches!(misfit, SourceError::DoesNotFit { .. }) && misfit.to_string().contains("segmentation.nii"),
        "{misfit}"
    );
    let absent = plan(&tree.root().join("absent"), &PlanOptions::default()).unwrap_err();
    assert!(matches!(absent, SourceError::Unreadable { .. }));
    let tree = Tree::new(&[("a.stl", "")]);
    let unnamed = PlanOptions { recipe: None, dataset: Some("//".into()) };
    assert!(matches!(plan(tree.root(), &unnamed), Err(SourceError::DatasetName { .. })));
}

/// The example in the documentation is a recipe, and does what the text says.
#[test]
fn the_documented_example_works() {
    let page = include_str!("../../../../docs/recipes.md");
    let example = page.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let tree = Tree::new(&[
        ("patient_7/seg.nii.gz", ""),
        ("patients.csv", "id,sex,age,bmi,email\npatient_7,f,61,22.5,a@b.c\n"),
        (".recipe.toml", example),
    ]);
    let recipe = tree.root().join(".recipe.toml").display().to_string();
    let plan = plan(tree.root(), &PlanOptions { recipe: Some(recipe), dataset: None }).unwrap();
    assert_eq!((plan.dataset.as_str(), ids(&plan)), ("my-livers", vec!["patient_7"]));
    assert_eq!(table(&plan, 0), [(1, "liver"), (2, "tumor")]);
    assert_eq!(plan.recipe.resolve("tumor").map(|structure| structure.name), Some("liver_tumor"));
    let subject = &plan.cases[0].subject;
    assert_eq!((subject.sex, subject.age_years), (Some(Sex::F), Some(61.0)));
    assert_eq!(subject.attributes.keys().collect::<Vec<_>>(), ["bmi"]);
}

#[test]
fn every_name_a_recipe_gives_is_in_the_vocabulary() {
    for recipe in medshape_sources::recipes() {
        for (source, name) in &recipe.names {
            assert!(medshape_anatomy::get(name).is_some(), "{}: {source} = {name}", recipe.name);
        }
    }
}
