//! What the features of size and form are computed from, the same for a mask and for a mesh.
//!
//! For a mask nothing but sums and the corners of the convex hull is ever made; for a mesh, area, volume and the second
//! moments of the enclosed solid are sums over its faces (Zhang & Chen 2001, doi:10.1109/ICIP.2001.958278).

use super::bits::BitGrid;
use super::cells::{Cells, determinant};
use super::extremes::{Extremes, diameter};
use super::moments::Moments;
use crate::extract::cases::CASES;
use crate::pose::{hull, mesh_moments, oriented_box};
use crate::vector::{cross, dot, norm};
use crate::{Affine, Mesh, integrals};

/// Measures of a solid and its convex hull, mm. NaN for what the shape does not have.
pub(super) struct Solid {
    pub area_mm2: f64,
    pub volume_mm3: f64,
    /// Corners of the convex hull.
    pub corners: Vec<[f64; 3]>,
    pub hull_area_mm2: f64,
    pub hull_volume_mm3: f64,
    /// Largest distance between two vertices of the surface.
    pub diameter_mm: f64,
    /// Of the box along the axes of patient space around the surface.
    pub extent_mm: [f64; 3],
    /// Sides of a small box around the surface in any direction, longest first.
    pub box_mm: [f64; 3],
    /// Covariance of the voxel centres, or of the enclosed solid.
    pub covariance_mm2: [[f64; 3]; 3],
}

impl Solid {
    pub(super) fn of_mask(
        grid: &BitGrid,
        affine: &Affine,
        cells: &Cells,
        moments: &Moments,
        extremes: &Extremes,
    ) -> Self {
        let rows = grid.affine_rows(affine);
        let linear = rows.map(|[a, b, c, _]| [a, b, c]);
        let surface = cells.area_volume(&CASES, linear);
        let place = |c: &[f64; 3]| rows.map(|r| r[3] + (0..3).map(|a| r[a] * c[a] / 2.0).sum::<f64>());
        let corners = extremes.hull.corners.iter().map(place).collect();
        let mut solid = Self::new(corners, &extremes.hull.faces);
        solid.area_mm2 = surface.area_mm2;
        solid.volume_mm3 = surface.volume_mm3;
        solid.covariance_mm2 = moments.covariance_mm2(linear);
        solid
    }

    /// `closed` says that the mesh encloses a volume. `None` without faces.
    pub(super) fn of_mesh(mesh: &Mesh, closed: bool) -> Option<Self> {
        let mut used: Vec<u32> = mesh.faces().iter().flatten().copied().collect();
        used.sort_unstable();
        used.dedup();
        let points: Vec<[f64; 3]> = used.iter().map(|&v| mesh.vertices()[v as usize].map(f64::from)).collect();
        let mut solid = match hull(&points) {
            Some(found) => Self::new(found.vertices.iter().map(|&v| points[v as usize]).collect(), &found.faces),
            None => Self::new(flat_corners(&points)?, &[]),
        };
        let sums = integrals(mesh);
        solid.area_mm2 = sums.area_mm2;
        if closed {
            solid.volume_mm3 = sums.volume_mm3.abs();
            if let Some(moments) = mesh_moments(mesh, true) {
                solid.covariance_mm2 = moments.covariance;
            }
        }
        Some(solid)
    }

    fn new(corners: Vec<[f64; 3]>, faces: &[[u32; 3]]) -> Self {
        let (mut area, mut volume) = (0.0, 0.0);
        let origin = corners.first().copied().unwrap_or_default();
        for face in faces {
            let [a, b, c] = face.map(|v| sub(corners[v as usize], origin));
            area += norm(cross(sub(b, a), sub(c, a))) / 2.0;
            volume += determinant([a, b, c]) / 6.0;
        }
        let axis = |a: usize| {
            let along = corners.iter().map(|c| c[a]);
            along.clone().fold(f64::NEG_INFINITY, f64::max) - along.fold(f64::INFINITY, f64::min)
        };
        let rounded: Vec<[f32; 3]> = corners.iter().map(|c| sub(*c, origin).map(|v| v as f32)).collect();
        let hull = |value: f64| if faces.is_empty() { f64::NAN } else { value };
        Self {
            area_mm2: f64::NAN,
            volume_mm3: f64::NAN,
            hull_area_mm2: hull(area),
            hull_volume_mm3: hull(volume.abs()),
            diameter_mm: diameter(&corners),
            extent_mm: [axis(0), axis(1), axis(2)],
            box_mm: oriented_box(&rounded).map_or([f64::NAN; 3], |found| found.size_mm),
            covariance_mm2: [[f64::NAN; 3]; 3],
            corners,
        }
    }
}

/// Of points in one plane those that can be farthest apart: their corners once a point off the plane makes a cone of them.
fn flat_corners(points: &[[f64; 3]]) -> Option<Vec<[f64; 3]>> {
    let first = *points.first()?;
    let (lo, hi) = points
        .iter()
        .fold((first, first), |(lo, hi), p| ([0, 1, 2].map(|a| p[a].min(lo[a])), [0, 1, 2].map(|a| p[a].max(hi[a]))));
    let size = norm(sub(hi, lo)).max(f64::MIN_POSITIVE);
    for axis in 0..3 {
        let mut lifted = points.to_vec();
        let mut apex = first;
        apex[axis] += size;
        lifted.push(apex);
        if let Some(found) = hull(&lifted) {
            let corners = found.vertices.iter().filter(|&&v| (v as usize) < points.len());
            return Some(corners.map(|&v| points[v as usize]).collect());
        }
    }
    // All on one line.
    let along = |p: &&[f64; 3]| dot(sub(**p, first), sub(hi, lo).map(|s| if s > 0.0 { s } else { 0.0 }));
    let by = |a: &&[f64; 3], b: &&[f64; 3]| along(a).total_cmp(&along(b));
    Some(vec![*points.iter().min_by(by)?, *points.iter().max_by(by)?])
}

fn sub(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
