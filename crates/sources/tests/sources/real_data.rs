//! What is planned for real folders, where they are at hand.

use crate::common::data;
use medshape_sources::{Plan, PlanOptions, plan};

fn planned(name: &str) -> Option<Plan> {
    let plan = plan(&data(name)?, &PlanOptions::default()).unwrap_or_else(|error| panic!("{error}"));
    println!("{name}: {}; {} cases, {} skipped", plan.detection, plan.cases.len(), plan.skipped.len());
    assert!(plan.failed.is_empty(), "{:?}", plan.failed);
    Some(plan)
}

fn check(name: &str, recipe: &str, dataset: &str, cases: usize) -> Option<Plan> {
    let plan = planned(name)?;
    assert_eq!(
        (plan.recipe.name.as_str(), plan.dataset.as_str(), plan.cases.len()),
        (recipe, dataset, cases),
        "{name}"
    );
    Some(plan)
}

#[test]
fn every_sample_folder_is_recognised() {
    check("totalsegmentator", "totalsegmentator-output", "totalsegmentator", 11);
    check("hippocampus-msd", "msd-hippocampus", "msd-hippocampus", 210);
    check("mricron-atlases", "mricron-atlases", "mricron-atlases", 3);
    check("myosim-bones", "myo-sim", "myo-sim", 1);
    check("openhelp-organs", "meshes", "openhelp-organs", 1);
    check("niivue-julich", "atlas", "niivue-julich", 1);
    check("niivue-cit168", "atlas", "niivue-cit168", 1);
    check("scalismo-faces", "meshes", "scalismo-faces", 8);
    check("openjaw-teeth", "openjaw", "openjaw", 2);
    check("med-rad", "labelmaps", "med-rad", 10);
    check("skull-stl", "meshes", "skull-stl", 3);
}

#[test]
fn every_kits19_patient_has_sex_and_age() {
    let Some(plan) = check("kits19", "kits", "kits19", 67) else { return };
    assert!(plan.cases.iter().all(|case| case.subject.sex.is_some() && case.subject.age_years.is_some()));
    let first = &plan.cases[0];
    assert_eq!((first.id.as_str(), first.subject.age_years), ("case_00002", Some(74.0)));
    assert_eq!(first.subject.attributes["tumor_histologic_subtype"], "papillary");
}

#[test]
fn a_folder_of_many_datasets_says_so() {
    let Some(plan) = planned("") else { return };
    assert_eq!(plan.recipe.name, "labelmaps");
    assert!(plan.warnings.iter().any(|warning| warning.contains("kits")), "{:?}", plan.warnings);
}
