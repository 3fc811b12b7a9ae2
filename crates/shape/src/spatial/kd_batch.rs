//! Nearest points of many queries at once: a block of queries shares its way through the k-d tree.
//!
//! The queries are themselves sorted into small blocks with tight boxes. A block goes down the tree by the distance
//! between its box and the nodes' (the all-nearest-neighbours search of Gray & Moore 2000, "N-Body" problems in
//! statistical learning, NIPS 13, with the query tree cut at its leaves). Fast because eight queries pay for one
//! traversal, and each point of a leaf is compared with all eight in a few vector instructions without a branch. The
//! answer of each is the same as that of a search alone.

use rayon::prelude::*;

use super::{
    Bounds, Layout,
    kd_layout::{Block, most},
    kd_tree::{Neighbour, Stack, W},
};

/// Blocks that one task answers.
const RUN: usize = 128;

/// The nearest of the `targets` for each of the `len` queries, by the queries' indices. Neither may be empty.
pub(super) fn nearest(targets: &Layout<W>, queries: &Layout<W>, len: usize) -> Vec<Neighbour> {
    let first_leaf = queries.boxes.len() - queries.blocks.len();
    let boxes = &queries.boxes[first_leaf..];
    let answers: Vec<Lanes> = queries
        .blocks
        .par_chunks(RUN)
        .zip(boxes.par_chunks(RUN))
        .flat_map_iter(|(blocks, boxes)| blocks.iter().zip(boxes).map(|(block, bounds)| search(targets, block, bounds)))
        .collect();
    let mut found = vec![Neighbour { index: 0, distance_mm: 0.0 }; len];
    for (block, lanes) in queries.blocks.iter().zip(&answers) {
        for lane in (0..W).take_while(|&lane| block.index[lane] != u32::MAX) {
            found[block.index[lane] as usize] =
                Neighbour { index: lanes.index[lane], distance_mm: lanes.d2[lane].sqrt() };
        }
    }
    found
}

/// The best so far of each query of a block.
#[derive(Clone, Copy)]
struct Lanes {
    d2: [f32; W],
    index: [u32; W],
}

fn search(targets: &Layout<W>, queries: &Block<W>, bounds: &Bounds) -> Lanes {
    let mut best = Lanes { d2: [f32::INFINITY; W], index: [u32::MAX; W] };
    let mut farthest = f32::INFINITY;
    let mut stack = Stack::new();
    stack.push(0, 0.0);
    while let Some((mut node, bound)) = stack.pop() {
        if bound > farthest {
            continue;
        }
        let leaf = loop {
            if let Some(leaf) = targets.leaf(node) {
                break leaf;
            }
            let (left, right) = (2 * node + 1, 2 * node + 2);
            let dl = between(&targets.boxes[left], bounds);
            let dr = between(&targets.boxes[right], bounds);
            let (near, far, df) = if dl <= dr { (left, right, dr) } else { (right, left, dl) };
            if df <= farthest {
                stack.push(far, df);
            }
            node = near;
        };
        best.meet(queries, &targets.blocks[leaf]);
        farthest = (0..W).filter(|&l| queries.index[l] != u32::MAX).fold(0.0, |most, l| best.d2[l].max(most));
    }
    best
}

impl Lanes {
    /// Compares every query with every point of a leaf.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "a branch would keep the lanes apart")]
    fn meet(&mut self, queries: &Block<W>, points: &Block<W>) {
        for p in 0..points.len() {
            let (d2, index) = (distances2(queries, points, p), points.index[p]);
            for lane in 0..W {
                let (old, own) = (self.d2[lane], self.index[lane]);
                let wins = (d2[lane] < old) | ((d2[lane] == old) & (index < own));
                self.d2[lane] = if wins { d2[lane] } else { old };
                self.index[lane] = if wins { index } else { own };
            }
        }
    }
}

/// From every query to one point, computed as [`Block::distances2`] does, so that the bits are those of a search alone.
#[inline]
fn distances2(queries: &Block<W>, points: &Block<W>, p: usize) -> [f32; W] {
    let at = [points.xyz[0][p], points.xyz[1][p], points.xyz[2][p]];
    let mut out = [0.0; W];
    for lane in 0..W {
        let (x, y, z) = (at[0] - queries.xyz[0][lane], at[1] - queries.xyz[1][lane], at[2] - queries.xyz[2][lane]);
        out[lane] = x * x + y * y + z * z;
    }
    out
}

/// Squared distance between two boxes, never more by rounding than that of any two points in them.
#[inline]
fn between([lo, hi]: &Bounds, [from, to]: &Bounds) -> f32 {
    let gap = |a: usize| most(most(lo[a] - to[a], from[a] - hi[a]), 0.0);
    let (x, y, z) = (gap(0), gap(1), gap(2));
    x * x + y * y + z * z
}
