//! The cells of the framed volume, their corners and the labels there.
//!
//! Cell (c, j, p) lies between the voxels c - 1 and c along i, and so on; beyond the volume all is background.

use super::activity::Voxel;

/// The volume that is swept.
pub(super) struct Volume<'a, T> {
    pub shape: [usize; 3],
    voxels: &'a [T],
    /// Stands for the rows beyond the volume.
    background: Vec<T>,
}

impl<'a, T: Voxel> Volume<'a, T> {
    pub(super) fn new(shape: [usize; 3], voxels: &'a [T]) -> Self {
        Self { shape, voxels, background: vec![T::default(); shape[0]] }
    }

    /// The four rows of voxels around the cells (.., j, p).
    pub(super) fn rows(&self, j: usize, p: usize) -> [&[T]; 4] {
        let [nx, ny, nz] = self.shape;
        let row = |j: usize, k: usize| {
            if (1..=ny).contains(&j) && (1..=nz).contains(&k) {
                &self.voxels[(j - 1 + ny * (k - 1)) * nx..][..nx]
            } else {
                &self.background[..]
            }
        };
        [row(j, p), row(j + 1, p), row(j, p + 1), row(j + 1, p + 1)]
    }

    /// The corners of a cell.
    pub(super) fn corners(&self, [c, j, p]: [usize; 3]) -> [T; 8] {
        corners(self.rows(j, p), c)
    }
}

/// Calls `f` with the index and the corners of every active cell of a row.
#[inline]
pub(super) fn cells<T: Voxel>(rows: [&[T]; 4], active: &[u64], mut f: impl FnMut(usize, [T; 8])) {
    for (w, &word) in active.iter().enumerate() {
        let mut left = word;
        while left != 0 {
            let c = w * 64 + left.trailing_zeros() as usize;
            left &= left - 1;
            f(c, corners(rows, c));
        }
    }
}

/// Calls `f` with every label among the corners, and which corners have it.
#[inline]
pub(super) fn labels<T: Voxel>(corners: &[T; 8], mut f: impl FnMut(u32, u8)) {
    let mut left = !T::matches(corners, T::default());
    while left != 0 {
        let label = corners[left.trailing_zeros() as usize];
        let bits = T::matches(corners, label);
        left &= !bits;
        f(label.into(), bits);
    }
}

#[inline]
fn corners<T: Voxel>(rows: [&[T]; 4], c: usize) -> [T; 8] {
    let mut corners = [T::default(); 8];
    if c > 0 && c < rows[0].len() {
        for n in 0..4 {
            let pair = &rows[n][c - 1..=c];
            (corners[2 * n], corners[2 * n + 1]) = (pair[0], pair[1]);
        }
    } else {
        for n in 0..4 {
            corners[2 * n] = rows[n].get(c.wrapping_sub(1)).copied().unwrap_or_default();
            corners[2 * n + 1] = rows[n].get(c).copied().unwrap_or_default();
        }
    }
    corners
}
