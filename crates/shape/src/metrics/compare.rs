//! All measures of two masks on one grid.
//!
//! The masks are packed into bits once; counts, surfaces and distances all work on these (`bit_grid.rs`, `lattice.rs`).
//! O(voxels) at some 10 GB/s, and a few rows of bits for each point of the surfaces.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{
    bit_grid::BitGrid,
    border_dice::dice_near_border,
    distances::{SurfaceDistance, SurfaceMetrics, summarise, without_surface},
    lattice::{Metric, Nearest},
    meshes::vertex_distances,
    overlap::Overlap,
    points::check_tolerance,
    surfels::surfel_areas,
};
use crate::{Affine, LabelSlice, LabelView, Mask, MaskView, Mesh, ShapeError, Surface, extract_mesh, label_statistics};

/// What [`compare`] computes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompareOptions {
    /// Which points stand for a surface.
    pub definition: SurfaceDistance,
    /// Tolerance of the surface Dice, mm.
    pub tolerance_mm: f64,
    /// Distance of the border Dice, mm (10 in `AutoImplant`); it costs a distance transform, so `None` leaves it out.
    pub border_mm: Option<f64>,
}

impl Default for CompareOptions {
    /// Surface elements, a tolerance of 2 mm, and no border Dice.
    fn default() -> Self {
        Self { definition: SurfaceDistance::Surfels, tolerance_mm: 2.0, border_mm: None }
    }
}

/// The measures of two masks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaskMetrics {
    /// From counts of voxels.
    pub overlap: Overlap,
    /// From distances between the surfaces.
    pub surface: SurfaceMetrics,
    /// Dice coefficient over the voxels whose centres are at most `border_mm` from the centre of a border voxel of the
    /// reference (one that has a background voxel among its six neighbours), if that was asked for. Around another mask,
    /// as in `AutoImplant`: [`crate::border_dice`].
    pub border_dice: Option<f64>,
}

/// Compares a prediction with a reference on the same grid.
///
/// With both masks empty the agreement is perfect by definition: every Dice 1, distances 0. With one empty it is the
/// worst: every Dice 0, distances the diagonal of the grid (mm).
///
/// # Errors
/// [`ShapeError::Grids`] when shapes differ or the affines are apart by more than a hundredth of a voxel,
/// [`ShapeError::Parameter`] for a tolerance or distance that is negative or not finite; with a border Dice,
/// [`ShapeError::Affine`] when the axes are not orthogonal.
pub fn compare<'a>(
    reference: impl Into<MaskView<'a>>,
    prediction: impl Into<MaskView<'a>>,
    options: &CompareOptions,
) -> Result<MaskMetrics, ShapeError> {
    let views = [reference.into().labels(), prediction.into().labels()];
    check(&views, options)?;
    let size = views[0].shape();
    compare_box(&views, 1, [[0; 3], size], options)
}

/// Compares every label (other than 0) that either of two label maps on the same grid has; see [`compare`].
///
/// # Errors
/// As [`compare`].
pub fn compare_labels<'a>(
    reference: impl Into<LabelView<'a>>,
    prediction: impl Into<LabelView<'a>>,
    options: &CompareOptions,
) -> Result<BTreeMap<u32, MaskMetrics>, ShapeError> {
    let views = [reference.into(), prediction.into()];
    check(&views, options)?;
    let mut boxes: BTreeMap<u32, [[usize; 3]; 2]> = BTreeMap::new();
    for view in views {
        for (label, s) in label_statistics(view) {
            let joint = boxes.entry(label).or_insert([s.first, s.last]);
            *joint = [[0, 1, 2].map(|a| joint[0][a].min(s.first[a])), [0, 1, 2].map(|a| joint[1][a].max(s.last[a]))];
        }
    }
    let compared: Result<Vec<(u32, MaskMetrics)>, ShapeError> = boxes
        .into_par_iter()
        .map(|(label, [first, last])| {
            let size = [0, 1, 2].map(|a| last[a] + 1 - first[a]);
            Ok((label, compare_box(&views, label, [first, size], options)?))
        })
        .collect();
    Ok(compared?.into_iter().collect())
}

