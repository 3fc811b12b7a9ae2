//! Points on surfaces.

mod area_uniform;
mod blue_noise;
mod farthest;
mod place;

pub use farthest::farthest_points;

use crate::{Mesh, PointCloud, ShapeError};

/// Most points that one call samples.
const MAX_POINTS: usize = 1 << 27;

/// How [`sample_surface`] chooses its points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SampleMethod {
    /// Independent points, each place on the surface as likely as any other.
    #[default]
    AreaUniform,
    /// Evenly spread points with random character: a sample elimination keeps them apart. The least distance between two
    /// is typically 0.7 of that in the ideal hexagonal arrangement, `sqrt(2 A / (sqrt(3) n))` for a surface of area A.
    BlueNoise,
    /// Eight area-uniform candidates for each point wanted, then farthest point sampling of these, so that the first
    /// `m` points are a good sample for any `m`.
    Farthest,
}

/// Exactly `n` points on a mesh, RAS+ mm, with unit normals; the same seed gives the same points.
///
/// A normal is that of the mesh interpolated between the vertices if it has normals, otherwise that of the face. If the
/// mesh has labels, a point takes that of the corner it is nearest to (by barycentric weight).
///
/// # Errors
/// [`ShapeError::Empty`] when the mesh has no area to put points on, [`ShapeError::Parameter`] for more than 134 million
/// points (a fifth of that for blue noise, an eighth for farthest points).
pub fn sample_surface(mesh: &Mesh, n: usize, method: SampleMethod, seed: u64) -> Result<PointCloud, ShapeError> {
    let candidates = match method {
        SampleMethod::AreaUniform => n,
        SampleMethod::BlueNoise => n.saturating_mul(blue_noise::CANDIDATES),
        SampleMethod::Farthest => n.saturating_mul(8),
    };
    if candidates > MAX_POINTS {
        let expected = "at most 134,217,728 candidate points (1, 5 or 8 for each point, by method)";
        return Err(ShapeError::Parameter { name: "number of points", value: n as f64, expected });
    }
    let drawn = area_uniform::draw(mesh, candidates, seed)?;
    let kept = match method {
        SampleMethod::AreaUniform => return place::cloud(mesh, &drawn.places),
        SampleMethod::BlueNoise => blue_noise::eliminate(&place::positions(mesh, &drawn.places), n, drawn.area_mm2),
        SampleMethod::Farthest => farthest_points(&place::positions(mesh, &drawn.places), n, 0)?,
    };
    let places: Vec<_> = kept.into_iter().map(|i| drawn.places[i as usize]).collect();
    place::cloud(mesh, &places)
}
