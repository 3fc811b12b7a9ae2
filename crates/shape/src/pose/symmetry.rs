//! The plane about which a shape is most nearly its own mirror image.
//!
//! Directions all round, 12 degrees apart, and the principal axes give planes through the centroid; each is judged by the
//! distances of a few mirrored points to the shape (in the spirit of Podolak et al. 2006, doi:10.1145/1141911.1141923,
//! who integrate over all planes), so bodies whose principal axes are ambiguous or not in the plane are found as well.
//! The best, far enough from one another, are refined by matching the mirrored points with the nearest place of the
//! surface (iterated closest points of the mirror image, Combès et al. 2008, doi:10.1109/CVPR.2008.4587757), in its
//! point-to-plane form, by Gauss and Newton over the three numbers that a plane has. Weights that fall with the distance
//! leave out what has no counterpart, as a missing tooth; their reach shrinks from step to step.
//!
//! Cost: the tree over the triangles, and some 100,000 queries to it.

use rayon::prelude::*;

use super::principal_axes::principal_axes;
use crate::{
    KdTree, Mesh, SampleMethod, ShapeError,
    metrics::SurfaceTree,
    sample_surface,
    vector::{cross, dot, norm, normalized, sub},
};

/// The best plane of symmetry, and how good it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SymmetryPlane {
    /// The point of the plane that is nearest to the centroid, RAS+ mm.
    pub point: [f64; 3],
    /// Unit normal, RAS+; its largest component is positive.
    pub normal: [f64; 3],
    /// The share of the surface whose mirror image lies within 1 % of the shape's size (the diagonal of its box along
    /// the principal axes) from the surface: 1 for a symmetric shape, 0 for none.
    pub score: f64,
    /// Mean distance between the mirror image and the surface, mm, over the whole surface.
    pub mean_distance_mm: f64,
}

/// Points that judge a candidate, refine it, and measure the result.
const COARSE: usize = 300;
const FINE: usize = 1000;
const LAST: usize = 4000;
/// Points that stand for the surface while candidates are judged.
const CLOUD: usize = 4000;
/// Candidates that are refined.
const REFINED: usize = 8;
const STEPS: usize = 30;
/// Score's tolerance in parts of the size.
const TOLERANCE: f64 = 0.01;
/// Points that are handed to a thread together; fixed, so that sums do not depend on their number.
const RUN: usize = 250;

/// The plane of best symmetry of a mesh, open or closed. Where several planes are equally good (a box, a ball), one of
/// them.
///
/// # Errors
/// [`ShapeError::Empty`] for a mesh without area.
pub fn symmetry_plane(mesh: &Mesh) -> Result<SymmetryPlane, ShapeError> {
    let frame = principal_axes(mesh)?;
    let samples = sample_surface(mesh, CLOUD.max(LAST), SampleMethod::AreaUniform, 1)?;
    let normals = samples.normals().ok_or(ShapeError::Empty { what: "the surface" })?;
    let places: Vec<Place> = samples
        .points()
        .iter()
        .zip(normals)
        .map(|(&p, n)| Place {
            from_centre: [0, 1, 2].map(|i| f64::from(p[i]) - frame.centroid_mm[i]),
            normal: n.map(f64::from),
        })
        .collect();
    let shape =
        Shape { tree: SurfaceTree::new(mesh), mesh, centre: frame.centroid_mm, size: size(&places, frame.axes) };
    let cloud = KdTree::new(samples.points())?;

    let mut refined: Vec<Candidate> = candidates(frame.axes, &cloud, &places, shape.centre)
        .into_iter()
        .map(|normal| shape.refine(&places[..FINE], Candidate { normal, offset: 0.0 }, 0.1, STEPS))
        .collect();
    let judged: Vec<f64> = refined.iter().map(|c| shape.distances(&places[..FINE], *c).1).collect();
    let best = (0..refined.len()).fold(0, |b, i| if judged[i] > judged[b] + 1e-3 { i } else { b });
    let plane = shape.refine(&places[..LAST], refined.swap_remove(best), 0.02, STEPS);

    let (mean_distance_mm, score) = shape.distances(&places[..LAST], plane);
    let largest = plane.normal.into_iter().fold(0.0f64, |l, c| if c.abs() > l.abs() * (1.0 + 1e-9) { c } else { l });
    let point = [0, 1, 2].map(|i| shape.centre[i] + plane.offset * plane.normal[i]);
    Ok(SymmetryPlane { point, normal: plane.normal.map(|c| c * largest.signum()), score, mean_distance_mm })
}

