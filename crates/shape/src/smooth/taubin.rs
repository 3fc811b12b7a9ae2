//! Taubin's filter: smoothing that does not shrink.
//!
//! Taubin 1995 (doi:10.1145/218380.218473): steps of the umbrella operator with a positive and a negative factor in
//! turn, so that slow changes of the surface pass and fast ones die. On closed meshes the values are those of
//! `trimesh.smoothing.filter_taubin` (uniform weights; one iteration is one step). trimesh averages only half of the
//! neighbours at a border; here borders stay or are smoothed along themselves.

use crate::{Borders, Mesh, ShapeError};

use super::umbrella::{Umbrella, centred, check_factor, moved};

/// `iterations` umbrella steps: the first, third ... move each vertex by `lambda` of the way to the mean of its
/// neighbours, the others by `mu` of it away from there (0.5 and 0.53 are usual: `mu` is given without Taubin's minus).
/// The order of the vertices and the faces stay.
///
/// # Errors
/// [`ShapeError::Parameter`] unless `lambda` and `mu` are in 0 to 1; [`ShapeError::Vertex`] if the factors make the
/// positions grow beyond what 32 bits hold.
pub fn smooth_taubin(
    mesh: &Mesh,
    iterations: usize,
    lambda: f64,
    mu: f64,
    borders: Borders,
) -> Result<Mesh, ShapeError> {
    check_factor("lambda", lambda, 1.0, "0 to 1")?;
    check_factor("mu", mu, 1.0, "0 to 1")?;
    let umbrella = Umbrella::new(mesh, borders);
    let (mut at, middle) = centred(mesh);
    let mut next = at.clone();
    for step in 0..iterations {
        let factor = if step % 2 == 0 { lambda } else { -mu } as f32;
        umbrella.step(&at, &mut next, |_, to, here, mean| {
            *to = std::array::from_fn(|i| here[i] + factor * (mean[i] - here[i]));
        });
        std::mem::swap(&mut at, &mut next);
    }
    moved(mesh, &umbrella, &at, middle)
}
