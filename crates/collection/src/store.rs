//! The collection as a folder: where things are, and how a shape gets in whole.

use std::path::{Path, PathBuf};

use crate::config::{CONFIG_FILE, CollectionConfig, DatasetInfo};
use crate::files::{self, Durability};
use crate::id::ShapeId;
use crate::record::{BLOB_FILES, FileInfo, RECORD_FILE, Record};
use crate::{CollectionError, id};

/// A collection of shapes in a folder.
///
/// Writing shapes needs no lock and may be done from many threads, one shape by one thread at a time; the catalogue is
/// written through [`CatalogueWriter`](crate::CatalogueWriter), of which there is one at a time.
#[derive(Debug, Clone)]
pub struct Collection {
    root: PathBuf,
}

/// Whether a shape had to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is new, was different, or was not whole.
    Written,
    /// The same was there already; nothing was touched.
    Unchanged,
}

impl Collection {
    /// Opens the collection in a folder.
    ///
    /// # Errors
    /// [`CollectionError::NotACollection`] when there is none, [`CollectionError::Newer`] for one of a newer medshape.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, CollectionError> {
        let root = root.into();
        CollectionConfig::read(&root)?;
        Ok(Self { root })
    }

    /// Opens the collection in a folder, making folder and collection when they are not there.
    ///
    /// # Errors
    /// Those of [`Collection::open`], and [`CollectionError::NotACollection`] for a folder with other things in it.
    pub fn create_or_open(root: impl Into<PathBuf>) -> Result<Self, CollectionError> {
        let root = root.into();
        if root.join(CONFIG_FILE).exists() {
            return Self::open(root);
        }
        std::fs::create_dir_all(&root).map_err(CollectionError::io("create", &root))?;
        // Somebody's dataset folder must not turn into a collection by a slip of the arguments.
        let mut entries = std::fs::read_dir(&root).map_err(CollectionError::io("read", &root))?;
        if entries.any(|e| e.is_ok_and(|e| !e.file_name().to_string_lossy().starts_with('.'))) {
            let reason = "the folder has other files in it and no collection.toml; name a new or an empty folder";
            return Err(CollectionError::NotACollection { path: root, reason });
        }
        CollectionConfig::new(&root).write(&root)?;
        Ok(Self { root })
    }

    /// The collection's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What `collection.toml` says now.
    pub fn config(&self) -> Result<CollectionConfig, CollectionError> {
        CollectionConfig::read(&self.root)
    }

    /// Records what is known of a dataset as a whole; nothing is written when it is known already. Call it while
    /// holding the [`CatalogueWriter`](crate::CatalogueWriter), so that no other import does the same.
    pub fn set_dataset(&self, name: &str, info: DatasetInfo) -> Result<(), CollectionError> {
        id::check_slug(name)?;
        let mut config = self.config()?;
        if config.datasets.get(name) == Some(&info) {
            return Ok(());
        }
        config.datasets.insert(name.into(), info);
        config.write(&self.root)
    }

    /// The folder of all shapes.
    pub fn shapes_dir(&self) -> PathBuf {
        self.root.join("shapes")
    }

    /// The folder of a shape.
    pub fn shape_dir(&self, id: &ShapeId) -> PathBuf {
        self.shapes_dir().join(id.dataset()).join(id.case()).join(id.structure())
    }

    /// The path of a file beside a shape's record. It need not exist.
    pub fn blob_path(&self, id: &ShapeId, name: &str) -> PathBuf {
        self.shape_dir(id).join(name)
    }

    /// Reads a shape's record.
    ///
    /// # Errors
    /// [`CollectionError::NoShape`], or [`CollectionError::Record`] when the file is damaged.
    pub fn read_record(&self, id: &ShapeId) -> Result<Record, CollectionError> {
        let path = self.blob_path(id, RECORD_FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(CollectionError::NoShape { id: id.to_string() });
            }
            Err(e) => return Err(CollectionError::io("read", &path)(e)),
        };
        let record = Record::from_bytes(&bytes, &path)?;
        if record.id != id.to_string() {
            let reason = format!("it is the record of {}", record.id);
            return Err(CollectionError::Record { path, reason });
        }
        Ok(record)
    }

    /// Reads a file beside a shape's record, checking that the record knows it.
    pub fn read_blob(&self, record: &Record, name: &str) -> Result<Vec<u8>, CollectionError> {
        let id = record.shape_id()?;
        if !record.files.contains_key(name) {
            let reason = "its record lists no such file".into();
            return Err(CollectionError::NotAvailable { id: record.id.clone(), what: name.into(), reason });
        }
        let path = self.blob_path(&id, name);
        std::fs::read(&path).map_err(CollectionError::io("read", &path))
    }

    /// Writes a shape: the blobs first, the record last, each at once, so that a record always has its blobs. A file
    /// of an earlier version that the record no longer lists is removed, and so are the leftovers of killed runs.
    ///
    /// # Errors
    /// [`CollectionError::Invalid`] when record and blobs do not belong together, [`CollectionError::Io`] when the disk
    /// refuses; the shape's earlier version is then still there, at worst with some files of the new one, which the
    /// next import puts right.
    pub fn put_shape(&self, record: &Record, blobs: &[(&str, &[u8])]) -> Result<(), CollectionError> {
        self.write_shape(record, &record.to_bytes()?, blobs)
    }

    /// As [`put_shape`](Self::put_shape), but touches nothing when the shape is there already, the same and whole
    /// (record equal byte for byte, every file there with its size and checksum).
    pub fn put_shape_if_changed(&self, record: &Record, blobs: &[(&str, &[u8])]) -> Result<Put, CollectionError> {
        let bytes = record.to_bytes()?;
        let id = record.shape_id()?;
        let same = std::fs::read(self.blob_path(&id, RECORD_FILE)).is_ok_and(|old| old == bytes);
        if same && self.files_are_whole(&id, record) {
            return Ok(Put::Unchanged);
        }
        self.write_shape(record, &bytes, blobs)?;
        Ok(Put::Written)
    }

    /// Whether every file that the record lists is there with its size and checksum.
    pub fn files_are_whole(&self, id: &ShapeId, record: &Record) -> bool {
        record.files.iter().all(|(name, info)| {
            let path = self.blob_path(id, name);
            std::fs::metadata(&path).is_ok_and(|m| m.is_file() && m.len() == info.bytes)
                && std::fs::read(&path).is_ok_and(|b| blake3::hash(&b).to_hex().as_str() == info.blake3)
        })
    }

    /// Removes a shape's folder; the record goes first. That it is not there is fine.
    pub fn remove_shape(&self, id: &ShapeId) -> Result<(), CollectionError> {
        let folder = self.shape_dir(id);
        files::remove_if_there(&folder.join(RECORD_FILE))?;
        match std::fs::remove_dir_all(&folder) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(CollectionError::io("remove", &folder)(e)),
            _ => Ok(()),
        }
    }

    fn write_shape(&self, record: &Record, bytes: &[u8], blobs: &[(&str, &[u8])]) -> Result<(), CollectionError> {
        check_blobs(record, blobs)?;
        let folder = self.shape_dir(&record.shape_id()?);
        std::fs::create_dir_all(&folder).map_err(CollectionError::io("create", &folder))?;
        files::remove_temporary(&folder)?;
        for (name, content) in blobs {
            files::write(&folder.join(name), content, Durability::Flushed)?;
        }
        files::write(&folder.join(RECORD_FILE), bytes, Durability::Flushed)?;
        for name in BLOB_FILES.iter().filter(|n| !record.files.contains_key(**n)) {
            files::remove_if_there(&folder.join(name))?;
        }
        Ok(())
    }
}

/// Checks that exactly the listed files are given, with the listed sizes and checksums.
fn check_blobs(record: &Record, blobs: &[(&str, &[u8])]) -> Result<(), CollectionError> {
    let invalid = |reason: String| Err(CollectionError::Invalid { id: record.id.clone(), reason });
    for (name, content) in blobs {
        match record.files.get(*name) {
            None => return invalid(format!("{name} is given, and not listed in the record")),
            Some(listed) if *listed != FileInfo::of(content) => {
                return invalid(format!("size or checksum of {name} differ from what the record lists"));
            }
            Some(_) => {}
        }
    }
    match record.files.keys().find(|listed| !blobs.iter().any(|(name, _)| name == listed)) {
        Some(missing) => invalid(format!("it lists {missing}, which is not given")),
        None => Ok(()),
    }
}
