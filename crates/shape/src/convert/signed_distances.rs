//! Signed distances and winding numbers at any points.
//!
//! Distances by search in the triangle tree, each from where the point before ended; signs by the generalised winding
//! number (Barill et al. 2018, doi:10.1145/3197517.3201337), which knows no special place and needs no closed mesh.

use rayon::prelude::*;

use crate::{Mesh, ShapeError, TriangleTree};

/// The distance (mm) from each point (RAS+ mm) to `mesh`, negative inside: where the generalised winding number is more
/// than ½ or less than -½. Infinite for an empty mesh.
///
/// Fastest when points follow each other in space; for a grid, [`crate::mesh_to_sdf`] is faster. To ask the same mesh
/// again and again, keep a [`TriangleTree`].
///
/// # Errors
/// [`ShapeError::Vertex`] for a point that is not finite.
pub fn signed_distances(mesh: &Mesh, points: &[[f32; 3]]) -> Result<Vec<f32>, ShapeError> {
    TriangleTree::new(mesh).signed_distances(points)
}

/// The generalised winding number of `mesh` at each point (RAS+ mm); see [`TriangleTree::winding_numbers`].
///
/// # Errors
/// [`ShapeError::Vertex`] for a point that is not finite.
pub fn winding_numbers(mesh: &Mesh, points: &[[f32; 3]]) -> Result<Vec<f32>, ShapeError> {
    TriangleTree::new(mesh).winding_numbers(points)
}

impl TriangleTree {
    /// As [`signed_distances`], for a mesh prepared already.
    ///
    /// # Errors
    /// [`ShapeError::Vertex`] for a point that is not finite.
    pub fn signed_distances(&self, points: &[[f32; 3]]) -> Result<Vec<f32>, ShapeError> {
        let mut distances = self.distances(points)?;
        let windings = self.winding_numbers(points)?;
        distances.par_iter_mut().zip(windings).for_each(|(distance, winding)| {
            if winding.abs() > 0.5 {
                *distance = -*distance;
            }
        });
        Ok(distances)
    }
}
