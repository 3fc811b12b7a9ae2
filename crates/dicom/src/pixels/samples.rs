//! Stored bytes to sample values: byte order, bits beside the sample, sign.

use super::{Frame, Frames, Layout};
use crate::error::DicomError;

impl Frames<'_> {
    /// Calls `visit` with the index of each pixel of frame `frame`, row by row, and its sample.
    pub(crate) fn samples(&self, frame: usize, mut visit: impl FnMut(usize, i64)) -> Result<(), DicomError> {
        let Frame { bytes, first_bit } = self.frame(frame)?;
        let (layout, swapped) = (&self.layout, self.swapped());
        let pixels = layout.pixels();
        let widened = |width: usize| {
            bytes.chunks_exact(width).take(pixels).map(move |b| {
                let join = |word: u32, &byte: &u8| word << 8 | u32::from(byte);
                if swapped { b.iter().fold(0, join) } else { b.iter().rev().fold(0, join) }
            })
        };
        match layout.bits_allocated {
            1 => (first_bit..first_bit + pixels)
                .map(|bit| i64::from(bytes[bit / 8] >> (bit % 8) & 1))
                .enumerate()
                .for_each(|(pixel, bit)| visit(pixel, bit)),
            8 => {
                let samples = bytes.iter().take(pixels).map(|&b| value(u32::from(b), layout));
                samples.enumerate().for_each(|(pixel, sample)| visit(pixel, sample));
            }
            bits => widened(bits as usize / 8).enumerate().for_each(|(pixel, word)| visit(pixel, value(word, layout))),
        }
        Ok(())
    }
}

/// The sample in a word: bits above and below it may hold overlays.
fn value(word: u32, layout: &Layout) -> i64 {
    let sample = u64::from(word) >> (layout.high_bit + 1 - layout.bits_stored) & ((1 << layout.bits_stored) - 1);
    let sample = sample as i64;
    if layout.signed && sample >> (layout.bits_stored - 1) == 1 { sample - (1 << layout.bits_stored) } else { sample }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlay_bits_are_dropped_and_the_sign_is_kept() {
        let mut layout =
            Layout { rows: 1, columns: 1, frames: 1, bits_allocated: 16, bits_stored: 12, high_bit: 11, signed: true };
        assert_eq!(value(0xF7FF, &layout), 2047);
        assert_eq!(value(0x0FFF, &layout), -1);
        layout.signed = false;
        assert_eq!(value(0xF801, &layout), 2049);
        layout.high_bit = 15;
        assert_eq!(value(0x8010, &layout), 2049);
    }
}
