//! Set pixels of a frame of one bit a pixel, least significant bit first.

/// Calls `visit` with first index and length of each run of set pixels, in order, as long as it returns true; runs end
/// with their byte. The frame's first pixel is bit `first_bit` (0 to 7) of the first byte. False if it was stopped.
pub(super) fn runs_of_bits(
    bytes: &[u8],
    first_bit: usize,
    pixels: usize,
    mut visit: impl FnMut(usize, usize) -> bool,
) -> bool {
    let end = first_bit + pixels;
    for (n, &byte) in bytes.iter().enumerate().take(end.div_ceil(8)) {
        let mut left = byte;
        if n == 0 {
            left &= 0xFF << first_bit;
        }
        if n == end / 8 {
            left &= !(0xFF << (end % 8));
        }
        while left != 0 {
            let start = left.trailing_zeros() as usize;
            let length = (left >> start).trailing_ones() as usize;
            if !visit(n * 8 + start - first_bit, length) {
                return false;
            }
            left &= !(((1_u16 << length) - 1) << start) as u8;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_begin_and_end_within_bytes() {
        for bytes in [[0b1000_0111_u8, 0b0110_1001], [0xFF, 0xFF], [0, 0x10]] {
            for first_bit in 0..8 {
                for pixels in 0..=16 - first_bit {
                    let mut found = Vec::new();
                    runs_of_bits(&bytes, first_bit, pixels, |start, length| {
                        found.extend(start..start + length);
                        true
                    });
                    let bit = |p: &usize| bytes[(p + first_bit) / 8] >> ((p + first_bit) % 8) & 1 == 1;
                    assert_eq!(found, (0..pixels).filter(bit).collect::<Vec<_>>(), "{first_bit} {pixels}");
                }
            }
        }
    }
}
