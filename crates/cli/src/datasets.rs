//! `medshape datasets`: what is in the collection, and what can be imported.

use std::path::Path;
use std::process::ExitCode;

use medshape_collection::{Collection, CollectionError};
use medshape_sources::{InputRule, KindName, Recipe, recipe, recipes};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::{Outcome, args, table};

pub(crate) fn run(collection: &Path, args: &args::Datasets) -> Outcome {
    if let Some(name) = &args.name {
        return describe(name, args.json);
    }
    let datasets = match Collection::open(collection) {
        Ok(collection) => collection.datasets()?,
        Err(CollectionError::NotACollection { .. }) => Vec::new(),
        Err(e) => return Err(e.into()),
    };
    let known = recipes().iter().filter(|recipe| recipe.obtain.is_some());
    if args.json {
        let known: Vec<Value> = known.map(|recipe| summary(recipe)).collect();
        println!("{}", serde_json::to_string_pretty(&json!({ "datasets": datasets, "known": known }))?);
        return Ok(ExitCode::SUCCESS);
    }
    if !datasets.is_empty() {
        let rows: Vec<Vec<String>> = datasets
            .iter()
            .map(|d| {
                let licence = d.licence.spdx.clone().unwrap_or_else(|| d.licence.statement.clone());
                vec![d.name.clone(), d.cases.to_string(), d.shapes.to_string(), licence, d.title.clone()]
            })
            .collect();
        table::print(&["in the collection", "cases", "shapes", "licence", "title"], &rows);
        println!();
    }
    let rows: Vec<Vec<String>> = known
        .map(|r| {
            let licence = r.licence.spdx.clone().unwrap_or_else(|| "-".to_string());
            vec![r.name.clone(), licence, r.licence.verdict(), word(&json!(r.licence.access)), r.title.clone()]
        })
        .collect();
    table::print(&["can be imported", "licence", "share shapes?", "access", "title"], &rows);
    println!("\n`medshape datasets NAME` tells how to get a dataset, how it lies on disk and what its labels mean.");
    Ok(ExitCode::SUCCESS)
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

fn summary(recipe: &Recipe) -> Value {
    json!({
        "name": recipe.name,
        "title": recipe.title,
        "releases": recipe.release.iter().map(|release| &release.name).collect::<Vec<_>>(),
        "licence": recipe.licence,
        "verdict": recipe.licence.verdict(),
        "citation": recipe.citation,
        "obtain": recipe.obtain,
        "unverified": recipe.variants().iter().flat_map(|v| v.unverified.clone()).collect::<std::collections::BTreeSet<_>>(),
    })
}

/// Everything a recipe says.
fn describe(name: &str, as_json: bool) -> Outcome {
    let Some(recipe) = recipe(name) else {
        let known: Vec<&str> = recipes().iter().map(|recipe| recipe.name.as_str()).collect();
        return Err(Failure::wrong_use(anyhow::anyhow!("there is no recipe {name:?}; there are {}", known.join(", "))));
    };
    if as_json {
        println!("{}", serde_json::to_string_pretty(&summary(&recipe))?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} ({}, version {})\n{}", recipe.title, recipe.name, recipe.version, recipe.description);
    let licence = &recipe.licence;
    println!("\nlicence    {}", licence.statement);
    if let Some(paper) = &licence.paper_statement {
        println!("           the MedShapeNet paper says: {paper}");
    }
    println!("           share derived shapes? {}; access: {}", licence.verdict(), word(&json!(licence.access)));
    println!("cite       {}", recipe.citation.text);
    println!("           {}", recipe.citation.doi.iter().map(|d| format!("doi:{d}")).collect::<Vec<_>>().join(" "));
    if let Some(obtain) = &recipe.obtain {
        println!("obtain     {}", obtain.text);
        println!("           {}", obtain.url.as_deref().unwrap_or_default());
    }
    if recipe.detect.is_empty() && recipe.release.iter().all(|release| release.detect.is_empty()) {
        println!("recognised only when asked for: medshape import FOLDER --recipe {}", recipe.name);
    }
    for variant in recipe.variants() {
        describe_variant(&variant);
    }
    let unverified: Vec<String> = recipe.variants().into_iter().flat_map(|variant| variant.unverified).collect();
    let mut told = std::collections::BTreeSet::new();
    for (index, sentence) in unverified.iter().filter(|sentence| told.insert(sentence.as_str())).enumerate() {
        println!("{} {sentence}", if index == 0 { "\nnot verified:\n -" } else { " -" });
    }
    Ok(ExitCode::SUCCESS)
}

/// Layout and labels of a release.
fn describe_variant(recipe: &Recipe) {
    let made = recipe.annotation.map(|a| format!(", masks {}", a.as_str())).unwrap_or_default();
    let modality = recipe.modality.as_deref().unwrap_or("modality not stated");
    match &recipe.release_name {
        Some(release) => println!("\nrelease {release}: {} ({modality}{made})", recipe.title),
        None => println!("\n{modality}{made}"),
    }
    for rule in &recipe.inputs {
        for pattern in rule.pattern.patterns() {
            println!("  {}  {}", kind(rule), pattern.as_str());
        }
        for (value, name) in &rule.labels {
            println!("    {value:>4}  {}", meaning(recipe, name));
        }
    }
    let mut labels: Vec<(u32, &String)> =
        recipe.labels.iter().filter_map(|(v, n)| Some((v.parse().ok()?, n))).collect();
    labels.sort_unstable();
    for (value, name) in labels {
        println!("  {value:>6}  {}", meaning(recipe, name));
    }
    for (name, labels) in &recipe.unions {
        println!("  {labels}  {}", meaning(recipe, name));
    }
    if !recipe.derive_side.is_empty() {
        println!("  side derived from geometry: {}", recipe.derive_side.join(", "));
    }
    for table in &recipe.metadata {
        let files: Vec<&str> = table.file.patterns().iter().map(medshape_sources::Pattern::as_str).collect();
        println!("  table   {}", files.join(", "));
    }
}

fn kind(rule: &InputRule) -> &'static str {
    match rule.kind {
        KindName::Labelmap => "labels ",
        KindName::Binary => "mask   ",
        KindName::Auto => "volume ",
        KindName::Instances => "each   ",
        KindName::Contours => "contour",
        KindName::Mesh => "mesh   ",
    }
}

/// What the source calls it, and the vocabulary's name if that is another.
fn meaning(recipe: &Recipe, name: &str) -> String {
    match recipe.resolve(name) {
        Some(structure) if structure.name == name => name.to_string(),
        Some(structure) => format!("{name} = {}", structure.name),
        None => format!("{name} (not in the vocabulary)"),
    }
}
