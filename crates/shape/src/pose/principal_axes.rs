//! Centroid and principal axes, with signs that turn with the shape.

use super::{
    Similarity,
    eigen::eigen,
    moments::{Moments, moments, point_moments, third_moments},
};
use crate::{
    MaskOrMesh, ShapeError,
    vector::{cross, dot},
};

/// The frame in which a shape's spread has no mixed moments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrincipalAxes {
    /// Centre of mass, RAS+ mm.
    pub centroid_mm: [f64; 3],
    /// Unit vectors, RAS+, right-handed, along the directions of largest, middle and least spread.
    ///
    /// An axis points to the side on which the shape reaches farther: the third moment along it is positive. This rule
    /// decides the two axes whose skewness is clearest; the remaining one follows, since left and right must not be
    /// exchanged. So the axes turn with the shape, also if it is symmetric about one plane. Where fewer than two axes
    /// are skewed (below 1e-4), as in boxes, no rule can turn with the shape, and an axis points to where its largest
    /// component is positive. Two axes of equal spread may lie anywhere in their plane.
    pub axes: [[f64; 3]; 3],
    /// Variance along each axis, mm².
    pub moments_mm2: [f64; 3],
    /// Third moment along each axis over the variance to the power 1.5.
    pub skewness: [f64; 3],
    /// Whether these are moments of a volume (a mask, whose voxels count as boxes, or a closed oriented mesh) or of a
    /// surface (any other mesh).
    pub solid: bool,
}

impl PrincipalAxes {
    /// The rotation that brings the centroid to the origin and the axes to x, y and z.
    pub fn to_frame(&self) -> Similarity {
        Similarity::about(self.centroid_mm, 1.0, self.axes)
    }
}

/// Skewness that shows a direction.
const SKEWED: f64 = 1e-4;

/// Principal axes of a mask or mesh.
///
/// # Errors
/// [`ShapeError::Empty`] for a mask without voxels and a mesh without area.
pub fn principal_axes<'a>(shape: impl Into<MaskOrMesh<'a>>) -> Result<PrincipalAxes, ShapeError> {
    let shape = shape.into();
    let found = moments(&shape).ok_or(ShapeError::Empty { what: "the shape to find axes of" })?;
    Ok(signed(&found, |axes| third_moments(&shape, &found, axes)))
}

/// Principal axes of points that all count the same.
pub(super) fn of_points(points: &[[f32; 3]]) -> Result<PrincipalAxes, ShapeError> {
    let found = point_moments(points).ok_or(ShapeError::Empty { what: "the point set to find axes of" })?;
    let third = |axes: [[f64; 3]; 3]| {
        axes.map(|axis| {
            let cube = |p: &[f32; 3]| {
                let t = dot(axis, [0, 1, 2].map(|i| f64::from(p[i]) - found.centroid[i]));
                t * t * t
            };
            points.iter().map(cube).sum::<f64>() / found.measure
        })
    };
    Ok(signed(&found, third))
}

fn signed(found: &Moments, third: impl Fn([[f64; 3]; 3]) -> [f64; 3]) -> PrincipalAxes {
    let (values, mut axes) = eigen(found.covariance);
    let moments_mm2 = values.map(|v| v.max(0.0));
    let third = third(axes);
    let cubed = |variance: f64| variance * variance.sqrt();
    let mut skewness = [0, 1, 2].map(|a| {
        let flat = cubed(moments_mm2[a]) <= 1e-9 * cubed(moments_mm2[0]);
        if flat { 0.0 } else { third[a] / cubed(moments_mm2[a]) }
    });
    let mut order = [0, 1, 2];
    order.sort_by(|&a, &b| skewness[b].abs().total_cmp(&skewness[a].abs()));
    for &a in &order[..2] {
        let largest = axes[a].into_iter().fold(0.0f64, |l, c| if c.abs() > l.abs() * (1.0 + 1e-9) { c } else { l });
        let points_on = if skewness[a].abs() > SKEWED { skewness[a] > 0.0 } else { largest > 0.0 };
        if !points_on {
            axes[a] = axes[a].map(|v| -v);
            skewness[a] = -skewness[a];
        }
    }
    let last = order[2];
    let before = axes[last];
    axes[last] = cross(axes[(last + 1) % 3], axes[(last + 2) % 3]);
    if dot(before, axes[last]) < 0.0 {
        skewness[last] = -skewness[last];
    }
    PrincipalAxes { centroid_mm: found.centroid, axes, moments_mm2, skewness, solid: found.solid }
}
