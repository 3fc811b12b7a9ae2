//! Nearest points, by a static k-d tree.
//!
//! Friedman, Bentley & Finkel (1977, doi:10.1145/355744.355745), laid out in blocks of eight points with tight boxes
//! (`kd_layout.rs`). Fast because a query touches few cache lines: the nearer child first, the other only if its box
//! comes closer than the best so far, eight distances at a time. Batches are answered together (`kd_batch.rs`). Distances
//! are computed in f32: relative error below 1e-6. O(log n) a query for points that are spread out.

use super::{Item, Layout, box_distance2, kd_batch};
use crate::ShapeError;

/// Points of a block.
pub(super) const W: usize = 8;

/// A point found by a [`KdTree`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Index of the point in the array that the tree was made of.
    pub index: u32,
    /// Its distance from the query, mm.
    pub distance_mm: f32,
}

/// A search structure over points in mm that do not move.
///
/// Among points at the same distance the one of the lowest index counts as nearest.
#[derive(Debug, Clone)]
pub struct KdTree {
    layout: Layout<W>,
    len: usize,
}

/// A candidate: squared distance, then index.
#[derive(Clone, Copy)]
struct Best {
    d2: f32,
    index: u32,
}

impl Best {
    const NONE: Self = Self { d2: f32::INFINITY, index: u32::MAX };

    fn beats(self, other: Self) -> bool {
        self.d2 < other.d2 || (self.d2 == other.d2 && self.index < other.index)
    }

    fn neighbour(self) -> Neighbour {
        Neighbour { index: self.index, distance_mm: self.d2.sqrt() }
    }
}

