//! The parts a record is made of.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the vocabulary says of a structure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Anatomy {
    /// Whether the source's name was found in the vocabulary.
    pub resolved: bool,
    /// The name for people: "left kidney".
    pub display_name: String,
    /// Other names of the structure.
    pub synonyms: Vec<String>,
    /// Code in the Foundational Model of Anatomy.
    pub fma: Option<String>,
    /// Code in Uberon.
    pub uberon: Option<String>,
    /// Code in SNOMED CT.
    pub snomed: Option<String>,
    /// Body system: "urinary".
    pub system: Option<String>,
    /// Body region: "abdomen".
    pub region: Option<String>,
    /// Side of the body.
    pub laterality: Option<Laterality>,
}

/// Side of the body, the patient's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Laterality {
    Left,
    Right,
    Midline,
    /// A paired structure whose side the source does not say.
    Unspecified,
}

impl Laterality {
    /// The word used in records and queries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Midline => "midline",
            Self::Unspecified => "unspecified",
        }
    }
}

/// The de-identified person or specimen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// The subject's name within the dataset; splits are made by it.
    pub id: String,
    /// Recorded sex.
    pub sex: Option<Sex>,
    /// Age at imaging, years.
    pub age_years: Option<f64>,
    /// Further columns of the dataset's metadata table.
    pub attributes: BTreeMap<String, AttributeValue>,
}

/// Recorded sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub enum Sex {
    F,
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

/// A value of a metadata column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum AttributeValue {
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
}

/// What may be done with a shape. Null means that the source does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Licence {
    /// SPDX identifier, where there is one.
    pub spdx: Option<String>,
    /// The licence in a sentence, as the dataset states it.
    pub statement: String,
    /// Where the full text is.
    pub url: Option<String>,
    /// Whether commercial use is allowed.
    pub commercial: Option<bool>,
    /// Whether changed versions may be passed on.
    pub derivatives: Option<bool>,
    /// Whether changed versions must carry the same licence.
    pub share_alike: Option<bool>,
    /// Whether the source must be named.
    pub attribution: Option<bool>,
}

/// What to cite.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    /// The reference as text.
    pub text: String,
    /// DOIs, without the resolver's address.
    pub doi: Vec<String>,
}

/// Where a shape came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// The files it was made from.
    pub files: Vec<SourceFile>,
    /// The recipe that found it.
    pub recipe: String,
    /// The recipe's version.
    pub recipe_version: String,
    /// The version of medshape that made it.
    pub program_version: String,
}

/// A file of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceFile {
    /// Path within the dataset's folder, with forward slashes.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 of its content, hexadecimal.
    pub blake3: String,
}

/// In which form a shape came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum CameAs {
    Mask,
    Mesh,
}

/// The grid of a stored mask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grid {
    /// Voxels along i, j, k.
    pub shape: [usize; 3],
    /// Voxel step along i, j, k, mm.
    pub spacing_mm: [f64; 3],
    /// Voxel centre index to RAS+ mm, row by row.
    pub affine: [[f64; 4]; 4],
}

/// One thing that was done to the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProcessingStep {
    /// What was done: crop, scale units, ...
    pub step: String,
    /// With which parameters, and what it changed.
    pub parameters: serde_json::Map<String, serde_json::Value>,
}

/// Measurements of the full mesh.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Features {
    /// Enclosed volume, mm³; null when the mesh is open.
    pub volume_mm3: Option<f64>,
    /// Surface area, mm².
    pub surface_area_mm2: f64,
    /// Size of the bounding box along R, A, S, mm.
    pub extents_mm: [f64; 3],
    /// Centroid, RAS mm.
    pub centroid_mm: [f64; 3],
    /// Surface of the ball of equal volume over the surface, 0 to 1; null when the mesh is open.
    pub sphericity: Option<f64>,
    /// Connected pieces.
    pub components: u64,
}

/// What was checked of a shape.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own in the published format")]
pub struct Quality {
    /// Whether every edge of the full mesh has exactly two faces.
    pub closed: bool,
    /// Whether the full mesh is a 2-manifold.
    pub manifold: bool,
    /// Whether its faces agree on what is outside.
    pub oriented: bool,
    /// Connected pieces of the full mesh.
    pub components: u64,
    /// Whether the mask reaches the border of the source volume, so that the shape may be cut; null for meshes.
    pub touches_border: Option<bool>,
    /// Volume of the mask, mm³.
    pub mask_volume_mm3: Option<f64>,
    /// Volume of the mesh, mm³.
    pub mesh_volume_mm3: Option<f64>,
    /// 100 (mesh - mask) / mask.
    pub volume_difference_percent: Option<f64>,
    /// Whether the core mesh is closed.
    pub core_closed: bool,
    /// What is wrong, in words.
    pub faults: Vec<String>,
}

/// The full mesh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MeshInfo {
    /// Number of vertices.
    pub vertices: u64,
    /// Number of triangles.
    pub faces: u64,
    /// BLAKE3 of its binary PLY, hexadecimal: proves that a derived mesh is the one that was measured.
    pub blake3: String,
}

/// Size of a mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MeshSize {
    /// Number of vertices.
    pub vertices: u64,
    /// Number of triangles.
    pub faces: u64,
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileInfo {
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 of its content, hexadecimal.
    pub blake3: String,
}

impl FileInfo {
    /// Size and checksum of a file's content.
    pub fn of(content: &[u8]) -> Self {
        Self { bytes: content.len() as u64, blake3: blake3::hash(content).to_hex().to_string() }
    }
}
