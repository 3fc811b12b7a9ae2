//! Generalised winding numbers: how often a mesh, open or crossing itself, goes round a point.
//!
//! Jacobson, Kavan & Sorkine-Hornung 2013, doi:10.1145/2461912.2461916: the solid angles of all triangles, over 4π. Fast as
//! by Barill et al. 2018, doi:10.1145/3197517.3201337: what lies far away counts as one dipole for each box, here on the
//! boxes of the triangle tree. Where it departs from them: dipoles sit at the area-weighted centroid and carry the first
//! moment too (a second-order expansion), accepted from [`FAR`] radii on; errors are about 0.01 at most. O(log n) a point.

use std::f64::consts::PI;

use rayon::prelude::*;

use super::triangle_tree::{STACK, TriangleTree};
use super::wide_boxes::{ITEM, NONE, WIDE};
use crate::{
    ShapeError,
    spatial::check_points,
    vector::{cross, dot, norm, sub},
};

/// Radii of a cluster of triangles from which on it counts as a dipole.
const FAR: f64 = 3.0;

/// A tree with what the winding number needs of each box.
#[derive(Debug, Clone)]
pub(crate) struct Winding<'a> {
    tree: &'a TriangleTree,
    clusters: Vec<[Cluster; WIDE]>,
}

/// Triangles seen from afar.
#[derive(Debug, Clone, Copy, Default)]
struct Cluster {
    centre: [f64; 3],
    /// Squared distance beyond which this is all that matters.
    far2: f64,
    /// Sum of the triangles' normals times their areas.
    normal: [f64; 3],
    /// Sum of (centroid - centre) normalᵀ.
    moment: [[f64; 3]; 3],
}

/// Sums over the triangles of a cluster; first moments are about the origin.
#[derive(Clone, Copy, Default)]
struct Sums {
    area: f64,
    centroid: [f64; 3],
    normal: [f64; 3],
    moment: [[f64; 3]; 3],
    lower: [f64; 3],
    upper: [f64; 3],
}

impl<'a> Winding<'a> {
    pub(crate) fn new(tree: &'a TriangleTree) -> Self {
        let nodes = tree.nodes().0;
        let mut clusters = vec![[Cluster::default(); WIDE]; nodes.len()];
        let mut sums = vec![None::<Sums>; nodes.len()];
        for (n, node) in nodes.iter().enumerate().rev() {
            let mut whole = None;
            for lane in 0..WIDE {
                let child = node.children[lane];
                let part = if child == NONE {
                    continue;
                } else if child & ITEM != 0 {
                    Some(Sums::of(tree.triangles()[(child & !ITEM) as usize]))
                } else {
                    sums[child as usize]
                };
                if let Some(part) = part {
                    clusters[n][lane] = part.cluster();
                    whole = Some(whole.map_or(part, |w| part.plus(w)));
                }
            }
            sums[n] = whole;
        }
        Self { tree, clusters }
    }

    /// The winding number at `p` (mm): 1 inside a closed, outward mesh, 0 outside it.
    pub(crate) fn at(&self, p: [f64; 3]) -> f64 {
        let mut sum = 0.0;
        let mut stack = [0u32; STACK];
        let mut top = usize::from(!self.tree.is_empty());
        while top > 0 {
            top -= 1;
            let n = stack[top];
            let node = &self.tree.nodes().0[n as usize];
            for (cluster, &child) in self.clusters[n as usize].iter().zip(&node.children) {
                if child == NONE {
                    continue;
                }
                let c = cluster.centre;
                let d = [c[0] - p[0], c[1] - p[1], c[2] - p[2]];
                let d2 = dot(d, d);
                if d2 > cluster.far2 {
                    sum += cluster.solid_angle(d, d2);
                } else if child & ITEM != 0 {
                    sum += solid_angle(p, self.tree.triangles()[(child & !ITEM) as usize]);
                } else {
                    stack[top] = child;
                    top += 1;
                }
            }
        }
        sum / (4.0 * PI)
    }
}

