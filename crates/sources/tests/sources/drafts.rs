//! Drafting a recipe for an unknown folder, and checking one against a folder.

use crate::common::Tree;
use medshape_sources::{PlanOptions, Recipe, check_recipe, draft_recipe, plan, recipe_schema};

/// Drafts a recipe for a tree, and plans the tree by it: the cases' ids and how many files each has.
fn drafted(tree: &Tree) -> (String, Vec<(String, usize)>) {
    let text = draft_recipe(tree.root()).unwrap_or_else(|error| panic!("{error}"));
    Recipe::parse(&text, "draft").unwrap_or_else(|error| panic!("{error}\n{text}"));
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(file.path(), &text).unwrap();
    let options = PlanOptions { recipe: Some(file.path().display().to_string()), dataset: None };
    let plan = plan(tree.root(), &options).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let cases = plan.cases.into_iter().map(|case| (case.id, case.inputs.len())).collect();
    (text, cases)
}

fn cases(expected: &[(&str, usize)]) -> Vec<(String, usize)> {
    expected.iter().map(|(id, files)| ((*id).to_owned(), *files)).collect()
}

#[test]
fn a_folder_a_case_and_a_file_a_structure() {
    let tree = Tree::new(&[
        ("study/pat 001/ct.nii.gz", ""),
        ("study/pat 001/masks/liver.nii.gz", ""),
        ("study/pat 001/masks/Milz.nii.gz", ""),
        ("study/pat 002/ct.nii.gz", ""),
        ("study/pat 002/masks/liver.nii.gz", ""),
        ("study/pat 002/masks/vertebrae_T1.nii.gz", ""),
        ("study/table.csv", "id;sex;age;bmi;name\npat 001;f;61;22.5;Jane\npat 002;m;50;30;Joe\n"),
    ]);
    let (text, found) = drafted(&tree);
    assert_eq!(found, cases(&[("pat_001", 2), ("pat_002", 2)]), "{text}");
    for line in ["key = 'id'", "sex = { column = 'sex' }", "age = { column = 'age' }", "# 'Milz' = \"\""] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("'name'"), "no column that identifies a person is offered: {text}");
    assert!(text.contains("[[ignore]]") && text.contains("ct.nii"), "{text}");
}

#[test]
fn a_file_a_case_in_several_forms() {
    let tree = Tree::new(&[
        ("imagesTr/scan_01_0000.nii.gz", ""),
        ("labelsTr/scan_01.nii.gz", ""),
        ("labelsTr/scan_02.nii.gz", ""),
        ("labelsTr/extra-7.nii.gz", ""),
    ]);
    let (text, found) = drafted(&tree);
    assert_eq!(found, cases(&[("extra-7", 1), ("scan_01", 1), ("scan_02", 1)]), "{text}");
}

#[test]
fn the_same_file_in_each_folder() {
    let tree = Tree::new(&[("a1/x/seg.nrrd", ""), ("a2/x/seg.nrrd", ""), ("a2/x/t1.nrrd", "")]);
    let (text, found) = drafted(&tree);
    assert_eq!(found, cases(&[("a1", 1), ("a2", 1)]), "{text}");
}

#[test]
fn images_of_the_same_names_and_parts_of_one_body() {
    let tree = Tree::new(&[("images/hippocampus_001.nii.gz", ""), ("labels/hippocampus_001.nii.gz", "")]);
    let (text, found) = drafted(&tree);
    assert_eq!(found, cases(&[("hippocampus_001", 1)]), "{text}");
    let tree = Tree::new(&[
        ("models/Model_1_fornix.stl", ""),
        ("models/Model_2_vermis.stl", ""),
        ("models/Model_7_x.stl", ""),
    ]);
    let (text, found) = drafted(&tree);
    assert_eq!(found, cases(&[("models", 3)]), "{text}");
}

#[test]
fn meshes_and_strange_names() {
    let tree = Tree::new(&[("it's {odd}/[1] liver.stl", ""), ("it's {odd}/[2] liver.stl", ""), ("Ö'7.ply", "")]);
    let (text, found) = drafted(&tree);
    assert_eq!(found.iter().map(|(_, files)| files).sum::<usize>(), 3, "{text} {found:?}");
}

#[test]
fn nothing_to_draft_is_an_error() {
    let error = draft_recipe(Tree::new(&[("notes.txt", ""), ("ct.nii", "")]).root()).unwrap_err();
    assert!(error.to_string().contains("mask"), "{error}");
}

#[test]
fn a_check_names_what_the_recipe_misses() {
    let tree = Tree::new(&[
        ("case_1/liver.nii.gz", ""),
        ("case_1/Nirgends.nii.gz", ""),
        ("case_2/liver.nii.gz", ""),
        ("meta.csv", "id,sex\ncase_1,f\n"),
        ("other.stl", ""),
    ]);
    let recipe = r#"
        name = "mine"
        version = "1"
        title = "Mine"
        description = "A test."
        licence = { statement = "own data" }
        citation = { text = "none" }
        [[detect]]
        pattern = "case_*/liver.nii.gz"
        min = 3
        required = true
        [[inputs]]
        pattern = '{case:case_\d}/{structure}.nii.gz'
        kind = "binary"
        [[inputs]]
        pattern = "{case}/seg.nrrd"
        kind = "labelmap"
        [[metadata]]
        file = "meta.csv"
        key = "id"
        sex = { column = "sex" }
        age = { column = "age" }
        [[metadata]]
        file = "more.csv"
        key = "id"
    "#;
    tree.add(".mine.toml", recipe);
    let check = check_recipe(&tree.root().join(".mine.toml").display().to_string(), tree.root()).unwrap();
    assert_eq!((check.cases, check.files), (2, 3));
    assert_eq!(check.unresolved, ["Nirgends"]);
    let faults = check.faults.join("\n");
    for fault in ["inputs[1]", "no column \"age\"", "metadata[1]", "detect[0]: 2 files"] {
        assert!(faults.contains(fault), "{fault} in {faults}");
    }
    assert_eq!(check.skipped.len(), 1, "{:?}", check.skipped);
    assert!(check.warnings.iter().any(|warning| warning.contains("case_2")));
}

/// The published schema is the one of the types. `UPDATE_SCHEMA=1` writes it.
#[test]
fn the_published_schema_is_up_to_date() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/recipe.schema.json");
    let mut current = serde_json::to_string_pretty(&recipe_schema()).unwrap();
    current.push('\n');
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == current, "run `UPDATE_SCHEMA=1 cargo nextest run -p medshape-sources schema`");
}
