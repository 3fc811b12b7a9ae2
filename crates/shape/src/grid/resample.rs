//! Label maps, masks and scalar fields on another grid, placed anywhere in space.
//!
//! A voxel of the new grid is sampled at its centre, or, where it spans several voxels of the old one, at as many points
//! spread evenly over it, so that coarser grids hold averages and not picks. Each sample interpolates linearly between
//! eight voxels. What follows from the averages: a field takes them; a label map takes the label with most weight; a
//! mask takes those above the threshold that keeps its volume.
//!
//! Weights of labels are whole numbers (positions are taken to 1/256 of a voxel), so sums are exact, ties are ties
//! whatever the order of axes. The half voxel between the outermost voxel centres
//! and the border belongs to the outermost voxels. Cost: eight voxels read for each sample; no more samples than the
//! larger of the two grids needs.

use rayon::prelude::*;

use super::runs::Voxel;
use crate::{Affine, LabelMap, LabelSlice, LabelView, Labels, MAX_AXIS, Mask, MaskView, Sdf, ShapeError};

/// How a label map is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LabelSampling {
    /// The label at the new voxel's centre, whatever else lies in the voxel.
    Nearest,
    /// The label with most weight in the new voxel, under linear interpolation; of equal ones the smallest, and
    /// background last. Keeps shapes.
    Linear,
}

/// The label map on another grid; 0 beyond the old one.
///
/// `shape` counts the new grid's voxels along i, j, k; `affine` places their centres in RAS+ mm.
///
/// # Errors
/// [`ShapeError::GridShape`] for a grid that cannot be, [`ShapeError::Parameter`] when voxels of the new grid are much
/// larger than the whole of the old one.
pub fn resample_labels<'a>(
    labels: impl Into<LabelView<'a>>,
    shape: [usize; 3],
    affine: &Affine,
    sampling: LabelSampling,
) -> Result<LabelMap, ShapeError> {
    let view = labels.into();
    let grids = Grids::new(view.shape(), view.affine(), shape, affine)?;
    let labels = match view.labels() {
        LabelSlice::U8(v) => Labels::U8(sample_labels(&grids, v, sampling)?),
        LabelSlice::U16(v) => Labels::U16(sample_labels(&grids, v, sampling)?),
        LabelSlice::U32(v) => Labels::U32(sample_labels(&grids, v, sampling)?),
    };
    LabelMap::new(shape, *affine, labels)
}

/// The mask on another grid, with the volume that it has there: the new voxels with the largest part inside, as many as
/// the sum of all parts makes. Beyond the old grid there is nothing.
///
/// `shape` counts the new grid's voxels along i, j, k; `affine` places their centres in RAS+ mm.
///
/// # Errors
/// As [`resample_labels`].
pub fn resample_mask<'a>(
    mask: impl Into<MaskView<'a>>,
    shape: [usize; 3],
    affine: &Affine,
) -> Result<Mask, ShapeError> {
    let view = mask.into();
    let grids = Grids::new(view.shape(), view.affine(), shape, affine)?;
    let voxels = view.voxels();
    let parts = grids.map(0u32, |samples| {
        let mut inside = 0;
        let mut count = 0;
        samples.for_each(|at| {
            grids.weights(at, |n, weight| inside += u64::from(voxels[n]) * u64::from(weight));
            count += 1;
        });
        (inside / count) as u32
    })?;
    let threshold = keeping_volume(&parts);
    Mask::new(shape, *affine, parts.into_par_iter().map(|p| u8::from(p >= threshold)).collect())
}

/// The field on another grid. Beyond the old grid it has the value of the nearest place within; where infinite values
/// take part, that of the nearest voxel.
///
/// `shape` counts the new grid's values along i, j, k; `affine` places them in RAS+ mm.
///
/// # Errors
/// As [`resample_labels`].
pub fn resample_field(field: &Sdf, shape: [usize; 3], affine: &Affine) -> Result<Sdf, ShapeError> {
    let grids = Grids::new(field.shape(), field.affine(), shape, affine)?;
    let values = grids.map_all(|samples| {
        let (mut sum, mut count) = (0.0, 0.0);
        samples.for_each(|at| {
            sum += grids.interpolate(at, field.values());
            count += 1.0;
        });
        let mean = (sum / count) as f32;
        // Infinities of both signs in one voxel.
        if mean.is_nan() { grids.interpolate(samples.centre, field.values()) as f32 } else { mean }
    })?;
    Sdf::new(shape, *affine, values)
}

/// All weight of a sample.
const FULL: u32 = 1 << 24;

