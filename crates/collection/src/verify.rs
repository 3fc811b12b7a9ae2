//! Checking a collection: every file against its record, every record against the catalogue.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use crate::catalogue::sort_key;
use crate::id::ShapeId;
use crate::lock::{IfLocked, Lock};
use crate::progress::{Progress, Steps};
use crate::record::{BLOB_FILES, FileInfo, RECORD_FILE, Record};
use crate::representation::mesh_checksum;
use crate::store::Collection;
use crate::walk::{self, Problem};
use crate::{CollectionError, files};

/// What a check found. Everything is well when [`is_ok`](Self::is_ok).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Shapes looked at.
    pub shapes: u64,
    /// Files hashed.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Files that a record lists and that are not there.
    pub missing: Vec<Problem>,
    /// Files whose size or checksum is not the record's, or that cannot be read.
    pub damaged: Vec<Problem>,
    /// Records that cannot be read, or that lie in another shape's folder.
    pub records: Vec<Problem>,
    /// Files and folders that do not belong to the collection.
    pub unexpected: Vec<Problem>,
    /// Shapes that the catalogue lacks, holds in another version, or holds though they are gone; `reindex` puts that
    /// right.
    pub catalogue: Vec<Problem>,
    /// Leftovers of killed imports that were removed.
    pub leftovers_removed: u64,
    /// Whether the check was stopped before its end.
    pub interrupted: bool,
}

impl VerifyReport {
    /// Whether all of the collection was checked and nothing is wrong.
    pub fn is_ok(&self) -> bool {
        let lists = [&self.missing, &self.damaged, &self.records, &self.unexpected, &self.catalogue];
        !self.interrupted && lists.iter().all(|l| l.is_empty())
    }

    fn add(&mut self, other: Self) {
        self.shapes += other.shapes;
        self.files += other.files;
        self.bytes += other.bytes;
        self.leftovers_removed += other.leftovers_removed;
        self.missing.extend(other.missing);
        self.damaged.extend(other.damaged);
        self.records.extend(other.records);
        self.unexpected.extend(other.unexpected);
        self.catalogue.extend(other.catalogue);
    }
}

/// How much a check does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// Every file is read and hashed.
    #[default]
    Files,
    /// As well, every mesh is derived again and compared with the one that was measured.
    Meshes,
}

impl Collection {
    /// Reads every file of every shape and compares it with the records, on all cores, and the records with the
    /// catalogue. Leftovers of killed imports are removed, unless an import is running or the medium cannot be written.
    ///
    /// # Errors
    /// Only for what concerns the whole collection; what is wrong with a shape is in the report.
    pub fn verify(&self, depth: Depth, progress: Progress) -> Result<VerifyReport, CollectionError> {
        let catalogued = self.catalogue().and_then(|c| c.digests());
        // Without the lock a temporary file may belong to an import that is just writing it.
        let lock = Lock::take(self.root(), IfLocked::Fail).ok();
        let found = walk::shapes(self)?;
        let steps = Steps::new(progress, found.ids.len());
        let check = |id| steps.step(|| self.verify_shape(id, depth, lock.is_some()));
        let checked: Vec<Option<(VerifyReport, Option<[u8; 32]>)>> = found.ids.par_iter().map(check).collect();

        let mut report = VerifyReport { interrupted: steps.stopped(), ..VerifyReport::default() };
        report.unexpected.extend(found.problems);
        let mut digests = match catalogued {
            Ok(digests) => Some(digests),
            Err(e) => {
                report.catalogue.push(Problem::new("catalogue.sqlite".into(), &e));
                None
            }
        };
        for (id, checked) in found.ids.iter().zip(checked) {
            let known = digests.as_mut().map(|d| d.remove(&sort_key(id)));
            let Some((of_shape, digest)) = checked else { continue };
            report.add(of_shape);
            let wrong = match (digest, known) {
                (Some(_), Some(None)) => "it is not in the catalogue",
                (Some(digest), Some(Some(known))) if digest != known => "its record is not the one that was catalogued",
                _ => continue,
            };
            report.catalogue.push(Problem::new(id.to_string(), &wrong));
        }
        for gone in digests.into_iter().flat_map(Digests::into_keys) {
            let id = gone.rsplit('\u{1}').next().unwrap_or_default().to_owned();
            report.catalogue.push(Problem::new(id, &"it is in the catalogue and has no record"));
        }
        Ok(report)
    }

