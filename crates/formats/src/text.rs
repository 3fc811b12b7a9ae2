//! Lines and words of a text file as bytes, counted, in any line ending.

use std::path::Path;

use crate::error::FormatError;

/// Lines with their numbers (from 1), without line ends or outer blanks. `\n`, `\r\n` and lone `\r` all end a line.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    bytes.split(move |&b| b == end).zip(1..).map(|(line, number)| (number, line.trim_ascii()))
}

pub(crate) fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty())
}

/// A finite 32-bit number; `index` of the `element` it belongs to is for the message.
pub(crate) fn coordinate(
    file: &Path,
    line: u64,
    word: Option<&[u8]>,
    element: &'static str,
    index: usize,
) -> Result<f32, FormatError> {
    let value: f32 =
        number(word).ok_or_else(|| FormatError::syntax(file, line, "a number", word.unwrap_or_default()))?;
    if !value.is_finite() {
        return Err(FormatError::NotFinite { file: file.to_owned(), element, index: index as u64 });
    }
    Ok(value)
}

pub(crate) fn number<T: std::str::FromStr>(word: Option<&[u8]>) -> Option<T> {
    std::str::from_utf8(word?).ok()?.parse().ok()
}
