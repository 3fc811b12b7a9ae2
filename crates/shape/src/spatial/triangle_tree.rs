//! Search over the triangles of a mesh: nearest place, first hit of a ray, overlap with a box.
//!
//! A tree with eight children to a node, bounded by boxes for rays (see `wide_boxes`) and by discs for distances (see
//! `wide_discs`), searched nearest first. Bounds only decide what can be left out,
//! with a margin for their rounding; distances and hits are computed in f64 from the mesh's own positions. So answers
//! are those of a search through all triangles, in whatever order they are asked: among places at the same distance the
//! face of the lowest index wins. Batches start each search with the face that the point before found, which prunes
//! nearly all of the tree when points follow each other. O(log n) a query near the surface.

use rayon::prelude::*;

use super::triangle::{TrianglePart, closest_on_triangle, distance2, place};
use super::wide_boxes::{Frame, ITEM, NONE, Node, WIDE, WideBoxes};
use super::wide_discs::{BEYOND, Discs};
use crate::{
    Mesh, ShapeError,
    spatial::check_points,
    vector::{cross, dot, sub},
};

/// A mesh's triangles, prepared for search. Holds a copy of their positions.
#[derive(Debug, Clone)]
pub struct TriangleTree {
    boxes: WideBoxes,
    /// One for each node.
    discs: Vec<Discs>,
    /// Triangles in the tree's order.
    triangles: Vec<[[f32; 3]; 3]>,
    /// The face of each.
    faces: Vec<u32>,
}

/// The place of a mesh nearest to a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClosestPoint {
    /// The face it lies on; of several the lowest.
    pub face: u32,
    /// Its position, mm.
    pub point: [f64; 3],
    /// How far it is, mm.
    pub distance: f64,
    /// Barycentric weights of the face's corners.
    pub weights: [f64; 3],
    /// The part of the face it lies on.
    pub part: TrianglePart,
}

/// Where a ray meets a mesh.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RayHit {
    /// The face hit; of several at the same place the lowest.
    pub face: u32,
    /// How far along the ray, in lengths of its direction.
    pub t: f64,
    /// Barycentric weights of the face's corners.
    pub weights: [f64; 3],
    /// Whether the ray meets the face from its outside.
    pub from_outside: bool,
}

/// The nearest triangle found so far, and a bound on what may be nearer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nearest {
    pub(crate) distance2: f64,
    /// Its number in the tree; [`NONE`] if there is none yet.
    pub(crate) triangle: u32,
    face: u32,
}

impl Nearest {
    /// Nothing found yet, and nothing farther wanted.
    pub(crate) fn within(distance: f64) -> Self {
        Self { distance2: distance * distance, triangle: NONE, face: NONE }
    }
}

/// Boxes that wait: at most seven for each level, and eight to the eleventh exceeds what 31 bits can count.
pub(super) const STACK: usize = 88;
/// Spans from the mesh beyond which squared distances do not fit and all triangles are looked at.
const TOO_FAR: f32 = 1e15;
/// Points that a thread searches one after the other.
const BATCH: usize = 512;

impl TriangleTree {
    /// Prepares the triangles of `mesh`, at most 2³¹ - 2 of them (the rest is left out). O(n log n).
    pub fn new(mesh: &Mesh) -> Self {
        let count = mesh.faces().len().min((ITEM - 2) as usize);
        let bounds: Vec<_> = (0..count)
            .map(|f| {
                let [a, b, c] = mesh.triangle(f);
                [[0, 1, 2].map(|i| a[i].min(b[i]).min(c[i])), [0, 1, 2].map(|i| a[i].max(b[i]).max(c[i]))]
            })
            .collect();
        let (boxes, faces) = WideBoxes::new(&bounds);
        let triangles: Vec<_> = faces.iter().map(|&f| mesh.triangle(f as usize)).collect();
        let discs = Discs::of_tree(&boxes, &triangles);
        Self { boxes, discs, triangles, faces }
    }

    /// Number of triangles.
    pub fn len(&self) -> usize {
        self.triangles.len()
    }

    /// Whether there are no triangles.
    pub fn is_empty(&self) -> bool {
        self.triangles.is_empty()
    }

    /// The place of the mesh nearest to `point` (mm); `None` if the mesh is empty or `point` is not finite.
    pub fn closest_point(&self, point: [f64; 3]) -> Option<ClosestPoint> {
        self.closest_point_within(point, f64::INFINITY)
    }

    /// As [`TriangleTree::closest_point`], but `None` too if nothing is within `distance` (mm).
    pub fn closest_point_within(&self, point: [f64; 3], distance: f64) -> Option<ClosestPoint> {
        let mut best = Nearest::within(distance);
        self.nearest(point, &mut best);
        self.describe(point, best)
    }

