//! The nearest place on a mesh.
//!
//! A tree of boxes around triangles, ordered by their centroids with the layout of the kd-tree (`spatial/kd_layout.rs`),
//! searched nearest box first. Degenerate triangles are the segments or points that they look like. Distances are f64;
//! boxes are f32 and pruned with a margin for it. O(log n) a query near the surface.
//!
//! Beside [`crate::TriangleTree`], which answers more and faster, because it is built several times faster: here a tree
//! serves a few queries for each of its triangles, or fewer.

use crate::{
    Mesh,
    spatial::{Item, Layout, box_distance2},
    vector::{cross, dot, sub},
};

/// Triangles of a leaf.
const W: usize = 4;

/// A mesh prepared for the search.
pub(crate) struct SurfaceTree<'a> {
    mesh: &'a Mesh,
    layout: Layout<W>,
}

/// The nearest place found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) d2: f64,
    pub(crate) face: usize,
}

impl<'a> SurfaceTree<'a> {
    /// The mesh must have a face.
    pub(crate) fn new(mesh: &'a Mesh) -> Self {
        let centroid = |f: usize| {
            let [a, b, c] = mesh.triangle(f);
            [0, 1, 2].map(|i| ((f64::from(a[i]) + f64::from(b[i]) + f64::from(c[i])) / 3.0) as f32)
        };
        let items: Vec<Item> = (0..mesh.faces().len()).map(|f| (centroid(f), f as u32)).collect();
        let mut layout = Layout::new(items);
        for node in (0..layout.boxes.len()).rev() {
            layout.boxes[node] = match layout.leaf(node) {
                Some(block) => {
                    let faces = layout.blocks[block].index.into_iter().filter(|&f| f != u32::MAX);
                    faces.flat_map(|f| mesh.triangle(f as usize)).map(|p| [p, p]).fold(NOWHERE, around)
                }
                None => around(layout.boxes[2 * node + 1], layout.boxes[2 * node + 2]),
            };
        }
        Self { mesh, layout }
    }

    /// The nearest place to `q` (mm); of faces at the same distance the first. `start` is a face that is likely near;
    /// `stack` only lends its memory.
    pub(crate) fn nearest(&self, q: [f32; 3], start: usize, stack: &mut Vec<(usize, f64)>) -> Found {
        let mut best = self.to_face(q, start);
        stack.clear();
        stack.push((0, self.bound(0, q)));
        while let Some((node, bound)) = stack.pop() {
            if bound > best.d2 {
                continue;
            }
            if let Some(block) = self.layout.leaf(node) {
                for &face in self.layout.blocks[block].index.iter().take_while(|&&f| f != u32::MAX) {
                    let found = self.to_face(q, face as usize);
                    if found.d2 < best.d2 || (found.d2 == best.d2 && found.face < best.face) {
                        best = found;
                    }
                }
                continue;
            }
            let (left, right) =
                ((2 * node + 1, self.bound(2 * node + 1, q)), (2 * node + 2, self.bound(2 * node + 2, q)));
            let (near, far) = if left.1 <= right.1 { (left, right) } else { (right, left) };
            if far.1 <= best.d2 {
                stack.push(far);
            }
            stack.push(near);
        }
        best
    }

    /// Never above the squared distance to anything in the box.
    #[inline]
    fn bound(&self, node: usize, q: [f32; 3]) -> f64 {
        f64::from(box_distance2(&self.layout.boxes[node], q)) * (1.0 - 1e-6)
    }

    #[inline]
    fn to_face(&self, q: [f32; 3], face: usize) -> Found {
        Found { d2: distance2_to_triangle(q, self.mesh.triangle(face)), face }
    }
}

type Bounds = [[f32; 3]; 2];

const NOWHERE: Bounds = [[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]];

fn around(a: Bounds, b: Bounds) -> Bounds {
    [[0, 1, 2].map(|i| a[0][i].min(b[0][i])), [0, 1, 2].map(|i| a[1][i].max(b[1][i]))]
}

/// By the regions of the triangle's plane (Ericson 2005, Real-Time Collision Detection, 5.1.5). Written out: `map` over
/// an array is not always inlined.
#[inline]
fn distance2_to_triangle(q: [f32; 3], [a, b, c]: [[f32; 3]; 3]) -> f64 {
    let (ab, ac, ap) = (sub(b, a), sub(c, a), sub(q, a));
    let (d1, d2) = (dot(ab, ap), dot(ac, ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return dot(ap, ap);
    }
    let bp = sub(q, b);
    let (d3, d4) = (dot(ab, bp), dot(ac, bp));
    if d3 >= 0.0 && d4 <= d3 {
        return dot(bp, bp);
    }
    let cp = sub(q, c);
    let (d5, d6) = (dot(ab, cp), dot(ac, cp));
    if d6 >= 0.0 && d5 <= d6 {
        return dot(cp, cp);
    }
    let (va, vb, vc) = (d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2);
    if va > 0.0 && vb > 0.0 && vc > 0.0 {
        let normal = cross(ab, ac);
        let height = dot(ap, normal);
        return height * height / dot(normal, normal);
    }
    // Beside one edge; a degenerate triangle has two that coincide.
    to_segment(ap, ab).min(to_segment(ap, ac)).min(to_segment(bp, sub(c, b)))
}

/// Squared distance from a place, `from` the start of a segment, to the segment.
#[inline]
fn to_segment(from: [f64; 3], along: [f64; 3]) -> f64 {
    let length2 = dot(along, along);
    let at = if length2 > 0.0 { (dot(from, along) / length2).clamp(0.0, 1.0) } else { 0.0 };
    let rest = [from[0] - at * along[0], from[1] - at * along[1], from[2] - at * along[2]];
    dot(rest, rest)
}
