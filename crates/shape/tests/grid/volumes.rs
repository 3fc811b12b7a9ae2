//! Random volumes and their permutations, for the tests of grid operations.

use medshape_shape::{Affine, Connectivity, LabelMap, Labels};
use proptest::prelude::*;

/// A small volume of labels with spacing, some flat, some long.
#[derive(Debug, Clone)]
pub(crate) struct Volume {
    pub(crate) shape: [usize; 3],
    pub(crate) spacing: [f64; 3],
    pub(crate) values: Vec<u32>,
}

impl Volume {
    pub(crate) fn affine(&self) -> Affine {
        Affine::from_spacing(self.spacing, [-20.0, 3.5, 100.0]).unwrap()
    }

    /// As labels of 8, 16 or 32 bits, whichever `width` says.
    pub(crate) fn map(&self, width: u8) -> LabelMap {
        let labels = match width {
            0 => Labels::U8(self.values.iter().map(|&v| v as u8).collect()),
            1 => Labels::U16(self.values.iter().map(|&v| v as u16).collect()),
            _ => Labels::U32(self.values.clone()),
        };
        LabelMap::new(self.shape, self.affine(), labels).unwrap()
    }

    pub(crate) fn mask(&self) -> medshape_shape::Mask {
        let voxels = self.values.iter().map(|&v| u8::from(v != 0)).collect();
        medshape_shape::Mask::new(self.shape, self.affine(), voxels).unwrap()
    }

    pub(crate) fn at(&self, [i, j, k]: [usize; 3]) -> u32 {
        self.values[index(self.shape, [i, j, k])]
    }

    /// Axis `a` of the result is axis `axes[a]` of this volume.
    pub(crate) fn permuted(&self, axes: [usize; 3]) -> Self {
        Self {
            shape: axes.map(|a| self.shape[a]),
            spacing: axes.map(|a| self.spacing[a]),
            values: permute(self.shape, &self.values, axes),
        }
    }
}

pub(crate) const PERMUTATIONS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

pub(crate) fn index(shape: [usize; 3], [i, j, k]: [usize; 3]) -> usize {
    (k * shape[1] + j) * shape[0] + i
}

/// All voxels, `i` fastest.
pub(crate) fn voxels(shape: [usize; 3]) -> impl Iterator<Item = [usize; 3]> {
    (0..shape[2]).flat_map(move |k| (0..shape[1]).flat_map(move |j| (0..shape[0]).map(move |i| [i, j, k])))
}

pub(crate) fn permute<T: Copy>(shape: [usize; 3], values: &[T], axes: [usize; 3]) -> Vec<T> {
    voxels(axes.map(|a| shape[a]))
        .map(|at| {
            let mut old = [0; 3];
            for a in 0..3 {
                old[axes[a]] = at[a];
            }
            values[index(shape, old)]
        })
        .collect()
}

/// The number of threads does not show.
pub(crate) fn in_pool<R: Send>(threads: usize, f: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(f)
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Noise of any density, with blocks of one value so that labels have an inside.
pub(crate) fn volume() -> impl Strategy<Value = Volume> {
    let axis = || prop_oneof![Just(1usize), 2usize..8, 2usize..24];
    let step = || prop_oneof![Just(1.0), Just(0.5), 0.3f64..5.0];
    (
        [axis(), axis(), axis()],
        prop_oneof![[step(), step(), step()], step().prop_map(|s| [s; 3])],
        (1u64..6, prop_oneof![Just(0.0), Just(1.0), 0.0f64..1.0], 1usize..5, any::<u64>(), any::<bool>()),
    )
        .prop_map(|(mut shape, spacing, (labels, density, block, seed, long))| {
            if long {
                shape[(seed % 3) as usize] *= 9;
            }
            let noise = |at: [usize; 3]| {
                let mut state = seed ^ (at[0] + 1_000 * at[1] + 1_000_000 * at[2]) as u64;
                let r = splitmix(&mut state);
                let filled = (r >> 11) as f64 / (1u64 << 53) as f64;
                if filled < density { 1 + (splitmix(&mut state) % labels) as u32 } else { 0 }
            };
            let values = voxels(shape).map(|at| noise(at.map(|v| v / block))).collect();
            Volume { shape, spacing, values }
        })
}

/// Components by flood filling, numbered from 1 in the order of their first voxels; 0 where the value is not wanted.
pub(crate) fn flood(volume: &Volume, connectivity: Connectivity, wanted: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut groups = vec![0; volume.values.len()];
    let mut count = 0;
    for start in voxels(volume.shape) {
        if groups[index(volume.shape, start)] != 0 || !wanted(volume.at(start)) {
            continue;
        }
        count += 1;
        groups[index(volume.shape, start)] = count;
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            for next in neighbours(volume.shape, at, connectivity) {
                if volume.at(next) == volume.at(start) && groups[index(volume.shape, next)] == 0 {
                    groups[index(volume.shape, next)] = count;
                    open.push(next);
                }
            }
        }
    }
    groups
}

/// The neighbours of a voxel that lie in the volume.
pub(crate) fn neighbours(
    shape: [usize; 3],
    at: [usize; 3],
    connectivity: Connectivity,
) -> impl Iterator<Item = [usize; 3]> {
    let most = match connectivity {
        Connectivity::Faces6 => 1,
        Connectivity::Edges18 => 2,
        Connectivity::Corners26 => 3,
    };
    let steps = voxels([3, 3, 3]).filter(move |s| (1..=most).contains(&s.iter().filter(|&&s| s != 1).count()));
    steps
        .map(move |s| [0, 1, 2].map(|a| (at[a] + s[a]).wrapping_sub(1)))
        .filter(move |v| (0..3).all(|a| v[a] < shape[a]))
}

pub(crate) const ALL: [Connectivity; 3] = [Connectivity::Faces6, Connectivity::Edges18, Connectivity::Corners26];

pub(crate) fn values(labels: &Labels) -> Vec<u32> {
    (0..labels.len()).map(|n| labels.get(n)).collect()
}