    /// Checks the files of one shape; also gives the checksum of its record, when that can be read.
    fn verify_shape(&self, id: &ShapeId, depth: Depth, clean: bool) -> (VerifyReport, Option<[u8; 32]>) {
        let mut report = VerifyReport { shapes: 1, ..VerifyReport::default() };
        let folder = self.shape_dir(id);
        let read = std::fs::read(folder.join(RECORD_FILE)).map_err(CollectionError::io("read", &folder));
        let record = read.and_then(|bytes| {
            let record = Record::from_bytes(&bytes, &folder.join(RECORD_FILE))?;
            Ok((record, *blake3::hash(&bytes).as_bytes()))
        });
        let (record, digest) = match record {
            Ok(found) => found,
            Err(e) => {
                report.records.push(Problem::new(id.to_string(), &e));
                return (report, None);
            }
        };
        if record.id != id.to_string() {
            let reason = format!("its record is the one of {}", record.id);
            report.records.push(Problem::new(id.to_string(), &reason));
        }
        for (name, expected) in &record.files {
            self.verify_file(&folder.join(name), expected, &mut report);
        }
        self.verify_listing(&folder, &record, clean, &mut report);
        if depth == Depth::Meshes {
            match self.shape(id).and_then(|shape| mesh_checksum(&shape.mesh()?)) {
                Ok(derived) if derived == record.mesh.blake3 => {}
                Ok(_) => {
                    report.damaged.push(Problem::new(id.to_string(), &"its mesh is not the one that was measured"));
                }
                Err(e) => report.damaged.push(Problem::new(id.to_string(), &e)),
            }
        }
        (report, Some(digest))
    }

    fn verify_file(&self, path: &Path, expected: &FileInfo, report: &mut VerifyReport) {
        let name = walk::relative(self, path);
        match hash(path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                report.missing.push(Problem::new(name, &"it is not there"));
            }
            Err(e) => report.damaged.push(Problem::new(name, &format!("it cannot be read: {e}"))),
            Ok(found) => {
                report.files += 1;
                report.bytes += found.bytes;
                if found.bytes != expected.bytes {
                    let reason = format!("it has {} bytes instead of {}", found.bytes, expected.bytes);
                    report.damaged.push(Problem::new(name, &reason));
                } else if found.blake3 != expected.blake3 {
                    report.damaged.push(Problem::new(name, &"its checksum is not the record's"));
                }
            }
        }
    }

    fn verify_listing(&self, folder: &Path, record: &Record, clean: bool, report: &mut VerifyReport) {
        // That the folder can be listed was shown by the walk; a failure now is a vanished file, reported as missing.
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == RECORD_FILE || record.files.contains_key(&name) {
                continue;
            }
            if files::is_temporary(&name) {
                if clean && files::remove_if_there(&entry.path()).is_ok() {
                    report.leftovers_removed += 1;
                }
                continue;
            }
            let path = walk::relative(self, &entry.path());
            let reason = if BLOB_FILES.contains(&name.as_str()) {
                "its record does not list it: an import was stopped here; running it again puts it right"
            } else {
                "it does not belong here"
            };
            report.unexpected.push(Problem::new(path, &reason));
        }
    }
}

fn hash(path: &Path) -> std::io::Result<FileInfo> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(FileInfo { bytes: hasher.count(), blake3: hasher.finalize().to_hex().to_string() })
}

/// The checksum of every catalogued record by sort key.
pub(crate) type Digests = BTreeMap<String, [u8; 32]>;
