//! Opening the catalogue file: versions, locks, and what a killed writer left behind.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, ffi};

use super::{SCHEMA, VERSION};
use crate::CollectionError;

/// How long a reader waits for a writer's commit.
const BUSY: Duration = Duration::from_secs(10);

/// What was found where the catalogue should be.
pub(super) enum Opened {
    Ready(Connection),
    /// There is none, or one of an older version: it has to be built.
    Outdated,
}

pub(super) fn error(path: &Path) -> impl Fn(rusqlite::Error) -> CollectionError {
    let path: PathBuf = path.to_path_buf();
    move |e| CollectionError::Catalogue { path: path.clone(), source: Box::new(e) }
}

/// Opens for reading only; works on media that cannot be written.
pub(super) fn for_reading(path: &Path) -> Result<Opened, CollectionError> {
    if !path.exists() {
        return Ok(Opened::Outdated);
    }
    match read_only(path) {
        // A killed writer's half commit must be rolled back, which needs a connection that may write.
        Err(e) if e.sqlite_error().is_some_and(|e| e.extended_code == ffi::SQLITE_READONLY_ROLLBACK) => {
            let rolled_back = Connection::open(path).and_then(|c| version(&c));
            rolled_back.and_then(|_| read_only(path))
        }
        result => result,
    }
    .map_err(error(path))
    .and_then(|(connection, version)| checked(path, connection, version))
}

/// Opens for writing. The caller holds the collection's lock.
pub(super) fn for_writing(path: &Path) -> Result<Opened, CollectionError> {
    if !path.exists() {
        return Ok(Opened::Outdated);
    }
    let opened = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .and_then(|c| prepare_writer(&c).and_then(|()| version(&c)).map(|v| (c, v)));
    let (connection, version) = opened.map_err(error(path))?;
    checked(path, connection, version)
}

/// Creates an empty catalogue; the file must not exist.
pub(super) fn create(path: &Path) -> Result<Connection, CollectionError> {
    let make = || {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "page_size", 8192)?;
        prepare_writer(&connection)?;
        connection.execute_batch(&format!("BEGIN;\n{SCHEMA}\nPRAGMA user_version = {VERSION};\nCOMMIT;"))?;
        Ok(connection)
    };
    make().map_err(error(path))
}

fn read_only(path: &Path) -> rusqlite::Result<(Connection, i64)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    // Enough for the narrow tables of 100,000 shapes.
    connection.pragma_update(None, "cache_size", -65_536)?;
    let version = version(&connection)?;
    Ok((connection, version))
}

fn prepare_writer(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    // What a power cut may spoil can be built again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // Readers are then only held up by a commit, not by a batch that outgrows the cache.
    connection.pragma_update(None, "cache_spill", false)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn checked(path: &Path, connection: Connection, version: i64) -> Result<Opened, CollectionError> {
    if version > VERSION {
        let found = u32::try_from(version).unwrap_or(u32::MAX);
        return Err(CollectionError::Newer { path: path.to_path_buf(), found, known: VERSION as u32 });
    }
    Ok(if version < VERSION { Opened::Outdated } else { Opened::Ready(connection) })
}
