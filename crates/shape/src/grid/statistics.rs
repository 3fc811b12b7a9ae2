//! Size, place and centre of every label, in one pass over the volume.
//!
//! The pass adds runs, not voxels: whole stretches of one value enter at once, found 64 voxels at a time (see `runs`).
//! All sums are of whole numbers, hence exact and the same in any order; parts of the volume are done in parallel.
//! Cost: reading the volume and a few cycles for each run.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::runs::{Voxel, for_each_run};
use crate::{Affine, LabelSlice, LabelView, Mask};

/// Where a label lies in its volume.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelStatistics {
    /// Number of voxels.
    pub voxels: u64,
    /// First voxel of the box around the label along i, j, k.
    pub first: [usize; 3],
    /// Last voxel of the box (inclusive).
    pub last: [usize; 3],
    /// Mean of the label's voxel centres, RAS+ mm.
    pub centroid: [f64; 3],
}

impl LabelStatistics {
    /// Whether the label reaches a face of a volume of that shape: it may be cut off there.
    pub fn touches_border(&self, shape: [usize; 3]) -> bool {
        (0..3).any(|a| self.first[a] == 0 || self.last[a] + 1 == shape[a])
    }

    /// The affine of the label's crop, given that of its volume; rounded so that it survives being stored.
    pub(crate) fn crop_affine(&self, affine: &Affine) -> Affine {
        affine.cropped(self.first).rounded()
    }
}

/// Statistics of every label other than 0, by label. Boxes are in the view's own order of axes.
pub fn label_statistics<'a>(labels: impl Into<LabelView<'a>>) -> BTreeMap<u32, LabelStatistics> {
    let view = labels.into();
    match view.labels() {
        LabelSlice::U8(v) => gather(&view, v),
        LabelSlice::U16(v) => gather(&view, v),
        LabelSlice::U32(v) => gather(&view, v),
    }
}

/// Parts of the volume that are summed up on their own.
const PARTS: usize = 16;

fn gather<T: Voxel>(view: &LabelView<'_>, voxels: &[T]) -> BTreeMap<u32, LabelStatistics> {
    let [nx, ny, nz] = view.shape();
    let rows = (ny * nz).div_ceil(PARTS);
    let parts: Vec<BTreeMap<u32, Sums>> = voxels
        .par_chunks(rows * nx)
        .enumerate()
        .map(|(part, voxels)| {
            let mut labels = Table::default();
            for (n, row) in voxels.chunks_exact(nx).enumerate() {
                let (j, k) = ((part * rows + n) % ny, (part * rows + n) / ny);
                for_each_run(row, |start, end, value| {
                    if value != T::default() {
                        labels.get(value.into()).add_run(start as u64, end as u64, j as u64, k as u64);
                    }
                });
            }
            labels.into_sums()
        })
        .collect();
    let mut all: BTreeMap<u32, Sums> = BTreeMap::new();
    for (label, sums) in parts.into_iter().flatten() {
        all.entry(label).or_default().merge(&sums);
    }
    all.into_iter().map(|(label, sums)| (label, sums.statistics(view.affine()))).collect()
}

/// What is summed over a label's voxels.
#[derive(Clone, Copy)]
pub(super) struct Sums {
    pub voxels: u64,
    /// Twice the sum of the indices along i, so that the middle of a run is whole, and the sums along j and k.
    totals: [u64; 3],
    pub first: [u64; 3],
    pub last: [u64; 3],
}

impl Default for Sums {
    fn default() -> Self {
        Self { voxels: 0, totals: [0; 3], first: [u64::MAX; 3], last: [0; 3] }
    }
}

impl Sums {
    #[inline]
    pub(super) fn add_run(&mut self, start: u64, end: u64, j: u64, k: u64) {
        let len = end - start;
        self.merge(&Self {
            voxels: len,
            totals: [(start + end - 1) * len, j * len, k * len],
            first: [start, j, k],
            last: [end - 1, j, k],
        });
    }

    #[inline]
    fn merge(&mut self, other: &Self) {
        self.voxels += other.voxels;
        for a in 0..3 {
            self.totals[a] += other.totals[a];
            self.first[a] = self.first[a].min(other.first[a]);
            self.last[a] = self.last[a].max(other.last[a]);
        }
    }