/// A sample of the surface.
struct Place {
    from_centre: [f64; 3],
    normal: [f64; 3],
}

/// The plane of the points with `normal . (x - centre) = offset`.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    normal: [f64; 3],
    offset: f64,
}

impl Candidate {
    /// The mirror image of a place, from the centre.
    fn mirrored(&self, from_centre: [f64; 3]) -> [f64; 3] {
        let twice = 2.0 * (dot(self.normal, from_centre) - self.offset);
        [0, 1, 2].map(|i| from_centre[i] - twice * self.normal[i])
    }
}

/// Length of the diagonal of the box along the axes.
fn size(places: &[Place], axes: [[f64; 3]; 3]) -> f64 {
    norm(axes.map(|axis| {
        let along = places.iter().map(|p| dot(axis, p.from_centre));
        along.clone().fold(f64::NEG_INFINITY, f64::max) - along.fold(f64::INFINITY, f64::min)
    }))
}

/// The normals of the most promising planes through the centre, no two within 15 degrees.
fn candidates(axes: [[f64; 3]; 3], cloud: &KdTree, places: &[Place], centre: [f64; 3]) -> Vec<[f64; 3]> {
    const STEPS: i32 = 8;
    // Places on an octahedron in the frame of the axes, so that the result turns with the shape; half of them, since
    // a normal and its opposite name one plane.
    let mut normals = axes.to_vec();
    for (x, y) in (-STEPS..=STEPS).flat_map(|x| (-STEPS..=STEPS).map(move |y| (x, y))) {
        let z = STEPS - x.abs() - y.abs();
        if z > 0 || (z == 0 && (y > 0 || (y == 0 && x > 0))) {
            let weights = [x, y, z].map(f64::from);
            normals.push(normalized([0, 1, 2].map(|i| (0..3).map(|a| weights[a] * axes[a][i]).sum())));
        }
    }
    let judge = |&normal: &[f64; 3]| {
        let plane = Candidate { normal, offset: 0.0 };
        let distance = |p: &Place| {
            let q = plane.mirrored(p.from_centre);
            let q = [0, 1, 2].map(|i| (q[i] + centre[i]) as f32);
            cloud.nearest(q).map_or(0.0, |n| f64::from(n.distance_mm))
        };
        places[..COARSE].iter().map(distance).sum::<f64>()
    };
    let sums: Vec<f64> = normals.par_iter().map(judge).collect();
    let mut order: Vec<usize> = (0..normals.len()).collect();
    order.sort_by(|&a, &b| sums[a].total_cmp(&sums[b]));
    let mut chosen: Vec<[f64; 3]> = Vec::new();
    for i in order {
        if chosen.len() < REFINED && chosen.iter().all(|c| dot(*c, normals[i]).abs() < 0.966) {
            chosen.push(normals[i]);
        }
    }
    chosen
}

struct Shape<'a> {
    mesh: &'a Mesh,
    tree: SurfaceTree<'a>,
    centre: [f64; 3],
    size: f64,
}

