//! The normalisations of benchmarks: a standard position, size and direction, and the way back.

use super::{
    Similarity,
    principal_axes::{of_points as axes_of_points, principal_axes},
};
use crate::{Mesh, PointCloud, ShapeError, vector::norm};

/// What a shape is brought to. Sizes and means are those of the vertices or points; nothing is turned but by
/// [`Normalization::CanonicalPose`], and nothing is mirrored or stretched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Normalization {
    /// The mean of the points at the origin, the farthest at distance 1 (`ModelNet40` as `PointNet` reads it).
    UnitSphere,
    /// The middle of the box around the points at the origin, its longest side 1: all in [-0.5, 0.5]³.
    UnitCube,
    /// The same with the longest side 2: all in [-1, 1]³ (occupancy and distance networks).
    SignedUnitCube,
    /// The middle of the box at the origin, its diagonal 1 (`ShapeNet`).
    UnitDiagonal,
    /// The centroid at the origin and the principal axes along x, y, z (see [`crate::PrincipalAxes::axes`]); the size stays.
    CanonicalPose,
    /// The canonical pose, then the farthest point at distance 1 from the centroid.
    CanonicalUnitSphere,
}

/// A mesh normalised, and the map that did it; its inverse leads back.
///
/// # Errors
/// [`ShapeError::Empty`] without vertices or, for canonical poses, without area; [`ShapeError::Parameter`] when all
/// vertices are one point and have no size.
pub fn normalize(mesh: &Mesh, how: Normalization) -> Result<(Mesh, Similarity), ShapeError> {
    let map = match how {
        Normalization::CanonicalPose => principal_axes(mesh)?.to_frame(),
        Normalization::CanonicalUnitSphere => unit_about_origin(principal_axes(mesh)?.to_frame(), mesh.vertices())?,
        _ => normalizing(mesh.vertices(), how)?,
    };
    Ok((map.apply_mesh(mesh)?, map))
}

/// Points normalised, and the map that did it; its inverse leads back. The principal axes are those of the points, each
/// counting the same.
///
/// # Errors
/// As [`normalize`].
pub fn normalize_points(cloud: &PointCloud, how: Normalization) -> Result<(PointCloud, Similarity), ShapeError> {
    let map = match how {
        Normalization::CanonicalPose => axes_of_points(cloud.points())?.to_frame(),
        Normalization::CanonicalUnitSphere => {
            unit_about_origin(axes_of_points(cloud.points())?.to_frame(), cloud.points())?
        }
        _ => normalizing(cloud.points(), how)?,
    };
    Ok((map.apply_cloud(cloud)?, map))
}

fn normalizing(points: &[[f32; 3]], how: Normalization) -> Result<Similarity, ShapeError> {
    let first = *points.first().ok_or(ShapeError::Empty { what: "the shape to normalise" })?;
    if how == Normalization::UnitSphere {
        let sum = points.iter().fold([0.0; 3], |sum, p| [0, 1, 2].map(|i| sum[i] + f64::from(p[i])));
        return unit_about_origin(
            Similarity::about(sum.map(|s| s / points.len() as f64), 1.0, Similarity::UPRIGHT),
            points,
        );
    }
    let [lo, hi] = points
        .iter()
        .fold([first, first], |[lo, hi], p| [[0, 1, 2].map(|a| lo[a].min(p[a])), [0, 1, 2].map(|a| hi[a].max(p[a]))]);
    let middle = [0, 1, 2].map(|a| f64::midpoint(f64::from(lo[a]), f64::from(hi[a])));
    let sides = crate::vector::sub(hi, lo);
    let longest = sides[0].max(sides[1]).max(sides[2]);
    let scale = match how {
        Normalization::SignedUnitCube => 2.0 / longest,
        Normalization::UnitDiagonal => 1.0 / norm(sides),
        _ => 1.0 / longest,
    };
    sized(Similarity::about(middle, scale, Similarity::UPRIGHT), longest)
}

/// The map, then a scale that puts the farthest point at distance 1.
fn unit_about_origin(map: Similarity, points: &[[f32; 3]]) -> Result<Similarity, ShapeError> {
    let farthest = points.iter().map(|p| norm(map.apply(p.map(f64::from)))).fold(0.0, f64::max);
    sized(map.then(&Similarity::about([0.0; 3], 1.0 / farthest, Similarity::UPRIGHT)), farthest)
}

fn sized(map: Similarity, size: f64) -> Result<Similarity, ShapeError> {
    if map.scale().is_finite() && size > 0.0 {
        return Ok(map);
    }
    Err(ShapeError::Parameter { name: "size of the shape", value: size, expected: "over 0, to be scaled to 1" })
}
