//! What a plan consists of: cases, their subjects, and their files with what is known of each before it is read.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::archive::Member;
use crate::axes::Axes;
use crate::file::{DataFile, Fetched};
use crate::recipe::{Annotation, ConsensusRule, RelationKind, Unit};

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
