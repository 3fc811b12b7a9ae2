//! Export: shapes as files in the formats asked for, with what their licences ask for, and a manifest.

mod attribution;
mod format;

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

pub use format::ShapeFormat;

use crate::files::{self, Durability};
use crate::id::ShapeId;
use crate::progress::{Progress, Steps};
use crate::query::Query;
use crate::record::{FileInfo, Record};
use crate::store::Collection;
use crate::{CollectionError, config::CollectionConfig};
use attribution::Terms;

/// Name of the list of exported files with their checksums.
const MANIFEST: &str = "manifest.json";

/// A file that was exported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ExportedFile {
    /// Path within the export, with forward slashes.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 of its content, hexadecimal.
    pub blake3: String,
    /// The shape.
    pub id: String,
    /// The format, as it was asked for.
    pub format: String,
}

/// A file that could not be exported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ExportFailure {
    /// The shape.
    pub id: String,
    /// The format; null when the shape as a whole could not be read.
    pub format: Option<String>,
    /// Why.
    pub reason: String,
}

/// What an export did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ExportReport {
    /// Shapes that the query found.
    pub shapes: usize,
    /// The files written, by path.
    pub files: Vec<ExportedFile>,
    /// What could not be had, by shape.
    pub failed: Vec<ExportFailure>,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
}

#[derive(Serialize)]
struct Manifest<'a> {
    collection: &'a str,
    collection_version: &'a str,
    files: &'a [ExportedFile],
    failed: &'a [ExportFailure],
}

/// The files and failures of one shape, and its record when it could be read.
type OfShape = (Vec<ExportedFile>, Vec<ExportFailure>, Option<Record>);

impl Collection {
    /// Writes the shapes that match as `dir/<dataset>/<case>/<structure>.<extension>`, on all cores, and beside them
    /// `ATTRIBUTION.md`, `LICENSES.md` and `CITATION.bib` for just these shapes, and `manifest.json`. Files of an
    /// earlier export are overwritten; the same collection gives the same files.
    ///
    /// # Errors
    /// For what concerns the whole export (`dir` cannot be made, or lies in the collection); a shape that cannot be had
    /// in a format is in the report.
    pub fn export(
        &self,
        query: &Query,
        dir: &Path,
        formats: &[ShapeFormat],
        progress: Progress,
    ) -> Result<ExportReport, CollectionError> {
        let ids = self.catalogue()?.ids(query)?;
        let config = self.config()?;
        let target = Target::new(dir, self)?;
        let steps = Steps::new(progress, ids.len());
        let one = |id: &ShapeId| steps.step(|| self.export_shape(id, &target, formats));
        let done: Vec<Option<OfShape>> = ids.par_iter().map(one).collect();

        let mut report = ExportReport { shapes: ids.len(), interrupted: steps.stopped(), ..ExportReport::default() };
        let mut terms = Terms::default();
        for (files, failed, record) in done.into_iter().flatten() {
            if let Some(record) = record.filter(|_| !files.is_empty()) {
                terms.add(&record);
            }
            report.files.extend(files);
            report.failed.extend(failed);
        }
        report.files.sort();
        report.failed.sort();
        target.write_about(&config, &terms, &report)?;
        Ok(report)
    }

    fn export_shape(&self, id: &ShapeId, target: &Target, formats: &[ShapeFormat]) -> OfShape {
        let failure = |format: Option<ShapeFormat>, e: &CollectionError| ExportFailure {
            id: id.to_string(),
            format: format.map(|f| f.extension().to_owned()),
            reason: e.to_string(),
        };
        let (mut files, mut failed) = (Vec::new(), Vec::new());
        let shape = match self.shape(id) {
            Ok(shape) => shape,
            Err(e) => return (files, vec![failure(None, &e)], None),
        };
        for &format in formats {
            let written = shape.export_bytes(format).and_then(|bytes| target.write_shape(id, format, &bytes));
            match written {
                Ok(file) => files.push(file),
                Err(e) => failed.push(failure(Some(format), &e)),
            }
        }
        (files, failed, Some(shape.record().clone()))
    }
}

/// The folder that is exported into; nothing is written outside it.
struct Target {
    root: PathBuf,
}

impl Target {
    fn new(dir: &Path, collection: &Collection) -> Result<Self, CollectionError> {
        let real = |path: &Path| path.canonicalize().map_err(CollectionError::io("read", path));
        let absolute = std::path::absolute(dir).map_err(CollectionError::io("read", dir))?;
        let there = absolute.ancestors().find(|p| p.exists()).unwrap_or(&absolute);
        if real(there)?.starts_with(real(collection.root())?) {
            let source = std::io::Error::other("it lies in the collection, where only shapes belong");
            return Err(CollectionError::io("export to", dir)(source));
        }
        std::fs::create_dir_all(dir).map_err(CollectionError::io("create", dir))?;
        let root = real(dir)?;
        Ok(Self { root })
    }

    fn write_shape(&self, id: &ShapeId, format: ShapeFormat, bytes: &[u8]) -> Result<ExportedFile, CollectionError> {
        let folder = self.root.join(id.dataset()).join(id.case());
        std::fs::create_dir_all(&folder).map_err(CollectionError::io("create", &folder))?;
        // A link that was there before could lead anywhere.
        let real = folder.canonicalize().map_err(CollectionError::io("read", &folder))?;
        if !real.starts_with(&self.root) {
            let source = std::io::Error::other("a link there leads out of the folder to export to");
            return Err(CollectionError::io("write", &folder)(source));
        }
        let name = format!("{}.{}", id.structure(), format.extension());
        files::write(&real.join(&name), bytes, Durability::Flushed)?;
        let info = FileInfo::of(bytes);
        Ok(ExportedFile {
            path: format!("{}/{}/{name}", id.dataset(), id.case()),
            bytes: info.bytes,
            blake3: info.blake3,
            id: id.to_string(),
            format: format.extension().to_owned(),
        })
    }

    fn write_about(
        &self,
        config: &CollectionConfig,
        terms: &Terms,
        report: &ExportReport,
    ) -> Result<(), CollectionError> {
        let manifest = Manifest {
            collection: &config.name,
            collection_version: &config.version,
            files: &report.files,
            failed: &report.failed,
        };
        let path = self.root.join(MANIFEST);
        let mut manifest =
            serde_json::to_string_pretty(&manifest).map_err(|e| CollectionError::io("write", &path)(e.into()))?;
        manifest.push('\n');
        let about = [
            ("ATTRIBUTION.md", terms.attribution(config)),
            ("LICENSES.md", terms.licences()),
            ("CITATION.bib", terms.bibtex(config)),
            // The manifest last: where it is, the rest is whole.
            (MANIFEST, manifest),
        ];
        for (name, text) in about {
            files::write(&self.root.join(name), text.as_bytes(), Durability::Flushed)?;
        }
        Ok(())
    }
}
