//! Base64 (RFC 4648), the standard alphabet: what GIFTI, VTP and glTF hold their numbers in.

use std::path::Path;

use crate::error::FormatError;
use crate::input::reserve;

const INVALID: u8 = 255;
const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [INVALID; 256];
    let mut i = 0;
    while i < 64 {
        table[alphabet[i] as usize] = i as u8;
        i += 1;
    }
    table
}

/// Decodes text, skipping blanks. Padding may stand inside: VTK writes a padded length before the data, and what
/// follows starts afresh.
pub(crate) fn decode(file: &Path, text: &[u8]) -> Result<Vec<u8>, FormatError> {
    let mut out = Vec::new();
    reserve(file, &mut out, text.len() as u64 / 4 * 3 + 3)?;
    let text = text.trim_ascii();
    let mut at = 0;
    // Four at a time while nothing but the alphabet is met.
    let (quads, _) = text.as_chunks::<4>();
    for quad in quads {
        let [a, b, c, d] = quad.map(|byte| VALUES[byte as usize]);
        if (a | b | c | d) & 0xc0 != 0 {
            break;
        }
        let word = u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
        out.extend_from_slice(&[(word >> 16) as u8, (word >> 8) as u8, word as u8]);
        at += 4;
    }
    let (mut word, mut digits) = (0_u32, 0_u32);
    for &byte in text.get(at..).unwrap_or_default() {
        let value = VALUES[byte as usize];
        if value != INVALID {
            word = word << 6 | u32::from(value);
            digits += 1;
            if digits == 4 {
                out.extend_from_slice(&[(word >> 16) as u8, (word >> 8) as u8, word as u8]);
                (word, digits) = (0, 0);
            }
        } else if byte == b'=' {
            flush(&mut out, word, digits);
            (word, digits) = (0, 0);
        } else if !byte.is_ascii_whitespace() {
            return Err(FormatError::header(
                file,
                "base64 data",
                char::from(byte).escape_default(),
                "letters, digits, + and /",
            ));
        }
    }
    flush(&mut out, word, digits);
    Ok(out)
}

/// The whole bytes of an unfinished group of four.
fn flush(out: &mut Vec<u8>, word: u32, digits: u32) {
    match digits {
        2 => out.push((word >> 4) as u8),
        3 => out.extend_from_slice(&[(word >> 10) as u8, (word >> 2) as u8]),
        _ => {}
    }
}

/// Encodes with padding, in one line.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |i: usize| chunk.get(i).copied().map_or(0, u32::from);
        let word = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let letter = alphabet[(word >> (18 - 6 * digit)) as usize & 63];
            out.push(if digit <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_rfc_4648_and_padding_inside() {
        let decoded = |text: &str| decode(Path::new("x"), text.as_bytes()).unwrap();
        for (plain, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(decoded(text), plain.as_bytes());
            assert_eq!(encode(plain.as_bytes()), text);
        }
        assert_eq!(decoded(" Zm9v\n Zg==Zm9v "), b"fooffoo");
        assert!(decode(Path::new("x"), b"Zm9v*").is_err());
    }
}