impl KdTree {
    /// A tree over `points`, mm.
    ///
    /// # Errors
    /// [`ShapeError::Vertex`] for a coordinate that is not finite, [`ShapeError::Parameter`] for more points than 32 bits
    /// number.
    pub fn new(points: &[[f32; 3]]) -> Result<Self, ShapeError> {
        check_points(points)?;
        let items: Vec<Item> = points.iter().zip(0..).map(|(&p, i)| (p, i)).collect();
        Ok(Self { layout: Layout::new(items), len: points.len() })
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The point nearest to `query` (mm). `None` for an empty tree or a query that is not finite.
    pub fn nearest(&self, query: [f32; 3]) -> Option<Neighbour> {
        if self.is_empty() || !query.iter().all(|c| c.is_finite()) {
            return None;
        }
        Some(self.search(query).neighbour())
    }

    /// The `k` points nearest to `query` (mm), the nearest first; all points when there are fewer. Empty for a query that
    /// is not finite.
    pub fn k_nearest(&self, query: [f32; 3], k: usize) -> Vec<Neighbour> {
        let k = k.min(self.len);
        if k == 0 || !query.iter().all(|c| c.is_finite()) {
            return Vec::new();
        }
        let mut found: Vec<Best> = Vec::with_capacity(k + 1);
        self.visit(query, f32::INFINITY, |candidate| {
            let at = found.partition_point(|f| f.beats(candidate));
            if at < k {
                found.truncate(k - 1);
                found.insert(at, candidate);
            }
            if found.len() < k { f32::INFINITY } else { found[k - 1].d2 }
        });
        found.into_iter().map(Best::neighbour).collect()
    }

    /// Every point at most `radius_mm` from `query` (mm), the nearest first. Empty for a query that is not finite.
    pub fn within(&self, query: [f32; 3], radius_mm: f32) -> Vec<Neighbour> {
        if self.is_empty() || !query.iter().all(|c| c.is_finite()) || radius_mm.is_nan() || radius_mm < 0.0 {
            return Vec::new();
        }
        let limit = radius_mm * radius_mm;
        let mut found = Vec::new();
        self.visit(query, limit, |candidate| {
            found.push(candidate);
            limit
        });
        found.sort_unstable_by(|a, b| a.d2.total_cmp(&b.d2).then(a.index.cmp(&b.index)));
        found.into_iter().map(Best::neighbour).collect()
    }

    /// The nearest point of each query (mm), in the order of the queries: the same as [`KdTree::nearest`] of each.
    ///
    /// # Errors
    /// [`ShapeError::Empty`] for an empty tree, [`ShapeError::Vertex`] for a query that is not finite.
    pub fn nearest_batch(&self, queries: &[[f32; 3]]) -> Result<Vec<Neighbour>, ShapeError> {
        check_points(queries)?;
        let items: Vec<Item> = queries.iter().zip(0..).map(|(&p, i)| (p, i)).collect();
        self.nearest_of(&Layout::new(items), queries.len())
    }

    /// The nearest point of this tree to each point of another, by the other's indices. Its order is one of space
    /// already, which saves sorting the queries.
    ///
    /// # Errors
    /// [`ShapeError::Empty`] for an empty tree.
    pub fn nearest_of_tree(&self, queries: &Self) -> Result<Vec<Neighbour>, ShapeError> {
        self.nearest_of(&queries.layout, queries.len)
    }

    fn nearest_of(&self, queries: &Layout<W>, len: usize) -> Result<Vec<Neighbour>, ShapeError> {
        if self.is_empty() {
            return Err(ShapeError::Empty { what: "the set of points to search" });
        }
        Ok(kd_batch::nearest(&self.layout, queries, len))
    }

    fn search(&self, q: [f32; 3]) -> Best {
        let mut best = Best::NONE;
        let mut stack = Stack::new();
        stack.push(0, box_distance2(&self.layout.boxes[0], q));
        while let Some((mut node, bound)) = stack.pop() {
            if bound > best.d2 {
                continue;
            }
            let block = loop {
                if let Some(block) = self.layout.leaf(node) {
                    break block;
                }
                let (left, right) = (2 * node + 1, 2 * node + 2);
                let dl = box_distance2(&self.layout.boxes[left], q);
                let dr = box_distance2(&self.layout.boxes[right], q);
                let (near, far, df) = if dl <= dr { (left, right, dr) } else { (right, left, dl) };
                if df <= best.d2 {
                    stack.push(far, df);
                }
                node = near;
            };
            let block = &self.layout.blocks[block];
            let d2 = block.distances2(q);
            let least = d2.iter().fold(f32::INFINITY, |m, &d| if d < m { d } else { m });
            if least <= best.d2 {
                for lane in 0..W {
                    let candidate = Best { d2: d2[lane], index: block.index[lane] };
                    if candidate.beats(best) {
                        best = candidate;
                    }
                }
            }
        }
        best
    }

    /// Calls `found` with every point within the squared distance that the call before returned (`limit` at first).
    fn visit(&self, q: [f32; 3], mut limit: f32, mut found: impl FnMut(Best) -> f32) {
        let mut stack = Stack::new();
        stack.push(0, box_distance2(&self.layout.boxes[0], q));
        while let Some((node, bound)) = stack.pop() {
            if bound > limit {
                continue;
            }
            let Some(block) = self.layout.leaf(node) else {
                let children = [2 * node + 1, 2 * node + 2].map(|n| (n, box_distance2(&self.layout.boxes[n], q)));
                let [near, far] = if children[0].1 <= children[1].1 { children } else { [children[1], children[0]] };
                stack.push(far.0, far.1);
                stack.push(near.0, near.1);
                continue;
            };
            let block = &self.layout.blocks[block];
            for (lane, d2) in block.distances2(q).into_iter().enumerate() {
                if d2 <= limit && block.index[lane] != u32::MAX {
                    limit = found(Best { d2, index: block.index[lane] });
                }
            }
        }
    }
}

/// Nodes to visit: at most one a level, and one more.
pub(super) struct Stack {
    entries: [(u32, f32); 34],
    len: usize,
}

impl Stack {
    #[inline]
    pub(super) fn new() -> Self {
        Self { entries: [(0, 0.0); 34], len: 0 }
    }

