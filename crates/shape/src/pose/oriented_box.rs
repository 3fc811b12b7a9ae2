//! A box of small volume around points, in any direction.
//!
//! The smallest box has a face, or two adjacent faces, along edges of the convex hull (O'Rourke 1985,
//! doi:10.1007/BF00991005). Here every face of the hull is tried as a side of the box, with the exact smallest rectangle
//! in its plane; then the best boxes are turned about each of their own axes, again exactly, until that gains nothing
//! (as in Chang, Gorissen & Melchior 2011, doi:10.1145/2019627.2019641, without their random search). So the result is
//! the smallest of the boxes with a side on a face of the hull, or smaller; it is not proven to be the smallest of all.
//! Hulls of more than 4096 faces are tried at evenly chosen ones. The points on the outline, which alone bound the
//! rectangle, are found without sorting. O(n log n) for the hull, then faces tried times faces.

use rayon::prelude::*;

use super::{eigen::eigen, hull, moments::point_moments, rectangle::smallest_rectangle};
use crate::{
    ShapeError,
    vector::{cross, dot, norm, normalized},
};

/// A box in any direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OrientedBox {
    /// RAS+ mm.
    pub centre_mm: [f64; 3],
    /// Unit vectors along the sides, RAS+, right-handed, the longest side first.
    pub axes: [[f64; 3]; 3],
    /// Lengths of the sides, mm.
    pub size_mm: [f64; 3],
}

impl OrientedBox {
    /// mm³.
    pub fn volume_mm3(&self) -> f64 {
        self.size_mm.iter().product()
    }

    /// The eight corners, mm; bit `a` of a corner's number tells the side along axis `a`.
    pub fn corners(&self) -> [[f64; 3]; 8] {
        std::array::from_fn(|c| {
            let half = [0, 1, 2].map(|a| if c >> a & 1 == 1 { self.size_mm[a] / 2.0 } else { -self.size_mm[a] / 2.0 });
            [0, 1, 2].map(|i| self.centre_mm[i] + (0..3).map(|a| half[a] * self.axes[a][i]).sum::<f64>())
        })
    }
}

const MAX_TRIED: usize = 4096;
/// Best boxes that are turned further.
const TURNED: usize = 8;

/// A small box that holds all points (mm), to the rounding of f64. Points in one plane get a flat box.
///
/// # Errors
/// [`ShapeError::Empty`] without points, [`ShapeError::Vertex`] for a coordinate that is not finite.
pub fn oriented_box(points: &[[f32; 3]]) -> Result<OrientedBox, ShapeError> {
    if let Some(vertex) = points.iter().position(|p| !p.iter().all(|c| c.is_finite())) {
        return Err(ShapeError::Vertex { vertex });
    }
    let found = point_moments(points).ok_or(ShapeError::Empty { what: "the point set to put into a box" })?;
    let centred: Vec<[f64; 3]> =
        points.iter().map(|p| [0, 1, 2].map(|i| f64::from(p[i]) - found.centroid[i])).collect();
    let Some(hull) = hull(&centred) else {
        let [_, _, normal] = eigen(found.covariance).1;
        return Ok(finish(&centred, flush(&centred, normal).0, found.centroid));
    };
    let corners: Vec<[f64; 3]> = hull.vertices.iter().map(|&v| centred[v as usize]).collect();
    let normals: Vec<[f64; 3]> = hull.faces.iter().map(|f| face_normal(&corners, *f)).collect();

    let stride = normals.len().div_ceil(MAX_TRIED);
    let mut tried: Vec<([[f64; 3]; 3], f64)> = normals
        .par_iter()
        .step_by(stride)
        .map_init(Vec::new, |sides, &normal| flush(&outline(&corners, &hull.faces, &normals, normal, sides), normal))
        .collect();
    tried.sort_by(|a, b| a.1.total_cmp(&b.1));
    tried.truncate(TURNED);
    let turned = tried.into_iter().map(|start| turn(&corners, start));
    let best = turned.reduce(|a, b| if b.1 < a.1 { b } else { a });
    let (axes, _) = best.ok_or(ShapeError::Flat { points: points.len() })?;
    Ok(finish(&corners, axes, found.centroid))
}

