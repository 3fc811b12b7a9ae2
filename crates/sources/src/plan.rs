//! The plan of an import: which recipe, which cases, which files; and what is left out and why.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::case::{Case, InputKind, Note};
use crate::detect;
use crate::error::SourceError;
use crate::find::{self, Found};
use crate::group;
use crate::labels::Tables;
use crate::metadata;
use crate::recipe::{DatasetName, Recipe};
use crate::relations;
use crate::slug::slug;
use crate::walk::{self, Listing};

/// What the user decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// A built-in recipe's name, or the path of a recipe file; none: the one that fits is found.
    pub recipe: Option<String>,
    /// What to call the dataset; none: as the recipe says.
    pub dataset: Option<String>,
}

/// What an import will do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The recipe in use, its licence and citation completed from the folder's `dataset.json` where there is one.
    pub recipe: Arc<Recipe>,
    /// The dataset's name, a slug.
    pub dataset: String,
    /// The folder that all relative paths start from.
    pub root: PathBuf,
    /// One sentence: which recipe, and why.
    pub detection: String,
    /// The cases in the order of their ids, which are unique.
    pub cases: Vec<Case>,
    /// Files that are not imported, each with the reason.
    pub skipped: Vec<Note>,
    /// Files and folders that should have been read and could not.
    pub failed: Vec<Note>,
    /// What a person should look at.
    pub warnings: Vec<String>,
}

/// Plans the import of a folder, or of a single file.
///
/// # Errors
/// When the root cannot be read, the recipe is unknown, faulty or does not fit, or nothing in the root can be imported.
pub fn plan(root: &Path, options: &PlanOptions) -> Result<Plan, SourceError> {
    let listing = walk::list(root)?;
    let mut tables = Tables::new(&listing);
    let chosen = detect::choose(&listing, options.recipe.as_deref(), &mut tables)?;
    let recipe = chosen.recipe;
    let Found { inputs, mut skipped, .. } = chosen.found;
    let dataset_json = match recipe.dataset {
        DatasetName::DatasetJson => find::dataset_json(&listing),
        DatasetName::Recipe | DatasetName::Release | DatasetName::Folder => None,
    };
    let dataset = dataset_name(options, &recipe, &listing, dataset_json.as_ref())?;

    let mut warnings = chosen.warnings;
    let mut cases = group::cases(&recipe, &listing, inputs, &mut tables, &mut warnings, &mut skipped);
    let mut failed = listing.failed.clone();
    metadata::attach(&recipe, &listing, &mut cases, &mut warnings, &mut failed);
    let mut cases: Vec<Case> = cases.into_iter().map(|(_, case)| case).collect();
    by_sex(&recipe, &mut cases);
    relations::add(&recipe, &mut cases);
    let unused = skipped.into_iter().filter(|note| !tables.is_used(&note.file));
    let mut skipped: Vec<Note> = unused.chain(listing.skipped.iter().cloned()).collect();
    failed.extend(tables.into_failures());
    skipped.sort();
    failed.sort();
    failed.dedup();
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    let recipe = match dataset_json {
        Some(description) => Arc::new(find::describe(&recipe, &description)),
        None => recipe,
    };
    Ok(Plan { recipe, dataset, root: listing.root, detection: chosen.reason, cases, skipped, failed, warnings })
}

/// Names that mean one structure in men and another in women, once the sex is known.
fn by_sex(recipe: &Recipe, cases: &mut [Case]) {
    for case in cases {
        let Some(sex) = case.subject.sex else { continue };
        for input in &mut case.inputs {
            let (InputKind::LabelMap { table, .. } | InputKind::Auto { table, .. }) = &mut input.kind else { continue };
            let meant = |name: &String| recipe.by_sex.get(name).and_then(|names| names.get(sex.as_str()));
            if table.values().any(|name| meant(name).is_some()) {
                let renamed = table.iter().map(|(value, name)| (*value, meant(name).unwrap_or(name).clone()));
                *table = Arc::new(renamed.collect());
            }
        }
    }
}

fn dataset_name(
    options: &PlanOptions,
    recipe: &Recipe,
    listing: &Listing,
    dataset_json: Option<&Value>,
) -> Result<String, SourceError> {
    if let Some(name) = &options.dataset {
        if !name.chars().any(char::is_alphanumeric) {
            return Err(SourceError::DatasetName { name: name.clone() });
        }
        return Ok(slug(name));
    }
    let told = dataset_json.and_then(|json| json.get("name")?.as_str()).filter(|name| !name.trim().is_empty());
    Ok(match (recipe.dataset, told) {
        (DatasetName::Recipe, _) => recipe.name.clone(),
        (DatasetName::Release, _) => recipe.release_name.clone().unwrap_or_else(|| recipe.name.clone()),
        (DatasetName::DatasetJson, Some(name)) => slug(name),
        _ => slug(&listing.name),
    })
}
