//! One writer at a time: an advisory lock on the collection.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::CollectionError;

/// Name of the file the lock is held on. It is empty and may be deleted when nothing runs.
pub(crate) const LOCK_FILE: &str = ".lock";

/// What to do when another program is writing into the collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfLocked {
    /// Wait until it has finished.
    Wait,
    /// Give [`CollectionError::Locked`].
    Fail,
}

/// Holds the lock until dropped; the operating system lets go of it when the program dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(root: &Path, if_locked: IfLocked) -> Result<Self, CollectionError> {
        let path = root.join(LOCK_FILE);
        let file = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(CollectionError::io("lock", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if if_locked == IfLocked::Wait => {
                file.lock().map_err(CollectionError::io("lock", &path))?;
            }
            Err(TryLockError::WouldBlock) => return Err(CollectionError::Locked { path: root.to_path_buf() }),
            Err(TryLockError::Error(e)) => return Err(CollectionError::io("lock", &path)(e)),
        }
        Ok(Self { _file: file })
    }
}
