//! `EXT_meshopt_compression` (Khronos, ratified): attributes (mode 0) and the filters behind them; indices lie in
//! `meshopt_index.rs`.
//!
//! Attributes are stored byte by byte as differences to the element before, in blocks of at most 256 elements and groups
//! of 16; each group says how many bits a difference takes.

use std::path::Path;

use serde_json::Value;

use super::meshopt_index;
use crate::error::FormatError;
use crate::input::reserve;

pub(super) const EXTENSION: &str = "EXT_meshopt_compression";

/// Elements of a group.
const GROUP: usize = 16;
/// The most elements of a block.
const BLOCK: usize = 256;
/// The most bytes of a block.
const BLOCK_BYTES: usize = 8192;
/// The least length of the tail, which holds the first element's reference.
const TAIL: usize = 32;

/// Unpacks a buffer view as its extension object says.
pub(super) fn unpack(file: &Path, extension: &Value, packed: &[u8]) -> Result<Vec<u8>, FormatError> {
    let number = |name: &str| extension[name].as_u64().and_then(|n| usize::try_from(n).ok());
    let (Some(stride), Some(count)) = (number("byteStride"), number("count")) else {
        return Err(damaged(file, "without byteStride and count"));
    };
    // The densest stream has one byte for four groups of one byte each; triangles take a byte for twelve.
    let size = stride.checked_mul(count).filter(|&s| s <= packed.len().saturating_mul(GROUP * 4 + 64));
    let size = size.ok_or_else(|| damaged(file, "that claims more elements than it can hold"))?;
    let mut out = Vec::new();
    reserve(file, &mut out, size as u64)?;
    let wide = |index: u32, out: &mut Vec<u8>| match stride {
        2 => out.extend_from_slice(&(index as u16).to_le_bytes()),
        _ => out.extend_from_slice(&index.to_le_bytes()),
    };
    let mode = extension["mode"].as_str().unwrap_or_default();
    let done = match mode {
        "ATTRIBUTES" if (4..=256).contains(&stride) && stride.is_multiple_of(4) => {
            out.resize(size, 0);
            attributes(packed, stride, &mut out)
        }
        "TRIANGLES" if matches!(stride, 2 | 4) && count.is_multiple_of(3) => {
            meshopt_index::triangles(packed, count / 3, |face| face.into_iter().for_each(|v| wide(v, &mut out)))
        }
        "INDICES" if matches!(stride, 2 | 4) => meshopt_index::sequence(packed, count, |v| wide(v, &mut out)),
        _ => None,
    };
    done.ok_or_else(|| damaged(file, &format!("of mode {mode:?} that is damaged or of a newer version")))?;
    match extension["filter"].as_str() {
        // Quaternions are rotations, which no shape has.
        None | Some("NONE" | "QUATERNION") => {}
        Some("OCTAHEDRAL") if stride == 4 => out.as_chunks_mut::<4>().0.iter_mut().for_each(octahedral_8),
        Some("OCTAHEDRAL") if stride == 8 => out.as_chunks_mut::<8>().0.iter_mut().for_each(octahedral_16),
        Some("EXPONENTIAL") => out.as_chunks_mut::<4>().0.iter_mut().for_each(exponential),
        Some(other) => return Err(damaged(file, &format!("with the filter {other:?} of stride {stride}"))),
    }
    Ok(out)
}

fn damaged(file: &Path, what: &str) -> FormatError {
    FormatError::header(file, EXTENSION, format!("a stream {what}"), "a valid stream; export the file again")
}

/// Fills `out` with elements of `stride` bytes; `None` if the stream is damaged.
fn attributes(packed: &[u8], stride: usize, out: &mut [u8]) -> Option<()> {
    let (&0xa0, rest) = packed.split_first()? else { return None };
    let (mut rest, tail) = rest.split_at_checked(rest.len().checked_sub(stride.max(TAIL))?)?;
    let mut before = tail.get(tail.len() - stride..)?.to_vec();
    let block = ((BLOCK_BYTES / stride) & !(GROUP - 1)).min(BLOCK);
    let mut deltas = [0_u8; BLOCK];
    for elements in out.chunks_mut(block * stride) {
        let groups = (elements.len() / stride).div_ceil(GROUP);
        for (byte, last) in before.iter_mut().enumerate() {
            let (headers, data) = rest.split_at_checked(groups.div_ceil(4))?;
            rest = data;
            for (n, group) in deltas.as_chunks_mut::<GROUP>().0.iter_mut().take(groups).enumerate() {
                rest = read_group(headers.get(n / 4)? >> (n % 4 * 2) & 3, rest, group)?;
            }
            for (element, &delta) in elements.chunks_exact_mut(stride).zip(&deltas) {
                let signed = if delta & 1 == 1 { !(delta >> 1) } else { delta >> 1 };
                *last = last.wrapping_add(signed);
                *element.get_mut(byte)? = *last;
            }
        }
    }
    Some(())
}

