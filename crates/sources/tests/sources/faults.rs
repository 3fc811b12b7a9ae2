//! Folders as they should not be: nothing panics, nothing outside the folder is read, everything is reported.

use std::collections::BTreeSet;

use crate::common::Tree;
use medshape_sources::{Plan, PlanOptions, plan, slug};

fn note<'a>(plan: &'a Plan, file: &str) -> &'a str {
    let note = plan.skipped.iter().chain(&plan.failed).find(|note| note.file == file);
    note.map_or_else(|| panic!("nothing about {file} in {:?}", plan.skipped), |note| note.reason.as_str())
}

#[test]
fn two_cases_with_one_name_are_both_kept_and_named_the_same_every_time() {
    let tree = Tree::new(&[
        ("batch 1/case_00001/segmentation.nii.gz", ""),
        ("batch 2/case_00001/segmentation.nii.gz", ""),
        ("batch 2/case_00002/segmentation.nii.gz", ""),
        ("kits.json", "[]"),
    ]);
    let (first, second) = (tree.plan(), tree.plan());
    let ids: Vec<&str> = first.cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 3);
    assert_eq!(ids[0], "case_00001");
    assert!(ids[1].starts_with("case_00001-") && ids[1].len() == "case_00001-".len() + 6, "{}", ids[1]);
    assert!(first.cases[0].inputs[0].relative.starts_with("batch 1/"), "the first by path keeps the name");
    assert_eq!(first.cases, second.cases);
    assert!(first.warnings.iter().any(|warning| warning.contains("batch 2/case_00001")), "{:?}", first.warnings);
}

#[test]
fn names_that_differ_in_case_alone_stay_apart() {
    let plan = Tree::new(&[("scans/Case.nii.gz", ""), ("scans/case.nii", ""), ("scans/ca se.nii", "")]).plan();
    let ids: BTreeSet<String> = plan.cases.iter().map(|case| case.id.to_lowercase()).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn strange_names_become_safe_ids() {
    let tree = Tree::new(&[
        ("Fälle/a b..nii.gz", ""),
        ("Fälle/..x.stl", ""),
        ("Fälle/日本.nii.gz", ""),
        ("Fälle/...nii.gz", ""),
    ]);
    let plan = tree.plan();
    assert_eq!(plan.cases.len(), 2, "names that begin with a dot are hidden");
    for case in &plan.cases {
        assert_eq!(slug(&case.id), case.id);
        assert!(!case.id.contains(".."), "{}", case.id);
        assert!(case.inputs.iter().all(|input| input.path.exists()));
    }
}

#[cfg(unix)]
#[test]
fn links_are_reported_and_never_lead_out_or_in_circles() {
    use std::os::unix::fs::symlink;
    let outside = Tree::new(&[("secret.stl", ""), ("folder/more.stl", "")]);
    let tree = Tree::new(&[
        ("a/liver.stl", ""),
        ("a/spleen.stl", ""),
        ("b/heart.stl", ""),
        (".git/annex/objects/key.stl", ""),
    ]);
    let root = tree.root();
    symlink(root.join("a"), root.join("a/loop")).unwrap();
    symlink(root, root.join("b/up")).unwrap();
    symlink(outside.root().join("secret.stl"), root.join("secret.stl")).unwrap();
    symlink(outside.root().join("folder"), root.join("folder")).unwrap();
    symlink("../../../../../../etc/passwd", root.join("passwd.stl")).unwrap();
    symlink(root.join("nowhere.stl"), root.join("broken.stl")).unwrap();
    symlink("self.stl", root.join("self.stl")).unwrap();
    symlink("a/liver.stl", root.join("copy.stl")).unwrap();
    symlink("../.git/annex/objects/key.stl", root.join("a/kidney.stl")).unwrap();
    let plan = tree.plan();
    let mut files: Vec<&str> =
        plan.cases.iter().flat_map(|case| &case.inputs).map(|input| input.relative.as_str()).collect();
    files.sort_unstable();
    assert_eq!(files, ["a/kidney.stl", "a/liver.stl", "a/spleen.stl", "b/heart.stl"]);
    for file in ["secret.stl", "folder", "passwd.stl"] {
        assert!(note(&plan, file).contains("out of the folder"), "{file}: {}", note(&plan, file));
    }
    assert!(note(&plan, "a/loop").contains("not followed"));
    assert!(
        note(&plan, "b/up").contains("not followed") || note(&plan, "b/up").contains("out of"),
        "{}",
        note(&plan, "b/up")
    );
    assert!(note(&plan, "broken.stl").contains("leads nowhere"));
    assert!(note(&plan, "self.stl").contains("leads nowhere"));
    assert!(note(&plan, "copy.stl").contains("imported itself"));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_reported() {
    use std::os::unix::ffi::OsStrExt;
    let tree = Tree::new(&[("liver.stl", "")]);
    std::fs::write(tree.root().join(std::ffi::OsStr::from_bytes(b"sch\xe4del.stl")), "").unwrap();
    let plan = tree.plan();
    assert_eq!(plan.cases.len(), 1);
    assert!(plan.skipped.iter().any(|note| note.reason.contains("UTF-8")), "{:?}", plan.skipped);
}

#[test]
fn damaged_metadata_is_a_failure_and_the_cases_go_on() {
    for (text, words) in [("[{\"case_id\": ", "damaged"), ("[{\"name\": 1}]", "no column"), ("[1]", "neither")] {
        let plan = Tree::new(&[("case_00001/segmentation.nii.gz", ""), ("kits.json", text)]).plan();
        assert_eq!(plan.cases.len(), 1);
        assert!(note(&plan, "kits.json").contains(words), "{text}: {:?}", plan.failed);
    }
}

#[test]
fn files_that_are_not_read_by_themselves_are_named_with_the_reason() {
    let plan = Tree::new(&[("liver.nii.gz", ""), ("x/head.raw", ""), ("notes.md", "")]).plan();
    assert!(note(&plan, "x/head.raw").contains("with the header that names it"));
    assert!(note(&plan, "notes.md").contains("not a mask or mesh"));
}

#[test]
fn a_very_deep_folder_is_left_out_and_said() {
    let deep = format!("{}liver.stl", "d/".repeat(40));
    let tree = Tree::new(&[("liver.stl", ""), (deep.as_str(), "")]);
    let plan = plan(tree.root(), &PlanOptions::default()).unwrap();
    assert_eq!(plan.cases.len(), 1);
    assert!(plan.skipped.iter().any(|note| note.reason.contains("folders deep")), "{:?}", plan.skipped);
}
