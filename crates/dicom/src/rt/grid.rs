//! A grid from the contours themselves, where no other is given.
//!
//! Its slices are parallel to the contours, at the distance that most contours of the most finely drawn region keep;
//! voxels of a slice are squares, their centres at whole multiples of the spacing from the origin, so that the grid of
//! one region fits that of another of the same file.

use medshape_shape::Affine;

use super::rasterize::wrong;
use super::{Contour, ContourKind, Roi, StructureSet};
use crate::error::DicomError;
use crate::geometry::{Vector, add, cross, dot, length, scale, subtract};
use crate::limits::Limits;

/// Heights (mm) that differ less are one plane.
const SAME_PLANE: f64 = 0.01;
/// Departure of a point from its contour's plane (mm, and relative to the contour's size) that is rounding.
const FLAT: (f64, f64) = (0.1, 1e-3);

/// Voxels along i, j, k and voxel index to RAS+ mm.
pub(super) fn from_contours(
    set: &StructureSet,
    spacing: f64,
    limits: Limits,
    notes: &mut Vec<String>,
) -> Result<([usize; 3], Affine), DicomError> {
    let file = &set.file;
    if !(spacing > 0.0 && spacing.is_finite()) {
        return Err(DicomError::planes(file, format!("a spacing of {spacing} mm is no distance of voxels")));
    }
    let normals = closed(set).map(|(_, _, contour)| normal(contour));
    // The contour that encloses most says best which way the planes lie.
    let Some(largest) = normals.max_by(|&a, &b| length(a).total_cmp(&length(b))).filter(|&n| length(n) > 0.0) else {
        return Err(DicomError::planes(file, "there is no closed contour that encloses anything"));
    };
    let axes = axes(largest);
    let mut low = [f64::INFINITY; 2];
    let mut high = [f64::NEG_INFINITY; 2];
    let mut heights: Vec<Vec<f64>> = vec![Vec::new(); set.rois.len()];
    for (place, index, contour) in closed(set) {
        let roi = &set.rois[place];
        heights[place].push(height(set, roi, index, contour, axes[2])?);
        for &point in &contour.points {
            for n in 0..2 {
                let at = dot(point, axes[n]) / spacing;
                low[n] = low[n].min(at.floor());
                high[n] = high[n].max(at.ceil());
            }
        }
    }
    for planes in &mut heights {
        planes.sort_by(f64::total_cmp);
        planes.dedup_by(|a, b| (*a - *b).abs() < SAME_PLANE);
    }
    let step = heights.iter().filter_map(|h| median_gap(h)).fold(f64::INFINITY, f64::min);
    let step = if step.is_finite() {
        step
    } else {
        notes.push(format!("all contours lie in one plane: slices of {spacing} mm assumed"));
        spacing
    };
    // The region with most planes decides where slices lie.
    let most = heights.iter().rev().max_by_key(|h| h.len()).and_then(|h| h.first()).copied().unwrap_or(0.0);
    let all = || heights.iter().flatten().map(|h| ((h - most) / step).round());
    let first = all().fold(f64::INFINITY, f64::min);
    let last = all().fold(f64::NEG_INFINITY, f64::max);
    let size = [high[0] - low[0] + 1.0, high[1] - low[1] + 1.0, last - first + 1.0];
    let (shape, _) = limits.check(file, size.map(|n| n as u64))?;
    let origin = [low[0] * spacing, low[1] * spacing, most + first * step];
    let origin = (0..3).fold([0.0; 3], |sum, n| add(sum, scale(axes[n], origin[n])));
    let columns = [scale(axes[0], spacing), scale(axes[1], spacing), scale(axes[2], step)];
    let rows = [0, 1, 2].map(|n| [columns[0][n], columns[1][n], columns[2][n], origin[n]]);
    Ok((shape, Affine::from_rows(rows).map_err(DicomError::shape(file))?))
}

/// Closed contours, with the places of region and contour.
fn closed(set: &StructureSet) -> impl Iterator<Item = (usize, usize, &Contour)> {
    set.rois.iter().enumerate().flat_map(|(place, roi)| {
        let contours = roi.contours.iter().enumerate();
        contours.filter(|(_, c)| c.kind == ContourKind::Closed && c.points.len() > 2).map(move |(n, c)| (place, n, c))
    })
}

/// Twice the area a contour encloses, as a vector along its normal (Newell).
fn normal(contour: &Contour) -> Vector {
    let Some((&first, rest)) = contour.points.split_first() else { return [0.0; 3] };
    let pairs = rest.windows(2).map(|pair| cross(subtract(pair[0], first), subtract(pair[1], first)));
    pairs.fold([0.0; 3], add)
}

/// Unit vectors along i, j and k for planes with this normal: k towards the positive side of its main axis, i as near
/// to an axis of the patient as the planes allow.
fn axes(normal: Vector) -> [Vector; 3] {
    let mut k = scale(normal, 1.0 / length(normal));
    let main = (0..3).rev().max_by(|&a, &b| k[a].abs().total_cmp(&k[b].abs())).unwrap_or(2);
    k = scale(k, k[main].signum());
    // Rounding of the file must not tilt planes that lie along the patient's axes.
    if k.iter().enumerate().all(|(n, v)| n == main || v.abs() < 1e-4) {
        k = [0.0; 3];
        k[main] = 1.0;
    }
    let nearest = if main == 0 { [0.0, 1.0, 0.0] } else { [1.0, 0.0, 0.0] };
    let i = subtract(nearest, scale(k, dot(nearest, k)));
    let i = scale(i, 1.0 / length(i));
    [i, cross(k, i), k]
}

/// Height of a contour's plane along `k`.
fn height(set: &StructureSet, roi: &Roi, index: usize, contour: &Contour, k: Vector) -> Result<f64, DicomError> {
    let heights = || contour.points.iter().map(|&p| dot(p, k));
    let low = heights().fold(f64::INFINITY, f64::min);
    let high = heights().fold(f64::NEG_INFINITY, f64::max);
    let first = contour.points.first().copied().unwrap_or_default();
    let size = contour.points.iter().map(|&p| length(subtract(p, first))).fold(0.0, f64::max);
    if high - low > FLAT.0.max(FLAT.1 * size) {
        let reason = format!("its points lie {:.3} mm apart along the normal of the other contours", high - low);
        return Err(wrong(set, roi, index, reason));
    }
    Ok(f64::midpoint(low, high))
}

fn median_gap(sorted: &[f64]) -> Option<f64> {
    let mut gaps: Vec<f64> = sorted.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_by(f64::total_cmp);
    // A thousandth of a micrometre: decimals in the file do not make digits of the spacing.
    gaps.get(gaps.len() / 2).map(|gap| (gap * 1e6).round() / 1e6)
}
