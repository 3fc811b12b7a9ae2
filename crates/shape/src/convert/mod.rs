//! Conversions between masks, meshes and signed distance fields.
//!
//! All agree on what is inside: a place round which the mesh goes, in whatever direction. From an [`crate::Sdf`] to a
//! mesh leads [`crate::isosurface`], from a mask to a mesh [`crate::extract_mesh`].

mod crossings;
mod mask_to_sdf;
mod mesh_to_mask;
mod mesh_to_sdf;
mod shifted_envelope;
mod signed_distances;

pub use mask_to_sdf::{MaskBoundary, mask_to_sdf};
pub use mesh_to_mask::mesh_to_mask;
pub use mesh_to_sdf::mesh_to_sdf;
pub use signed_distances::{signed_distances, winding_numbers};

use crate::{MAX_AXIS, ShapeError};

/// Voxels that a conversion fills at most: 2³¹, which as distances are 8 GiB.
pub const MAX_VOXELS: usize = 1 << 31;

/// How many voxels a grid of that shape has.
///
/// # Errors
/// [`ShapeError::GridShape`] for an axis without voxels or too long, [`ShapeError::Parameter`] for more than
/// [`MAX_VOXELS`].
fn voxel_count(shape: [usize; 3]) -> Result<usize, ShapeError> {
    if shape.iter().any(|&n| n == 0 || n > MAX_AXIS) {
        return Err(ShapeError::GridShape { shape });
    }
    let count: u64 = shape.iter().map(|&n| n as u64).product();
    if count > MAX_VOXELS as u64 {
        return Err(ShapeError::Parameter {
            name: "the number of voxels",
            value: count as f64,
            expected: "at most 2147483648",
        });
    }
    Ok(count as usize)
}
