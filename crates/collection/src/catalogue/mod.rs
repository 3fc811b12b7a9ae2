//! The catalogue: the `SQLite` index over the records (`catalogue.sqlite`).
//!
//! It uses a rollback journal, not a write-ahead log: a reader then needs nothing but the one file, also on a medium
//! that cannot be written. Readers open it anew for every search, and so see what a running import has added so far.

mod datasets;
mod facets;
mod open;
mod rank;
mod read;
mod reindex;
mod sort_key;
mod summary;
mod write;

pub use datasets::DatasetSummary;
pub use facets::{FacetValue, Facets};
pub use read::{Catalogue, SearchResult};
pub use reindex::ReindexReport;
pub(crate) use sort_key::sort_key;
pub use summary::ShapeSummary;
pub use write::{CatalogueWriter, Upserted};

/// Name of the catalogue in a collection.
pub const CATALOGUE_FILE: &str = "catalogue.sqlite";
/// Version of `schema.sql`. Raise it with every change there: older catalogues are then built anew.
const SCHEMA: &str = include_str!("schema.sql");
const VERSION: i64 = 1;