    /// The place of the mesh nearest to each of the points (mm). Fastest when points follow each other in space; in
    /// parallel. Empty if the mesh is.
    ///
    /// # Errors
    /// [`ShapeError::Vertex`] for a point that is not finite.
    pub fn closest_points(&self, points: &[[f32; 3]]) -> Result<Vec<ClosestPoint>, ShapeError> {
        check_points(points)?;
        let found = self.for_each_nearest(points, |p, best| self.describe(p, best));
        Ok(found.into_iter().flatten().collect())
    }

    /// The distance (mm) from each of the points to the mesh, infinite if it is empty. Otherwise as
    /// [`TriangleTree::closest_points`].
    ///
    /// # Errors
    /// [`ShapeError::Vertex`] for a point that is not finite.
    pub fn distances(&self, points: &[[f32; 3]]) -> Result<Vec<f32>, ShapeError> {
        check_points(points)?;
        Ok(self.for_each_nearest(points, |_, best| best.distance2.sqrt() as f32))
    }

    fn for_each_nearest<T: Send>(&self, points: &[[f32; 3]], f: impl Fn([f64; 3], Nearest) -> T + Sync) -> Vec<T> {
        let batches = points.par_chunks(BATCH).map(|batch| {
            let mut seed = NONE;
            let mut one = |p: &[f32; 3]| {
                let p = p.map(f64::from);
                let best = self.nearest_from(p, &[seed]);
                seed = best.triangle;
                f(p, best)
            };
            batch.iter().map(&mut one).collect::<Vec<T>>()
        });
        batches.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    /// The nearest triangle, when those of the tree's numbers `seeds` (or [`NONE`]) are likely near.
    #[inline]
    pub(crate) fn nearest_from(&self, p: [f64; 3], seeds: &[u32]) -> Nearest {
        let mut best = Nearest::within(f64::INFINITY);
        for (n, &seed) in seeds.iter().enumerate() {
            if seed != NONE && !seeds[..n].contains(&seed) {
                self.try_triangle(p, seed, &mut best);
            }
        }
        self.nearest(p, &mut best);
        best
    }

    /// Makes it the nearest if it is.
    #[inline]
    pub(super) fn try_triangle(&self, p: [f64; 3], triangle: u32, best: &mut Nearest) {
        let d2 = distance2(p, self.triangles[triangle as usize]);
        if d2 <= best.distance2 {
            let face = self.faces[triangle as usize];
            if d2 < best.distance2 || face < best.face {
                *best = Nearest { distance2: d2, triangle, face };
            }
        }
    }

    /// Searches for what is nearer than `best`.
    pub(crate) fn nearest(&self, p: [f64; 3], best: &mut Nearest) {
        if self.is_empty() || !p.iter().all(|c| c.is_finite()) {
            return;
        }
        let q = self.boxes.frame.place(p);
        if q.iter().any(|c| c.abs() > TOO_FAR) {
            return (0..self.len() as u32).for_each(|t| self.try_triangle(p, t, best));
        }
        let mut limit = self.limit(best);
        let mut stack = [(0f32, 0u32); STACK];
        let mut top = 1;
        while top > 0 {
            top -= 1;
            let (distance, node) = stack[top];
            if distance > limit {
                continue;
            }
            let distances = self.discs[node as usize].distances2(q);
            let children = &self.boxes.nodes[node as usize].children;
            let first = top;
            let mut near = 0u32;
            for (lane, d) in distances.iter().enumerate() {
                near |= u32::from(*d <= limit) << lane;
            }
            while near != 0 {
                let lane = near.trailing_zeros() as usize % WIDE;
                near &= near - 1;
                let (d, child) = (distances[lane], children[lane]);
                if child & ITEM == 0 {
                    insert(&mut stack[first..=top], (d, child));
                    top += 1;
                } else if d <= limit && child & !ITEM != best.triangle {
                    self.try_triangle(p, child & !ITEM, best);
                    limit = self.limit(best);
                }
            }
        }
    }

    /// The bound of squared distances beyond which nothing is nearer than `best`.
    #[inline]
    pub(super) fn limit(&self, best: &Nearest) -> f32 {
        let scale = self.boxes.frame.scale;
        ((best.distance2 * scale * scale) as f32).min(BEYOND)
    }

    fn describe(&self, p: [f64; 3], best: Nearest) -> Option<ClosestPoint> {
        let &triangle = self.triangles.get(best.triangle as usize)?;
        let (weights, part) = closest_on_triangle(p, triangle);
        let point = place(triangle, weights);
        Some(ClosestPoint { face: best.face, point, distance: best.distance2.sqrt(), weights, part })
    }

    /// The first place, at `t` of 0 or more, where `origin + t direction` (mm) meets the mesh; both sides of a face
    /// count, a ray within the plane of a face does not meet it. `None` without a hit, for a direction of zero length
    /// and for values that are not finite.
    ///
    /// Watertight to rounding only: a ray exactly through an edge may miss both its faces. Use
    /// [`crate::winding_numbers`] or [`crate::mesh_to_mask`] to tell inside from outside.
    pub fn cast_ray(&self, origin: [f64; 3], direction: [f64; 3]) -> Option<RayHit> {
        let is_ray = direction != [0.0; 3] && origin.iter().chain(&direction).all(|c| c.is_finite());
        if self.is_empty() || !is_ray {
            return None;
        }
        let scale = self.boxes.frame.scale;
        let from = self.boxes.frame.place(origin);
        let reciprocal = direction.map(|d| (1.0 / (d * scale)) as f32);
        let mut best: Option<RayHit> = None;
        let mut stack = [(0f32, 0u32); STACK];
        let mut top = 1;
        while top > 0 {
            top -= 1;
            let (entry, node) = stack[top];
            let limit = best.map_or(f64::INFINITY, |h| h.t);
            if f64::from(entry) * (1.0 - 1e-5) > limit {
                continue;
            }
            let node = &self.boxes.nodes[node as usize];
            let entries = node.entries(from, reciprocal);
            let first = top;
            for lane in 0..WIDE {
                let (entry, child) = (entries[lane], node.children[lane]);
                if child == NONE || entry == f32::INFINITY {
                    continue;
                }
                if child & ITEM != 0 {
                    let hit = self.hit(origin, direction, (child & !ITEM) as usize);
                    best = hit.into_iter().chain(best).min_by(|a, b| a.t.total_cmp(&b.t).then(a.face.cmp(&b.face)));
                } else {
                    insert(&mut stack[first..=top], (entry, child));
                    top += 1;
                }
            }
        }
        best
    }

    /// Möller & Trumbore 1997, doi:10.1080/10867651.1997.10487468.
    fn hit(&self, origin: [f64; 3], direction: [f64; 3], triangle: usize) -> Option<RayHit> {
        let [a, b, c] = self.triangles[triangle];
        let (ab, ac) = (sub(b, a), sub(c, a));
        let across = cross(direction, ac);
        let determinant = dot(ab, across);
        let to = [origin[0] - f64::from(a[0]), origin[1] - f64::from(a[1]), origin[2] - f64::from(a[2])];
        let v = dot(to, across) / determinant;
        let up = cross(to, ab);
        let w = dot(direction, up) / determinant;
        let t = dot(ac, up) / determinant;
        // A determinant of 0 makes these infinite or NaN, which fails.
        let is_hit = v >= 0.0 && w >= 0.0 && v + w <= 1.0 && (0.0..f64::INFINITY).contains(&t);
        is_hit.then(|| RayHit {
            face: self.faces[triangle],
            t,
            weights: [1.0 - v - w, v, w],
            from_outside: determinant > 0.0,
        })
    }

    /// Calls `f` with each face whose own box overlaps the box from `lower` to `upper` (mm), with a margin of a
    /// millionth of the mesh's size.
    pub fn for_each_overlap(&self, lower: [f64; 3], upper: [f64; 3], mut f: impl FnMut(u32)) {
        let (lower, upper) = (self.boxes.frame.place(lower), self.boxes.frame.place(upper));
        let mut stack = [0u32; STACK];
        let mut top = usize::from(!self.is_empty());
        while top > 0 {
            top -= 1;
            let node = &self.boxes.nodes[stack[top] as usize];
            for (overlaps, &child) in node.overlaps(lower, upper).into_iter().zip(&node.children) {
                if !overlaps || child == NONE {
                } else if child & ITEM != 0 {
                    f(self.faces[(child & !ITEM) as usize]);
                } else {
                    stack[top] = child;
                    top += 1;
                }
            }
        }
    }

    /// The place of the triangle found that is nearest to `p`; `p` itself if none is.
    pub(super) fn foot(&self, p: [f64; 3], nearest: Nearest) -> [f64; 3] {
        let triangle = self.triangles.get(nearest.triangle as usize);
        triangle.map_or(p, |&t| place(t, closest_on_triangle(p, t).0))
    }

    pub(super) fn frame(&self) -> &Frame {
        &self.boxes.frame
    }

    /// The nodes, the root first and parents before their children, and their discs.
    pub(super) fn nodes(&self) -> (&[Node], &[Discs]) {
        (&self.boxes.nodes, &self.discs)
    }

    /// The triangles in the tree's order.
    pub(super) fn triangles(&self) -> &[[[f32; 3]; 3]] {
        &self.triangles
    }
}

/// Puts a box into the last place of those that wait, or before all that are nearer.
#[inline]
fn insert(waiting: &mut [(f32, u32)], new: (f32, u32)) {
    let mut at = waiting.len() - 1;
    while at > 0 && waiting[at - 1].0 < new.0 {
        waiting[at] = waiting[at - 1];
        at -= 1;
    }
    waiting[at] = new;
}
