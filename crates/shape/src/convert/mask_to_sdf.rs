//! Mask to signed distance field, with a surface between the voxels instead of on their centres.
//!
//! To the boundary of the voxels, seen as boxes: separable, one axis after the other as the distance transform of points
//! is (Saito & Toriwaki 1994, doi:10.1016/0031-3203(94)90133-9), both sides at once. Along i, distances follow from the
//! runs of a row; lines along j and k are gathered sixteen side by side, and each stretch of voxels of one value is on its
//! own, since beyond its ends nothing can be nearer (see `shifted_envelope`). Linear in the voxels.
//!
//! To the smooth surface, and where axes are not orthogonal: by search from each voxel, as for any mesh.

use rayon::prelude::*;

use super::{mesh_to_sdf::distances, shifted_envelope::ShiftedEnvelope, voxel_count};
use crate::{Affine, MaskView, Mesh, Sdf, ShapeError, Surface, TriangleTree, extract_mesh, vector::dot};

/// Which surface stands for a mask in [`mask_to_sdf`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum MaskBoundary {
    /// The sides where voxels of the mask, as boxes, meet others. Half a voxel from the centres on both sides.
    #[default]
    Voxels,
    /// The mesh of [`Surface::Smooth`]. Takes some twenty times as long.
    Smooth,
}

/// The signed distance field of a mask on its own grid: the distance (mm) from each voxel's centre to the boundary of the
/// mask, negative inside.
///
/// The sign of each value is that of its voxel, so the mask comes back from where values are negative. Distances to
/// either boundary are exact up to the rounding to f32. Outside the grid is background: a mask that reaches the grid's
/// border ends there. A mask without foreground is infinitely far from everywhere.
///
/// # Errors
/// [`ShapeError::Parameter`] for more than [`crate::MAX_VOXELS`] voxels.
pub fn mask_to_sdf<'a>(mask: impl Into<MaskView<'a>>, boundary: MaskBoundary) -> Result<Sdf, ShapeError> {
    let mask = mask.into();
    voxel_count(mask.shape())?;
    let values = match boundary {
        MaskBoundary::Voxels if is_orthogonal(mask.affine()) => to_boxes(&mask),
        MaskBoundary::Voxels => to_mesh(&mask, &sides(&mask)),
        MaskBoundary::Smooth => to_mesh(&mask, &extract_mesh(mask, Surface::Smooth)),
    };
    Ok(Sdf::from_values(mask.shape(), *mask.affine(), values))
}

fn to_mesh(mask: &MaskView<'_>, mesh: &Mesh) -> Vec<f32> {
    let mut values = distances(&TriangleTree::new(mesh), mask.affine(), mask.shape(), mask.voxels());
    for (value, &voxel) in values.iter_mut().zip(mask.voxels()) {
        // A surface through a centre would leave it without a sign.
        if *value == 0.0 {
            *value = if voxel == 1 { -f32::MIN_POSITIVE } else { f32::MIN_POSITIVE };
        }
    }
    values
}

/// Cosine between axes up to which distances along them are taken as separable: right to a millionth.
const SHEAR: f64 = 1e-6;

fn is_orthogonal(affine: &Affine) -> bool {
    let spacing = affine.spacing();
    let [a, b, c] = [0, 1, 2].map(|n| affine.rows().map(|r| r[n] / spacing[n]));
    [dot(a, b), dot(a, c), dot(b, c)].iter().all(|d| d.abs() <= SHEAR)
}

/// Columns gathered side by side: a cache line of distances.
const LANES: usize = 16;

fn to_boxes(mask: &MaskView<'_>) -> Vec<f32> {
    let [columns, rows, slices] = mask.shape();
    let voxels = mask.voxels();
    let spacing = mask.affine().spacing();
    let unit = spacing.into_iter().fold(0.0, f64::max);
    let weights = spacing.map(|s| (s / unit) * (s / unit));
    let mut squares = vec![0f32; voxels.len()];
    squares.par_chunks_mut(columns * rows).zip(voxels.par_chunks(columns * rows)).for_each(|(squares, voxels)| {
        for (squares, voxels) in squares.chunks_mut(columns).zip(voxels.chunks(columns)) {
            along_row(squares, voxels, weights[0]);
        }
        let mut rows: Vec<_> = squares.chunks_mut(columns).zip(voxels.chunks(columns)).collect();
        along_columns(&mut rows, weights[1], |square| square);
    });
    // For each row number, that row of every slice.
    let mut planes: Vec<Vec<_>> = (0..rows).map(|_| Vec::with_capacity(slices)).collect();
    for (n, row) in squares.chunks_mut(columns).zip(voxels.chunks(columns)).enumerate() {
        planes[n % rows].push(row);
    }
    planes.par_iter_mut().for_each(|plane| {
        along_columns(plane, weights[2], |square| (f64::from(square).sqrt() * unit) as f32);
        for (values, voxels) in plane.iter_mut() {
            for (value, &voxel) in values.iter_mut().zip(*voxels) {
                *value = if voxel == 1 { -*value } else { *value };
            }
        }
    });
    squares
}

