//! Mesh to mask: the voxels whose centres are inside.
//!
//! Rows of voxels are followed through the crossings that scan conversion leaves on them (see `crossings`), counting the
//! winding number: inside is where it is not zero. The only sort is of the crossings, as many as the surface has voxels;
//! between two crossings whole stretches are filled. Slabs of slices are independent, so they run in parallel and bound
//! the memory. Cost: O(triangles + surface voxels log + voxels written).

use std::sync::OnceLock;

use rayon::prelude::*;

use super::{crossings::Slices, voxel_count};
use crate::{Affine, Mask, Mesh, ShapeError, TriangleTree, spatial::Winding};

/// Slabs that a grid is cut into.
const SLABS: usize = 32;

/// The solid mask of `mesh` on a grid of `shape` voxels (along i, j, k) whose centres `affine` maps to RAS+ mm: 1 where
/// the mesh goes round the voxel's centre.
///
/// Exact for closed meshes, up to the rounding (f64) of centres on the surface itself: those count as if they lay lower along
/// i, j and k by an infinitesimal, so that of two solids that share a face exactly one has each voxel on it. What decides
/// is the winding number being other than zero: overlapping parts are inside, so is a mesh turned inside out; a closed
/// cavity with its surface facing inwards is outside.
///
/// Where a row of voxels passes through a hole of an open mesh, counting cannot tell; there a voxel is inside if the
/// generalised winding number (Jacobson et al. 2013, doi:10.1145/2461912.2461916) is more than ½ or less than -½. An
/// empty mesh, or one that lies outside the grid, gives an empty mask.
///
/// # Errors
/// [`ShapeError::GridShape`] for an axis without voxels or too long, [`ShapeError::Parameter`] for more than
/// [`crate::MAX_VOXELS`] voxels.
pub fn mesh_to_mask(mesh: &Mesh, affine: &Affine, shape: [usize; 3]) -> Result<Mask, ShapeError> {
    let tree = OnceLock::new();
    let voxels = inside(mesh, affine, shape, || tree.get_or_init(|| TriangleTree::new(mesh)))?;
    Mask::new(shape, *affine, voxels)
}

/// 1 for each voxel inside; `tree` is asked for the mesh's tree if the mesh turns out to be open.
pub(super) fn inside<'a>(
    mesh: &Mesh,
    affine: &Affine,
    shape: [usize; 3],
    tree: impl Fn() -> &'a TriangleTree + Sync,
) -> Result<Vec<u8>, ShapeError> {
    let [columns, rows, slices] = shape;
    let mut voxels = vec![0u8; voxel_count(shape)?];
    let to_index = affine.inverse();
    let vertices: Vec<_> = mesh.vertices().iter().map(|v| to_index.apply(v.map(f64::from))).collect();
    let thickness = slices.div_ceil(SLABS);
    let slabs = faces_by_slab(mesh, &vertices, slices, thickness);
    let winding = OnceLock::new();
    voxels.par_chunks_mut(columns * rows * thickness).zip(&slabs).enumerate().for_each(|(slab, (voxels, faces))| {
        let from = slab * thickness;
        let grid = Slices { columns, rows, along_k: from..slices.min(from + thickness) };
        let mut crossings = Vec::new();
        for &face in faces {
            grid.cross(mesh.faces()[face as usize].map(|v| vertices[v as usize]), &mut crossings);
        }
        crossings.sort_unstable();
        for row in crossings.chunk_by(|a, b| a.row() == b.row()) {
            let number = row[0].row();
            let voxels = &mut voxels[number * columns..][..columns];
            if row.iter().map(|c| c.winding()).sum::<i32>() == 0 {
                let mut count = 0;
                for pair in row.windows(2) {
                    count += pair[0].winding();
                    if count != 0 {
                        voxels[pair[0].first()..pair[1].first()].fill(1);
                    }
                }
            } else {
                let winding = winding.get_or_init(|| Winding::new(tree()));
                let (j, k) = (number % rows, from + number / rows);
                for (i, voxel) in voxels.iter_mut().enumerate() {
                    *voxel = u8::from(winding.at(affine.apply([i as f64, j as f64, k as f64])).abs() > 0.5);
                }
            }
        }
    });
    Ok(voxels)
}

/// The faces that pass each slab of slices, given vertices in index space.
fn faces_by_slab(mesh: &Mesh, vertices: &[[f64; 3]], slices: usize, thickness: usize) -> Vec<Vec<u32>> {
    let mut slabs = vec![Vec::new(); slices.div_ceil(thickness)];
    for (face, corners) in (0..).zip(mesh.faces()) {
        let [a, b, c] = corners.map(|v| vertices[v as usize][2]);
        let (low, high) = (a.min(b).min(c), a.max(b).max(c));
        if high < 0.0 || low >= (slices - 1) as f64 || high.floor() == low.floor() {
            continue;
        }
        let (from, to) = ((low.floor() + 1.0).max(0.0) as usize, high.min((slices - 1) as f64) as usize);
        for slab in &mut slabs[from / thickness..=to / thickness] {
            slab.push(face);
        }
    }
    slabs
}
