//! Building the catalogue from the records alone.

use rayon::prelude::*;
use rusqlite::Connection;
use serde::Serialize;

use super::CATALOGUE_FILE;
use super::open;
use super::write::{Row, upsert};
use crate::lock::{IfLocked, Lock};
use crate::store::Collection;
use crate::walk::{self, Problem};
use crate::{CollectionError, files};

/// Records that are read at a time: keeps memory small, and the cores busy.
const BATCH: usize = 4096;

/// What a rebuild found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReindexReport {
    /// Shapes in the new catalogue.
    pub shapes: u64,
    /// Records that could not be read, and folders that hold none. They are left as they are.
    pub problems: Vec<Problem>,
}

impl Collection {
    /// Builds the catalogue anew from the records, beside the old one, which it then replaces. Searches go on meanwhile.
    ///
    /// # Errors
    /// Only for what concerns the whole collection; records that cannot be read are in the report.
    pub fn reindex(&self, if_locked: IfLocked) -> Result<ReindexReport, CollectionError> {
        let _lock = Lock::take(self.root(), if_locked)?;
        build(self).map(|(_, report)| report)
    }
}

/// Builds the catalogue; the caller holds the lock.
pub(super) fn build(collection: &Collection) -> Result<(Connection, ReindexReport), CollectionError> {
    files::remove_temporary(collection.root())?;
    let path = collection.root().join(CATALOGUE_FILE);
    let temporary = files::Temporary::beside(&path);
    let mut connection = open::create(&temporary.path)?;
    let mut report = ReindexReport::default();
    let found = walk::shapes(collection)?;
    report.problems = found.problems;
    for batch in found.ids.chunks(BATCH) {
        let read = |id| collection.read_record(id).and_then(|record| Row::of(&record));
        let rows: Vec<_> = batch.par_iter().map(|id| read(id).map_err(|e| Problem::new(id.to_string(), &e))).collect();
        let (rows, problems): (Vec<_>, Vec<_>) = rows.into_iter().partition(Result::is_ok);
        report.problems.extend(problems.into_iter().filter_map(Result::err));
        let rows: Vec<Row> = rows.into_iter().filter_map(Result::ok).collect();
        report.shapes += rows.len() as u64;
        upsert(&mut connection, &rows).map_err(open::error(&temporary.path))?;
    }
    // An open connection knows the file by its old name, and would put its journal there.
    connection.close().map_err(|(_, e)| open::error(&temporary.path)(e))?;
    // What a killed writer left of the old catalogue must not be taken for the new one's.
    files::remove_if_there(&path.with_extension("sqlite-journal"))?;
    std::fs::rename(&temporary.path, &path).map_err(CollectionError::io("write", &path))?;
    match open::for_writing(&path)? {
        open::Opened::Ready(connection) => Ok((connection, report)),
        open::Opened::Outdated => {
            let reason = "the catalogue vanished while it was built";
            Err(CollectionError::NotACollection { path: collection.root().to_path_buf(), reason })
        }
    }
}
