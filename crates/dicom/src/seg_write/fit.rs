//! The grid that is written, and how each mask lies on it.

use std::path::Path;

use medshape_shape::Affine;

use super::NewSegment;
use crate::error::DicomError;
use crate::geometry::{Vector, cross, dot, length, scale};
use crate::series::Series;

/// Distance of a mask's voxel from a voxel of the grid, in voxels, that is rounding.
const ON_GRID: f64 = 0.02;

/// The grid of the object: voxel (column, row, slice) to RAS+ mm.
pub(super) struct Grid {
    pub(super) shape: [usize; 3],
    pub(super) affine: Affine,
    /// How each mask lies on it.
    pub(super) placements: Vec<Placement>,
}

/// Where a mask's voxels lie: `grid index [axis[n]] = offset[axis[n]] + sign[n] * mask index [n]`.
pub(super) struct Placement {
    pub(super) axis: [usize; 3],
    pub(super) sign: [i64; 3],
    pub(super) offset: [i64; 3],
}

impl Placement {
    pub(super) fn apply(&self, index: [usize; 3]) -> [i64; 3] {
        let mut at = self.offset;
        for n in 0..3 {
            at[self.axis[n]] += self.sign[n] * index[n] as i64;
        }
        at
    }
}

impl Grid {
    /// That of the images, or of the first mask, widened to hold all.
    pub(super) fn of(segments: &[NewSegment<'_>], source: Option<&Series>) -> Result<Self, DicomError> {
        let first = segments.first().ok_or_else(|| DicomError::Write { reason: "there are no segments".to_owned() })?;
        let (affine, what) = match source {
            Some(series) => (series.affine, "the images"),
            None => (*first.mask.affine(), "the first segment"),
        };
        check_rows(&affine)?;
        let mut placements = Vec::with_capacity(segments.len());
        for (n, segment) in segments.iter().enumerate() {
            let placed = placement(&affine, segment.mask.affine(), segment.mask.shape());
            placements.push(placed.ok_or_else(|| DicomError::Segment {
                segment: n + 1,
                reason: format!("its voxels do not lie on the grid of {what}; resample it to that grid first"),
            })?);
        }
        if let Some(series) = source {
            return Ok(Self { shape: series.shape, affine, placements });
        }
        let mut low = [i64::MAX; 3];
        let mut high = [i64::MIN; 3];
        for (segment, placement) in segments.iter().zip(&placements) {
            for corner in [[0; 3], segment.mask.shape().map(|n| n - 1)] {
                let at = placement.apply(corner);
                for n in 0..3 {
                    low[n] = low[n].min(at[n]);
                    high[n] = high[n].max(at[n]);
                }
            }
        }
        for placement in &mut placements {
            (0..3).for_each(|n| placement.offset[n] -= low[n]);
        }
        let shape = [0, 1, 2].map(|n| (high[n] - low[n] + 1) as usize);
        let origin = affine.apply(low.map(|v| v as f64));
        let mut rows = affine.rows();
        (0..3).for_each(|n| rows[n][3] = origin[n]);
        let affine = Affine::from_rows(rows).map_err(DicomError::shape(Path::new("the masks' common grid")))?;
        Ok(Self { shape, affine, placements })
    }

    /// Direction of a row, of a column, and distances of columns and rows, LPS.
    pub(super) fn plane(&self) -> (Vector, Vector, [f64; 2]) {
        let [i, j, _] = columns_lps(&self.affine);
        let spacing = [length(i), length(j)];
        (scale(i, 1.0 / spacing[0]), scale(j, 1.0 / spacing[1]), spacing)
    }

    /// Distance of slices along the normal.
    pub(super) fn slice_spacing(&self) -> f64 {
        let [_, _, k] = columns_lps(&self.affine);
        let (row, column, _) = self.plane();
        dot(k, cross(row, column)).abs()
    }

    /// Position of a slice's first pixel, LPS.
    pub(super) fn position(&self, slice: usize) -> Vector {
        let [r, a, s] = self.affine.apply([0.0, 0.0, slice as f64]);
        [0.0 - r, 0.0 - a, s]
    }
}

fn columns_lps(affine: &Affine) -> [Vector; 3] {
    let rows = affine.rows();
    [0, 1, 2].map(|n| [0.0 - rows[0][n], 0.0 - rows[1][n], rows[2][n]])
}

/// Rows and columns of an image stand at a right angle; slices may lean.
fn check_rows(affine: &Affine) -> Result<(), DicomError> {
    let [i, j, _] = columns_lps(affine);
    if dot(i, j).abs() > 1e-4 * length(i) * length(j) {
        let reason = "rows and columns of the grid are not at a right angle; resample the masks first".to_owned();
        return Err(DicomError::Segment { segment: 1, reason });
    }
    Ok(())
}

/// How a mask lies on a grid, if its voxels are voxels of the grid.
fn placement(grid: &Affine, mask: &Affine, shape: [usize; 3]) -> Option<Placement> {
    let to_grid = grid.inverse();
    let map = |index: [f64; 3]| to_grid.apply(mask.apply(index));
    let origin = map([0.0; 3]);
    let mut placement = Placement { axis: [0; 3], sign: [1; 3], offset: [0; 3] };
    for n in 0..3 {
        let mut unit = [0.0; 3];
        unit[n] = 1.0;
        let end = map(unit);
        let step = [0, 1, 2].map(|m| end[m] - origin[m]);
        let axis = (0..3).find(|&m| step[m].abs() > 0.5)?;
        placement.axis[n] = axis;
        placement.sign[n] = if step[axis] > 0.0 { 1 } else { -1 };
        placement.offset[n] = origin[n].round() as i64;
    }
    let [a, b, c] = placement.axis;
    if a == b || b == c || a == c {
        return None;
    }
    // The map is affine, so what holds at the corners holds between them.
    let corners = (0..8).map(|corner| [0, 1, 2].map(|n| if corner >> n & 1 == 1 { shape[n] - 1 } else { 0 }));
    let mut corners = corners.map(|corner| (map(corner.map(|v| v as f64)), placement.apply(corner)));
    let near = corners.all(|(exact, whole)| (0..3).all(|n| (exact[n] - whole[n] as f64).abs() <= ON_GRID));
    near.then_some(placement)
}
