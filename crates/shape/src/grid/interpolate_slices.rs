//! Slices between the slices of a label map, by the shapes in them.
//!
//! Shape-based interpolation (Raya & Udupa 1990, doi:10.1109/42.52980): a label's signed distance within each slice,
//! positive inside, is interpolated between two slices, and the label with the greatest distance wins. Where the paper
//! has one object, here are many: a voxel between two slices takes one of the two labels it has in them, so nothing
//! appears where it was in neither, no gaps open between labels, and where both slices agree nothing is computed. A label
//! that is in one of the slices only shrinks away towards its middle.
//! Cost: an exact distance transform of each label's box in each slice where it changes; slices go in parallel.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::envelope::Envelope;
use crate::{Affine, LabelMap, LabelSlice, LabelView, Labels, MAX_AXIS, ShapeError};

/// The label map with slices added along its coarsest axis, so that their spacing there is as near `target_mm` as whole
/// parts of the present spacing come. The present slices stay as they are, so no label is lost.
///
/// The in-plane spacing is a good target for thick slices. A map that is fine enough already is returned unchanged.
///
/// # Errors
/// [`ShapeError::Parameter`] when `target_mm` is not positive and finite, [`ShapeError::GridShape`] when an axis would
/// have more than [`MAX_AXIS`] slices.
pub fn interpolate_slices<'a>(labels: impl Into<LabelView<'a>>, target_mm: f64) -> Result<LabelMap, ShapeError> {
    let view = labels.into();
    if !(target_mm > 0.0 && target_mm.is_finite()) {
        return Err(ShapeError::Parameter { name: "target_mm", value: target_mm, expected: "positive and finite" });
    }
    let spacing = view.affine().spacing();
    let axis = (0..3).fold(0, |best, a| if spacing[a] > spacing[best] { a } else { best });
    let parts = (spacing[axis] / target_mm).round().max(1.0);
    let mut shape = view.shape();
    let slices = (shape[axis] - 1) as f64 * parts + 1.0;
    shape[axis] = if slices <= MAX_AXIS as f64 { slices as usize } else { usize::MAX };
    if shape[axis] > MAX_AXIS {
        return Err(ShapeError::GridShape { shape });
    }
    let parts = if view.shape()[axis] > 1 { parts as usize } else { 1 };
    let mut rows = view.affine().rows();
    for row in &mut rows {
        row[axis] /= parts as f64;
    }
    let affine = if parts == 1 { *view.affine() } else { Affine::from_rows(rows)? };
    let stack = Stack { shape: view.shape(), axis, spacing, parts };
    let labels = match view.labels() {
        LabelSlice::U8(v) => Labels::U8(stack.fill(v)),
        LabelSlice::U16(v) => Labels::U16(stack.fill(v)),
        LabelSlice::U32(v) => Labels::U32(stack.fill(v)),
    };
    LabelMap::new(shape, affine, labels)
}

/// The slices across one axis, and in how many parts the way from one to the next is cut.
struct Stack {
    shape: [usize; 3],
    axis: usize,
    spacing: [f64; 3],
    parts: usize,
}

impl Stack {
    /// The two axes within a slice.
    fn plane(&self) -> [usize; 2] {
        [[1, 2], [0, 2], [0, 1]][self.axis]
    }

    /// Index of each pixel of a slice, for a volume of that shape.
    fn pixels(&self, shape: [usize; 3], slice: usize) -> impl Iterator<Item = usize> {
        let steps = [1, shape[0], shape[0] * shape[1]];
        let [u, v] = self.plane();
        let start = slice * steps[self.axis];
        (0..shape[v]).flat_map(move |y| (0..shape[u]).map(move |x| start + x * steps[u] + y * steps[v]))
    }

    fn fill<T: Copy + Ord + Default + Send + Sync>(&self, voxels: &[T]) -> Vec<T> {
        let count = self.shape[self.axis];
        let slice = |n: usize| self.pixels(self.shape, n).map(|i| voxels[i]).collect::<Vec<T>>();
        let gaps: Vec<Vec<Vec<T>>> =
            (1..count).into_par_iter().map(|n| self.between(&slice(n - 1), &slice(n))).collect();
        let mut shape = self.shape;
        shape[self.axis] = (count - 1) * self.parts + 1;
        let mut filled = vec![T::default(); shape.iter().product()];
        for n in 0..count {
            for (to, from) in self.pixels(shape, n * self.parts).zip(self.pixels(self.shape, n)) {
                filled[to] = voxels[from];
            }
        }
        for (n, gap) in gaps.iter().enumerate() {
            for (part, slice) in (1..).zip(gap) {
                for (to, &label) in self.pixels(shape, n * self.parts + part).zip(slice) {
                    filled[to] = label;
                }
            }
        }
        filled
    }

