//! The collection: records, blobs, catalogue, search, export and verification.
//!
//! On disk a collection is a folder of standard files that can be read without this program:
//!
//! ```text
//! collection.toml                       name, version, schema version, datasets
//! catalogue.sqlite                      the index, rebuilt from the records by `reindex`
//! shapes/<dataset>/<case>/<structure>/
//!     shape.json                        the record
//!     mask.nii.gz or mesh.ply           what came in
//!     core.ply, thumbnail.png
//! ```
//!
//! Blobs are written before the record and the record before the catalogue, each under a temporary name that is then
//! renamed: killing the program loses at most the shape in hand.

mod catalogue;
mod config;
mod error;
mod export;
mod files;
mod id;
mod lock;
mod progress;
pub mod query;
mod record;
mod representation;
mod store;
mod structures;
mod verify;
mod walk;

pub use catalogue::{
    CATALOGUE_FILE, Catalogue, CatalogueWriter, DatasetSummary, FacetValue, Facets, ReindexReport, SearchResult,
    ShapeSummary, Upserted,
};
pub use config::{CONFIG_FILE, CollectionConfig, DatasetInfo};
pub use error::CollectionError;
pub use export::{ExportFailure, ExportReport, ExportedFile, ShapeFormat};
pub use id::{IdError, MAX_COMPONENT, ShapeId, check_slug};
pub use lock::IfLocked;
pub use progress::{Progress, no_progress};
pub use query::{Query, QueryError};
pub use record::*;
pub use representation::{DEFAULT_POINTS, Resolution, Shape, mesh_checksum};
pub use store::{Collection, Put};
pub use verify::{Depth, VerifyReport};
pub use walk::Problem;