    #[inline]
    pub(super) fn push(&mut self, node: usize, bound: f32) {
        self.entries[self.len] = (node as u32, bound);
        self.len += 1;
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<(usize, f32)> {
        self.len = self.len.checked_sub(1)?;
        let (node, bound) = self.entries[self.len];
        Some((node as usize, bound))
    }
}

/// Whether points can be indexed with 32 bits and are all finite.
pub(crate) fn check_points(points: &[[f32; 3]]) -> Result<(), ShapeError> {
    if points.len() >= u32::MAX as usize / 2 {
        let value = points.len() as f64;
        return Err(ShapeError::Parameter { name: "number of points", value, expected: "below 2,147,483,647" });
    }
    match points.iter().position(|p| !p.iter().all(|c| c.is_finite())) {
        Some(vertex) => Err(ShapeError::Vertex { vertex }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;

    /// Random points; on a lattice of `levels` when that is above 0, which makes ties and duplicates.
    fn cloud(n: usize, levels: f64, seed: u64) -> Vec<[f32; 3]> {
        let mut random = SplitMix::new(seed);
        let mut coordinate = || {
            let c = random.uniform();
            (if levels > 0.0 { (c * levels).floor() } else { c * 100.0 }) as f32
        };
        (0..n).map(|_| [coordinate(), coordinate(), coordinate()]).collect()
    }

    fn distance2(a: [f32; 3], b: [f32; 3]) -> f32 {
        let (x, y, z) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        x * x + y * y + z * z
    }

    fn sorted(points: &[[f32; 3]], q: [f32; 3]) -> Vec<Neighbour> {
        let mut all: Vec<Best> =
            points.iter().zip(0..).map(|(&p, index)| Best { d2: distance2(p, q), index }).collect();
        all.sort_by(|a, b| a.d2.total_cmp(&b.d2).then(a.index.cmp(&b.index)));
        all.into_iter().map(Best::neighbour).collect()
    }

    #[test]
    fn every_search_equals_brute_force() {
        for (n, levels) in [(1, 0.0), (8, 0.0), (9, 0.0), (1000, 0.0), (1500, 4.0), (200, 1.0)] {
            let points = cloud(n, levels, 1);
            let tree = KdTree::new(&points).unwrap();
            let queries = cloud(100, levels, 2);
            let batch = tree.nearest_batch(&queries).unwrap();
            for (q, batched) in queries.iter().zip(batch) {
                let expected = sorted(&points, *q);
                assert_eq!(tree.nearest(*q), Some(expected[0]));
                assert_eq!(batched, expected[0]);
                assert_eq!(tree.k_nearest(*q, 17), expected[..17.min(n)]);
                let radius = 12.5;
                let inside: Vec<_> = expected.iter().copied().filter(|e| e.distance_mm <= radius).collect();
                assert_eq!(tree.within(*q, radius), inside);
            }
        }
    }

    #[test]
    fn extreme_coordinates_and_empty_trees_have_defined_answers() {
        let far = KdTree::new(&[[3e38, 0.0, 0.0], [-3e38, 0.0, 0.0]]).unwrap();
        assert_eq!(far.nearest([0.0; 3]), Some(Neighbour { index: 0, distance_mm: f32::INFINITY }));
        let empty = KdTree::new(&[]).unwrap();
        assert!(empty.is_empty() && empty.nearest([0.0; 3]).is_none());
        assert!(empty.k_nearest([0.0; 3], 3).is_empty() && empty.within([0.0; 3], 3.0).is_empty());
        assert!(matches!(empty.nearest_batch(&[[0.0; 3]]), Err(ShapeError::Empty { .. })));
        assert!(far.nearest([f32::NAN, 0.0, 0.0]).is_none());
        assert!(matches!(far.nearest_batch(&[[f32::NAN; 3]]), Err(ShapeError::Vertex { vertex: 0 })));
        assert!(matches!(KdTree::new(&[[0.0; 3], [f32::INFINITY; 3]]), Err(ShapeError::Vertex { vertex: 1 })));
    }
}