fn check(views: &[LabelView<'_>; 2], options: &CompareOptions) -> Result<(), ShapeError> {
    check_same_grid(views[0].shape(), views[0].affine(), views[1].shape(), views[1].affine())?;
    check_tolerance(options.tolerance_mm)?;
    options.border_mm.map_or(Ok(()), check_tolerance)
}

/// Whether two grids have one shape and lie within a hundredth of a voxel of each other.
pub(super) fn check_same_grid(
    first: [usize; 3],
    affine: &Affine,
    second: [usize; 3],
    other: &Affine,
) -> Result<(), ShapeError> {
    if first != second {
        return Err(ShapeError::Grids { first, second, reason: "their shapes differ" });
    }
    let spacing = affine.spacing().into_iter().fold(f64::INFINITY, f64::min);
    for corner in 0..8 {
        let at = [0, 1, 2].map(|a| if corner >> a & 1 == 1 { first[a] as f64 } else { 0.0 });
        let [p, q] = [affine, other].map(|a| a.apply(at));
        let apart = (0..3).map(|a| (p[a] - q[a]).powi(2)).sum::<f64>().sqrt();
        // Positions far from the origin are only as good as their 32 bits.
        let rounding = 1e-6 * p.into_iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        if apart > 0.01 * spacing + rounding {
            return Err(ShapeError::Grids { first, second, reason: "their affines differ" });
        }
    }
    Ok(())
}

/// Compares a label inside a box, outside of which it does not occur.
fn compare_box(
    views: &[LabelView<'_>; 2],
    label: u32,
    within: [[usize; 3]; 2],
    options: &CompareOptions,
) -> Result<MaskMetrics, ShapeError> {
    let [reference, prediction] = views.map(|view| pack(&view, label, within));
    let affine = views[0].affine();
    let (r, p) = (reference.count(), prediction.count());
    let overlap = Overlap::new(r, p, reference.count_common(&prediction), affine.voxel_volume());
    let metric = Metric::new(affine);
    let CompareOptions { definition, tolerance_mm, border_mm } = *options;
    let missing = || {
        let diagonal = diagonal_mm(views[0].shape(), &metric);
        let surface = without_surface(definition, tolerance_mm, r == p, diagonal);
        MaskMetrics { overlap, surface, border_dice: border_mm.map(|_| overlap.dice) }
    };
    if r == 0 || p == 0 {
        return Ok(missing());
    }
    let samples = match definition {
        SurfaceDistance::Surfels => {
            let areas = surfel_areas(metric.columns());
            let masks = [&reference, &prediction];
            let corners = masks.map(BitGrid::border_corners);
            [0, 1].map(|from| {
                let area = |at: [usize; 3]| areas[usize::from(masks[from].corner_code(at))];
                Nearest::new(&corners[1 - from], metric).distances(&corners[from], area)
            })
        }
        SurfaceDistance::BorderVoxels => {
            let borders = [&reference, &prediction].map(BitGrid::border_voxels);
            [0, 1].map(|from| Nearest::new(&borders[1 - from], metric).distances(&borders[from], |_| 1.0))
        }
        SurfaceDistance::Mesh => {
            let inside = reference.joint_bounds(&prediction);
            let size = [0, 1, 2].map(|a| inside[1][a] + 1 - inside[0][a]);
            let at = affine.cropped([0, 1, 2].map(|a| within[0][a] + inside[0][a] - 1));
            let mesh = |bits: &BitGrid| -> Result<Mesh, ShapeError> {
                Ok(extract_mesh(&Mask::new(size, at, bits.unpack(inside))?, Surface::Smooth))
            };
            let Some(samples) = vertex_distances([&mesh(&reference)?, &mesh(&prediction)?]) else {
                return Ok(missing());
            };
            samples
        }
    };
    let inner = affine.cropped(within[0]);
    let border_dice = border_mm.map(|mm| dice_near_border(&reference, &prediction, &inner, mm)).transpose()?;
    Ok(MaskMetrics { overlap, surface: summarise(definition, tolerance_mm, samples), border_dice })
}

pub(super) fn pack(view: &LabelView<'_>, label: u32, within: [[usize; 3]; 2]) -> BitGrid {
    match view.labels() {
        LabelSlice::U8(v) => BitGrid::pack(v, view.shape(), within, |x| u32::from(x) == label),
        LabelSlice::U16(v) => BitGrid::pack(v, view.shape(), within, |x| u32::from(x) == label),
        LabelSlice::U32(v) => BitGrid::pack(v, view.shape(), within, |x| x == label),
    }
}

/// The longest diagonal of a grid, from outer corner to outer corner.
fn diagonal_mm(shape: [usize; 3], metric: &Metric) -> f64 {
    let [i, j, k] = shape.map(|n| n as f64);
    let diagonals = [[i, j, k], [-i, j, k], [i, -j, k], [i, j, -k]];
    diagonals.into_iter().map(|d| metric.length2(d)).fold(0.0, f64::max).sqrt()
}
