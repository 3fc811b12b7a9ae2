//! RLE Lossless (PS3.5 annex G): `PackBits`, one segment for each byte of a sample, most significant first.

use super::Layout;

/// Bytes that two bytes of `PackBits` can become.
const MAX_EXPANSION: usize = 64;

/// A frame's samples, least significant byte first.
pub(super) fn decode(coded: &[u8], layout: &Layout) -> Result<Vec<u8>, String> {
    let pixels = layout.pixels();
    let bytes = layout.bits_allocated as usize / 8;
    if bytes == 0 {
        return Err("RLE holds no pixels of one bit".to_owned());
    }
    let header = coded.get(..64).ok_or("the RLE header is cut short")?;
    let word = |n: usize| u32::from_le_bytes([0, 1, 2, 3].map(|b| header[4 * n + b])) as usize;
    if word(0) != bytes {
        return Err(format!("{} RLE segments, expected {bytes}", word(0)));
    }
    if pixels > coded.len().saturating_mul(MAX_EXPANSION) {
        return Err(format!("{} bytes of RLE cannot hold {pixels} pixels", coded.len()));
    }
    let mut samples = Vec::new();
    samples.try_reserve_exact(pixels * bytes).map_err(|_| format!("no memory for {pixels} pixels"))?;
    samples.resize(pixels * bytes, 0);
    for segment in 0..bytes {
        let start = word(segment + 1);
        let end = if segment + 1 < bytes { word(segment + 2) } else { coded.len() };
        let packed = coded.get(start..end).ok_or("an RLE segment lies outside of its frame")?;
        unpack(packed, samples.iter_mut().skip(bytes - 1 - segment).step_by(bytes))?;
    }
    Ok(samples)
}

fn unpack<'a>(packed: &[u8], mut out: impl ExactSizeIterator<Item = &'a mut u8>) -> Result<(), String> {
    let mut packed = packed.iter();
    while out.len() > 0 {
        let short = || "an RLE segment ends before its frame does".to_owned();
        match *packed.next().ok_or_else(short)? as i8 {
            literal @ 0.. => {
                for slot in out.by_ref().take(literal as usize + 1) {
                    *slot = *packed.next().ok_or_else(short)?;
                }
            }
            -128 => {}
            repeat => {
                let value = *packed.next().ok_or_else(short)?;
                out.by_ref().take((1 - isize::from(repeat)) as usize).for_each(|slot| *slot = value);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(columns: usize, bits: u32) -> Layout {
        Layout {
            rows: 1,
            columns,
            frames: 1,
            bits_allocated: bits,
            bits_stored: bits,
            high_bit: bits - 1,
            signed: false,
        }
    }

    fn coded(segments: &[&[u8]]) -> Vec<u8> {
        let mut words = vec![segments.len() as u32];
        let mut at = 64;
        for s in segments {
            words.push(at);
            at += s.len() as u32;
        }
        words.resize(16, 0);
        let mut bytes: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
        bytes.extend(segments.concat());
        bytes
    }

    #[test]
    fn literals_runs_and_padding() {
        let bytes = coded(&[&[1, 7, 8, 0xFE, 9, 0x80, 0, 1, 0]]);
        assert_eq!(decode(&bytes, &layout(6, 8)).unwrap(), [7, 8, 9, 9, 9, 1]);
    }

    #[test]
    fn the_high_byte_comes_first() {
        let bytes = coded(&[&[0xFF, 1], &[1, 2, 3]]);
        assert_eq!(decode(&bytes, &layout(2, 16)).unwrap(), [2, 1, 3, 1]);
    }

    #[test]
    fn refuses_what_is_short_or_absurd() {
        assert!(decode(&[1; 63], &layout(2, 8)).is_err());
        assert!(decode(&coded(&[&[0xFF, 1]]), &layout(3, 8)).is_err());
        assert!(decode(&coded(&[&[0xFF, 1]]), &layout(1 << 30, 8)).unwrap_err().contains("cannot hold"));
        assert!(decode(&coded(&[&[0xFF, 1]]), &layout(2, 16)).unwrap_err().contains("segments"));
    }
}
