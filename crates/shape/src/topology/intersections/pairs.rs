//! Pairs of faces whose boxes meet, from a tree of boxes over the faces in the order of a Morton curve (Lauterbach et al.
//! 2009, doi:10.1111/j.1467-8659.2009.01377.x).
//!
//! The tree is complete, so it needs no links: node n has the children 2 n and 2 n + 1. Each leaf looks for those behind
//! it, which finds every pair once; leaves are shared out among the threads.

use rayon::prelude::*;

use crate::Mesh;

use super::SelfIntersections;

/// Faces in a leaf.
const LEAF: usize = 4;

/// Leaves that one thread takes at a time.
const CHUNK: usize = 1024;

type Box3 = [[f32; 3]; 2];

const NOWHERE: Box3 = [[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]];

/// The pairs of faces, among those whose boxes meet, that `decide` accepts.
pub(super) fn find(mesh: &Mesh, limit: usize, decide: impl Fn(u32, u32) -> bool + Sync) -> SelfIntersections {
    let tree = Tree::new(mesh);
    let chunks: Vec<SelfIntersections> = (0..tree.leaves.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut found = SelfIntersections::default();
            for leaf in chunk * CHUNK..((chunk + 1) * CHUNK).min(tree.leaves) {
                tree.visit(leaf, |f, g| {
                    if decide(f.min(g), f.max(g)) {
                        found.count += 1;
                        if found.pairs.len() < limit {
                            found.pairs.push([f.min(g), f.max(g)]);
                        }
                    }
                });
            }
            found
        })
        .collect();
    let count = chunks.iter().map(|c| c.count).sum();
    let mut pairs: Vec<_> = chunks.into_iter().flat_map(|c| c.pairs).take(limit).collect();
    pairs.sort_unstable();
    SelfIntersections { count, pairs }
}

struct Tree {
    /// The faces and their boxes along the curve.
    faces: Vec<u32>,
    boxes: Vec<Box3>,
    /// Boxes of the nodes; node 1 is the root, node `leaves + n` is leaf n.
    nodes: Vec<Box3>,
    /// A power of two.
    leaves: usize,
}

impl Tree {
    fn new(mesh: &Mesh) -> Self {
        let [lower, upper] = mesh.bounds().unwrap_or_default();
        let scale = [0, 1, 2].map(|i| {
            let extent = f64::from(upper[i]) - f64::from(lower[i]);
            if extent > 0.0 { f64::from((1u32 << 21) - 1) / extent } else { 0.0 }
        });
        let mut order: Vec<(u64, u32)> = (0..mesh.faces().len())
            .map(|f| {
                let [a, b, c] = mesh.triangle(f);
                let cell = [0, 1, 2].map(|i| {
                    let centre = (f64::from(a[i]) + f64::from(b[i]) + f64::from(c[i])) / 3.0;
                    ((centre - f64::from(lower[i])) * scale[i]) as u64
                });
                (spread(cell[0]) | spread(cell[1]) << 1 | spread(cell[2]) << 2, f as u32)
            })
            .collect();
        order.sort_unstable();
        let faces: Vec<u32> = order.into_iter().map(|(_, f)| f).collect();
        let boxes: Vec<Box3> = faces.iter().map(|&f| mesh.triangle(f as usize).iter().fold(NOWHERE, grown)).collect();
        let leaves = boxes.len().div_ceil(LEAF).next_power_of_two();
        let mut nodes = vec![NOWHERE; 2 * leaves];
        for (node, inside) in nodes[leaves..].iter_mut().zip(boxes.chunks(LEAF)) {
            *node = inside.iter().copied().fold(NOWHERE, joined);
        }
        for n in (1..leaves).rev() {
            nodes[n] = joined(nodes[2 * n], nodes[2 * n + 1]);
        }
        Self { faces, boxes, nodes, leaves }
    }

    /// Calls `pair` with the faces whose boxes meet, one in this leaf and one behind it along the curve.
    fn visit(&self, leaf: usize, mut pair: impl FnMut(u32, u32)) {
        let here = leaf * LEAF..((leaf + 1) * LEAF).min(self.boxes.len());
        if here.is_empty() {
            return;
        }
        let whole = &self.nodes[self.leaves + leaf];
        for a in here.clone() {
            for b in a + 1..here.end {
                if meet(&self.boxes[a], &self.boxes[b]) {
                    pair(self.faces[a], self.faces[b]);
                }
            }
        }
        // Climbing from the leaf, the subtrees to its right are those behind it.
        let mut at = self.leaves + leaf;
        let mut open = Vec::with_capacity(64);
        while at > 1 {
            if at.is_multiple_of(2) {
                open.push(at + 1);
            }
            at /= 2;
            while let Some(node) = open.pop() {
                if !meet(&self.nodes[node], whole) {
                    continue;
                }
                if node < self.leaves {
                    open.extend([2 * node + 1, 2 * node]);
                    continue;
                }
                let start = (node - self.leaves) * LEAF;
                for b in start..(start + LEAF).min(self.boxes.len()) {
                    if meet(&self.boxes[b], whole) {
                        for a in here.clone().filter(|&a| meet(&self.boxes[a], &self.boxes[b])) {
                            pair(self.faces[a], self.faces[b]);
                        }
                    }
                }
            }
        }
    }
}

/// Two zero bits after each of the lowest 21.
fn spread(v: u64) -> u64 {
    let v = (v | v << 32) & 0x001F_0000_0000_FFFF;
    let v = (v | v << 16) & 0x001F_0000_FF00_00FF;
    let v = (v | v << 8) & 0x100F_00F0_0F00_F00F;
    let v = (v | v << 4) & 0x10C3_0C30_C30C_30C3;
    (v | v << 2) & 0x1249_2492_4924_9249
}

#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "six comparisons cost less than a branch mispredicted")]
fn meet(a: &Box3, b: &Box3) -> bool {
    (a[0][0] <= b[1][0])
        & (b[0][0] <= a[1][0])
        & (a[0][1] <= b[1][1])
        & (b[0][1] <= a[1][1])
        & (a[0][2] <= b[1][2])
        & (b[0][2] <= a[1][2])
}

fn grown([lower, upper]: Box3, p: &[f32; 3]) -> Box3 {
    [[0, 1, 2].map(|i| lower[i].min(p[i])), [0, 1, 2].map(|i| upper[i].max(p[i]))]
}

fn joined(a: Box3, b: Box3) -> Box3 {
    [[0, 1, 2].map(|i| a[0][i].min(b[0][i])), [0, 1, 2].map(|i| a[1][i].max(b[1][i]))]
}
