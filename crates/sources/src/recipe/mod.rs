//! A recipe: one dataset's layout, labels, tables, licence and citation, as data.

mod builtin;
mod check;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use builtin::{recipe, recipes};
pub(crate) use check::identifies;

use crate::axes::Axes;
use crate::error::SourceError;
use crate::pattern::Pattern;

/// One recipe. `docs/recipes.md` says what each key means.
#[derive(Debug, Clone, PartialEq, Deserialize)]
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
    /// What tells this dataset from others.
    #[serde(default)]
    pub detect: Vec<DetectRule>,
    /// Files to import, in order: the first rule that fits a file has it.
    pub inputs: Vec<InputRule>,
    /// Files known and not imported.
    #[serde(default)]
    pub ignore: Vec<IgnoreRule>,
    /// Label values and their names, for every input that has no table of its own.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// The vocabulary's names for what files or tables call a structure; see [`Recipe::structure_name`].
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Tables about the subjects.
    #[serde(default)]
    pub metadata: Vec<MetadataRule>,
}

/// What the dataset is called when the user does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatasetName {
    /// The recipe's name.
    #[default]
    Recipe,
    /// The folder's (or the single file's) name.
    Folder,
    /// The `name` in the folder's `dataset.json`, else the folder's name.
    DatasetJson,
}

/// What may be done with the data. `None` where the source does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// SPDX identifier, where one fits.
    #[serde(default)]
    pub spdx: Option<String>,
    /// What the source states, in words.
    pub statement: String,
    /// Where the text is.
    #[serde(default)]
    pub url: Option<String>,
    /// Whether commercial use is allowed.
    #[serde(default)]
    pub commercial: Option<bool>,
    /// Whether derived works may be shared.
    #[serde(default)]
    pub derivatives: Option<bool>,
    /// Whether derived works must carry the same licence.
    #[serde(default)]
    pub share_alike: Option<bool>,
    /// Whether the source must be named.
    #[serde(default)]
    pub attribution: Option<bool>,
}

/// What to cite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The citation in words.
    pub text: String,
    /// DOIs without a prefix, e.g. `10.1148/ryai.230024`.
    #[serde(default)]
    pub doi: Vec<String>,
}

/// Something that tells the dataset from others.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectRule {
    /// Files that must be there.
    pub pattern: Patterns,
    /// How many of them at least.
    #[serde(default = "one")]
    pub min: usize,
    /// Words that one of the files must hold in its first 64 kB (JSON keys, column names).
    #[serde(default)]
    pub contains: Vec<String>,
    /// Count only volumes that have a label table beside them.
    #[serde(default)]
    pub label_table: bool,
    /// Count only files whose `{structure}` is a name of the vocabulary.
    #[serde(default)]
    pub known: bool,
    /// Which part of all volumes and meshes, from 0 to 1, must be among them.
    #[serde(default)]
    pub share: f64,
    /// What the rule adds to the recipe's score.
    #[serde(default = "one_weight")]
    pub weight: u32,
    /// Whether the recipe cannot fit without it.
    #[serde(default)]
    pub required: bool,
}

/// Files to import.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputRule {
    /// Which files, with `{case}`, `{structure}` and `{subject}` captured.
    pub pattern: Patterns,
    /// What they hold.
    pub kind: KindName,
    /// How a file without a `{case}` finds its case.
    #[serde(default)]
    pub case: CaseRule,
    /// One case for all files of the rule, of this name.
    #[serde(default)]
    pub case_name: Option<String>,
    /// Whether `{structure}` must be a name of the vocabulary for the rule to fit.
    #[serde(default)]
    pub known: bool,
    /// Label values and names; else the recipe's.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Files that hold the label table, searched from the volume's folder upwards; `auto` finds one by its name.
    #[serde(default)]
    pub table: Vec<String>,
    /// Whether the table is said to be complete, so that a value missing from it is reported.
    #[serde(default)]
    pub strict: bool,
    /// Unit of a mesh file.
    #[serde(default)]
    pub unit: Unit,
    /// Directions of a mesh file's axes.
    #[serde(default)]
    pub axes: Axes,
}

/// How a file without a `{case}` in its pattern finds its case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseRule {
    /// By what the folder's file names look like.
    #[default]
    Auto,
    /// Each file is a case.
    File,
    /// Each folder is a case.
    Folder,
}

/// What an input file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KindName {
    /// A volume of many labels.
    Labelmap,
    /// A volume of one structure.
    Binary,
    /// A volume of either sort.
    Auto,
    /// A surface.
    Mesh,
}

/// Unit of a mesh file's coordinates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Millimetres.
    #[serde(rename = "mm")]
    Millimetre,
    /// Centimetres.
    #[serde(rename = "cm")]
    Centimetre,
    /// Metres.
    #[serde(rename = "m")]
    Metre,
    /// To be judged from the mesh's size.
    #[default]
    #[serde(rename = "auto")]
    Auto,
}

/// Files known and not imported.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IgnoreRule {
    /// Which files.
    pub pattern: Patterns,
    /// Why, for the report; files ignored without a reason are not reported.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A table about the subjects: CSV, TSV or JSON.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetadataRule {
    /// The table's file.
    pub file: Patterns,
    /// The column that names the case, or the subject.
    pub key: String,
    /// The column with the sex.
    #[serde(default)]
    pub sex: Option<SexColumn>,
    /// The column with the age.
    #[serde(default)]
    pub age: Option<AgeColumn>,
    /// Further columns to keep, and no others; `group.*` keeps all of a nested JSON object.
    #[serde(default)]
    pub keep: Vec<String>,
}

/// The column with the sex.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SexColumn {
    /// Its name.
    pub column: String,
    /// What its values mean (`M` or `F`), beyond the usual words.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// The column with the age in years.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeColumn {
    /// Its name.
    pub column: String,
}

/// One pattern or a list of them, any of which may fit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "OneOrMany")]
pub struct Patterns(Vec<Pattern>);

impl Patterns {
    /// The patterns.
    pub fn patterns(&self) -> &[Pattern] {
        &self.0
    }

    /// Whether any of them fits the path.
    pub fn is_match(&self, relative: &str) -> bool {
        self.0.iter().any(|pattern| pattern.is_match(relative))
    }
}

/// How patterns are written: the faults of a pattern are reported, which serde's untagged enums would hide.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl TryFrom<OneOrMany> for Patterns {
    type Error = String;

    fn try_from(written: OneOrMany) -> Result<Self, String> {
        let texts = match written {
            OneOrMany::One(text) => vec![text],
            OneOrMany::Many(texts) => texts,
        };
        texts.iter().map(|text| Pattern::new(text)).collect::<Result<_, _>>().map(Self)
    }
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

fn one() -> usize {
    1
}

fn one_weight() -> u32 {
    1
}
