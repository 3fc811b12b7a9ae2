//! Reads the data in a pickle (protocols 0 to 5) without running anything.
//!
//! A pickle is a program for a small stack machine that can call any function of Python. This machine knows a fixed list of
//! harmless ones ([`globals`]): dictionaries, numpy's arrays, types and numbers, bytes. They are not called; what they
//! would make is built here. Any other name is an error that says it. Objects, depth and bytes are bounded by the length
//! of the file, also where one object is used many times.

mod arrays;
mod globals;
mod machine;
mod objects;
mod opcodes;
mod texts;
mod tree;

use std::path::Path;

use super::NpyValue;
use crate::error::FormatError;
use crate::voxels::Limits;

/// Objects that any pickle may hold; more are allowed one for every four bytes of the packed file.
const BASE_OBJECTS: u64 = 1 << 20;

/// Which pickle it is, and what it may use.
pub(super) struct Context<'a> {
    pub(super) file: &'a Path,
    /// The array it is in.
    pub(super) place: &'a str,
    pub(super) limits: Limits,
    /// Bytes before unpacking.
    pub(super) packed: u64,
}

impl Context<'_> {
    fn refused(&self, found: impl Into<String>) -> FormatError {
        FormatError::Pickle {
            file: self.file.to_owned(),
            place: format!("array `{}`", self.place),
            found: found.into(),
        }
    }

    fn max_objects(&self) -> usize {
        usize::try_from(BASE_OBJECTS + self.packed / 4).unwrap_or(usize::MAX)
    }
}

/// The value that a pickle holds.
pub(super) fn read(context: &Context<'_>, bytes: &[u8]) -> Result<NpyValue, FormatError> {
    let (objects, top) = machine::run(context, bytes)?;
    tree::value(context, bytes, &objects, top)
}