    /// The slices between two.
    fn between<T: Copy + Ord + Default>(&self, below: &[T], above: &[T]) -> Vec<Vec<T>> {
        let [u, v] = self.plane();
        let size = [self.shape[u], self.shape[v]];
        // The boxes of the labels that change, in either slice.
        let mut boxes = BTreeMap::new();
        for (&a, &b) in below.iter().zip(above).filter(|(a, b)| a != b) {
            boxes.insert(a, Frame::EMPTY);
            boxes.insert(b, Frame::EMPTY);
        }
        for slice in [below, above] {
            for (n, label) in slice.iter().enumerate() {
                if let Some(found) = boxes.get_mut(label) {
                    found.add([n % size[0], n / size[0]]);
                }
            }
        }
        let fields: BTreeMap<T, [Field; 2]> = boxes
            .into_iter()
            .map(|(label, found)| {
                let found = found.padded(size);
                let mut fields = [below, above].map(|slice| self.distances(slice, label, found));
                // Where a label is not at all, it is as far as its middle in the other slice is from its border.
                for n in 0..2 {
                    if fields[n].values.iter().all(|d| *d < 0.0) {
                        let depth = fields[1 - n].values.iter().fold(0.0f32, |most, &d| most.max(d));
                        fields[n].values.fill(-depth);
                    }
                }
                (label, fields)
            })
            .collect();
        let fill = |part: usize| {
            let share = part as f32 / self.parts as f32;
            let pixels = below.iter().zip(above).enumerate();
            let choose = |(n, (&a, &b)): (usize, (&T, &T))| {
                if a == b {
                    return a;
                }
                let at = [n % size[0], n / size[0]];
                let distance = |label: &T| {
                    fields.get(label).map_or(0.0, |[lower, upper]| (1.0 - share) * lower.at(at) + share * upper.at(at))
                };
                if distance(&a) >= distance(&b) { a } else { b }
            };
            pixels.map(choose).collect()
        };
        (1..self.parts).map(fill).collect()
    }

    /// Signed distances (mm) of a label within a box of a slice, positive inside.
    fn distances<T: Copy + Eq>(&self, slice: &[T], label: T, found: Frame) -> Field {
        let [u, v] = self.plane();
        let width = self.shape[u];
        let [w, h] = found.size();
        let inside: Vec<bool> =
            (0..w * h).map(|n| slice[found.first[0] + n % w + (found.first[1] + n / w) * width] == label).collect();
        let spacing = [self.spacing[u], self.spacing[v]];
        let [to_label, to_other] = [true, false].map(|site| squares(&inside, site, [w, h], spacing));
        // From centre to centre is half a pixel further than to the border between.
        let half = spacing[0].min(spacing[1]) / 2.0;
        let longest = (w as f64 * spacing[0]).hypot(h as f64 * spacing[1]);
        let signed = |(n, &inside): (usize, &bool)| {
            let squared: f64 = if inside { to_other[n] } else { to_label[n] };
            let distance = (squared.sqrt() - half).min(longest) as f32;
            if inside { distance } else { -distance }
        };
        Field { values: inside.iter().enumerate().map(signed).collect(), found }
    }
}

/// Squared distances to the nearest pixel whose value is `site`; infinite without any.
fn squares(inside: &[bool], site: bool, [w, h]: [usize; 2], spacing: [f64; 2]) -> Vec<f64> {
    let mut squares: Vec<f64> = inside.iter().map(|&v| if v == site { 0.0 } else { f64::INFINITY }).collect();
    let mut along = Envelope::new(spacing[0] * spacing[0], w);
    for row in squares.chunks_exact_mut(w) {
        along.set([false; 2], row.iter().copied());
        if let Some(solution) = along.solve() {
            row.iter_mut().zip(solution.costs()).for_each(|(square, cost)| *square = cost);
        }
    }
    let mut across = Envelope::new(spacing[1] * spacing[1], h);
    for x in 0..w {
        across.set([false; 2], squares[x..].iter().step_by(w).copied());
        if let Some(solution) = across.solve() {
            squares[x..].iter_mut().step_by(w).zip(solution.costs()).for_each(|(square, cost)| *square = cost);
        }
    }
    squares
}

/// Distances within a box.
struct Field {
    values: Vec<f32>,
    found: Frame,
}

impl Field {
    fn at(&self, at: [usize; 2]) -> f32 {
        self.values[at[0] - self.found.first[0] + (at[1] - self.found.first[1]) * self.found.size()[0]]
    }
}

/// A box of pixels.
#[derive(Clone, Copy)]
struct Frame {
    first: [usize; 2],
    last: [usize; 2],
}

impl Frame {
    const EMPTY: Self = Self { first: [usize::MAX; 2], last: [0; 2] };

    fn add(&mut self, at: [usize; 2]) {
        self.first = [0, 1].map(|n| self.first[n].min(at[n]));
        self.last = [0, 1].map(|n| self.last[n].max(at[n]));
    }

    /// With a pixel more on each side, where there is one: there the label has its nearest neighbours.
    fn padded(self, size: [usize; 2]) -> Self {
        Self {
            first: self.first.map(|v| v.saturating_sub(1)),
            last: [0, 1].map(|n| (self.last[n] + 1).min(size[n] - 1)),
        }
    }

    fn size(&self) -> [usize; 2] {
        [0, 1].map(|n| self.last[n] - self.first[n] + 1)
    }
}
