//! Dice over the voxels near a border.
//!
//! The border Dice (bDSC) of the `AutoImplant` challenge (Li et al. 2023, doi:10.1016/j.media.2023.102865): the Dice
//! coefficient of two implants over the voxels whose centres are at most 10 mm from the centre of a voxel of the
//! defective skull, so that it tells how well the prediction fits where it must. For a structure with nothing to fit to,
//! the reference's own border takes the place of the skull. One exact distance transform of the box around both masks.

use super::{
    bit_grid::BitGrid,
    compare::{check_same_grid, pack},
    points::check_tolerance,
};
use crate::{Affine, Mask, MaskView, ShapeError, distance_to_mask};

/// Dice coefficient over the voxels within `distance_mm` of `anchor` (in `AutoImplant`, 10 mm of the defective skull): a
/// voxel counts if its centre is at most so far from the centre of a voxel of the anchor, or belongs to it. All three
/// masks lie on one grid.
///
/// With both masks empty there it is 1, with one empty 0. [`crate::compare`] gives the measure around the reference's own
/// border.
///
/// # Errors
/// [`ShapeError::Grids`] when the masks do not lie on one grid, [`ShapeError::Empty`] for an anchor without voxels,
/// [`ShapeError::Parameter`] for a distance that is negative or not finite, [`ShapeError::Affine`] when the axes are not
/// orthogonal.
pub fn border_dice<'a>(
    reference: impl Into<MaskView<'a>>,
    prediction: impl Into<MaskView<'a>>,
    anchor: impl Into<MaskView<'a>>,
    distance_mm: f64,
) -> Result<f64, ShapeError> {
    let views = [reference.into(), prediction.into(), anchor.into()];
    let (shape, affine) = (views[0].shape(), views[0].affine());
    for other in &views[1..] {
        check_same_grid(shape, affine, other.shape(), other.affine())?;
    }
    check_tolerance(distance_mm)?;
    let [reference, prediction, anchor] = views.map(|v| pack(&v.labels(), 1, [[0; 3], shape]));
    if anchor.count() == 0 {
        return Err(ShapeError::Empty { what: "the mask that the border Dice is taken around" });
    }
    if reference.count() == 0 && prediction.count() == 0 {
        return Ok(1.0);
    }
    let [first, last] = reference.joint_bounds(&prediction);
    let spacing = affine.spacing();
    // What is nearer than the distance lies within so many voxels of the box; indices are of the padded grid.
    let margin = spacing.map(|s| (distance_mm / s).ceil() as usize);
    let around = [
        [0, 1, 2].map(|a| first[a].saturating_sub(margin[a]).max(1)),
        [0, 1, 2].map(|a| last[a].saturating_add(margin[a]).min(shape[a])),
    ];
    dice_near([&reference, &prediction], &anchor, affine, around, distance_mm)
}

/// Dice coefficient over the voxels near the reference's border voxels; `affine` is that of the padded grid's voxel
/// (1, 1, 1).
pub(super) fn dice_near_border(
    reference: &BitGrid,
    prediction: &BitGrid,
    affine: &Affine,
    distance_mm: f64,
) -> Result<f64, ShapeError> {
    let within = reference.joint_bounds(prediction);
    dice_near([reference, prediction], &reference.border_voxels(), affine, within, distance_mm)
}

/// The Dice coefficient of voxels near a bit of `anchor`, all in a box of the padded grid.
fn dice_near(
    masks: [&BitGrid; 2],
    anchor: &BitGrid,
    affine: &Affine,
    within: [[usize; 3]; 2],
    distance_mm: f64,
) -> Result<f64, ShapeError> {
    let [first, last] = within;
    let size = [0, 1, 2].map(|a| last[a] + 1 - first[a]);
    let anchor = Mask::new(size, affine.cropped(first.map(|v| v - 1)), anchor.unpack(within))?;
    if anchor.count() == 0 {
        return Ok(1.0);
    }
    let distances = distance_to_mask(&anchor)?;
    // Distances are rounded to 32 bits: what equals the limit but for that is near.
    let limit = (distance_mm * (1.0 + 1e-6)) as f32;
    let [r, p] = masks.map(|m| m.unpack(within));
    let (mut sum, mut common) = (0u64, 0u64);
    for ((&d, &r), &p) in distances.values().iter().zip(&r).zip(&p) {
        if d <= limit {
            sum += u64::from(r + p);
            common += u64::from(r & p);
        }
    }
    Ok(if sum == 0 { 1.0 } else { 2.0 * common as f64 / sum as f64 })
}
