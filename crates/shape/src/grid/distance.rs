//! The exact Euclidean distance transform of label maps and masks, in millimetres.
//!
//! Separable, one axis after the other (Saito & Toriwaki 1994, doi:10.1016/0031-3203(94)90133-9), with the lower envelope
//! of parabolas along j and k (Felzenszwalb & Huttenlocher 2012, doi:10.4086/toc.2012.v008a019; see `envelope`). Labels
//! are all done in one go: along a line, a stretch of equal labels ends at sites of cost 0, beyond which nothing can be
//! nearer.
//!
//! Why it is fast: along i, distances follow from the runs of the row alone; lines along j and k are gathered sixteen
//! side by side, so that each cache line is read once; sixteen columns without foreground are never looked at, and their
//! part of the result, zero as it came from the system, is not even touched; no line needs a division. Between the
//! passes a voxel holds the steps along i and j to its nearest site, in 32 bits where the distance will be. So
//! the last pass knows squared distances exactly, and the result is rounded once. Cost: linear in the voxels.

use std::ops::Range;

use rayon::prelude::*;

use super::envelope::Envelope;
use super::metric::Metric;
use super::runs::{Voxel, for_each_run};
use crate::{LabelSlice, LabelView, MaskView, Sdf, ShapeError};

/// What lies beyond the border of a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Border {
    /// Background: a voxel at the border is one step from it.
    Background,
    /// Nothing that counts: distances are to voxels of the volume alone.
    Open,
}

/// The distance (mm) from the centre of each voxel of a label to the centre of the nearest voxel that does not have its
/// label: another label or the background. Background voxels are 0.
///
/// The result has the shape, the axes and the affine of `labels`. A volume of a single label with [`Border::Open`] has
/// nothing to measure to: its distances are infinite. Exact up to the rounding to 32 bits, and independent of the
/// order of the axes. A [`MaskView`] gives its foreground's distances.
///
/// # Errors
/// [`ShapeError::Affine`] when the axes are not orthogonal (more than 0.001 off, as the cosine of the angle between
/// them): distances along sheared axes are not separable. Less is taken as orthogonal, distances are then right to
/// 0.1 %.
pub fn distance_transform<'a>(labels: impl Into<LabelView<'a>>, border: Border) -> Result<Sdf, ShapeError> {
    let view = labels.into();
    let metric = Metric::new(view.affine(), view.shape())?;
    let values = transform(&view, Some(0), border, &metric, |v| (v.sqrt() * metric.unit()) as f32);
    Ok(Sdf::from_values(view.shape(), *view.affine(), values))
}

/// The distance (mm) from each voxel centre to the centre of the nearest voxel of the mask; 0 in the mask, infinite
/// everywhere if it is empty.
///
/// # Errors
/// As [`distance_transform`].
pub fn distance_to_mask<'a>(mask: impl Into<MaskView<'a>>) -> Result<Sdf, ShapeError> {
    let view = mask.into();
    let metric = Metric::new(view.affine(), view.shape())?;
    let values = transform(&view.labels(), Some(1), Border::Open, &metric, |v| (v.sqrt() * metric.unit()) as f32);
    Ok(Sdf::from_values(view.shape(), *view.affine(), values))
}

/// Squared distances (mm²) from each voxel to the nearest that has another value; 0 for voxels of the value `skipped`.
/// With `None`, nothing is skipped: both sides of a mask are measured at once.
pub(crate) fn squared_distances(
    view: &LabelView<'_>,
    skipped: Option<u32>,
    border: Border,
) -> Result<Vec<f32>, ShapeError> {
    let metric = Metric::new(view.affine(), view.shape())?;
    let unit = metric.unit() * metric.unit();
    Ok(transform(view, skipped, border, &metric, |v| (v * unit) as f32))
}

fn transform(
    view: &LabelView<'_>,
    skipped: Option<u32>,
    border: Border,
    metric: &Metric,
    finish: impl Fn(f64) -> f32 + Sync,
) -> Vec<f32> {
    let shape = view.shape();
    match view.labels() {
        LabelSlice::U8(v) => Volume::new(shape, v, skipped, border, metric).transform(finish),
        LabelSlice::U16(v) => Volume::new(shape, v, skipped, border, metric).transform(finish),
        LabelSlice::U32(v) => Volume::new(shape, v, skipped, border, metric).transform(finish),
    }
}

/// Columns gathered side by side: a cache line of 32-bit values.
const LANES: usize = 16;
/// No voxel of another value in this row.
const FAR: u16 = 1 << 15;
/// No voxel of another value in this slice. Steps need 15 bits each, so as a float this is an ordinary number.
const FAR_IN_SLICE: u32 = 1 << 30;