fn face_normal(corners: &[[f64; 3]], face: [u32; 3]) -> [f64; 3] {
    let [a, b, c] = face.map(|v| corners[v as usize]);
    let edge = |p: [f64; 3]| [0, 1, 2].map(|i| p[i] - a[i]);
    normalized(cross(edge(b), edge(c)))
}

/// The corners with faces on both sides of the outline seen along `direction`, and those farthest along it.
fn outline(
    corners: &[[f64; 3]],
    faces: &[[u32; 3]],
    normals: &[[f64; 3]],
    direction: [f64; 3],
    sides: &mut Vec<u8>,
) -> Vec<[f64; 3]> {
    sides.clear();
    sides.resize(corners.len(), 0);
    for (face, normal) in faces.iter().zip(normals) {
        let facing = dot(*normal, direction);
        // A face that is seen edge-on is on both sides.
        let side = u8::from(facing > -1e-9) | u8::from(facing < 1e-9) << 1;
        for &v in face {
            sides[v as usize] |= side;
        }
    }
    let heights = corners.iter().map(|c| dot(*c, direction));
    let (mut low, mut high) = ((f64::INFINITY, 0), (f64::NEG_INFINITY, 0));
    for (i, h) in heights.enumerate() {
        low = if h < low.0 { (h, i) } else { low };
        high = if h > high.0 { (h, i) } else { high };
    }
    let chosen = corners.iter().zip(&*sides).filter(|(_, side)| **side == 3).map(|(c, _)| *c);
    chosen.chain([corners[low.1], corners[high.1]]).collect()
}

/// The smallest box with a side at a right angle to `normal`: its axes and volume.
fn flush(points: &[[f64; 3]], normal: [f64; 3]) -> ([[f64; 3]; 3], f64) {
    let least = (0..3).fold(0, |l, i| if normal[i].abs() < normal[l].abs() { i } else { l });
    let mut other = [0.0; 3];
    other[least] = 1.0;
    let u = normalized(cross(normal, other));
    let v = cross(normal, u);
    let mut flat: Vec<[f64; 2]> = points.iter().map(|p| [dot(*p, u), dot(*p, v)]).collect();
    let ([du, dv], _) = smallest_rectangle(&mut flat);
    let side = normalized([0, 1, 2].map(|i| du * u[i] + dv * v[i]));
    let axes = [side, cross(normal, side), normal];
    let [a, b, c] = extents(points, axes).map(|[lo, hi]| hi - lo);
    (axes, a * b * c)
}

/// Turns a box about each of its axes in turn while that makes it smaller.
fn turn(corners: &[[f64; 3]], mut best: ([[f64; 3]; 3], f64)) -> ([[f64; 3]; 3], f64) {
    for _ in 0..20 {
        let before = best.1;
        for axis in best.0 {
            let found = flush(corners, axis);
            if found.1 < best.1 {
                best = found;
            }
        }
        if best.1 >= before * (1.0 - 1e-9) {
            break;
        }
    }
    best
}

fn extents(points: &[[f64; 3]], axes: [[f64; 3]; 3]) -> [[f64; 2]; 3] {
    axes.map(|axis| {
        points
            .iter()
            .map(|p| dot(*p, axis))
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[lo, hi], t| [lo.min(t), hi.max(t)])
    })
}

fn finish(points: &[[f64; 3]], mut axes: [[f64; 3]; 3], origin: [f64; 3]) -> OrientedBox {
    let length = |axis: [f64; 3]| extents(points, [axis; 3]).map(|[lo, hi]| hi - lo)[0];
    axes.sort_by(|a, b| length(*b).total_cmp(&length(*a)));
    for axis in &mut axes[..2] {
        let largest = axis.iter().fold(0.0f64, |l, &c| if c.abs() > l.abs() { c } else { l });
        *axis = axis.map(|c| c * largest.signum());
    }
    axes[2] = cross(axes[0], axes[1]);
    debug_assert!((norm(axes[2]) - 1.0).abs() < 1e-9);
    let ends = extents(points, axes);
    let middle = ends.map(|[lo, hi]| f64::midpoint(lo, hi));
    let centre_mm = [0, 1, 2].map(|i| origin[i] + (0..3).map(|a| middle[a] * axes[a][i]).sum::<f64>());
    OrientedBox { centre_mm, axes, size_mm: ends.map(|[lo, hi]| hi - lo) }
}
