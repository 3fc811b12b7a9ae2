//! One file of a dataset: on the disk, or inside an archive.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::archive::Member;

/// Endings of volumes, longest first.
const VOLUMES: [&str; 13] =
    [".seg.nrrd", ".nii.gz", ".nii", ".hdr", ".nrrd", ".nhdr", ".mha", ".mhd", ".mgz", ".mgh", ".npy", ".npz", ".dcm"];
/// Endings of meshes.
const MESHES: [&str; 12] =
    [".stl", ".ply", ".obj", ".off", ".vtk", ".vtp", ".gii.gz", ".gii", ".glb", ".gltf", ".3mf", ".mz3"];

/// One file below the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Path relative to the root, with `/` between the folders; an archive counts as a folder.
    pub relative: String,
    /// The file on the disk: for a member of an archive, the archive.
    pub path: PathBuf,
    /// Where it is in the archive, if it is in one.
    pub member: Option<Arc<Member>>,
}

/// What kind of file a name promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileType {
    Volume,
    Mesh,
    Other,
}

/// A file that can be opened by its path. A copy unpacked from an archive goes away with this value.
#[derive(Debug)]
pub struct Fetched {
    path: PathBuf,
    _folder: Option<tempfile::TempDir>,
}

impl Fetched {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl DataFile {
    pub(crate) fn on_disk(relative: String, path: PathBuf) -> Self {
        Self { relative, path, member: None }
    }

    /// Makes sure that the file can be opened by a path: a member of an archive is unpacked into a temporary folder,
    /// together with the data file that a detached header needs.
    ///
    /// # Errors
    /// When the archive cannot be read, is damaged, or there is no room.
    pub fn fetch(&self) -> io::Result<Fetched> {
        let Some(member) = &self.member else { return Ok(Fetched { path: self.path.clone(), _folder: None }) };
        let folder = tempfile::tempdir()?;
        member.unpack(folder.path(), self.name())?;
        Ok(Fetched { path: folder.path().join(self.name()), _folder: Some(folder) })
    }

    /// All bytes, if there are at most `limit`; the error is a reason in words.
    pub(crate) fn read(&self, limit: u64) -> Result<Vec<u8>, String> {
        let size = match &self.member {
            Some(member) => member.size(),
            None => std::fs::metadata(&self.path).map_err(|error| error.to_string())?.len(),
        };
        if size > limit {
            return Err(format!("{size} bytes are more than the {limit} that a table may have"));
        }
        self.head(limit).map_err(|error| error.to_string())
    }

    /// The first bytes.
    pub(crate) fn head(&self, count: u64) -> io::Result<Vec<u8>> {
        if let Some(member) = &self.member {
            return member.read(count);
        }
        let mut bytes = Vec::new();
        std::fs::File::open(&self.path)?.take(count).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

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
        if let Some(stem) = VOLUMES.iter().chain(&MESHES).find_map(|ending| self.without(ending)) {
            return stem;
        }
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    pub(crate) fn file_type(&self) -> FileType {
        if VOLUMES.iter().any(|ending| self.without(ending).is_some()) {
            FileType::Volume
        } else if MESHES.iter().any(|ending| self.without(ending).is_some()) {
            FileType::Mesh
        } else {
            FileType::Other
        }
    }

    /// What stands before the ending, in upper or lower case; nothing is no name.
    fn without(&self, ending: &str) -> Option<&str> {
        let split = self.name().len().checked_sub(ending.len()).filter(|split| *split > 0)?;
        let (stem, end) = (self.name().get(..split)?, self.name().get(split..)?);
        end.eq_ignore_ascii_case(ending).then_some(stem)
    }
}

#[cfg(test)]
mod tests {
    use super::{DataFile, FileType};

    #[test]
    fn names_and_types() {
        for (name, stem, kind) in [
            ("a/b/liver.nii.gz", "liver", FileType::Volume),
            ("aal.NII", "aal", FileType::Volume),
            ("K1.seg.nrrd", "K1", FileType::Volume),
            ("Case00_segmentation.mhd", "Case00_segmentation", FileType::Volume),
            ("x/skull.a.STL", "skull.a", FileType::Mesh),
            ("aal.nii.txt", "aal.nii", FileType::Other),
            (".stl", ".stl", FileType::Other),
            ("README", "README", FileType::Other),
        ] {
            let file = DataFile::on_disk(name.to_owned(), name.into());
            assert_eq!((file.stem(), file.file_type()), (stem, kind), "{name}");
        }
    }
}
