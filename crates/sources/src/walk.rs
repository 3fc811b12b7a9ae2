//! What lies in the folder to import.
//!
//! Nothing outside the root is ever listed, and no link to a folder is followed, so a loop cannot trap the walk. A link
//! to a file counts as that file where its target lies in the root but is not listed itself (as in git-annex). An archive
//! is listed as a folder of its name, unless its files lie unpacked beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use crate::archive::{self, Member};
use crate::case::Note;
use crate::error::SourceError;
use crate::file::{DataFile, FileType};

/// Deeper folders are reported and left out.
const DEEPEST: usize = 32;

/// Everything below the root, in the order of the paths.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The folder that paths are relative to.
    pub(crate) root: PathBuf,
    /// The name of what was asked for: the folder's, or the single file's stem.
    pub(crate) name: String,
    /// The files to import from.
    pub(crate) files: Vec<DataFile>,
    /// For a single file: its neighbours, where a label table may be.
    pub(crate) neighbours: Vec<DataFile>,
    /// Links that were not followed, names that cannot be used.
    pub(crate) skipped: Vec<Note>,
    /// Folders that could not be read.
    pub(crate) failed: Vec<Note>,
}

impl Listing {
    /// Files that may hold a table: all of them, and the neighbours of a single file.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &DataFile> {
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
    let file = DataFile::on_disk(wanted.clone(), root.to_owned());
    if archive::is_archive(&wanted) {
        let mut listing = Listing::new(folder);
        file.stem().trim_end_matches(".tar").clone_into(&mut listing.name);
        listing.push(wanted, root);
        listing.sort();
        return Ok(listing);
    }
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
    let mut listing = Listing::new(root);
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
    listing.sort();
    listing
}

impl Listing {
    fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            name: String::new(),
            files: Vec::new(),
            neighbours: Vec::new(),
            skipped: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// By the whole path, so that the order does not depend on how folders and files mix.
    fn sort(&mut self) {
        self.files.sort_by(|a, b| a.relative.cmp(&b.relative));
    }

    /// A file, or what an archive holds.
    fn push(&mut self, relative: String, path: &Path) {
        if !archive::is_archive(&relative) {
            self.files.push(DataFile::on_disk(relative, path.to_owned()));
            return;
        }
        let contents = match archive::list(path) {
            Ok(contents) => contents,
            Err(reason) => {
                self.failed.push(Note::new(relative, reason));
                return;
            }
        };
        let refused = contents.refused.into_iter();
        self.skipped.extend(refused.map(|(name, reason)| Note::new(format!("{relative}/{name}"), reason)));
        let members = with_companions(contents.members);
        let all = members.len();
        let mut files: Vec<DataFile> = members
            .into_iter()
            .filter(|(name, member)| !is_hidden_path(name) && !lies_beside(path, name, member))
            .map(|(name, member)| DataFile {
                relative: format!("{relative}/{name}"),
                path: path.to_owned(),
                member: Some(Arc::new(member)),
            })
            .collect();
        if files.is_empty() && all > 0 {
            self.skipped.push(Note::new(relative, "its files lie unpacked beside it"));
        }
        files.retain(|file| {
            !archive::is_archive(file.name()) || {
                self.skipped.push(Note::new(&file.relative, "is an archive in an archive; unpack it by hand"));
                false
            }
        });
        self.files.append(&mut files);
    }

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
            self.push(relative, entry.path());
        } else if kind.is_symlink() {
            match link(entry.path(), real_root) {
                Ok(()) => self.push(relative, entry.path()),
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

/// Gives each detached header of an archive the files beside it that share its name.
fn with_companions(members: Vec<(String, Member)>) -> Vec<(String, Member)> {
    let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_ascii_lowercase();
    let is_header = |name: &str| {
        let name = name.to_ascii_lowercase();
        [".mhd", ".nhdr", ".hdr"].iter().any(|ending| name.ends_with(ending))
    };
    let mut by_stem: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, (name, _)) in members.iter().enumerate() {
        // `x.raw.gz` belongs to `x.nhdr`.
        by_stem.entry(stem(name.strip_suffix(".gz").unwrap_or(name))).or_default().push(index);
    }
    let companions = |index: usize, name: &str| -> Vec<(String, Member)> {
        let same = by_stem.get(&stem(name)).map(Vec::as_slice).unwrap_or_default();
        let others = same.iter().filter(|other| **other != index).filter_map(|other| members.get(*other));
        let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
        others.map(|(name, member)| (last(name), member.clone())).collect()
    };
    let found: Vec<Vec<(String, Member)>> = members
        .iter()
        .enumerate()
        .map(|(index, (name, _))| if is_header(name) { companions(index, name) } else { Vec::new() })
        .collect();
    let mut members = members;
    for ((_, member), companions) in members.iter_mut().zip(found) {
        member.add_companions(companions);
    }
    members
}

/// Whether a member of an archive lies unpacked beside it, or in a folder of the archive's name.
fn lies_beside(archive: &Path, name: &str, member: &Member) -> bool {
    let folder = archive.parent().unwrap_or(Path::new(""));
    let title = archive.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let title = title.split_once(".tar").or(title.rsplit_once('.')).map_or("", |(stem, _)| stem);
    [folder.join(name), folder.join(title).join(name)]
        .iter()
        .any(|path| std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == member.size()))
}

fn is_hidden_path(path: &str) -> bool {
    path.split('/').any(is_hidden_name)
}

fn is_hidden_name(name: &str) -> bool {
    name.starts_with('.') || name == "__MACOSX" || name == "Thumbs.db"
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && is_hidden_name(&entry.file_name().to_string_lossy())
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
