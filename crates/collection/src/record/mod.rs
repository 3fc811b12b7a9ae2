//! The record of a shape (`shape.json`): everything that is known of it.
//!
//! The struct is the format: key order is field order, missing values are `null`, numbers are written so that reading
//! gives the same bits, and nothing in it depends on when or where it was written. The same input therefore gives the
//! same bytes. `docs/schema/shape.schema.json` is generated from it.

mod check;
mod parts;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use parts::{
    Anatomy, AttributeValue, CameAs, Citation, Features, FileInfo, Grid, Laterality, Licence, MeshInfo, MeshSize,
    ProcessingStep, Quality, Sex, Source, SourceFile, Subject,
};

use crate::CollectionError;
use crate::id::{IdError, ShapeId};

/// The version of the record format this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// Name of the truth of a shape that came as a mask.
pub const MASK_FILE: &str = "mask.nii.gz";
/// Name of the truth of a shape that came as a mesh.
pub const MESH_FILE: &str = "mesh.ply";
/// Name of the light mesh.
pub const CORE_FILE: &str = "core.ply";
/// Name of the picture.
pub const THUMBNAIL_FILE: &str = "thumbnail.png";
/// Name of the record itself.
pub const RECORD_FILE: &str = "shape.json";
/// Every blob a shape's folder may hold.
pub const BLOB_FILES: [&str; 4] = [CORE_FILE, MASK_FILE, MESH_FILE, THUMBNAIL_FILE];

/// Everything known of a shape. Lengths are millimetres, space is RAS+.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "medshape shape record")]
pub struct Record {
    /// Version of this format: 1.
    pub schema_version: u32,
    /// `<dataset>/<case>/<structure>`, unique in a collection.
    pub id: String,
    /// The dataset's name, as a slug.
    pub dataset: String,
    /// The case (one subject at one time), as a slug.
    pub case: String,
    /// The canonical structure name, or the slug of the source's name when it could not be resolved.
    pub structure: String,
    /// The label as the source calls it: the name in its label table, a file's stem, or the number as text.
    pub label: String,
    /// The label's number in the source volume; null for binary files and meshes.
    pub label_value: Option<u32>,
    /// What the vocabulary says of the structure.
    pub anatomy: Anatomy,
    /// The person or specimen.
    pub subject: Subject,
    /// What may be done with the shape.
    pub licence: Licence,
    /// What to cite when using it.
    pub citation: Citation,
    /// Where it came from.
    pub source: Source,
    /// Whether the truth is a voxel mask or a mesh.
    pub came_as: CameAs,
    /// The grid of the stored (cropped) mask; null for a shape that came as a mesh.
    pub grid: Option<Grid>,
    /// What was done on the way from the source to the stored truth, in order.
    pub processing: Vec<ProcessingStep>,
    /// What was measured on the full mesh.
    pub features: Features,
    /// What was checked.
    pub quality: Quality,
    /// The full mesh, stored or derived.
    pub mesh: MeshInfo,
    /// The light mesh; null when none could be made.
    pub core: Option<MeshSize>,
    /// The files beside the record, by name.
    pub files: BTreeMap<String, FileInfo>,
    /// Other names by which the shape is known: `path/in/the/source#label`.
    pub aliases: Vec<String>,
}

impl Record {
    /// The id, checked.
    pub fn shape_id(&self) -> Result<ShapeId, IdError> {
        self.id.parse()
    }

    /// The bytes of `shape.json`: indented JSON and a final newline. The same record always gives the same bytes.
    ///
    /// # Errors
    /// [`CollectionError::Invalid`] when the record breaks a rule of the format (a value that is not finite, an id that
    /// does not match its parts, an unknown file).
    pub fn to_bytes(&self) -> Result<Vec<u8>, CollectionError> {
        let invalid = |reason| CollectionError::Invalid { id: self.id.clone(), reason };
        self.check().map_err(invalid)?;
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|e| invalid(e.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads the bytes of a `shape.json`; `path` is named in errors.
    ///
    /// # Errors
    /// [`CollectionError::Newer`] for a newer format, [`CollectionError::Record`] for anything else that is wrong.
    pub fn from_bytes(bytes: &[u8], path: &std::path::Path) -> Result<Self, CollectionError> {
        #[derive(Deserialize)]
        struct Version {
            schema_version: u32,
        }
        let damaged = |reason: String| CollectionError::Record { path: path.to_path_buf(), reason };
        // The version is read on its own first: a newer format may not fit the struct.
        let version: Version = serde_json::from_slice(bytes).map_err(|e| damaged(e.to_string()))?;
        if version.schema_version > SCHEMA_VERSION {
            let (found, known) = (version.schema_version, SCHEMA_VERSION);
            return Err(CollectionError::Newer { path: path.to_path_buf(), found, known });
        }
        let record: Self = serde_json::from_slice(bytes).map_err(|e| damaged(e.to_string()))?;
        record.check().map_err(damaged)?;
        Ok(record)
    }

    /// Name of the file that holds what came in: [`MASK_FILE`] or [`MESH_FILE`].
    pub fn truth_file(&self) -> &'static str {
        match self.came_as {
            CameAs::Mask => MASK_FILE,
            CameAs::Mesh => MESH_FILE,
        }
    }
}

/// The JSON Schema (2020-12) of a record.
pub fn record_schema() -> serde_json::Value {
    schemars::schema_for!(Record).to_value()
}
