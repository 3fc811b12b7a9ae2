//! Mirror images.

use super::Similarity;
use crate::{
    Mesh, ShapeError,
    vector::{dot, normalized},
};

/// A plane in space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plane {
    /// A point of it, RAS+ mm.
    pub point: [f64; 3],
    /// At a right angle to it, of any length but 0. `[1.0, 0.0, 0.0]` for a sagittal plane.
    pub normal: [f64; 3],
}

impl Plane {
    /// The reflection at this plane.
    ///
    /// # Errors
    /// [`ShapeError::Parameter`] for a normal without direction or a value that is not finite.
    pub fn reflection(&self) -> Result<Similarity, ShapeError> {
        let n = normalized(self.normal);
        let turn = [0, 1, 2].map(|i| [0, 1, 2].map(|j| f64::from(u8::from(i == j)) - 2.0 * n[i] * n[j]));
        if (dot(n, n) - 1.0).abs() > 1e-6 || n.iter().any(|v| v.is_nan()) {
            let value = dot(self.normal, self.normal);
            return Err(ShapeError::Parameter {
                name: "squared length of the normal",
                value,
                expected: "finite, over 0",
            });
        }
        let along = 2.0 * dot(n, self.point);
        Similarity::new(1.0, turn, n.map(|v| v * along))
    }
}

/// The mirror image of a mesh, faces still looking outwards: a left kidney made of a right one.
///
/// # Errors
/// [`ShapeError::Parameter`] for a plane without direction, [`ShapeError::Vertex`] for a vertex whose image leaves the
/// range of 32-bit coordinates.
pub fn mirror(mesh: &Mesh, plane: &Plane) -> Result<Mesh, ShapeError> {
    plane.reflection()?.apply_mesh(mesh)
}
