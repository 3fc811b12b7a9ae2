//! A recipe: one dataset's layout, labels, tables, licence and citation, as data.

mod builtin;
mod check;
mod labels;
mod licence;
mod patterns;
mod release;
mod rules;
mod tables;

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

pub use builtin::{recipe, recipes};
pub(crate) use check::identifies;
pub use labels::LabelSet;
pub use licence::{Access, Citation, Licence, Obtain, Redistribute};
pub use patterns::Patterns;
pub use release::Release;
pub use rules::{
    Annotation, CaseRule, ConsensusRule, DetectRule, IgnoreRule, InputRule, KindName, RelationKind, RelationRule, Unit,
};
pub use tables::{AgeColumn, MetadataRule, SexColumn};

use crate::error::SourceError;

/// One recipe. `docs/recipes.md` says what each key means.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Short name, a slug.
    pub name: String,
    /// Version of the recipe itself; part of every record's provenance.
    pub version: String,
    /// The dataset's title.
    pub title: String,
    /// What it is, in a sentence or two.
    pub description: String,
    /// Where it comes from.
    #[serde(default)]
    pub homepage: Option<String>,
    /// What the dataset is called when the user does not say.
    #[serde(default)]
    pub dataset: DatasetName,
    /// Whether the recipe is for any folder of a kind rather than for one known dataset. A generic recipe is chosen
    /// only when no other covers most of the folder.
    #[serde(default)]
    pub generic: bool,
    /// What may be done with the data.
    pub licence: Licence,
    /// What to cite.
    pub citation: Citation,
    /// How to get the data.
    #[serde(default)]
    pub obtain: Option<Obtain>,
    /// How the images were made: `CT`, `MR`, `PET`, ...
    #[serde(default)]
    pub modality: Option<String>,
    /// How the masks were made.
    #[serde(default)]
    pub annotation: Option<Annotation>,
    /// Whether the shapes were made by a model rather than measured on a body.
    #[serde(default)]
    pub synthetic: bool,
    /// What this recipe says and nobody has checked against the data itself, a sentence each.
    #[serde(default)]
    pub unverified: Vec<String>,
    /// What tells this dataset from others. A recipe without a rule is used only when it is asked for.
    #[serde(default)]
    pub detect: Vec<DetectRule>,
    /// Files to import, in order: the first rule that fits a file has it.
    #[serde(default)]
    pub inputs: Vec<InputRule>,
    /// Files known and not imported.
    #[serde(default)]
    pub ignore: Vec<IgnoreRule>,
    /// Label values and their names, for every input that has no table of its own.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Structures made of several labels, e.g. `liver = "1 | 2"`. Where a label has the same name, the union replaces it.
    #[serde(default)]
    pub unions: BTreeMap<String, LabelSet>,
    /// Labels that stand for a structure of both sides, to be told apart by where they lie.
    #[serde(default)]
    pub derive_side: Vec<String>,
    /// The vocabulary's names for what files or tables call a structure; see [`Recipe::structure_name`].
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Names that mean one structure in men and another in women: name = `{ M = "prostate", F = "uterus" }`.
    #[serde(default)]
    pub by_sex: BTreeMap<String, BTreeMap<String, String>>,
    /// What is known of every subject, e.g. `diagnosis = "healthy"`.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// What the values of an attribute mean, e.g. `diagnosis = { N = "healthy" }`.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Tables about the subjects.
    #[serde(default)]
    pub metadata: Vec<MetadataRule>,
    /// Structures of a case that belong together.
    #[serde(default)]
    pub relations: Vec<RelationRule>,
    /// Releases that differ.
    #[serde(default)]
    pub release: Vec<Release>,
    /// The release this recipe is for, once one was chosen.
    #[serde(skip)]
    pub release_name: Option<String>,
}

/// What the dataset is called when the user does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatasetName {
    /// The recipe's name.
    #[default]
    Recipe,
    /// The release's name.
    Release,
    /// The folder's (or the single file's) name.
    Folder,
    /// The `name` in the folder's `dataset.json`, else the folder's name.
    DatasetJson,
}

impl Recipe {
    /// Reads a recipe from TOML. `file` is the name used in errors.
    ///
    /// # Errors
    /// [`SourceError::RecipeSyntax`] with line and column, or [`SourceError::RecipeKey`] with the key.
    pub fn parse(text: &str, file: &str) -> Result<Self, SourceError> {
        let recipe: Self = toml::from_str(text).map_err(|error| SourceError::RecipeSyntax {
            file: file.to_owned(),
            message: error.to_string().trim().to_owned(),
        })?;
        check::check(&recipe, file)?;
        Ok(recipe)
    }

    /// Reads a recipe file.
    ///
    /// # Errors
    /// As [`Recipe::parse`]; [`SourceError::Unreadable`] when the file cannot be read.
    pub fn load(path: &Path) -> Result<Self, SourceError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SourceError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&text, &path.display().to_string())
    }

    /// The recipe for each of its releases, or for itself where it has none.
    pub fn variants(&self) -> Vec<Self> {
        if self.release.is_empty() {
            return vec![self.clone()];
        }
        self.release.iter().map(|release| self.for_release(release)).collect()
    }

    /// The name to look up in the vocabulary for what the source calls `label`: the recipe's `[names]` first, else the
    /// label itself. (A kidney dataset says `tumor` and means `kidney_tumor`.)
    pub fn structure_name<'a>(&'a self, label: &'a str) -> &'a str {
        self.names.get(label).map_or(label, String::as_str)
    }

    /// The structure of the vocabulary that `label` means in this dataset, if that is certain.
    pub fn resolve(&self, label: &str) -> Option<&'static medshape_anatomy::Structure> {
        medshape_anatomy::resolve(self.structure_name(label))
    }
}

/// The JSON Schema (2020-12) of a recipe, for editors.
pub fn recipe_schema() -> serde_json::Value {
    schemars::schema_for!(Recipe).to_value()
}
