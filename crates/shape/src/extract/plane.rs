//! A plane of the framed volume, and which of its grid edges run from one label to another, 64 to a word.

use super::edges::Edges;
use super::visit::Visitor;

/// A dense label in the volume.
pub(super) trait Voxel: Copy + Eq + Default + Send + Sync {
    fn index(self) -> usize;

    /// Bit `i` tells whether `a[i] != b[i]`; at most 64 values.
    fn differences(a: &[Self], b: &[Self]) -> u64 {
        a.iter().zip(b).enumerate().fold(0, |bits, (i, (a, b))| bits | u64::from(a != b) << i)
    }
}

impl Voxel for u8 {
    fn index(self) -> usize {
        self.into()
    }

    fn differences(a: &[u8], b: &[u8]) -> u64 {
        const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        let mut bits = 0;
        for (n, (a, b)) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0).enumerate() {
            let x = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
            // The top bit of each byte that is not zero; then the eight top bits side by side.
            let tops = (((x & LOW) + LOW) | x) & !LOW;
            bits |= ((tops >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * n);
        }
        bits
    }
}

impl Voxel for u16 {
    fn index(self) -> usize {
        self.into()
    }
}

impl Voxel for u32 {
    fn index(self) -> usize {
        self as usize
    }
}

/// Sizes of the framed volume: one background voxel all round, rows padded to whole words of 64 voxels.
pub(super) struct Grid {
    pub shape: [usize; 3],
    pub height: usize,
    pub words: usize,
    pub stride: usize,
}

impl Grid {
    pub(super) fn new(shape: [usize; 3]) -> Self {
        let words = (shape[0] + 2).div_ceil(64);
        Self { shape, height: shape[1] + 2, words, stride: words * 64 }
    }
}

/// A framed plane: its voxels and which of its edges cross from one label to another.
pub(super) struct Plane<T> {
    /// `height` rows of `stride` voxels, and one more row so that the last has a neighbour.
    pub voxels: Vec<T>,
    pub along_i: Vec<u64>,
    pub along_j: Vec<u64>,
    pub empty: bool,
}

impl<T: Voxel> Plane<T> {
    pub(super) fn new(grid: &Grid) -> Self {
        Self {
            voxels: vec![T::default(); grid.stride * (grid.height + 1)],
            along_i: vec![0; grid.height * grid.words],
            along_j: vec![0; grid.height * grid.words],
            empty: true,
        }
    }

    pub(super) fn load(&mut self, grid: &Grid, voxels: &[T], p: usize) {
        let [nx, ny, nz] = grid.shape;
        if p == 0 || p > nz {
            self.voxels.fill(T::default());
            self.empty = true;
            return;
        }
        let slice = &voxels[(p - 1) * nx * ny..p * nx * ny];
        self.empty = slice.iter().all(|&v| v == T::default());
        if self.empty {
            self.voxels.fill(T::default());
            return;
        }
        for (j, row) in slice.chunks_exact(nx).enumerate() {
            let start = (j + 1) * grid.stride + 1;
            self.voxels[start..start + nx].copy_from_slice(row);
        }
    }

    /// Marks the edges within the plane whose ends differ.
    pub(super) fn find_edges(&mut self, grid: &Grid) {
        if self.empty {
            self.along_i.fill(0);
            self.along_j.fill(0);
            return;
        }
        let next_row = &self.voxels[grid.stride..];
        diff_rows(grid, &self.voxels, next_row, &mut self.along_j);
        diff_rows(grid, &self.voxels, &self.voxels[1..], &mut self.along_i);
    }

    /// Marks the edges and gives each its vertices.
    pub(super) fn edges<V: Visitor<T>>(&mut self, grid: &Grid, visitor: &mut V, edges: &mut Edges, p: usize) {
        self.find_edges(grid);
        if self.empty {
            return;
        }
        let (at_i, at_j) = (Edges::plane(grid, 0, p), Edges::plane(grid, 1, p));
        for j in 0..grid.height {
            for w in 0..grid.words {
                let (bits_i, bits_j) = (self.along_i[j * grid.words + w], self.along_j[j * grid.words + w]);
                let mut bits = bits_i | bits_j;
                while bits != 0 {
                    let b = bits.trailing_zeros();
                    bits &= bits - 1;
                    let i = w * 64 + b as usize;
                    let v = j * grid.stride + i;
                    let here = self.voxels[v];
                    if bits_i >> b & 1 == 1 {
                        let ends = [here, self.voxels[v + 1]];
                        edges.put(at_i + v, ends, visitor, [2 * i + 1, 2 * j, 2 * p]);
                    }
                    if bits_j >> b & 1 == 1 {
                        let ends = [here, self.voxels[v + grid.stride]];
                        edges.put(at_j + v, ends, visitor, [2 * i, 2 * j + 1, 2 * p]);
                    }
                }
            }
        }
    }
}

/// Bit `i` of a row tells whether `a[i] != b[i]`.
pub(super) fn diff_rows<T: Voxel>(grid: &Grid, a: &[T], b: &[T], bits: &mut [u64]) {
    let n = grid.height * grid.stride;
    for ((a, b), out) in a[..n].chunks_exact(64).zip(b[..n].chunks_exact(64)).zip(bits) {
        *out = if a == b { 0 } else { T::differences(a, b) };
    }
}
