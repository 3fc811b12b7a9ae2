//! The frames: bits of each segment's slices.

use std::collections::BTreeMap;

use super::NewSegment;
use super::fit::Grid;
use crate::error::DicomError;

/// Frames in the order in which they are written: by segment, then by slice.
pub(super) struct Frames {
    /// Segment (counted from 1) and slice of each frame.
    pub(super) places: Vec<(u16, usize)>,
    /// All frames' bits, least significant first, without a gap between frames, padded to an even number of bytes.
    pub(super) bits: Vec<u8>,
    /// Whether a voxel belongs to two segments.
    pub(super) overlap: bool,
}

impl Frames {
    pub(super) fn of(segments: &[NewSegment<'_>], grid: &Grid) -> Result<Self, DicomError> {
        let [columns, rows, _] = grid.shape;
        if columns > 65535 || rows > 65535 || segments.len() > 65535 {
            let reason = format!("{} segments of {columns} x {rows} pixels: at most 65535 of each", segments.len());
            return Err(DicomError::Write { reason });
        }
        let pixels = columns * rows;
        let mut frames = Self { places: Vec::new(), bits: Vec::new(), overlap: false };
        let mut taken: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
        for (n, segment) in segments.iter().enumerate() {
            let slices = slices(segment, grid, n)?;
            if slices.is_empty() {
                return Err(DicomError::Segment { segment: n + 1, reason: "it has no voxels".to_owned() });
            }
            let size = (frames.places.len() + slices.len()) as u128 * pixels as u128 / 8;
            if size >= u128::from(u32::MAX) - 2 {
                let reason = format!("{size} bytes of pixels, at most 4 GB can be written");
                return Err(DicomError::Write { reason });
            }
            for (slice, bits) in slices {
                let taken = taken.entry(slice).or_insert_with(|| vec![0; bits.len()]);
                for (all, &own) in taken.iter_mut().zip(&bits) {
                    frames.overlap |= *all & own != 0;
                    *all |= own;
                }
                append(&mut frames.bits, frames.places.len() * pixels, &bits);
                frames.places.push((n as u16 + 1, slice));
            }
        }
        frames.bits.resize((frames.places.len() * pixels).div_ceil(8).next_multiple_of(2), 0);
        Ok(frames)
    }
}

/// The bits of each slice in which a segment has voxels.
fn slices(segment: &NewSegment<'_>, grid: &Grid, n: usize) -> Result<BTreeMap<usize, Vec<u8>>, DicomError> {
    let [columns, rows, _] = grid.shape;
    let bytes = (columns * rows).div_ceil(8);
    let [ni, nj, _] = segment.mask.shape();
    let placement = &grid.placements[n];
    let mut slices: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for (row, voxels) in segment.mask.voxels().chunks_exact(ni).enumerate() {
        for (i, _) in voxels.iter().enumerate().filter(|&(_, &v)| v != 0) {
            let at = placement.apply([i, row % nj, row / nj]);
            if (0..3).any(|n| at[n] < 0 || at[n] >= grid.shape[n] as i64) {
                let reason = format!("voxel {at:?} lies outside of the images ({:?})", grid.shape);
                return Err(DicomError::Segment { segment: n + 1, reason });
            }
            let [i, j, k] = at.map(|v| v as usize);
            let pixel = i + columns * j;
            slices.entry(k).or_insert_with(|| vec![0; bytes])[pixel / 8] |= 1 << (pixel % 8);
        }
    }
    Ok(slices)
}

/// Appends a frame's bits behind the `used` bits that are there.
fn append(all: &mut Vec<u8>, used: usize, bits: &[u8]) {
    let shift = used % 8;
    if shift == 0 {
        all.truncate(used / 8);
        all.extend_from_slice(bits);
        return;
    }
    all.truncate(used / 8 + 1);
    for &byte in bits {
        if let Some(last) = all.last_mut() {
            *last |= byte << shift;
        }
        all.push(byte >> (8 - shift));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_follow_each_other_without_gaps() {
        let mut all = Vec::new();
        let frame = [0b1010_1101_u8, 0b101];
        (0..5).for_each(|n| append(&mut all, n * 11, &frame));
        for bit in 0..55 {
            let within = bit % 11;
            assert_eq!(all[bit / 8] >> (bit % 8) & 1, frame[within / 8] >> (within % 8) & 1, "{bit}");
        }
    }
}
