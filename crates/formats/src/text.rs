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
    let value = word.and_then(decimal).or_else(|| number(word));
    let value = value.ok_or_else(|| FormatError::syntax(file, line, "a number", word.unwrap_or_default()))?;
    if !value.is_finite() {
        return Err(FormatError::NotFinite { file: file.to_owned(), element, index: index as u64 });
    }
    Ok(value)
}

/// A plain decimal such as `-12.345`, correctly rounded; `None` for what needs the long way.
fn decimal(word: &[u8]) -> Option<f32> {
    const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (negative, digits) = match word {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    // Fifteen digits are whole numbers without error in 64 bits, and so is the power of ten they are divided by.
    if digits.len() > 16 {
        return None;
    }
    let (mut whole, mut count, mut before) = (0_u64, 0, None);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                whole = 10 * whole + u64::from(byte - b'0');
                count += 1;
            }
            b'.' if before.is_none() => before = Some(count),
            _ => return None,
        }
    }
    if !(1..=15).contains(&count) {
        return None;
    }
    let value = whole as f64 / POWERS[count - before.unwrap_or(count)];
    // Halfway between two 32-bit numbers the second rounding could go wrong.
    if value.to_bits() & 0x1fff_ffff == 0x1000_0000 {
        return None;
    }
    Some(if negative { -value } else { value } as f32)
}

pub(crate) fn number<T: std::str::FromStr>(word: Option<&[u8]>) -> Option<T> {
    std::str::from_utf8(word?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_decimals_are_what_the_standard_library_says() {
        let mut state = 1_u64;
        for round in 0..200_000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let near_one = f64::from(f32::from_bits(0x3f80_0000 + (state >> 41) as u32));
            let text = match round % 4 {
                // Shortest texts of floats, and points halfway between two of them.
                0 => f32::from_bits((state >> 33) as u32 % 0x5000_0000).to_string(),
                1 => format!("-{}.{}", state >> 50, state >> 40 & 0xffff),
                2 => (near_one + 2.0_f64.powi(-24)).to_string(),
                _ => (state >> 20 & 0xfff_ffff).to_string(),
            };
            if let Some(found) = decimal(text.as_bytes()) {
                assert_eq!(found.to_bits(), text.parse::<f32>().unwrap().to_bits(), "{text}");
            }
        }
        for text in ["", "-", ".", "1e3", "1.2.3", "+1", "nan"] {
            assert_eq!(decimal(text.as_bytes()), None, "{text}");
        }
        assert_eq!(decimal(b"-0").map(f32::to_bits), Some((-0.0_f32).to_bits()));
    }
}
