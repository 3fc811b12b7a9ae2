//! A mask as one bit a voxel: what every pass over a mask here reads.
//!
//! Cropped to the box of its voxels and framed by one empty voxel on every side, so that no pass has a border case. An
//! eighth of the mask's size, so that the passes run from cache; sixty-four voxels are compared at once.

use crate::{Affine, MaskView};

/// Bits of the box of a mask's voxels, with a frame of one empty voxel.
pub(super) struct BitGrid {
    /// Voxels along i, j, k, with the frame.
    pub size: [usize; 3],
    /// Voxel of the mask that lies at `[1, 1, 1]` here.
    pub first: [usize; 3],
    words: usize,
    bits: Vec<u64>,
}

impl BitGrid {
    /// `None` when the mask is empty.
    pub(super) fn new(mask: &MaskView<'_>) -> Option<Self> {
        let [nx, ny, _] = mask.shape();
        let voxels = mask.voxels();
        let mut columns = vec![0u8; nx];
        let (mut lo, mut hi) = ([usize::MAX; 3], [0; 3]);
        for (r, row) in voxels.chunks_exact(nx).enumerate() {
            if row.iter().fold(0, |any, v| any | v) == 0 {
                continue;
            }
            for (c, v) in columns.iter_mut().zip(row) {
                *c |= v;
            }
            for (axis, at) in [(1, r % ny), (2, r / ny)] {
                lo[axis] = lo[axis].min(at);
                hi[axis] = hi[axis].max(at);
            }
        }
        lo[0] = columns.iter().position(|&c| c != 0)?;
        hi[0] = columns.iter().rposition(|&c| c != 0)?;
        let size = [0, 1, 2].map(|a| hi[a] - lo[a] + 3);
        let mut grid = Self::empty(size, lo);
        for k in lo[2]..=hi[2] {
            for j in lo[1]..=hi[1] {
                let start = (k * ny + j) * nx;
                pack(&voxels[start + lo[0]..=start + hi[0]], grid.row_mut(j - lo[1] + 1, k - lo[2] + 1));
            }
        }
        Some(grid)
    }

    fn empty(size: [usize; 3], first: [usize; 3]) -> Self {
        let words = size[0].div_ceil(64);
        Self { size, first, words, bits: vec![0; words * size[1] * size[2]] }
    }

    /// The voxels of row `j`, `k`, the first in the lowest bit of the first word.
    #[inline]
    pub(super) fn row(&self, j: usize, k: usize) -> &[u64] {
        let start = (k * self.size[1] + j) * self.words;
        &self.bits[start..start + self.words]
    }

    fn row_mut(&mut self, j: usize, k: usize) -> &mut [u64] {
        let start = (k * self.size[1] + j) * self.words;
        &mut self.bits[start..start + self.words]
    }

    /// The same voxels with the axes i and j exchanged.
    pub(super) fn transposed(&self) -> Self {
        let swap = |[a, b, c]: [usize; 3]| [b, a, c];
        let mut other = Self::empty(swap(self.size), swap(self.first));
        let mut block = [0u64; 64];
        for k in 0..self.size[2] {
            for j in (0..self.size[1]).step_by(64) {
                for w in 0..self.words {
                    block.fill(0);
                    let rows = (self.size[1] - j).min(64);
                    for (b, word) in block[..rows].iter_mut().enumerate() {
                        *word = self.row(j + b, k)[w];
                    }
                    transpose(&mut block);
                    let columns = (self.size[0] - w * 64).min(64);
                    for (b, &word) in block[..columns].iter().enumerate() {
                        other.row_mut(w * 64 + b, k)[j / 64] = word;
                    }
                }
            }
        }
        other
    }

    /// Index here to RAS+ mm, given the affine of the mask.
    pub(super) fn affine_rows(&self, affine: &Affine) -> [[f64; 4]; 3] {
        let origin = affine.apply(self.first.map(|v| v as f64 - 1.0));
        let rows = affine.rows();
        [0, 1, 2].map(|a| [rows[a][0], rows[a][1], rows[a][2], origin[a]])
    }
}

/// Whether each voxel is set and its upper neighbour along the row, word by word.
#[inline]
pub(super) fn upper(row: &[u64], word: usize) -> u64 {
    row[word] >> 1 | row.get(word + 1).map_or(0, |next| next << 63)
}

/// Bytes of 0 or 1 to bits, from bit 1 on.
fn pack(row: &[u8], out: &mut [u64]) {
    for (w, voxels) in row.chunks(64).enumerate() {
        let mut word = 0;
        for (b, eight) in voxels.chunks(8).enumerate() {
            let mut bytes = [0; 8];
            bytes[..eight.len()].copy_from_slice(eight);
            // The product gathers the lowest bit of every byte in the highest byte.
            word |= (u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * b);
        }
        out[w] |= word << 1;
        if word >> 63 == 1 {
            out[w + 1] |= 1;
        }
    }
}

/// Transposes a square of 64 x 64 bits by halves (Warren 2012, Hacker's Delight, section 7-3).
fn transpose(block: &mut [u64; 64]) {
    let (mut half, mut mask) = (32, 0x0000_0000_FFFF_FFFFu64);
    while half > 0 {
        let mut r = 0;
        while r < 64 {
            let t = (block[r] >> half ^ block[r + half]) & mask;
            block[r] ^= t << half;
            block[r + half] ^= t;
            r = (r + half + 1) & !half;
        }
        half /= 2;
        mask ^= mask << half;
    }
}

#[cfg(test)]
pub(super) fn noise(shape: [usize; 3], density: f64, seed: u64) -> crate::Mask {
    let mut random = crate::random::SplitMix::new(seed);
    let voxels = (0..shape.iter().product()).map(|_| u8::from(random.uniform() < density)).collect();
    crate::Mask::new(shape, Affine::IDENTITY, voxels).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_the_voxels_and_transposing_exchanges_the_axes() {
        for (shape, density) in [([130, 70, 3], 0.4), ([63, 1, 1], 0.9), ([1, 200, 2], 0.5), ([64, 64, 2], 0.02)] {
            let mask = noise(shape, density, 8);
            let grid = BitGrid::new(&mask.view()).unwrap();
            let other = grid.transposed();
            let mut count = 0;
            for k in 0..grid.size[2] {
                for j in 0..grid.size[1] {
                    for i in 0..grid.size[0] {
                        let bit = grid.row(j, k)[i / 64] >> (i % 64) & 1;
                        assert_eq!(other.row(i, k)[j / 64] >> (j % 64) & 1, bit);
                        count += bit;
                        let at = [i, j, k];
                        let voxel = [0, 1, 2].map(|a| (at[a] + grid.first[a]).wrapping_sub(1));
                        let inside = (0..3).all(|a| voxel[a] < shape[a]);
                        let linear = || voxel[0] + shape[0] * (voxel[1] + shape[1] * voxel[2]);
                        assert_eq!(bit, if inside { u64::from(mask.voxels()[linear()]) } else { 0 });
                    }
                }
            }
            assert_eq!(count, mask.count());
        }
        assert!(BitGrid::new(&crate::Mask::new([4, 4, 4], Affine::IDENTITY, vec![0; 64]).unwrap().view()).is_none());
    }
}
