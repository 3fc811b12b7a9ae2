//! `collection.toml`: what the collection is called, its schema version, and what its datasets are.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::record::SCHEMA_VERSION;
use crate::{CollectionError, files};

/// Name of the file that makes a folder a collection.
pub const CONFIG_FILE: &str = "collection.toml";

/// The content of `collection.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionConfig {
    /// The collection's name: at first its folder's.
    pub name: String,
    /// The collection's own version, raised by its curator.
    pub version: String,
    /// Version of the layout and the records.
    pub schema_version: u32,
    /// The datasets by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub datasets: BTreeMap<String, DatasetInfo>,
}

/// What is known of a dataset as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetInfo {
    /// Its name for people.
    #[serde(default)]
    pub title: String,
    /// What it holds, in a sentence or two.
    #[serde(default)]
    pub description: String,
    /// Its web page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// The recipe it was imported with.
    #[serde(default)]
    pub recipe: String,
}

impl CollectionConfig {
    /// The configuration of a new collection in `root`.
    pub(crate) fn new(root: &Path) -> Self {
        let folder = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        let name = folder.file_name().map_or_else(|| "collection".into(), |n| n.to_string_lossy().into_owned());
        Self { name, version: "0".into(), schema_version: SCHEMA_VERSION, datasets: BTreeMap::new() }
    }

    /// Reads `collection.toml` in `root`.
    pub(crate) fn read(root: &Path) -> Result<Self, CollectionError> {
        let path = root.join(CONFIG_FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let reason =
                    if root.is_dir() { "the folder has no collection.toml" } else { "there is no such folder" };
                return Err(CollectionError::NotACollection { path: root.to_path_buf(), reason });
            }
            Err(e) => return Err(CollectionError::io("read", &path)(e)),
        };
        let bad = |reason: String| CollectionError::Config { path: path.clone(), reason };
        let table: toml::Table = toml::from_str(&text).map_err(|e| bad(e.to_string()))?;
        let found = table.get("schema_version").and_then(toml::Value::as_integer);
        if let Some(found) = found.and_then(|v| u32::try_from(v).ok()).filter(|&v| v > SCHEMA_VERSION) {
            return Err(CollectionError::Newer { path, found, known: SCHEMA_VERSION });
        }
        table.try_into().map_err(|e: toml::de::Error| bad(e.to_string()))
    }

    /// Writes `collection.toml` in `root`, at once.
    pub(crate) fn write(&self, root: &Path) -> Result<(), CollectionError> {
        let path = root.join(CONFIG_FILE);
        let text = toml::to_string_pretty(self)
            .map_err(|e| CollectionError::Config { path: path.clone(), reason: e.to_string() })?;
        files::write(&path, text.as_bytes(), files::Durability::Synced)
    }
}
