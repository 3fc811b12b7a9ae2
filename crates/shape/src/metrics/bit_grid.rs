//! Masks as bits, and their surfaces: 64 voxels at a time.
//!
//! A grid is padded with background by one voxel on every side, so that no neighbour is ever missing, and each row along
//! i begins a new word. Shifts and logic operations of whole words then find the voxels or the corners at the surface
//! (an old device of mathematical morphology, e.g. van den Boomgaard & van Balen 1992,
//! doi:10.1016/1049-9652(92)90055-3). O(voxels / 64).

use rayon::prelude::*;

/// One bit a voxel, `i` fastest. Shapes and indices are those of the padded grid.
#[derive(Debug, Clone)]
pub(super) struct BitGrid {
    shape: [usize; 3],
    /// Words of a row.
    words: usize,
    bits: Vec<u64>,
}

impl BitGrid {
    /// The voxels of a box for which `is_set` holds; `values` fill a grid of `shape`, and the box begins at `first` and has
    /// `size` voxels.
    pub(super) fn pack<T: Copy + Sync>(
        values: &[T],
        shape: [usize; 3],
        [first, size]: [[usize; 3]; 2],
        is_set: impl Fn(T) -> bool + Sync,
    ) -> Self {
        let padded = size.map(|n| n + 2);
        let words = padded[0].div_ceil(64);
        let mut bits = vec![0u64; words * padded[1] * padded[2]];
        bits.par_chunks_mut(words * padded[1]).skip(1).take(size[2]).enumerate().for_each(|(k, slab)| {
            for (j, out) in slab.chunks_exact_mut(words).skip(1).take(size[1]).enumerate() {
                let start = first[0] + shape[0] * (first[1] + j + shape[1] * (first[2] + k));
                pack_row(&values[start..start + size[0]], &is_set, out);
            }
        });
        Self { shape: padded, words, bits }
    }

    /// First and last voxel (inclusive) along i, j, k of what is set in either of two grids of one shape.
    pub(super) fn joint_bounds(&self, other: &Self) -> [[usize; 3]; 2] {
        let (mut first, mut last) = ([usize::MAX; 3], [0; 3]);
        for k in 0..self.shape[2] {
            for grid in [self, other] {
                grid.each_in_slab(k, |at| {
                    for axis in 0..3 {
                        first[axis] = first[axis].min(at[axis]);
                        last[axis] = last[axis].max(at[axis]);
                    }
                });
            }
        }
        [first, last]
    }

    /// The voxels (0 or 1) of a box, `i` fastest.
    pub(super) fn unpack(&self, [first, last]: [[usize; 3]; 2]) -> Vec<u8> {
        let rows = (first[2]..=last[2]).flat_map(|k| (first[1]..=last[1]).map(move |j| self.row(j, k)));
        rows.flat_map(|row| (first[0]..=last[0]).map(|i| (row[i / 64] >> (i % 64) & 1) as u8)).collect()
    }

    /// Size along i, j, k, padding included.
    pub(super) fn shape(&self) -> [usize; 3] {
        self.shape
    }

    #[inline]
    pub(super) fn row(&self, j: usize, k: usize) -> &[u64] {
        let start = self.words * (j + self.shape[1] * k);
        &self.bits[start..start + self.words]
    }

