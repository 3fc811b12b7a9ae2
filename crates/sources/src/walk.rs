//! What lies in the folder to import.
//!
//! Nothing outside the root is ever listed, and no link to a folder is followed, so a loop cannot trap the walk. A link
//! to a file counts as that file where its target lies in the root but is not listed itself (as in git-annex).

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::error::SourceError;
use crate::plan::Note;

/// Deeper folders are reported and left out.
const DEEPEST: usize = 32;

/// One file below the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Path relative to the root, with `/` between the folders.
    pub(crate) relative: String,
    pub(crate) path: PathBuf,
}

/// What kind of file a name promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileType {
    Volume,
    Mesh,
    Other,
}

impl File {
    /// The path of the folder, without a `/` at the end; empty for the root.
    pub(crate) fn folder(&self) -> &str {
        self.relative.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The file's name.
    pub(crate) fn name(&self) -> &str {
        self.relative.rsplit_once('/').map_or(&*self.relative, |(_, name)| name)
    }

    /// The file's name without its type.
    pub(crate) fn stem(&self) -> &str {
        let name = self.name();
        let shape = [".nii.gz", ".nii", ".stl", ".ply", ".obj"].iter().find_map(|ending| self.without(ending));
        if let Some(stem) = shape {
            return stem;
        }
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    pub(crate) fn file_type(&self) -> FileType {
        if self.ends_with(".nii.gz") || self.ends_with(".nii") {
            FileType::Volume
        } else if [".stl", ".ply", ".obj"].iter().any(|ending| self.ends_with(ending)) {
            FileType::Mesh
        } else {
            FileType::Other
        }
    }

    /// Whether the name ends so, in upper or lower case, with something before it.
    fn ends_with(&self, ending: &str) -> bool {
        self.without(ending).is_some()
    }

    fn without(&self, ending: &str) -> Option<&str> {
        let split = self.name().len().checked_sub(ending.len()).filter(|split| *split > 0)?;
        let (stem, end) = (self.name().get(..split)?, self.name().get(split..)?);
        end.eq_ignore_ascii_case(ending).then_some(stem)
    }
}

/// Everything below the root, in the order of the paths.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The folder that paths are relative to.
    pub(crate) root: PathBuf,
    /// The name of what was asked for: the folder's, or the single file's stem.
    pub(crate) name: String,
    /// The files to import from.
    pub(crate) files: Vec<File>,
    /// For a single file: its neighbours, where a label table may be.
    pub(crate) neighbours: Vec<File>,
    /// Links that were not followed, names that cannot be used.
    pub(crate) skipped: Vec<Note>,
    /// Folders that could not be read.
    pub(crate) failed: Vec<Note>,
}

impl Listing {
    /// Files that may hold a table: all of them, and the neighbours of a single file.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &File> {
        self.files.iter().chain(&self.neighbours).filter(|file| file.file_type() == FileType::Other)
    }
}

/// Lists a folder, or a single file.
pub(crate) fn list(root: &Path) -> Result<Listing, SourceError> {
    let unreadable = |source| SourceError::Unreadable { path: root.to_owned(), source };
    let real = root.canonicalize().map_err(unreadable)?;
    let last = real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if std::fs::metadata(&real).map_err(unreadable)?.is_dir() {
        std::fs::read_dir(&real).map_err(unreadable)?;
        let mut listing = walk(root, &real, DEEPEST);
        listing.name = last;
        return Ok(listing);
    }
    let folder = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = walk(folder, &folder.canonicalize().map_err(unreadable)?, 1);
    let wanted = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = File { relative: wanted.clone(), path: root.to_owned() };
    Ok(Listing {
        root: folder.to_owned(),
        name: file.stem().to_owned(),
        files: vec![file],
        neighbours: beside.files.into_iter().filter(|file| file.relative != wanted).collect(),
        skipped: Vec::new(),
        failed: Vec::new(),
    })
}