fn sample_labels<T: Voxel>(grids: &Grids, voxels: &[T], sampling: LabelSampling) -> Result<Vec<T>, ShapeError> {
    if sampling == LabelSampling::Nearest {
        return grids.map(T::default(), |samples| {
            grids.inside(samples.centre).map_or(T::default(), |at| voxels[grids.index(at.map(|v| v.round() as usize))])
        });
    }
    grids.map(T::default(), |samples| {
        let mut found = Weights { first: (T::default(), 0), others: Vec::new() };
        samples.for_each(|at| {
            let mut rest = FULL;
            grids.weights(at, |n, weight| {
                rest -= weight;
                found.add(voxels[n], weight);
            });
            found.add(T::default(), rest);
        });
        found.best()
    })
}

/// The weight of each label in a new voxel. The first is kept apart: most voxels lie amid one label and need no list.
struct Weights<T> {
    first: (T, u64),
    others: Vec<(T, u64)>,
}

impl<T: Voxel> Weights<T> {
    #[inline]
    fn add(&mut self, label: T, weight: u32) {
        let weight = u64::from(weight);
        if weight == 0 {
            return;
        }
        if self.first.0 == label || self.first.1 == 0 {
            self.first = (label, self.first.1 + weight);
        } else if let Some((_, sum)) = self.others.iter_mut().find(|(l, _)| *l == label) {
            *sum += weight;
        } else {
            self.others.push((label, weight));
        }
    }

    fn best(self) -> T {
        let rank = |&(label, weight): &(T, u64)| (weight, label != T::default(), !label.into());
        self.others.into_iter().chain([self.first]).max_by_key(rank).map_or(T::default(), |(label, _)| label)
    }
}

/// The threshold that as many of the parts (of [`FULL`]) reach as their sum makes whole, or as near as ties allow.
fn keeping_volume(parts: &[u32]) -> u32 {
    let sum: u64 = parts.par_iter().map(|&p| u64::from(p)).sum();
    let wanted = ((sum + u64::from(FULL / 2)) / u64::from(FULL)) as usize;
    let mut some: Vec<u32> = parts.iter().copied().filter(|&p| p > 0).collect();
    if wanted == 0 {
        return FULL + 1;
    }
    // At least as many are above zero as are wanted, since none is above one.
    let (_, &mut last, _) = some.select_nth_unstable_by(wanted - 1, |a, b| b.cmp(a));
    let above = some.iter().filter(|&&p| p > last).count();
    let with = some.iter().filter(|&&p| p >= last).count();
    if with - wanted <= wanted - above { last } else { last + 1 }
}

/// The old grid, the new one, and the way from its indices to those of the old.
struct Grids {
    old: [usize; 3],
    new: [usize; 3],
    rows: [[f64; 4]; 3],
    /// Samples along each axis of a new voxel.
    counts: [usize; 3],
    /// How far from the centre of a new voxel its samples can be, along each old axis.
    reach: [f64; 3],
}

impl Grids {
    fn new(old: [usize; 3], from: &Affine, new: [usize; 3], to: &Affine) -> Result<Self, ShapeError> {
        if new.iter().any(|&n| n == 0 || n > MAX_AXIS) {
            return Err(ShapeError::GridShape { shape: new });
        }
        let (inverse, placed) = (from.inverse().rows(), to.rows());
        let rows = inverse.map(|r| {
            let through = |c: usize| r[0] * placed[0][c] + r[1] * placed[1][c] + r[2] * placed[2][c];
            [through(0), through(1), through(2), through(3) + r[3]]
        });
        // A step of the new grid in voxels of the old one; rounding must not make two samples of one.
        let steps = [0, 1, 2].map(|a| rows.iter().map(|r| r[a] * r[a]).sum::<f64>().sqrt());
        let samples = steps.map(|s| (s - 1e-6).ceil().max(1.0));
        let (value, most) = (samples.iter().product::<f64>(), 16.0 * old.iter().map(|&n| n as f64).product::<f64>());
        if value.is_nan() || value > most.max(4096.0) {
            let expected = "no more than 16 times the number of voxels that there are";
            return Err(ShapeError::Parameter { name: "old voxels in a new one", value, expected });
        }
        let reach = rows.map(|r| (r[0].abs() + r[1].abs() + r[2].abs()) / 2.0);
        Ok(Self { old, new, rows, counts: samples.map(|s| s as usize), reach })
    }