struct Volume<'a, T> {
    shape: [usize; 3],
    voxels: &'a [T],
    skipped: Option<T>,
    closed: bool,
    weights: [f64; 3],
}

impl<'a, T: Voxel> Volume<'a, T> {
    fn new(shape: [usize; 3], voxels: &'a [T], skipped: Option<u32>, border: Border, metric: &Metric) -> Self {
        let weights = metric.weights();
        let closed = border == Border::Background;
        Self { shape, voxels, skipped: skipped.and_then(T::narrow), closed, weights }
    }

    fn transform(&self, finish: impl Fn(f64) -> f32 + Sync) -> Vec<f32> {
        let [nx, ny, nz] = self.shape;
        let blocks = nx.div_ceil(LANES);
        let mut values = vec![0f32; self.voxels.len()];
        // Which blocks of which rows hold anything to measure.
        let mut busy = vec![false; blocks * ny * nz];
        values
            .par_chunks_mut(nx * ny)
            .zip(self.voxels.par_chunks(nx * ny))
            .zip(busy.par_chunks_mut(blocks * ny))
            .for_each_init(
                || (vec![FAR; nx * ny], Scratch::new(ny, self.weights[1])),
                |(rows, scratch), ((values, voxels), busy)| {
                    self.along_i(voxels, rows, busy);
                    self.along_j(voxels, rows, busy, values, scratch);
                },
            );
        // For each row number, that row of every slice.
        let mut planes: Vec<Vec<&mut [f32]>> = (0..ny).map(|_| Vec::with_capacity(nz)).collect();
        for slice in values.chunks_mut(nx * ny) {
            for (plane, row) in planes.iter_mut().zip(slice.chunks_mut(nx)) {
                plane.push(row);
            }
        }
        planes.par_iter_mut().enumerate().for_each_init(
            || Scratch::new(nz, self.weights[2]),
            |scratch, (j, plane)| self.along_k(j, &busy, plane, scratch, &finish),
        );
        values
    }

    fn measured(&self, value: T) -> bool {
        self.skipped != Some(value)
    }

    /// Steps to the nearest other value in the row; untouched where nothing is to be measured.
    fn along_i(&self, voxels: &[T], rows: &mut [u16], busy: &mut [bool]) {
        let [nx, ny, _] = self.shape;
        let blocks = busy.len() / ny;
        for ((row, steps), busy) in voxels.chunks(nx).zip(rows.chunks_mut(nx)).zip(busy.chunks_mut(blocks)) {
            for_each_run(row, |a, b, value| {
                if self.measured(value) {
                    busy[a / LANES..=(b - 1) / LANES].fill(true);
                    let left = a > 0 || self.closed;
                    let right = b < nx || self.closed;
                    let middle = if left && right {
                        usize::midpoint(a, b)
                    } else if left {
                        b
                    } else {
                        a
                    };
                    for (n, s) in steps[a..middle].iter_mut().enumerate() {
                        *s = n as u16 + 1;
                    }
                    let far = !left && !right;
                    for (n, s) in steps[middle..b].iter_mut().rev().enumerate() {
                        *s = if far { FAR } else { n as u16 + 1 };
                    }
                }
            });
        }
    }

    /// From steps along i to steps along i and j.
    fn along_j(
        &self,
        voxels: &[T],
        rows: &[u16],
        busy: &[bool],
        values: &mut [f32],
        scratch: &mut Scratch<T, u16, u32>,
    ) {
        let [nx, ny, _] = self.shape;
        let Scratch { tile, envelope } = scratch;
        let blocks = busy.len() / ny;
        for block in 0..blocks {
            let is_busy = |j: &usize| busy[j * blocks + block];
            let Some(first) = (0..ny).find(is_busy) else { continue };
            let end = (first..ny).rfind(is_busy).map_or(ny, |j| j + 1);
            let columns = block * LANES..nx.min((block + 1) * LANES);
            let row = |j: usize| j * nx + columns.start..j * nx + columns.end;
            for j in first..end {
                tile.put(j, &voxels[row(j)], rows[row(j)].iter().copied());
            }
            for lane in 0..columns.len() {
                let (labels, steps, nearest) = tile.lane(lane, first..end);
                for_each_run(labels, |a, b, value| {
                    if !self.measured(value) {
                        return nearest[a..b].fill(0);
                    }
                    let squares = steps[a..b].iter().map(|&s| self.along(0, s.into(), s == FAR));
                    envelope.set(self.ends(first + a..first + b, ny), squares);
                    let nearest = &mut nearest[a..b];
                    let Some(solution) = envelope.solve() else { return nearest.fill(FAR_IN_SLICE) };
                    for (o, (p, site)) in nearest.iter_mut().zip(solution.sites()) {
                        // An end site is a voxel of another value itself.
                        let steps = steps[a..b].get((site as usize).wrapping_sub(1)).map_or(0, |&s| s.into());
                        *o = steps | u32::from(p.abs_diff(site)) << 15;
                    }
                });
            }
            for j in first..end {
                for (value, nearest) in values[row(j)].iter_mut().zip(tile.get(j)) {
                    *value = f32::from_bits(nearest);
                }
            }
        }
    }

