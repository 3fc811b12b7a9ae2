//! The nearest place on a mesh.
//!
//! A tree of boxes around triangles, ordered by their centroids with the layout of the kd-tree (`spatial/kd_layout.rs`),
//! searched nearest box first. The distance to a triangle is that to its plane if the foot of the perpendicular lies
//! inside, otherwise that to the nearest edge, so degenerate triangles are segments or points. f64; boxes are f32 and
//! pruned with a margin for it. O(log n) a query near the surface.

use crate::{
    Mesh,
    spatial::{Item, Layout, box_distance2},
    vector::{cross, dot, sub},
};

/// Triangles of a leaf.
const W: usize = 4;

/// A mesh prepared for the search.
pub(super) struct SurfaceTree<'a> {
    mesh: &'a Mesh,
    layout: Layout<W>,
}

/// The nearest place found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) d2: f64,
    pub(super) face: usize,
}

impl<'a> SurfaceTree<'a> {
    /// The mesh must have a face.
    pub(super) fn new(mesh: &'a Mesh) -> Self {
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

    /// The nearest place to `q` (mm); of faces at the same distance the first. `start` is a face that is likely near.
    pub(super) fn nearest(&self, q: [f32; 3], start: usize) -> Found {
        let mut best = self.to_face(q, start);
        let mut stack = vec![(0, self.bound(0, q))];
        while let Some((node, bound)) = stack.pop() {
            if bound > best.d2 {
                continue;
            }
            if let Some(block) = self.layout.leaf(node) {
                for face in self.layout.blocks[block].index.into_iter().filter(|&f| f != u32::MAX) {
                    let found = self.to_face(q, face as usize);
                    if found.d2 < best.d2 || (found.d2 == best.d2 && found.face < best.face) {
                        best = found;
                    }
                }
                continue;
            }
            let children = [2 * node + 1, 2 * node + 2].map(|n| (n, self.bound(n, q)));
            let [near, far] = if children[0].1 <= children[1].1 { children } else { [children[1], children[0]] };
            stack.extend([far, near]);
        }
        best
    }

    /// Never above the squared distance to anything in the box.
    fn bound(&self, node: usize, q: [f32; 3]) -> f64 {
        f64::from(box_distance2(&self.layout.boxes[node], q)) * (1.0 - 1e-6)
    }

    fn to_face(&self, q: [f32; 3], face: usize) -> Found {
        Found { d2: distance2_to_triangle(q, self.mesh.triangle(face)), face }
    }
}

type Bounds = [[f32; 3]; 2];

const NOWHERE: Bounds = [[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]];

fn around(a: Bounds, b: Bounds) -> Bounds {
    [[0, 1, 2].map(|i| a[0][i].min(b[0][i])), [0, 1, 2].map(|i| a[1][i].max(b[1][i]))]
}

fn distance2_to_triangle(q: [f32; 3], corners: [[f32; 3]; 3]) -> f64 {
    let [a, b, c] = corners;
    let normal = cross(sub(b, a), sub(c, a));
    let size = dot(normal, normal);
    let edges = [(a, b), (b, c), (c, a)];
    if size > 0.0 && edges.iter().all(|&(s, t)| dot(cross(sub(t, s), sub(q, s)), normal) >= 0.0) {
        let height = dot(sub(q, a), normal);
        return height * height / size;
    }
    let to_edge = |(s, t): ([f32; 3], [f32; 3])| {
        let (along, from) = (sub(t, s), sub(q, s));
        let length2 = dot(along, along);
        let at = if length2 > 0.0 { (dot(from, along) / length2).clamp(0.0, 1.0) } else { 0.0 };
        let rest = [0, 1, 2].map(|i| from[i] - at * along[i]);
        dot(rest, rest)
    };
    edges.into_iter().map(to_edge).fold(f64::INFINITY, f64::min)
}
