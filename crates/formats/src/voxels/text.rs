//! Voxels written as text, decimal numbers or hexadecimal digits, to little-endian bytes of their type.

use std::path::Path;

use super::ScalarType;
use crate::error::{FormatError, quoted};
use crate::input::reserve;

/// `count` decimal numbers, separated by blanks, line ends or commas.
pub(crate) fn numbers_to_bytes(
    file: &Path,
    text: &[u8],
    scalar: ScalarType,
    count: usize,
) -> Result<Vec<u8>, FormatError> {
    // A number and the blank behind it take at least two bytes.
    super::check_room(file, count as u64 * 2, text.len() as u64 + 1)?;
    let mut bytes = Vec::new();
    reserve(file, &mut bytes, (count * scalar.bytes()) as u64)?;
    let mut words = text.split(|b| b.is_ascii_whitespace() || *b == b',').filter(|w| !w.is_empty());
    for index in 0..count {
        let word = words.next().ok_or_else(|| FormatError::Truncated {
            file: file.to_owned(),
            what: "the list of voxel values",
            expected: count as u64,
            found: index as u64,
        })?;
        push_number(word, scalar, &mut bytes)
            .ok_or_else(|| FormatError::header(file, "voxel data", quoted(word), format!("a {}", scalar.name())))?;
    }
    Ok(bytes)
}

fn push_number(word: &[u8], scalar: ScalarType, out: &mut Vec<u8>) -> Option<()> {
    let text = std::str::from_utf8(word).ok()?;
    match scalar {
        ScalarType::Bool => out.push(u8::from(text.parse::<i64>().ok()? != 0)),
        ScalarType::U8 => out.extend(text.parse::<u8>().ok()?.to_le_bytes()),
        ScalarType::I8 => out.extend(text.parse::<i8>().ok()?.to_le_bytes()),
        ScalarType::U16 => out.extend(text.parse::<u16>().ok()?.to_le_bytes()),
        ScalarType::I16 => out.extend(text.parse::<i16>().ok()?.to_le_bytes()),
        ScalarType::U32 => out.extend(text.parse::<u32>().ok()?.to_le_bytes()),
        ScalarType::I32 => out.extend(text.parse::<i32>().ok()?.to_le_bytes()),
        ScalarType::U64 => out.extend(text.parse::<u64>().ok()?.to_le_bytes()),
        ScalarType::I64 => out.extend(text.parse::<i64>().ok()?.to_le_bytes()),
        // No text format has 16-bit floats.
        ScalarType::F16 => return None,
        ScalarType::F32 => out.extend(text.parse::<f32>().ok()?.to_le_bytes()),
        ScalarType::F64 => out.extend(text.parse::<f64>().ok()?.to_le_bytes()),
    }
    Some(())
}

/// `count` bytes of two hexadecimal digits each; blanks and line ends anywhere between digits.
pub(crate) fn hex_to_bytes(file: &Path, text: &[u8], count: usize) -> Result<Vec<u8>, FormatError> {
    super::check_room(file, count as u64 * 2, text.len() as u64)?;
    let mut bytes = Vec::new();
    reserve(file, &mut bytes, count as u64)?;
    let mut high = None;
    for &byte in text.iter().filter(|b| !b.is_ascii_whitespace()) {
        if bytes.len() == count {
            break;
        }
        let digit = char::from(byte).to_digit(16).ok_or_else(|| {
            FormatError::header(file, "voxel data", quoted(&[byte]), "hexadecimal digits (encoding: hex)")
        })? as u8;
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    if bytes.len() < count {
        return Err(FormatError::Truncated {
            file: file.to_owned(),
            what: "the hexadecimal voxel data",
            expected: count as u64,
            found: bytes.len() as u64,
        });
    }
    Ok(bytes)
}
