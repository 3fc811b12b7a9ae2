//! Files that are there whole or not at all: written under a temporary name, then renamed.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::CollectionError;

/// Temporary files start with this, so that those of a killed run are known.
const TEMPORARY: &str = ".medshape-tmp-";

/// What a file must outlive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A killed program. Enough for what an import can make again; the disk is not waited for, which would cost
    /// more than everything else of an import. A power cut may leave a short file, which `verify` and the next
    /// import both notice.
    Flushed,
    /// A power cut.
    Synced,
}

/// Writes `content` to `path`: at any moment the file has its old content or the new.
pub(crate) fn write(path: &Path, content: &[u8], durability: Durability) -> Result<(), CollectionError> {
    let temporary = Temporary::beside(path);
    temporary.fill(content, durability).map_err(CollectionError::io("write", &temporary.path))?;
    std::fs::rename(&temporary.path, path).map_err(CollectionError::io("write", path))
}

/// Whether a file is the leftover of a killed run (or of one that is just writing).
pub(crate) fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY)
}

/// Removes the leftovers of killed runs from a folder.
pub(crate) fn remove_temporary(folder: &Path) -> Result<(), CollectionError> {
    for entry in std::fs::read_dir(folder).map_err(CollectionError::io("read", folder))? {
        let entry = entry.map_err(CollectionError::io("read", folder))?;
        if entry.file_name().to_str().is_some_and(is_temporary) {
            remove_if_there(&entry.path())?;
        }
    }
    Ok(())
}

/// Removes a file; that it is not there is fine.
pub(crate) fn remove_if_there(path: &Path) -> Result<(), CollectionError> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(CollectionError::io("remove", path)(e)),
        _ => Ok(()),
    }
}

/// A path for a file that will be renamed to `target`; what is left of it is removed when this is dropped.
pub(crate) struct Temporary {
    pub(crate) path: PathBuf,
}

impl Temporary {
    pub(crate) fn beside(target: &Path) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Self { path: target.with_file_name(format!("{TEMPORARY}{}-{number}-{name}", std::process::id())) }
    }

    fn fill(&self, content: &[u8], durability: Durability) -> std::io::Result<()> {
        // A leftover of the same name can only be a killed run's whose process id came round again.
        let mut file = File::create(&self.path)?;
        file.write_all(content)?;
        if durability == Durability::Synced { file.sync_all() } else { Ok(()) }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename there is nothing to remove, and on an error the write has already failed with its own reason.
        let _ = std::fs::remove_file(&self.path);
    }
}
