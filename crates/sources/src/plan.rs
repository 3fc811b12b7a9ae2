//! The plan of an import: which recipe, which cases, which files; and what is left out and why.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::axes::Axes;
use crate::detect;
use crate::error::SourceError;
use crate::find::{self, Found};
use crate::group;
use crate::labels::Tables;
use crate::metadata;
use crate::recipe::{DatasetName, Recipe, Unit};
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

/// Something about one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// The file, relative to the root.
    pub file: String,
    /// The label in it, where it is about one.
    pub label: Option<String>,
    /// What is the matter, in words.
    pub reason: String,
}

impl Note {
    pub(crate) fn new(file: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { file: file.into(), label: None, reason: reason.into() }
    }
}

/// One subject at one time: its files, and what is known of the person.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// A slug, unique in the plan.
    pub id: String,
    /// The person or specimen.
    pub subject: Subject,
    /// The files, in the order of their paths.
    pub inputs: Vec<Input>,
}

/// The de-identified person or specimen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subject {
    /// A slug; the case's id unless the dataset tells subjects from cases.
    pub id: String,
    /// The recorded sex.
    pub sex: Option<Sex>,
    /// Age in years; above 89 it is 90, so that no one can be known by great age.
    pub age_years: Option<f64>,
    /// Further columns of the metadata tables that the recipe keeps: text, numbers and yes/no.
    pub attributes: BTreeMap<String, Value>,
}

/// Recorded sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Sex {
    /// Female.
    F,
    /// Male.
    M,
}

impl Sex {
    /// `F` or `M`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::M => "M",
        }
    }
}

/// One file to read.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// The same relative to the root, with `/` between folders.
    pub relative: String,
    /// What it holds.
    pub kind: InputKind,
}

/// What a file holds, as far as its name and tables say.
#[derive(Debug, Clone, PartialEq)]
pub enum InputKind {
    /// A volume of many labels.
    LabelMap {
        /// Names of the values. Empty: the file's own label table names them, else the number is the name.
        table: Arc<BTreeMap<u32, String>>,
        /// Whether the table is complete: a value missing from it is then worth a report (and keeps its number).
        strict: bool,
    },
    /// A volume in which any value but zero is the structure.
    Binary {
        /// The structure, as the source calls it.
        name: String,
    },
    /// A volume of either sort: with a single value besides zero that no table names it is a [`InputKind::Binary`],
    /// else a [`InputKind::LabelMap`].
    Auto {
        /// The structure if it is binary.
        name: String,
        /// Names of the values if it is not.
        table: Arc<BTreeMap<u32, String>>,
    },
    /// A surface.
    Mesh {
        /// The structure, as the source calls it.
        name: String,
        /// Unit of the coordinates.
        unit: Unit,
        /// Directions of the axes.
        axes: Axes,
    },
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
    let Found { inputs, skipped, .. } = chosen.found;
    let dataset_json = match recipe.dataset {
        DatasetName::DatasetJson => find::dataset_json(&listing),
        DatasetName::Recipe | DatasetName::Folder => None,
    };
    let dataset = dataset_name(options, &recipe, &listing, dataset_json.as_ref())?;

    let mut warnings = chosen.warnings;
    let mut cases = group::cases(&recipe, &listing, inputs, &mut tables, &mut warnings);
    let mut failed = listing.failed.clone();
    metadata::attach(&recipe, &listing, &mut cases, &mut warnings, &mut failed);
    let mut cases: Vec<Case> = cases.into_iter().map(|(_, case)| case).collect();
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
        (DatasetName::DatasetJson, Some(name)) => slug(name),
        _ => slug(&listing.name),
    })
}