impl TriangleTree {
    /// The generalised winding number of the mesh at each point (mm): 1 inside a closed, outward mesh and 0 outside it;
    /// the number of layers where it overlaps itself; in between near a hole. Errors are about 0.01 at most. In parallel.
    ///
    /// # Errors
    /// [`ShapeError::Vertex`] for a point that is not finite.
    pub fn winding_numbers(&self, points: &[[f32; 3]]) -> Result<Vec<f32>, ShapeError> {
        check_points(points)?;
        let winding = Winding::new(self);
        Ok(points.par_iter().map(|p| winding.at(p.map(f64::from)) as f32).collect())
    }
}

impl Cluster {
    /// Of a cluster at `d`, whose square is `d2`.
    #[inline]
    fn solid_angle(&self, d: [f64; 3], d2: f64) -> f64 {
        let inverse = 1.0 / d2;
        let trace = self.moment[0][0] + self.moment[1][1] + self.moment[2][2];
        let [x, y, z] = self.moment;
        let along = dot(d, [dot(x, d), dot(y, d), dot(z, d)]);
        (dot(self.normal, d) + trace - 3.0 * along * inverse) * inverse / d2.sqrt()
    }
}

impl Sums {
    fn of([a, b, c]: [[f32; 3]; 3]) -> Self {
        let normal = cross(sub(b, a), sub(c, a)).map(|v| v / 2.0);
        let area = norm(normal);
        let corners = [a, b, c].map(|p| p.map(f64::from));
        let centroid = [0, 1, 2].map(|i| (corners[0][i] + corners[1][i] + corners[2][i]) / 3.0);
        Self {
            area,
            centroid: centroid.map(|v| v * area),
            normal,
            moment: centroid.map(|v| normal.map(|n| v * n)),
            lower: [0, 1, 2].map(|i| corners[0][i].min(corners[1][i]).min(corners[2][i])),
            upper: [0, 1, 2].map(|i| corners[0][i].max(corners[1][i]).max(corners[2][i])),
        }
    }

    fn plus(self, other: Self) -> Self {
        let add = |a: [f64; 3], b: [f64; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
        Self {
            area: self.area + other.area,
            centroid: add(self.centroid, other.centroid),
            normal: add(self.normal, other.normal),
            moment: [0, 1, 2].map(|i| add(self.moment[i], other.moment[i])),
            lower: [0, 1, 2].map(|i| self.lower[i].min(other.lower[i])),
            upper: [0, 1, 2].map(|i| self.upper[i].max(other.upper[i])),
        }
    }

    fn cluster(&self) -> Cluster {
        let middle = [0, 1, 2].map(|i| f64::midpoint(self.lower[i], self.upper[i]));
        let centre = if self.area > 0.0 { self.centroid.map(|v| v / self.area) } else { middle };
        let corner = [0, 1, 2].map(|i| (self.upper[i] - centre[i]).max(centre[i] - self.lower[i]));
        let far = FAR * norm(corner);
        let moment = [0, 1, 2].map(|i| [0, 1, 2].map(|j| self.moment[i][j] - centre[i] * self.normal[j]));
        Cluster { centre, far2: far * far, normal: self.normal, moment }
    }
}

/// The solid angle of a triangle seen from `p`, positive from behind (van Oosterom & Strackee 1983,
/// doi:10.1109/TBME.1983.325207).
#[inline]
fn solid_angle(p: [f64; 3], triangle: [[f32; 3]; 3]) -> f64 {
    let from = |v: [f32; 3]| [f64::from(v[0]) - p[0], f64::from(v[1]) - p[1], f64::from(v[2]) - p[2]];
    let (a, b, c) = (from(triangle[0]), from(triangle[1]), from(triangle[2]));
    let (la, lb, lc) = (norm(a), norm(b), norm(c));
    let numerator = dot(a, cross(b, c));
    let denominator = la * lb * lc + dot(a, b) * lc + dot(b, c) * la + dot(c, a) * lb;
    // At a corner or in the plane there is no side to be on.
    if numerator == 0.0 { 0.0 } else { 2.0 * numerator.atan2(denominator) }
}