    /// Number of bits set.
    pub(super) fn count(&self) -> u64 {
        self.bits.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// Number of bits set in both of two grids of one shape.
    pub(super) fn count_common(&self, other: &Self) -> u64 {
        self.bits.iter().zip(&other.bits).map(|(a, b)| u64::from((a & b).count_ones())).sum()
    }

    /// The set voxels with a background voxel among their six neighbours.
    pub(super) fn border_voxels(&self) -> Self {
        self.derived(1, |grid, [j, k], out| {
            let row = grid.row(j, k);
            let around = [(j - 1, k), (j + 1, k), (j, k - 1), (j, k + 1)].map(|(j, k)| grid.row(j, k));
            for w in 0..out.len() {
                let before = (row[w] << 1) | if w > 0 { row[w - 1] >> 63 } else { 0 };
                let inside = around.iter().fold(before & after(row, w), |all, r| all & r[w]);
                out[w] = row[w] & !inside;
            }
        })
    }

    /// The corners between voxels whose eight voxels are neither all set nor all background; corner (i, j, k) lies
    /// between the voxels (i, j, k) and (i + 1, j + 1, k + 1) of the padded grid.
    pub(super) fn border_corners(&self) -> Self {
        self.derived(0, |grid, [j, k], out| {
            let rows = [(j, k), (j + 1, k), (j, k + 1), (j + 1, k + 1)].map(|(j, k)| grid.row(j, k));
            for w in 0..out.len() {
                let (mut any, mut all) = (0, u64::MAX);
                for row in rows {
                    any |= row[w] | after(row, w);
                    all &= row[w] & after(row, w);
                }
                out[w] = any & !all;
            }
        })
    }

    /// Which of the eight voxels around a corner are set: bit `di + 2 dj + 4 dk`.
    #[inline]
    pub(super) fn corner_code(&self, [i, j, k]: [usize; 3]) -> u8 {
        let pair = |j: usize, k: usize| {
            let row = self.row(j, k);
            let (word, bit) = (i / 64, i % 64);
            let two = if bit < 63 { row[word] >> bit } else { (row[word] >> 63) | (row[word + 1] << 1) };
            (two & 3) as u8
        };
        pair(j, k) | (pair(j + 1, k) << 2) | (pair(j, k + 1) << 4) | (pair(j + 1, k + 1) << 6)
    }

    /// Calls `f` with the index of each bit set in slab `k`, in the order of memory.
    pub(super) fn each_in_slab(&self, k: usize, mut f: impl FnMut([usize; 3])) {
        for j in 0..self.shape[1] {
            for (w, &word) in self.row(j, k).iter().enumerate() {
                let mut rest = word;
                while rest != 0 {
                    f([64 * w + rest.trailing_zeros() as usize, j, k]);
                    rest &= rest - 1;
                }
            }
        }
    }

    /// A grid of the same shape, made row by row from `first` on; the last row and slab, which are padding, stay empty.
    fn derived(&self, first: usize, fill: impl Fn(&Self, [usize; 2], &mut [u64]) + Sync) -> Self {
        let mut bits = vec![0u64; self.bits.len()];
        let [_, nj, nk] = self.shape;
        bits.par_chunks_mut(self.words * nj).enumerate().take(nk - 1).skip(first).for_each(|(k, slab)| {
            for (j, out) in slab.chunks_exact_mut(self.words).enumerate().take(nj - 1).skip(first) {
                fill(self, [j, k], out);
            }
        });
        Self { bits, ..*self }
    }
}

/// The bits one place further along, moved to here.
#[inline]
fn after(row: &[u64], w: usize) -> u64 {
    (row[w] >> 1) | if w + 1 < row.len() { row[w + 1] << 63 } else { 0 }
}

/// Writes a row from bit 1 on.
fn pack_row<T: Copy>(values: &[T], is_set: &impl Fn(T) -> bool, out: &mut [u64]) {
    let mut carry = 0;
    let mut words = out.iter_mut();
    for chunk in values.chunks(64) {
        let mut bytes = [0u8; 64];
        for (byte, &v) in bytes.iter_mut().zip(chunk) {
            *byte = u8::from(is_set(v));
        }
        let mut word = 0u64;
        for (n, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
            // Multiplication moves the lowest bits of eight bytes side by side.
            word |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * n);
        }
        if let Some(out) = words.next() {
            *out = (word << 1) | carry;
        }
        carry = word >> 63;
    }
    if let Some(out) = words.next() {
        *out = carry;
    }
}
