//! Finding all shapes of a collection by its folders.

use std::path::Path;

use serde::Serialize;

use crate::CollectionError;
use crate::id::ShapeId;
use crate::record::RECORD_FILE;
use crate::store::Collection;

/// Something that is wrong with a shape or a file; the rest goes on without it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The shape, or the path within the collection.
    pub what: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Problem {
    pub(crate) fn new(what: String, reason: &dyn std::fmt::Display) -> Self {
        Self { what, reason: reason.to_string() }
    }
}

/// What the folders say.
#[derive(Default)]
pub(crate) struct Found {
    /// Shapes with a record, ordered.
    pub(crate) ids: Vec<ShapeId>,
    /// What does not belong, or has no record.
    pub(crate) problems: Vec<Problem>,
}

/// Walks `shapes/<dataset>/<case>/<structure>`. Links are not followed.
pub(crate) fn shapes(collection: &Collection) -> Result<Found, CollectionError> {
    let root = collection.shapes_dir();
    let mut found = Found::default();
    if !root.exists() {
        return Ok(found);
    }
    let level = walkdir::WalkDir::new(&root).min_depth(1).max_depth(3).sort_by_file_name();
    for entry in level {
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) if e.path() == Some(&root) => {
                return Err(CollectionError::io("read", &root)(e.into()));
            }
            Err(e) => {
                let path = e.path().map(|p| relative(collection, p)).unwrap_or_default();
                found.problems.push(Problem::new(path, &e));
                continue;
            }
        };
        let path = relative(collection, entry.path());
        if !entry.file_type().is_dir() {
            found.problems.push(Problem::new(path, &"it does not belong here"));
        } else if entry.depth() == 3 {
            let id = path.strip_prefix("shapes/").unwrap_or(&path).parse::<ShapeId>();
            match id {
                Err(e) => found.problems.push(Problem::new(path, &e)),
                Ok(id) if entry.path().join(RECORD_FILE).is_file() => found.ids.push(id),
                Ok(_) => {
                    let reason =
                        "it has no shape.json: an import was stopped here; running it again finishes the shape";
                    found.problems.push(Problem::new(path, &reason));
                }
            }
        }
    }
    Ok(found)
}

/// The path within the collection, with forward slashes.
pub(crate) fn relative(collection: &Collection, path: &Path) -> String {
    let inside = path.strip_prefix(collection.root()).unwrap_or(path);
    let parts: Vec<_> = inside.iter().map(|p| p.to_string_lossy()).collect();
    parts.join("/")
}
