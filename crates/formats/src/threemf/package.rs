//! The zip archive of a 3MF file and the names of its parts.

use std::io::{Cursor, Read};
use std::path::Path;

use zip::ZipArchive;

use crate::error::FormatError;
use crate::inflate::{MAX_UNPACKED, too_much};
use crate::xml::{Node, Xml};

/// Deflate cannot expand further than this.
const MAX_EXPANSION: u64 = 1032;

pub(super) struct Package<'a> {
    file: &'a Path,
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl<'a> Package<'a> {
    pub(super) fn open(file: &'a Path, bytes: &'a [u8]) -> Result<Self, FormatError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(file, &e.to_string()))?;
        let left = MAX_UNPACKED.min((bytes.len() as u64).saturating_mul(MAX_EXPANSION));
        Ok(Self { file, archive, left })
    }

    /// The name of the model that the package starts with.
    pub(super) fn root(&mut self) -> Result<String, FormatError> {
        if let Some(relations) = self.part("_rels/.rels")? {
            let mut xml = Xml::new(self.file, &relations);
            loop {
                match xml.next()? {
                    Node::Start(element) => {
                        let kind = element.get("Type").unwrap_or_default();
                        if let Some(target) = element.get("Target").filter(|_| kind.ends_with("/3dmodel")) {
                            return Ok(target.trim_start_matches('/').to_owned());
                        }
                    }
                    Node::Eof => break,
                    _ => {}
                }
            }
        }
        Ok("3D/3dmodel.model".into())
    }

    /// Unpacks a part; its name begins at the root of the package. `None` if there is none.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, FormatError> {
        let wanted = name.trim_start_matches('/');
        // Names of parts do not tell large and small letters apart.
        let same = |n: &[u8]| n.strip_prefix(b"/").unwrap_or(n).eq_ignore_ascii_case(wanted.as_bytes());
        let Some(index) = self.archive.file_names_raw().position(same) else { return Ok(None) };
        let mut entry = self.archive.by_index(index).map_err(|e| damaged(self.file, &e.to_string()))?;
        if entry.encrypted() {
            return Err(FormatError::Unsupported {
                file: self.file.to_owned(),
                what: "an encrypted 3MF file".into(),
                advice: "save it without a password",
            });
        }
        if entry.size() > self.left {
            return Err(too_much(self.file));
        }
        let mut bytes = Vec::new();
        entry.by_ref().take(self.left + 1).read_to_end(&mut bytes).map_err(|e| damaged(self.file, &e.to_string()))?;
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(|| too_much(self.file))?;
        Ok(Some(bytes))
    }
}

fn damaged(file: &Path, reason: &str) -> FormatError {
    FormatError::Compressed { file: file.to_owned(), offset: 0, reason: reason.to_owned() }
}