    pub(super) fn statistics(&self, affine: &Affine) -> LabelStatistics {
        let [i, j, k] = self.totals.map(|t| t as f64 / self.voxels as f64);
        LabelStatistics {
            voxels: self.voxels,
            first: self.first.map(|v| v as usize),
            last: self.last.map(|v| v as usize),
            centroid: affine.apply([i / 2.0, j, k]),
        }
    }
}

/// The sums of each label: found directly for small labels, which are nearly all there are.
#[derive(Default)]
struct Table {
    small: Vec<Sums>,
    large: HashMap<u32, Sums>,
}

impl Table {
    const SMALL: u32 = 1 << 16;

    #[inline]
    fn get(&mut self, label: u32) -> &mut Sums {
        if label >= Self::SMALL {
            return self.large.entry(label).or_default();
        }
        if label as usize >= self.small.len() {
            self.small.resize((label as usize + 1).next_power_of_two(), Sums::default());
        }
        &mut self.small[label as usize]
    }

    fn into_sums(self) -> BTreeMap<u32, Sums> {
        (0..).zip(self.small).filter(|(_, sums)| sums.voxels > 0).chain(self.large).collect()
    }
}

/// The mask of one label, cropped to the box that [`label_statistics`] found, with the affine of the crop
/// rounded to 32 bits, so that it is the same once stored.
///
/// `None` when the box does not lie in the volume.
pub fn crop_label<'a>(map: impl Into<LabelView<'a>>, label: u32, statistics: &LabelStatistics) -> Option<Mask> {
    let view = map.into();
    let inside = (0..3).all(|a| statistics.first[a] <= statistics.last[a] && statistics.last[a] < view.shape()[a]);
    let voxels = match view.labels() {
        _ if !inside => return None,
        LabelSlice::U8(v) => crop(view.shape(), v, u8::try_from(label).ok()?, statistics),
        LabelSlice::U16(v) => crop(view.shape(), v, u16::try_from(label).ok()?, statistics),
        LabelSlice::U32(v) => crop(view.shape(), v, label, statistics),
    };
    let shape = [0, 1, 2].map(|a| statistics.last[a] - statistics.first[a] + 1);
    Mask::new(shape, statistics.crop_affine(view.affine()), voxels).ok()
}

fn crop<T: Copy + Eq>([nx, ny, _]: [usize; 3], voxels: &[T], label: T, s: &LabelStatistics) -> Vec<u8> {
    let mut out = Vec::with_capacity((0..3).map(|a| s.last[a] - s.first[a] + 1).product());
    for k in s.first[2]..=s.last[2] {
        for j in s.first[1]..=s.last[1] {
            let row = (k * ny + j) * nx;
            out.extend(voxels[row + s.first[0]..=row + s.last[0]].iter().map(|&v| u8::from(v == label)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LabelMap, Labels};

    #[test]
    fn counts_boxes_and_crops() {
        let shape = [70, 3, 2];
        let mut v = vec![0u16; 420];
        for i in 5..60 {
            v[70 + i] = 300; // j = 1, k = 0
        }
        v[419] = 300;
        v[0] = 7;
        let affine = Affine::from_spacing([2.0, 1.0, 1.0], [0.0; 3]).unwrap();
        let map = LabelMap::new(shape, affine, Labels::U16(v)).unwrap();
        let s = label_statistics(&map);
        let centroid = affine.apply([(32.0 * 55.0 + 69.0) / 56.0, 57.0 / 56.0, 1.0 / 56.0]);
        assert_eq!(s[&300], LabelStatistics { voxels: 56, first: [5, 1, 0], last: [69, 2, 1], centroid });
        assert!(s[&300].touches_border(shape) && s[&7].touches_border(shape));
        let mask = crop_label(&map, 300, &s[&300]).unwrap();
        assert_eq!((mask.shape(), mask.count()), ([65, 2, 2], 56));
        assert_eq!(mask.affine().apply([0.0; 3]), [10.0, 1.0, 0.0]);
        assert!(crop_label(&map, 300, &LabelStatistics { last: [70, 0, 0], ..s[&7] }).is_none());
    }
}