    /// From steps along i and j to distances: row `j` of every slice.
    fn along_k(
        &self,
        j: usize,
        busy: &[bool],
        plane: &mut [&mut [f32]],
        scratch: &mut Scratch<T, u32, f32>,
        finish: &impl Fn(f64) -> f32,
    ) {
        let [nx, ny, nz] = self.shape;
        let Scratch { tile, envelope } = scratch;
        let blocks = nx.div_ceil(LANES);
        for block in 0..blocks {
            let is_busy = |k: &usize| busy[(k * ny + j) * blocks + block];
            let Some(first) = (0..nz).find(is_busy) else { continue };
            let end = (first..nz).rfind(is_busy).map_or(nz, |k| k + 1);
            let columns = block * LANES..nx.min((block + 1) * LANES);
            for k in first..end {
                let row = (k * ny + j) * nx;
                let voxels = &self.voxels[row + columns.start..row + columns.end];
                tile.put(k, voxels, plane[k][columns.clone()].iter().map(|v| v.to_bits()));
            }
            for lane in 0..columns.len() {
                let (labels, steps, distances) = tile.lane(lane, first..end);
                for_each_run(labels, |a, b, value| {
                    if !self.measured(value) {
                        return distances[a..b].fill(0.0);
                    }
                    let squares = steps[a..b]
                        .iter()
                        .map(|&s| self.along(0, s & 0x7fff, s == FAR_IN_SLICE) + self.along(1, s >> 15, false));
                    envelope.set(self.ends(first + a..first + b, nz), squares);
                    let distances = &mut distances[a..b];
                    let Some(solution) = envelope.solve() else { return distances.fill(f32::INFINITY) };
                    for (d, cost) in distances.iter_mut().zip(solution.costs()) {
                        *d = finish(cost);
                    }
                });
            }
            for k in first..end {
                for (value, distance) in plane[k][columns.clone()].iter_mut().zip(tile.get(k)) {
                    *value = distance;
                }
            }
        }
    }

    /// Whether a stretch of one value in a line of `len` voxels ends at another value.
    fn ends(&self, stretch: Range<usize>, len: usize) -> [bool; 2] {
        [stretch.start > 0 || self.closed, stretch.end < len || self.closed]
    }

    /// The square of that many steps along i or j.
    #[inline]
    fn along(&self, axis: usize, steps: u32, far: bool) -> f64 {
        let steps = f64::from(steps as i32);
        if far { f64::INFINITY } else { self.weights[axis] * steps * steps }
    }
}

/// What a thread needs to work on sixteen columns.
struct Scratch<T, In, Out> {
    tile: Tile<T, In, Out>,
    envelope: Envelope,
}

impl<T: Voxel, In: Copy + Default, Out: Copy + Default> Scratch<T, In, Out> {
    fn new(len: usize, weight: f64) -> Self {
        Self { tile: Tile::new(len), envelope: Envelope::new(weight, len) }
    }
}

/// Sixteen columns, each laid out as a line.
struct Tile<T, In, Out> {
    stride: usize,
    labels: Vec<T>,
    input: Vec<In>,
    output: Vec<Out>,
}

impl<T: Voxel, In: Copy + Default, Out: Copy + Default> Tile<T, In, Out> {
    fn new(len: usize) -> Self {
        // A stride that is no power of two, so that the columns do not share the sets of the cache.
        let stride = len.next_multiple_of(LANES) + LANES + 4;
        let n = LANES * stride;
        Self { stride, labels: vec![T::default(); n], input: vec![In::default(); n], output: vec![Out::default(); n] }
    }

    fn put(&mut self, at: usize, labels: &[T], input: impl Iterator<Item = In>) {
        let lanes = self.labels.chunks_exact_mut(self.stride).zip(self.input.chunks_exact_mut(self.stride));
        for ((label_lane, lane), (&label, value)) in lanes.zip(labels.iter().zip(input)) {
            label_lane[at] = label;
            lane[at] = value;
        }
    }

    fn lane(&mut self, lane: usize, part: Range<usize>) -> (&[T], &[In], &mut [Out]) {
        let at = lane * self.stride + part.start..lane * self.stride + part.end;
        (&self.labels[at.clone()], &self.input[at.clone()], &mut self.output[at])
    }

    fn get(&self, at: usize) -> impl Iterator<Item = Out> {
        self.output[at..].iter().step_by(self.stride).copied()
    }
}