impl Shape<'_> {
    /// The nearest face to the mirror image of a place, and its squared distance.
    fn nearest(&self, q: [f64; 3], stack: &mut Vec<(usize, f64)>) -> (usize, f64) {
        let q = [0, 1, 2].map(|i| (q[i] + self.centre[i]) as f32);
        let found = self.tree.nearest(q, 0, stack);
        (found.face, found.d2)
    }

    /// Mean distance of the mirrored places from the surface, and the share of them that is within the tolerance.
    fn distances(&self, places: &[Place], plane: Candidate) -> (f64, f64) {
        let runs: Vec<(f64, usize)> = places
            .par_chunks(RUN)
            .map_init(Vec::new, |stack, run| {
                run.iter().fold((0.0, 0), |(sum, near), p| {
                    let distance = self.nearest(plane.mirrored(p.from_centre), stack).1.sqrt();
                    (sum + distance, near + usize::from(distance <= TOLERANCE * self.size))
                })
            })
            .collect();
        let (sum, near) = runs.into_iter().fold((0.0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        (sum / places.len() as f64, near as f64 / places.len() as f64)
    }

    /// Moves a plane until the mirror image fits best. Weights reach `reach` times the size at first, 0.5 % at last.
    fn refine(&self, places: &[Place], mut plane: Candidate, reach: f64, steps: usize) -> Candidate {
        let mut reach = reach;
        for _ in 0..steps {
            let least = (0..3).fold(0, |l, i| if plane.normal[i].abs() < plane.normal[l].abs() { i } else { l });
            let mut other = [0.0; 3];
            other[least] = 1.0;
            let u = normalized(cross(plane.normal, other));
            let v = cross(plane.normal, u);
            let step = self.step(places, plane, [u, v], reach * self.size);
            let moved = [0, 1, 2].map(|i| plane.normal[i] + step[0] * u[i] + step[1] * v[i]);
            plane = Candidate { normal: normalized(moved), offset: plane.offset + step[2] };
            let turned = step[0].abs().max(step[1].abs());
            if reach <= 0.005 && turned < 1e-7 && step[2].abs() < 1e-8 * self.size {
                break;
            }
            reach = (reach * 0.75).max(0.005);
        }
        plane
    }

    /// One step of Gauss and Newton: how far the normal goes along each of two tangents, and the offset grows.
    fn step(&self, places: &[Place], plane: Candidate, tangents: [[f64; 3]; 2], reach: f64) -> [f64; 3] {
        let runs: Vec<([[f64; 3]; 3], [f64; 3])> = places
            .par_chunks(RUN)
            .map_init(Vec::new, |stack, run| {
                let (mut matrix, mut right) = ([[0.0; 3]; 3], [0.0; 3]);
                for p in run {
                    self.add(p, plane, tangents, reach, stack, &mut matrix, &mut right);
                }
                (matrix, right)
            })
            .collect();
        let (mut matrix, mut right) = ([[0.0; 3]; 3], [0.0; 3]);
        for (m, r) in &runs {
            for (sum, value) in matrix.as_flattened_mut().iter_mut().zip(m.as_flattened()) {
                *sum += value;
            }
            right = [0, 1, 2].map(|i| right[i] + r[i]);
        }
        solve(matrix, right).map_or([0.0; 3], |[a, b, offset]| [a, b, offset * self.size])
    }

    #[expect(clippy::too_many_arguments, reason = "the state of one sum")]
    fn add(
        &self,
        p: &Place,
        plane: Candidate,
        tangents: [[f64; 3]; 2],
        reach: f64,
        stack: &mut Vec<(usize, f64)>,
        matrix: &mut [[f64; 3]; 3],
        right: &mut [f64; 3],
    ) {
        let image = plane.mirrored(p.from_centre);
        let (face, d2) = self.nearest(image, stack);
        let [a, b, c] = self.mesh.triangle(face);
        let m = normalized(cross(sub(b, a), sub(c, a)));
        let twice = 2.0 * dot(plane.normal, p.normal);
        let image_normal = [0, 1, 2].map(|i| p.normal[i] - twice * plane.normal[i]);
        let agreement = dot(m, image_normal);
        let from_face = [0, 1, 2].map(|i| image[i] + self.centre[i] - f64::from(a[i]));
        let residual = dot(m, from_face);
        // Beside a face its plane says little: only as far as the nearest place is in the direction of its normal.
        let across = if d2 > 0.0 { (residual * residual / d2).min(1.0) } else { 1.0 };
        if agreement <= 0.0 {
            return;
        }
        let near = 1.0 + d2 / (reach * reach);
        let weight = agreement * across / (near * near);
        let height = dot(plane.normal, p.from_centre) - plane.offset;
        let facing = dot(m, plane.normal);
        let turn = tangents.map(|t| -2.0 * (dot(t, p.from_centre) * facing + height * dot(m, t)));
        let slope = [turn[0], turn[1], 2.0 * facing * self.size];
        for (row, s) in slope.into_iter().enumerate() {
            right[row] -= weight * s * residual;
            for (entry, t) in matrix[row].iter_mut().zip(slope) {
                *entry += weight * s * t;
            }
        }
    }
}

/// Solves a symmetric system, slightly damped, so that a direction in which nothing changes (a body of revolution)
/// stays as it is.
fn solve(mut m: [[f64; 3]; 3], right: [f64; 3]) -> Option<[f64; 3]> {
    let trace = m[0][0] + m[1][1] + m[2][2];
    for (i, row) in m.iter_mut().enumerate() {
        row[i] += 1e-6 * trace;
    }
    let [a, b, c] = m;
    let columns = [cross(b, c), cross(c, a), cross(a, b)];
    let determinant = dot(a, columns[0]);
    let found = [0, 1, 2].map(|i| (0..3).map(|j| columns[j][i] * right[j]).sum::<f64>() / determinant);
    found.iter().all(|v| v.is_finite()).then_some(found)
}
