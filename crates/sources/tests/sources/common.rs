//! Folders for the tests: made up in a temporary place, or real ones where they are at hand.

use std::path::{Path, PathBuf};

use medshape_sources::{Plan, PlanOptions, plan};

/// A folder of small files.
pub(crate) struct Tree(tempfile::TempDir);

impl Tree {
    /// Writes files with their texts; volumes and meshes need none, for planning does not read them.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (relative, text) in files {
            tree.add(relative, text);
        }
        tree
    }

    pub(crate) fn add(&self, relative: &str, text: &str) {
        let path = self.root().join(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn plan(&self) -> Plan {
        plan(self.root(), &PlanOptions::default()).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// A folder of the development data, if it is at hand.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MEDSHAPE_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no {}", path.display());
    None
}