fn walk(root: &Path, real_root: &Path, depth: usize) -> Listing {
    let mut listing = Listing {
        root: root.to_owned(),
        name: String::new(),
        files: Vec::new(),
        neighbours: Vec::new(),
        skipped: Vec::new(),
        failed: Vec::new(),
    };
    // A link as the root itself is followed: the user named it.
    let walker = WalkDir::new(root).min_depth(1).max_depth(depth).follow_root_links(true).sort_by_file_name();
    for entry in walker.into_iter().filter_entry(|entry| !is_hidden(entry)) {
        match entry {
            Ok(entry) => listing.add(&entry, root, real_root),
            Err(error) => {
                let path = error.path().unwrap_or(root);
                let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                listing.failed.push(Note::new(relative(path, root).0, format!("cannot be read: {reason}")));
            }
        }
    }
    // By the whole path, so that the order does not depend on how folders and files mix.
    listing.files.sort_by(|a, b| a.relative.cmp(&b.relative));
    listing
}

impl Listing {
    fn add(&mut self, entry: &DirEntry, root: &Path, real_root: &Path) {
        let (relative, is_text) = relative(entry.path(), root);
        let kind = entry.file_type();
        if kind.is_dir() {
            if entry.depth() == DEEPEST {
                self.skipped.push(Note::new(relative, format!("lies more than {DEEPEST} folders deep")));
            }
            return;
        }
        if !is_text {
            self.skipped.push(Note::new(relative, "the name is not valid UTF-8; rename the file"));
        } else if kind.is_file() {
            self.files.push(File { relative, path: entry.path().to_owned() });
        } else if kind.is_symlink() {
            match link(entry.path(), real_root) {
                Ok(()) => self.files.push(File { relative, path: entry.path().to_owned() }),
                Err(reason) => self.skipped.push(Note::new(relative, reason)),
            }
        } else {
            self.skipped.push(Note::new(relative, "is no ordinary file"));
        }
    }
}

/// Whether a link leads to a file in the root that the walk does not meet by itself.
fn link(path: &Path, real_root: &Path) -> Result<(), String> {
    let target = path.canonicalize().map_err(|error| format!("is a symbolic link that leads nowhere: {error}"))?;
    let Ok(inside) = target.strip_prefix(real_root) else {
        return Err("is a symbolic link out of the folder; copy the file, or import its own folder".to_owned());
    };
    if target.is_dir() {
        return Err("is a symbolic link to a folder, which is not followed".to_owned());
    }
    let hidden = inside.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
    if hidden && target.is_file() {
        Ok(())
    } else {
        Err(format!("is a symbolic link to {}, which is imported itself", inside.display()))
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() > 0 && (name.starts_with('.') || name == "__MACOSX" || name == "Thumbs.db")
}

/// The path relative to the root with `/` between its parts, and whether all of it is valid text.
fn relative(path: &Path, root: &Path) -> (String, bool) {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let mut is_text = true;
    let parts: Vec<String> = inside
        .components()
        .map(|part| {
            is_text &= part.as_os_str().to_str().is_some();
            part.as_os_str().to_string_lossy().into_owned()
        })
        .collect();
    (parts.join("/"), is_text)
}

#[cfg(test)]
mod tests {
    use super::{File, FileType};

    #[test]
    fn names_and_types() {
        for (name, stem, kind) in [
            ("a/b/liver.nii.gz", "liver", FileType::Volume),
            ("aal.NII", "aal", FileType::Volume),
            ("x/skull.a.STL", "skull.a", FileType::Mesh),
            ("aal.nii.txt", "aal.nii", FileType::Other),
            (".stl", ".stl", FileType::Other),
            ("README", "README", FileType::Other),
        ] {
            let file = File { relative: name.to_owned(), path: name.into() };
            assert_eq!((file.stem(), file.file_type()), (stem, kind), "{name}");
        }
    }
}
