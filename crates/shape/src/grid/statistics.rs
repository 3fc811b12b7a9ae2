//! Size and place of every label, in one pass over the volume.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::{Affine, LabelMap, Labels, Mask};

/// Where a label lies in its volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelStatistics {
    /// Number of voxels.
    pub voxels: u64,
    /// First voxel of the box around the label along i, j, k.
    pub first: [usize; 3],
    /// Last voxel of the box (inclusive).
    pub last: [usize; 3],
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

    fn merge(&mut self, other: &Self) {
        self.voxels += other.voxels;
        self.first = [0, 1, 2].map(|a| self.first[a].min(other.first[a]));
        self.last = [0, 1, 2].map(|a| self.last[a].max(other.last[a]));
    }
}

/// Statistics of every label other than 0, by label.
pub fn label_statistics(map: &LabelMap) -> BTreeMap<u32, LabelStatistics> {
    match map.labels() {
        Labels::U8(v) => gather(map.shape(), v),
        Labels::U16(v) => gather(map.shape(), v),
        Labels::U32(v) => gather(map.shape(), v),
    }
}

fn gather<T: Copy + Eq + Default + Into<u32> + Sync>(
    [nx, ny, _]: [usize; 3],
    voxels: &[T],
) -> BTreeMap<u32, LabelStatistics> {
    voxels
        .par_chunks(nx * ny)
        .enumerate()
        .map(|(k, slice)| {
            let mut found: BTreeMap<u32, LabelStatistics> = BTreeMap::new();
            for (j, row) in slice.chunks_exact(nx).enumerate() {
                let mut i = 0;
                while i < nx {
                    let label = row[i];
                    let end = i + run_length(&row[i..]);
                    if label != T::default() {
                        let run = LabelStatistics { voxels: (end - i) as u64, first: [i, j, k], last: [end - 1, j, k] };
                        found.entry(label.into()).and_modify(|s| s.merge(&run)).or_insert(run);
                    }
                    i = end;
                }
            }
            found
        })
        .reduce(BTreeMap::new, |mut all, part| {
            for (label, s) in part {
                all.entry(label).and_modify(|t| t.merge(&s)).or_insert(s);
            }
            all
        })
}

/// How many values equal the first, from the start. Whole blocks are compared at once.
fn run_length<T: Copy + Eq>(row: &[T]) -> usize {
    let first = row[0];
    let mut n = 0;
    for block in row.chunks_exact(32) {
        // Counted rather than searched, so that the whole block is compared at once.
        if block.iter().filter(|&&v| v != first).count() > 0 {
            break;
        }
        n += 32;
    }
    n + row[n..].iter().take_while(|&&v| v == first).count()
}

/// The mask of one label, cropped to the box that [`label_statistics`] found, with the affine of the crop
/// rounded to 32 bits, so that it is the same once stored.
///
/// `None` when the box does not lie in the volume.
pub fn crop_label(map: &LabelMap, label: u32, statistics: &LabelStatistics) -> Option<Mask> {
    let inside = (0..3).all(|a| statistics.first[a] <= statistics.last[a] && statistics.last[a] < map.shape()[a]);
    let voxels = match map.labels() {
        _ if !inside => return None,
        Labels::U8(v) => crop(map.shape(), v, u8::try_from(label).ok()?, statistics),
        Labels::U16(v) => crop(map.shape(), v, u16::try_from(label).ok()?, statistics),
        Labels::U32(v) => crop(map.shape(), v, label, statistics),
    };
    let shape = [0, 1, 2].map(|a| statistics.last[a] - statistics.first[a] + 1);
    Mask::new(shape, statistics.crop_affine(map.affine()), voxels).ok()
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
        assert_eq!(s[&300], LabelStatistics { voxels: 56, first: [5, 1, 0], last: [69, 2, 1] });
        assert!(s[&300].touches_border(shape) && s[&7].touches_border(shape));
        let mask = crop_label(&map, 300, &s[&300]).unwrap();
        assert_eq!((mask.shape(), mask.count()), ([65, 2, 2], 56));
        assert_eq!(mask.affine().apply([0.0; 3]), [10.0, 1.0, 0.0]);
        assert!(crop_label(&map, 300, &LabelStatistics { voxels: 1, first: [0; 3], last: [70, 0, 0] }).is_none());
    }
}