/// Squared distance from each voxel to the nearest of the other value in its row. Beyond the row is background.
fn along_row(squares: &mut [f32], voxels: &[u8], weight: f64) {
    let mut start = 0;
    for run in voxels.chunk_by(|a, b| a == b) {
        let end = start + run.len();
        let [before, behind] = ends(run[0], start..end, voxels.len());
        for (n, square) in squares[start..end].iter_mut().enumerate() {
            let steps = match (before, behind) {
                (true, true) => n.min(run.len() - 1 - n),
                (true, false) => n,
                (false, true) => run.len() - 1 - n,
                (false, false) => {
                    *square = f32::INFINITY;
                    continue;
                }
            } as f64
                + 0.5;
            *square = (weight * steps * steps) as f32;
        }
        start = end;
    }
}

/// Whether a run of voxels of one value in a line of `len` has another value before and behind it.
fn ends(value: u8, run: std::ops::Range<usize>, len: usize) -> [bool; 2] {
    [run.start > 0 || value == 1, run.end < len || value == 1]
}

/// Looks along the columns of rows that lie side by side.
fn along_columns(rows: &mut [(&mut [f32], &[u8])], weight: f64, finish: impl Fn(f32) -> f32) {
    let len = rows.len();
    let columns = rows.first().map_or(0, |r| r.1.len());
    // A stride that is no power of two, so that the columns do not share the sets of the cache.
    let stride = len.next_multiple_of(LANES) + LANES + 4;
    let mut squares = vec![0f32; LANES * stride];
    let mut voxels = vec![0u8; LANES * stride];
    let mut envelope = ShiftedEnvelope::new(weight);
    for from in (0..columns).step_by(LANES) {
        let width = LANES.min(columns - from);
        for (n, (row, values)) in rows.iter().enumerate() {
            for lane in 0..width {
                squares[lane * stride + n] = row[from + lane];
                voxels[lane * stride + n] = values[from + lane];
            }
        }
        for lane in 0..width {
            let mut start = 0;
            for run in voxels[lane * stride..][..len].chunk_by(|a, b| a == b) {
                let end = start + run.len();
                let stretch = &mut squares[lane * stride + start..lane * stride + end];
                envelope.solve(stretch, ends(run[0], start..end, len));
                start = end;
            }
        }
        for (n, (row, _)) in rows.iter_mut().enumerate() {
            for lane in 0..width {
                row[from + lane] = finish(squares[lane * stride + n]);
            }
        }
    }
}

/// The sides between voxels of the mask and others, two triangles each.
fn sides(mask: &MaskView<'_>) -> Mesh {
    let shape = mask.shape();
    let strides = [1, shape[0], shape[0] * shape[1]];
    let (mut vertices, mut faces) = (Vec::new(), Vec::new());
    for (at, _) in mask.voxels().iter().enumerate().filter(|(_, v)| **v == 1) {
        let ijk = [0, 1, 2].map(|a| at / strides[a] % shape[a]);
        for axis in 0..3 {
            for (side, is_last) in [(-0.5, ijk[axis] == 0), (0.5, ijk[axis] + 1 == shape[axis])] {
                let neighbour = if side < 0.0 { at.wrapping_sub(strides[axis]) } else { at + strides[axis] };
                if !is_last && mask.voxels()[neighbour] == 1 {
                    continue;
                }
                let first = vertices.len() as u32;
                for (u, v) in [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)] {
                    let mut corner = ijk.map(|n| n as f64);
                    corner[axis] += side;
                    corner[(axis + 1) % 3] += u;
                    corner[(axis + 2) % 3] += v;
                    vertices.push(mask.affine().apply(corner).map(|c| c as f32));
                }
                faces.extend([[first, first + 1, first + 2], [first, first + 2, first + 3]]);
            }
        }
    }
    Mesh::new_unchecked(vertices, faces)
}
