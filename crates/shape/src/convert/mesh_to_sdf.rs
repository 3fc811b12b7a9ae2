//! Mesh to signed distance field: the exact distance at every grid point.
//!
//! Blocks of 64 points share their search in the triangle tree (see `spatial/grid_search.rs`).
//! Signs come from scan conversion (see `mesh_to_mask`) rather than from normals, hence are exact at edges and corners
//! too, where the sign of one face's normal is wrong and angle-weighted normals (Bærentzen & Aanæs 2005,
//! doi:10.1109/TVCG.2005.49) are needed else; holes are bridged by the generalised winding number (Barill et al. 2018,
//! doi:10.1145/3197517.3201337). Cost: O(log n) a point, with a small constant.

use rayon::prelude::*;

use super::mesh_to_mask::inside;
use crate::{
    Affine, Mesh, Sdf, ShapeError, TriangleTree,
    spatial::{BLOCK, GridSearch, prepared_triangles},
};

/// The signed distance field of `mesh` on a grid of `shape` points (along i, j, k) that `affine` maps to RAS+ mm: the
/// distance (mm) from each point to the nearest place of the mesh, negative inside.
///
/// Distances are exact, computed in f64 and rounded to f32. Inside is what [`crate::mesh_to_mask`] says, for closed, open
/// and self-crossing meshes alike. An empty mesh is infinitely far from everywhere.
///
/// # Errors
/// [`ShapeError::GridShape`] for an axis without voxels or too long, [`ShapeError::Parameter`] for more than
/// [`crate::MAX_VOXELS`] points.
pub fn mesh_to_sdf(mesh: &Mesh, affine: &Affine, shape: [usize; 3]) -> Result<Sdf, ShapeError> {
    let tree = TriangleTree::new(mesh);
    let inside = inside(mesh, affine, shape, || &tree)?;
    Ok(Sdf::from_values(shape, *affine, distances(&tree, affine, shape, &inside)))
}

/// Distances to the triangles of `tree` at all points of a grid, negative where `inside` is 1.
pub(super) fn distances(tree: &TriangleTree, affine: &Affine, shape: [usize; 3], inside: &[u8]) -> Vec<f32> {
    let [columns, rows, slices] = shape;
    let mut values = vec![f32::INFINITY; inside.len()];
    if tree.is_empty() {
        return values;
    }
    let triangles = prepared_triangles(tree);
    let slab = columns * rows * BLOCK;
    values.par_chunks_mut(slab).zip(inside.par_chunks(slab)).enumerate().for_each_init(
        || GridSearch::new(tree, &triangles, affine),
        |search, (slab, (values, inside))| {
            let from = slab * BLOCK;
            for j in (0..rows).step_by(BLOCK) {
                for i in (0..columns).step_by(BLOCK) {
                    let size = [BLOCK.min(columns - i), BLOCK.min(rows - j), BLOCK.min(slices - from)];
                    search.block([i, j, from], size, &mut |[i, j, k], nearest| {
                        let at = ((k - from) * rows + j) * columns + i;
                        let distance = nearest.distance2.sqrt() as f32;
                        values[at] = if inside[at] == 1 { -distance } else { distance };
                    });
                }
            }
        },
    );
    values
}
