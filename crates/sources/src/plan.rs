//! The plan of an import: which recipe, which cases, which files; and what is left out and why.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::archive::Member;
use crate::axes::Axes;
use crate::detect;
use crate::error::SourceError;
use crate::file::{DataFile, Fetched};
use crate::find::{self, Found};
use crate::group;
use crate::labels::Tables;
use crate::metadata;
use crate::recipe::{Annotation, ConsensusRule, DatasetName, Recipe, RelationKind, Unit};
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
    /// Which of several examinations of the subject it is, as the source has it.
    pub time_point: Option<String>,
    /// The files, in the order of their paths.
    pub inputs: Vec<Input>,
    /// Masks of several readers to be joined into one as well.
    pub consensus: Vec<Consensus>,
    /// Structures that belong together, as far as the files' names and tables tell.
    pub relations: Vec<Relation>,
}

/// The masks of several readers, to be joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consensus {
    /// The structure, as the source calls it.
    pub name: String,
    /// How many readers must agree.
    pub rule: ConsensusRule,
    /// Positions of their files in [`Case::inputs`], two or more.
    pub inputs: Vec<usize>,
}

/// Two structures of a case that belong together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// What the first is to the second.
    pub kind: RelationKind,
    /// The first.
    pub from: Part,
    /// The second.
    pub to: Part,
}

/// A structure of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Its name in the vocabulary.
    pub structure: String,
    /// What tells it from others of its name, as in [`Facts::variant`].
    pub variant: Option<String>,
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
    /// Where it is; for a member of an archive, the archive: see [`Input::fetch`].
    pub path: PathBuf,
    /// The same relative to the root, with `/` between folders; an archive counts as a folder.
    pub relative: String,
    /// Where it is in the archive, if it is in one.
    pub member: Option<Arc<Member>>,
    /// What it holds.
    pub kind: InputKind,
    /// What is to be made of its values.
    pub reading: Arc<Reading>,
    /// What is known of how it was made.
    pub facts: Facts,
}

impl Input {
    /// Makes sure that the file can be opened by a path, as [`DataFile::fetch`].
    ///
    /// # Errors
    /// When the archive cannot be read, is damaged, or there is no room.
    pub fn fetch(&self) -> std::io::Result<Fetched> {
        let (relative, path, member) = (self.relative.clone(), self.path.clone(), self.member.clone());
        DataFile { relative, path, member }.fetch()
    }
}

/// What is to be made of a volume's values, beyond a shape for each label.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Structures that are several labels together. A label of the same name is not a shape of its own then.
    pub unions: Vec<Union>,
    /// Labels (names) that stand for both sides of the body, to be told apart by where they lie.
    pub derive_side: Vec<String>,
    /// The values are probabilities, and the structure is where they are at least so high.
    pub threshold: Option<f64>,
    /// Size of a voxel along the file's axes, mm, where the file has no geometry.
    pub spacing_mm: Option<[f64; 3]>,
    /// Where the file's axes point, where it has no geometry.
    pub voxel_axes: Option<Axes>,
}

/// A structure that is several labels together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Union {
    /// The structure, as the recipe calls it.
    pub name: String,
    /// The values, in order.
    pub labels: Vec<u32>,
}

/// What is known of how a file was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// How the images were made: `CT`, `MR`, ...
    pub modality: Option<String>,
    /// How the masks were made.
    pub annotation: Option<Annotation>,
    /// Whether the shape was made by a model rather than measured.
    pub synthetic: bool,
    /// Who drew the mask, where several did.
    pub reader: Option<String>,
    /// What tells it from others of the same structure in the case: `bilateral` of five defects of one skull.
    pub variant: Option<String>,
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
    /// A volume in which each value is another specimen of one structure.
    Instances {
        /// The structure, as the source calls it.
        name: String,
    },
    /// A DICOM structure set; the names are in it.
    Contours,
    /// A surface with a label for each vertex: a shape for each label, cut from the faces whose vertices all have it.
    /// The order of the vertices must be kept.
    MeshParts {
        /// JSON with a list `labels` of as many numbers as the mesh has vertices; 0 is no part.
        labels: DataFile,
        /// Names of the values.
        table: Arc<BTreeMap<u32, String>>,
        /// Unit of the coordinates.
        unit: Unit,
        /// Directions of the axes.
        axes: Axes,
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

/// The names of structures that an input is known to hold before it is read.
pub(crate) fn names(kind: &InputKind) -> Vec<&str> {
    match kind {
        InputKind::Binary { name } | InputKind::Instances { name } | InputKind::Mesh { name, .. } => vec![name],
        InputKind::LabelMap { table, .. } | InputKind::MeshParts { table, .. } => {
            table.values().map(String::as_str).collect()
        }
        InputKind::Auto { name, table } => std::iter::once(name).chain(table.values()).map(String::as_str).collect(),
        InputKind::Contours => Vec::new(),
    }
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
