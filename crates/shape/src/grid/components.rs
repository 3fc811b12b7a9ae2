//! Connected components of label maps and masks, and the largest of them.
//!
//! See `pieces` for the algorithm. Writing the result costs more than finding it: it is as narrow as the number of
//! components allows, starts as untouched zero pages, and only runs are written.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::pieces::{Connectivity, Pieces};
use super::runs::Voxel;
use super::statistics::{LabelStatistics, Sums};
use crate::{LabelMap, LabelSlice, LabelView, Labels, Mask, MaskView, ShapeError};

/// A connected component of a label map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    /// The label of its voxels.
    pub label: u32,
    /// Its size, box and centroid.
    pub statistics: LabelStatistics,
}

/// The connected components of a label map.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// For each voxel the number of its component, from 1, and 0 in the background; in the narrowest type that holds
    /// all numbers. Shape, axes and affine are those of the input.
    pub map: LabelMap,
    /// The components: number `n` is at `n - 1`.
    pub table: Vec<Component>,
}

/// Finds the connected components of every label (0 is background): neighbouring voxels are joined if their labels are
/// equal. Components are numbered in the order of their first voxels, `i` fastest.
///
/// # Errors
/// [`ShapeError::Parameter`] when the volume has more than 2³² runs of equal labels.
pub fn connected_components<'a>(
    labels: impl Into<LabelView<'a>>,
    connectivity: Connectivity,
) -> Result<Components, ShapeError> {
    let view = labels.into();
    match view.labels() {
        LabelSlice::U8(v) => find(&view, v, connectivity),
        LabelSlice::U16(v) => find(&view, v, connectivity),
        LabelSlice::U32(v) => find(&view, v, connectivity),
    }
}

/// Which components of a label stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The so many largest; of equal ones those whose first voxel comes earlier, `i` fastest.
    Largest(usize),
    /// All of at least so many voxels.
    MinVoxels(u64),
}

/// The label map with the components of each label that `keep` names; the others become background.
///
/// # Errors
/// As [`connected_components`].
pub fn largest_components<'a>(
    labels: impl Into<LabelView<'a>>,
    keep: Keep,
    connectivity: Connectivity,
) -> Result<LabelMap, ShapeError> {
    let view = labels.into();
    let labels = match view.labels() {
        LabelSlice::U8(v) => Labels::U8(largest(&view, v, keep, connectivity)?),
        LabelSlice::U16(v) => Labels::U16(largest(&view, v, keep, connectivity)?),
        LabelSlice::U32(v) => Labels::U32(largest(&view, v, keep, connectivity)?),
    };
    LabelMap::new(view.shape(), *view.affine(), labels)
}

/// The mask with the components that `keep` names.
///
/// # Errors
/// As [`connected_components`].
pub fn largest_mask_components<'a>(
    mask: impl Into<MaskView<'a>>,
    keep: Keep,
    connectivity: Connectivity,
) -> Result<Mask, ShapeError> {
    let view = mask.into();
    let voxels = largest(&view.labels(), view.voxels(), keep, connectivity)?;
    Mask::new(view.shape(), *view.affine(), voxels)
}

fn find<T: Voxel>(view: &LabelView<'_>, voxels: &[T], connectivity: Connectivity) -> Result<Components, ShapeError> {
    let [nx, ny, _] = view.shape();
    let pieces = Pieces::new(view.shape(), voxels, connectivity, |v| v != T::default())?;
    let table = sums(&pieces, ny)
        .into_iter()
        .map(|(label, sums)| Component { label: label.into(), statistics: sums.statistics(view.affine()) })
        .collect();
    let size = [nx, voxels.len()];
    let labels = match pieces.count {
        0..=0xff => Labels::U8(painted(&pieces, size, |n| n as u8)),
        0x100..=0xffff => Labels::U16(painted(&pieces, size, |n| n as u16)),
        _ => Labels::U32(painted(&pieces, size, |n| n)),
    };
    Ok(Components { map: LabelMap::new(view.shape(), *view.affine(), labels)?, table })
}

fn painted<T: Voxel, O: Copy + Default + Send>(
    pieces: &Pieces<T>,
    [nx, len]: [usize; 2],
    number: impl Fn(u32) -> O + Sync,
) -> Vec<O> {
    let mut out = vec![O::default(); len];
    pieces.paint(nx, &mut out, |_, _, piece| Some(number(piece + 1)));
    out
}

/// Value and sums of each piece.
fn sums<T: Voxel>(pieces: &Pieces<T>, ny: usize) -> Vec<(T, Sums)> {
    let mut sums = vec![(T::default(), Sums::default()); pieces.count as usize];
    for (row, run, piece) in pieces.iter() {
        let (value, sums) = &mut sums[piece as usize];
        *value = run.value;
        sums.add_run(run.start.into(), run.end.into(), (row % ny) as u64, (row / ny) as u64);
    }
    sums
}

fn largest<T: Voxel>(
    view: &LabelView<'_>,
    voxels: &[T],
    keep: Keep,
    connectivity: Connectivity,
) -> Result<Vec<T>, ShapeError> {
    let [nx, ny, _] = view.shape();
    let pieces = Pieces::new(view.shape(), voxels, connectivity, |v| v != T::default())?;
    let sums = sums(&pieces, ny);
    let kept: Vec<bool> = match keep {
        Keep::MinVoxels(least) => sums.iter().map(|(_, s)| s.voxels >= least).collect(),
        Keep::Largest(count) => {
            let mut by_label: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
            for (piece, (label, _)) in sums.iter().enumerate() {
                by_label.entry((*label).into()).or_default().push(piece);
            }
            let mut kept = vec![false; sums.len()];
            for pieces in by_label.values_mut() {
                // Stable: equal ones stay in the order of their first voxels.
                pieces.sort_by_key(|&piece| Reverse(sums[piece].1.voxels));
                pieces.iter().take(count).for_each(|&piece| kept[piece] = true);
            }
            kept
        }
    };
    let mut out = zeroed_like(voxels);
    pieces.paint(nx, &mut out, |_, run, piece| kept[piece as usize].then_some(run.value));
    Ok(out)
}

/// A volume of background of the same size.
pub(super) fn zeroed_like<T: Voxel>(voxels: &[T]) -> Vec<T> {
    vec![T::default(); voxels.len()]
}
