//! STL, binary and ASCII, told apart by content: many binary files begin with `solid`.

mod ascii;
mod binary;
mod write;

use std::path::Path;

pub(crate) use write::write;

use crate::error::FormatError;
use crate::scene::Raw;

/// Bytes of the binary header and the triangle count behind it.
const HEADER: usize = 80;
const START: usize = HEADER + 4;
/// Bytes a triangle: normal, three corners, two bytes of attributes.
const TRIANGLE: usize = 50;

pub(crate) fn read(file: &Path, bytes: &[u8], split: bool, keep_corners: bool) -> Result<Raw, FormatError> {
    if bytes.is_empty() {
        return Err(FormatError::Empty { file: file.to_owned(), what: "bytes at all" });
    }
    let exact = binary::count(bytes).is_some_and(|n| bytes.len() as u64 == START as u64 + n * TRIANGLE as u64);
    if !exact && is_text(bytes) {
        ascii::read(file, bytes, split, keep_corners)
    } else {
        binary::read(file, bytes, keep_corners)
    }
}

/// Text has no control characters except blanks. A binary file has zero bytes early on.
fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..1024).unwrap_or(bytes);
    head.iter().all(|&b| b >= b' ' && b != 0x7f || b.is_ascii_whitespace())
}
