//! Bytes of files: plain ones whose length is known ([`Source`]), and what is packed in them ([`Input`]).
//!
//! Nothing here allocates what a file claims before its own length says that so much can be there.

mod inflate;
mod source;
mod stream;

use std::fs::File;
use std::io::Read;
use std::path::Path;

pub(crate) use inflate::Packing;
pub(crate) use source::Source;
pub(crate) use stream::Input;

use crate::error::FormatError;

/// Opens a regular file; a pipe could block for ever.
pub(crate) fn open(path: &Path) -> Result<(File, u64), FormatError> {
    let file = File::open(path).map_err(FormatError::read(path))?;
    let meta = file.metadata().map_err(FormatError::read(path))?;
    if !meta.is_file() {
        return Err(FormatError::NotAFile { file: path.to_owned() });
    }
    Ok((file, meta.len()))
}

/// The whole content of a regular file.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, FormatError> {
    let (mut file, size) = open(path)?;
    let mut bytes = Vec::new();
    reserve(path, &mut bytes, size)?;
    file.read_to_end(&mut bytes).map_err(FormatError::read(path))?;
    Ok(bytes)
}

/// Room for `count` more items, or a typed error instead of an abort.
pub(crate) fn reserve<T>(file: &Path, vec: &mut Vec<T>, count: u64) -> Result<(), FormatError> {
    let refused = || FormatError::Memory { file: file.to_owned(), bytes: count.saturating_mul(size_of::<T>() as u64) };
    vec.try_reserve_exact(usize::try_from(count).map_err(|_| refused())?).map_err(|_| refused())
}
