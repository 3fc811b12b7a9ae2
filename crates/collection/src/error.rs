//! What can go wrong with a collection.

use std::path::{Path, PathBuf};

use crate::id::IdError;
use crate::query::QueryError;

/// Why something could not be done with a collection. Every message names the file or the shape, and the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CollectionError {
    /// The folder holds no collection.
    #[error(
        "{} is not a collection: {reason}. `medshape import FOLDER --collection {}` makes one",
        path.display(), path.display()
    )]
    NotACollection {
        /// The folder that was named.
        path: PathBuf,
        /// What is missing.
        reason: &'static str,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb ("read", "write").
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// `collection.toml` cannot be used.
    #[error("{} cannot be read: {reason}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The collection or a record was written by a newer medshape.
    #[error("{} has schema version {found}, and this medshape knows {known} and older: update medshape", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version it has.
        found: u32,
        /// The newest version that can be read.
        known: u32,
    },
    /// Text that is not a shape id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The collection has no such shape.
    #[error("there is no shape {id} in this collection; `medshape search` lists what there is")]
    NoShape {
        /// The id asked for.
        id: String,
    },
    /// The shape exists, but not in this form.
    #[error("{id} has no {what}: {reason}")]
    NotAvailable {
        /// The shape.
        id: String,
        /// The representation or file asked for.
        what: String,
        /// Why it cannot be had.
        reason: String,
    },
    /// A stored record cannot be read.
    #[error("{} is damaged: {reason}. Import the case again, or restore the file", path.display())]
    Record {
        /// The record file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A record breaks a rule, and is not written.
    #[error("the record of {id} cannot be stored: {reason}")]
    Invalid {
        /// The shape.
        id: String,
        /// The broken rule.
        reason: String,
    },
    /// A stored blob cannot be decoded.
    #[error("{} cannot be used: {source}", path.display())]
    Blob {
        /// The file.
        path: PathBuf,
        /// The reader's or the geometry's answer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another program is writing into the collection.
    #[error("{} is being written by another medshape; wait for it to end and run this again", path.display())]
    Locked {
        /// The collection.
        path: PathBuf,
    },
    /// The catalogue cannot be used.
    #[error("the catalogue {} cannot be used: {source}; once that is mended, `medshape reindex` builds it anew", path.display())]
    Catalogue {
        /// The catalogue file.
        path: PathBuf,
        /// `SQLite`'s answer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The query cannot be understood.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The cursor is not one that a search gave out.
    #[error("{cursor:?} is not a cursor of an earlier search")]
    Cursor {
        /// The text given.
        cursor: String,
    },
    /// A file format that cannot be written.
    #[error("{found:?} is no format medshape can write; it knows {known}")]
    UnknownFormat {
        /// The name given.
        found: String,
        /// The names it knows, comma-separated.
        known: String,
    },
}

impl CollectionError {
    /// Wraps an operating system error for use with `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { action, path, source }
    }

    /// Wraps a reader's or the geometry's error for use with `map_err`.
    pub(crate) fn blob<E: std::error::Error + Send + Sync + 'static>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_path_buf();
        move |e| Self::Blob { path, source: Box::new(e) }
    }
}
