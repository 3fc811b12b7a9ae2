//! The zip archive around NPZ arrays. Sizes are checked against the archive's own length before anything is unpacked.

use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use super::header::{self, Header};
use super::{NpyValue, array};
use crate::error::FormatError;
use crate::input::{Packing, reserve};
use crate::voxels::Limits;

pub(super) struct Archive<R> {
    file: PathBuf,
    size: u64,
    /// Packed bytes that were not read yet: entries that share bytes would multiply them.
    unread: u64,
    zip: ZipArchive<R>,
}

impl<R: Read + Seek> Archive<R> {
    pub(super) fn new(file: &Path, reader: R, size: u64) -> Result<Self, FormatError> {
        let zip = ZipArchive::new(reader).map_err(|e| zip_error(file, e))?;
        Ok(Self { file: file.to_owned(), size, unread: size, zip })
    }

    /// Names of the arrays, without `.npy`, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let entries = self.zip.file_names().filter_map(Result::ok);
        let mut names: Vec<String> = entries.filter_map(|n| n.strip_suffix(".npy").map(str::to_owned)).collect();
        names.sort();
        names
    }

    /// An array's header only.
    pub(super) fn header(&mut self, name: &str) -> Result<Header, FormatError> {
        let mut head = self.head(name, 1 << 10)?;
        // Nearly all headers have 128 bytes, the longest 64 kB.
        if matches!(header::parse(&self.file, &head), Err(FormatError::Truncated { .. })) {
            head = self.head(name, 1 << 17)?;
        }
        header::parse(&self.file, &head)
    }

    fn head(&mut self, name: &str, most: u64) -> Result<Vec<u8>, FormatError> {
        let entry = self.zip.by_name(&format!("{name}.npy")).map_err(|e| zip_error(&self.file, e))?;
        let mut head = Vec::new();
        entry.take(most).read_to_end(&mut head).map_err(|e| zip_error(&self.file, ZipError::Io(e)))?;
        Ok(head)
    }

    /// An array, with how many values may still be read in all.
    pub(super) fn read(&mut self, name: &str, limits: Limits) -> Result<NpyValue, FormatError> {
        let file = &self.file;
        let entry = self.zip.by_name(&format!("{name}.npy")).map_err(|e| zip_error(file, e))?;
        let (size, packed) = (entry.size(), entry.compressed_size());
        self.unread = self.unread.checked_sub(packed).ok_or_else(|| {
            FormatError::header(
                file,
                "size of the arrays",
                "more in all",
                format!("at most the {} of the file", self.size),
            )
        })?;
        // No archive holds more than its own length at the best compression; 8 bytes is the widest value.
        let most = Packing::Gzip.upper_bound(packed).min(limits.max_voxels.saturating_mul(8)).saturating_add(1 << 16);
        if size > most {
            return Err(FormatError::header(file, "size of an array", size, format!("at most {most} bytes")));
        }
        let mut bytes = Vec::new();
        reserve(file, &mut bytes, size)?;
        // One byte more than stated, so that a stream that runs on is noticed.
        entry.take(size + 1).read_to_end(&mut bytes).map_err(|e| zip_error(file, ZipError::Io(e)))?;
        array::read(file, name, bytes, packed, limits)
    }

    pub(super) fn read_all(mut self, limits: Limits) -> Result<BTreeMap<String, NpyValue>, FormatError> {
        let mut left = limits;
        let mut values = BTreeMap::new();
        for name in self.names() {
            let value = self.read(&name, left)?;
            if let NpyValue::Array(array) = &value {
                left.max_voxels = left.max_voxels.saturating_sub(array.shape().iter().map(|&n| n as u64).product());
            }
            values.insert(name, value);
        }
        Ok(values)
    }
}

fn zip_error(file: &Path, error: ZipError) -> FormatError {
    match error {
        ZipError::Io(e)
            if matches!(e.kind(), std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::InvalidData)
                || e.raw_os_error().is_none() =>
        {
            FormatError::Compressed { file: file.to_owned(), offset: 0, reason: e.to_string() }
        }
        ZipError::Io(source) => FormatError::Read { file: file.to_owned(), source },
        ZipError::UnsupportedArchive(what) => FormatError::Unsupported {
            file: file.to_owned(),
            what: format!("a zip archive with {what}"),
            advice: "save it with numpy.savez or numpy.savez_compressed",
        },
        other => FormatError::NotThisFormat {
            file: file.to_owned(),
            expected: "an NPZ (zip) file",
            found: other.to_string(),
        },
    }
}
