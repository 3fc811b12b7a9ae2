//! How a command fails: 1 when the work could not be done, 2 when it was asked for wrongly.

use std::fmt;
use std::process::ExitCode;

use medshape_collection::{CollectionError, IdError, QueryError};
use medshape_ingest::IngestError;

/// An error and whose it is.
#[derive(Debug)]
pub(crate) struct Failure {
    error: anyhow::Error,
    wrong_use: bool,
}

impl Failure {
    /// The command was given something it cannot work with.
    pub(crate) fn wrong_use(error: impl Into<anyhow::Error>) -> Self {
        Self { error: error.into(), wrong_use: true }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(if self.wrong_use { 2 } else { 1 })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Errors of libraries hold their cause in their message already.
        let mut shown = self.error.to_string();
        for cause in self.error.chain().skip(1).map(ToString::to_string) {
            if !shown.contains(&cause) {
                shown = format!("{shown}: {cause}");
            }
        }
        f.write_str(&shown)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { error, wrong_use: false }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self { error: error.into(), wrong_use: false }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self { error: error.into(), wrong_use: false }
    }
}

impl From<CollectionError> for Failure {
    fn from(error: CollectionError) -> Self {
        let wrong_use = matches!(error, CollectionError::NotACollection { .. } | CollectionError::Cursor { .. });
        Self { error: error.into(), wrong_use }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        Self::wrong_use(error)
    }
}

impl From<IdError> for Failure {
    fn from(error: IdError) -> Self {
        Self::wrong_use(error)
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Collection(e) => e.into(),
            // Nothing was begun: the folder, the recipe or the threads asked for do not work.
            IngestError::Source(_) | IngestError::Threads { .. } => Self::wrong_use(error),
            other => Self { error: other.into(), wrong_use: false },
        }
    }
}