/// Sixteen differences in the given mode; gives what follows them.
fn read_group<'a>(mode: u8, data: &'a [u8], group: &mut [u8; GROUP]) -> Option<&'a [u8]> {
    match mode {
        0 => {
            *group = [0; GROUP];
            Some(data)
        }
        3 => {
            let (bytes, rest) = data.split_first_chunk::<GROUP>()?;
            *group = *bytes;
            Some(rest)
        }
        // All bits set means that the whole byte stands behind the group.
        mode => {
            let bits = 2 * usize::from(mode);
            let each = 8 / bits;
            let (packed, mut rest) = data.split_at_checked(GROUP / each)?;
            let sentinel = (1_u8 << bits) - 1;
            for (n, delta) in group.iter_mut().enumerate() {
                let small = packed[n / each] >> (8 - bits * (n % each + 1)) & sentinel;
                *delta = small;
                if small == sentinel {
                    let (&whole, after) = rest.split_first()?;
                    (*delta, rest) = (whole, after);
                }
            }
            Some(rest)
        }
    }
}

fn octahedral_8(v: &mut [u8; 4]) {
    let [x, y, z] = octahedral([0, 1, 2].map(|i| f32::from(v[i] as i8)), 127.0);
    [v[0], v[1], v[2]] = [x, y, z].map(|c| c as i8 as u8);
}

fn octahedral_16(v: &mut [u8; 8]) {
    let component = |i: usize| f32::from(i16::from_le_bytes([v[2 * i], v[2 * i + 1]]));
    let turned = octahedral([component(0), component(1), component(2)], 32_767.0);
    for (slot, c) in v.as_chunks_mut::<2>().0.iter_mut().zip(turned) {
        *slot = (c as i16).to_le_bytes();
    }
}

/// A unit vector from its place on an octahedron; `one` is what 1 is in the stored precision.
fn octahedral([x, y, one]: [f32; 3], scale: f32) -> [f32; 3] {
    let (mut x, mut y) = (x / one, y / one);
    let z = 1.0 - x.abs() - y.abs();
    let t = z.min(0.0);
    x -= t.copysign(x);
    y -= t.copysign(y);
    let length = (x * x + y * y + z * z).sqrt();
    [x, y, z].map(|c| (c / length * scale).round())
}

fn exponential(v: &mut [u8; 4]) {
    let word = i32::from_le_bytes(*v);
    let (exponent, mantissa) = (word >> 24, word << 8 >> 8);
    *v = (2.0_f32.powi(exponent) * mantissa as f32).to_le_bytes();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification() {
        let bytes = [0x17, 0x5f, 0xf0, 0xbc, 0x77, 0xa9, 0x21, 0x00, 0x34, 0xb5];
        let mut group = [0; GROUP];
        assert_eq!(read_group(2, &bytes, &mut group), Some(&[][..]));
        let signed = group.map(|d| if d & 1 == 1 { !(d >> 1) } else { d >> 1 } as i8);
        assert_eq!(signed, [-1, -4, -3, 26, -91, 0, -6, 6, -4, -4, 5, -5, 1, -1, 0, 0]);
    }

    #[test]
    fn filters() {
        let mut up = [0, 0, 127, 9];
        octahedral_8(&mut up);
        assert_eq!(up, [0, 0, 127, 9]);
        let mut down = [127_i16, 127, 127, 5].map(i16::to_le_bytes).concat().try_into().unwrap();
        octahedral_16(&mut down);
        assert_eq!(i16::from_le_bytes([down[4], down[5]]), -32_767);
        let mut value = ((-2_i32 << 24) + 12).to_le_bytes();
        exponential(&mut value);
        assert_eq!(f32::from_le_bytes(value), 3.0);
    }
}
