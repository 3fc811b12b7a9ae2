//! Rules about files: what tells a dataset from others, what is imported, what is left out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::labels::LabelSet;
use super::patterns::Patterns;
use crate::axes::Axes;

/// Something that tells the dataset from others.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputRule {
    /// Which files, with `{case}`, `{structure}`, `{subject}`, `{time}`, `{reader}`, `{variant}` and `{@attribute}`
    /// captured.
    pub pattern: Patterns,
    /// What they hold.
    pub kind: KindName,
    /// The structure, where the pattern captures none.
    #[serde(default)]
    pub structure: Option<String>,
    /// Whether the files are only for cases in which no other rule finds one.
    #[serde(default)]
    pub fallback: bool,
    /// How a file without a `{case}` finds its case.
    #[serde(default)]
    pub case: CaseRule,
    /// Stands before the names of the rule's cases and subjects, where other rules have the same numbers for others.
    #[serde(default)]
    pub case_prefix: String,
    /// One case for all files of the rule, of this name.
    #[serde(default)]
    pub case_name: Option<String>,
    /// Whether `{structure}` must be a name of the vocabulary for the rule to fit.
    #[serde(default)]
    pub known: bool,
    /// Label values and names; else the recipe's.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Structures made of several labels, e.g. `liver = "1 | 2"`; else the recipe's.
    #[serde(default)]
    pub unions: BTreeMap<String, LabelSet>,
    /// Files that hold the label table, searched from the volume's folder upwards; `auto` finds one by its name.
    #[serde(default)]
    pub table: Vec<String>,
    /// Whether the table is said to be complete, so that a value missing from it is reported.
    #[serde(default)]
    pub strict: bool,
    /// Of a volume of probabilities: the structure is where they are at least so high.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// Of a volume without geometry (NPY): size of a voxel along the file's axes, mm.
    #[serde(default)]
    pub spacing_mm: Option<[f64; 3]>,
    /// Of a volume without geometry: where its first, second and third axis point, e.g. `SPL` for slices, rows, columns.
    #[serde(default)]
    pub voxel_axes: Option<Axes>,
    /// Of a mesh with a label for each vertex: the JSON file with them, beside it; `{stem}` is the mesh's name.
    #[serde(default)]
    pub vertex_labels: Option<String>,
    /// The masks of several readers (`{reader}`) are also joined into one.
    #[serde(default)]
    pub consensus: Option<ConsensusRule>,
    /// Unit of a mesh file.
    #[serde(default)]
    pub unit: Unit,
    /// Directions of a mesh file's axes.
    #[serde(default)]
    pub axes: Axes,
    /// How the images were made, if not as the recipe says.
    #[serde(default)]
    pub modality: Option<String>,
    /// How the masks were made, if not as the recipe says.
    #[serde(default)]
    pub annotation: Option<Annotation>,
    /// What is known of the subjects by the rule alone, e.g. `diagnosis = "healthy"`.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// How a file without a `{case}` in its pattern finds its case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KindName {
    /// A volume of many labels.
    Labelmap,
    /// A volume of one structure.
    Binary,
    /// A volume of either sort.
    Auto,
    /// A volume in which each value is another specimen of one structure.
    Instances,
    /// A DICOM structure set of planar contours.
    Contours,
    /// A surface.
    Mesh,
}

/// How the masks of several readers become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConsensusRule {
    /// What at least half of the readers marked.
    Majority,
    /// What every reader marked.
    All,
    /// What any reader marked.
    Any,
}

/// How masks were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Annotation {
    /// Drawn by people.
    Manual,
    /// By a program, corrected by people.
    SemiAutomatic,
    /// By a program.
    Automatic,
}

impl Annotation {
    /// The word used in recipes and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::SemiAutomatic => "semi-automatic",
            Self::Automatic => "automatic",
        }
    }
}

/// Unit of a mesh file's coordinates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IgnoreRule {
    /// Which files.
    pub pattern: Patterns,
    /// Why, for the report; files ignored without a reason are not reported.
    #[serde(default)]
    pub reason: Option<String>,
}

/// How two structures of one case belong together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationRule {
    /// What the first is to the second.
    pub kind: RelationKind,
    /// The first structure, a name of the vocabulary.
    pub from: String,
    /// The second.
    pub to: String,
}

/// What one structure is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// They belong together and neither is part of the other (skull and face).
    PairedWith,
    /// The first lies in the second (tumour and organ).
    PartOf,
    /// Both together are a third (implant and defective skull).
    ComplementOf,
}

impl RelationKind {
    /// The word used in recipes and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PairedWith => "paired_with",
            Self::PartOf => "part_of",
            Self::ComplementOf => "complement_of",
        }
    }
}

fn one() -> usize {
    1
}

fn one_weight() -> u32 {
    1
}