    /// A value for each new voxel, or `beyond` for those that lie wholly outside the old grid.
    fn map<O: Copy + Send + Sync>(
        &self,
        beyond: O,
        value: impl Fn(&Samples<'_>) -> O + Sync,
    ) -> Result<Vec<O>, ShapeError> {
        self.map_all(|samples| {
            let is_near = |a: usize| {
                let (at, reach) = (samples.centre[a], self.reach[a] + 1.0);
                at > -reach && at < self.old[a] as f64 + reach
            };
            if (0..3).all(is_near) { value(samples) } else { beyond }
        })
    }

    fn map_all<O: Copy + Send>(&self, value: impl Fn(&Samples<'_>) -> O + Sync) -> Result<Vec<O>, ShapeError> {
        let too_large = ShapeError::GridShape { shape: self.new };
        let [nx, ny, nz] = self.new;
        let len = nx.checked_mul(ny).and_then(|n| n.checked_mul(nz)).ok_or(too_large.clone())?;
        let mut out: Vec<O> = Vec::new();
        out.try_reserve_exact(len).map_err(|_| too_large)?;
        (0..len)
            .into_par_iter()
            .with_min_len(nx)
            .map(|n| {
                let at = [n % nx, n / nx % ny, n / nx / ny].map(|v| v as f64);
                let centre = self.rows.map(|r| r[0] * at[0] + r[1] * at[1] + r[2] * at[2] + r[3]);
                value(&Samples { grids: self, centre })
            })
            .collect_into_vec(&mut out);
        Ok(out)
    }

    #[inline]
    fn index(&self, [i, j, k]: [usize; 3]) -> usize {
        (k * self.old[1] + j) * self.old[0] + i
    }

    /// The place, or the nearest between voxel centres if it is in the outermost half voxel; `None` outside.
    #[inline]
    fn inside(&self, at: [f64; 3]) -> Option<[f64; 3]> {
        let is_inside = (0..3).all(|a| at[a] >= -0.5 && at[a] <= self.old[a] as f64 - 0.5);
        is_inside.then(|| self.clamped(at))
    }

    #[inline]
    fn clamped(&self, at: [f64; 3]) -> [f64; 3] {
        let clamp = |a: usize| at[a].clamp(0.0, (self.old[a] - 1) as f64);
        [clamp(0), clamp(1), clamp(2)]
    }

    /// Calls `visit` with the index and the weight (of [`FULL`]) of the voxels around a place, if it is inside.
    #[inline]
    fn weights(&self, at: [f64; 3], mut visit: impl FnMut(usize, u32)) {
        let Some(at) = self.inside(at) else { return };
        // Written out: `map` over an array is not always inlined, and rounding is a call.
        let fine = |a: usize| (at[a] * 256.0 + 0.5) as u32;
        let fine = [fine(0), fine(1), fine(2)];
        let low = [fine[0] >> 8, fine[1] >> 8, fine[2] >> 8];
        let part = |a: usize| [256 - (fine[a] & 255), fine[a] & 255];
        let parts = [part(0), part(1), part(2)];
        // Between two voxels along an axis, or right at one.
        let end = |a: usize| 1 + usize::from(parts[a][1] > 0);
        let ends = [end(0), end(1), end(2)];
        for k in 0..ends[2] {
            for j in 0..ends[1] {
                let row = self.index([low[0] as usize, low[1] as usize + j, low[2] as usize + k]);
                for i in 0..ends[0] {
                    visit(row + i, parts[0][i] * parts[1][j] * parts[2][k]);
                }
            }
        }
    }

    /// The field at a place.
    fn interpolate(&self, at: [f64; 3], values: &[f32]) -> f64 {
        let at = self.clamped(at);
        let low = at.map(|v| v as usize);
        let high = [0, 1, 2].map(|a| (low[a] + 1).min(self.old[a] - 1));
        let part = [0, 1, 2].map(|a| at[a] - low[a] as f64);
        let mut sum = 0.0;
        for corner in 0..8usize {
            let upper = [corner & 1 == 1, corner & 2 == 2, corner & 4 == 4];
            let weight: f64 = (0..3).map(|a| if upper[a] { part[a] } else { 1.0 - part[a] }).product();
            if weight > 0.0 {
                sum +=
                    weight * f64::from(values[self.index([0, 1, 2].map(|a| if upper[a] { high[a] } else { low[a] }))]);
            }
        }
        if sum.is_finite() { sum } else { f64::from(values[self.index(at.map(|v| v.round() as usize))]) }
    }
}

/// Where a new voxel is sampled, in indices of the old grid.
struct Samples<'a> {
    grids: &'a Grids,
    centre: [f64; 3],
}

impl Samples<'_> {
    #[inline]
    fn for_each(&self, mut visit: impl FnMut([f64; 3])) {
        let [ni, nj, nk] = self.grids.counts;
        if [ni, nj, nk] == [1, 1, 1] {
            return visit(self.centre);
        }
        let rows = &self.grids.rows;
        let shifted = |at: [f64; 3], axis: usize, n: usize, count: usize| {
            let by = (2 * n + 1) as f64 / (2 * count) as f64 - 0.5;
            [at[0] + rows[0][axis] * by, at[1] + rows[1][axis] * by, at[2] + rows[2][axis] * by]
        };
        for k in 0..nk {
            let at = shifted(self.centre, 2, k, nk);
            for j in 0..nj {
                let at = shifted(at, 1, j, nj);
                for i in 0..ni {
                    visit(shifted(at, 0, i, ni));
                }
            }
        }
    }
}
