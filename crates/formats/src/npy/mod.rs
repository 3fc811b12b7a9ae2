//! NPY and NPZ: numpy's arrays, read and written; and the data of pickled ones, read without running anything.
//!
//! Source: numpy's `format` module (versions 1 to 3), Python's `pickletools`. Read: bool, every integer and float type in
//! either byte order, text; C and Fortran order. Object arrays (as `MedShapeNetCore` ships them) are pickles: a small machine
//! builds their dictionaries, lists, numbers, texts and numeric arrays, and refuses anything else by name. Written: plain
//! arrays only. Refused: complex numbers, dates, records.

mod archive;
mod array;
mod header;
mod pickle;
mod value;
mod volume;
mod write;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

pub use array::NpyArray;
pub use value::NpyValue;
pub use write::{write_npy, write_npz};

pub(crate) use volume::{label_map_arrays, open_npy, open_npz};

use crate::error::FormatError;
use crate::input::{self, Source};
use crate::voxels::Limits;

/// Reads every array of an NPZ file, by name.
///
/// # Errors
/// [`FormatError`] for a file that is no NPZ, is damaged, holds more values than the limits allow, or types or pickled
/// objects that are no plain data.
pub fn read_npz(path: &Path, limits: Limits) -> Result<BTreeMap<String, NpyValue>, FormatError> {
    let (file, size) = input::open(path)?;
    archive::Archive::new(path, file, size)?.read_all(limits)
}

/// Reads every array of an NPZ file from memory; `name` is used in messages only.
///
/// # Errors
/// As [`read_npz`].
pub fn read_npz_bytes(name: &Path, bytes: &[u8], limits: Limits) -> Result<BTreeMap<String, NpyValue>, FormatError> {
    archive::Archive::new(name, Cursor::new(bytes), bytes.len() as u64)?.read_all(limits)
}

/// Reads an NPY file.
///
/// # Errors
/// As [`read_npz`].
pub fn read_npy(path: &Path, limits: Limits) -> Result<NpyValue, FormatError> {
    let bytes = Source::open(path)?.read_to_end()?;
    let packed = bytes.len() as u64;
    array::read(path, "array", bytes, packed, limits)
}
