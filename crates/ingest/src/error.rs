//! Why an import could not run at all, or a shape could not be made.

use medshape_collection::CollectionError;
use medshape_formats::FormatError;
use medshape_shape::ShapeError;
use medshape_sources::SourceError;

/// What stops an import, or one shape of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The folder could not be planned.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The collection could not be opened or written.
    #[error(transparent)]
    Collection(#[from] CollectionError),
    /// A file could not be read or written.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The geometry cannot be used.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The threads could not be started.
    #[error("cannot start {jobs} worker threads: {reason}; use a smaller --jobs")]
    Threads {
        /// Threads asked for.
        jobs: usize,
        /// What the system said.
        reason: String,
    },
}
