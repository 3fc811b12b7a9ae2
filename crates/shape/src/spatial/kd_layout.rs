//! Points sorted into a balanced tree of small blocks, each with its tight box: what the kd-tree and farthest point
//! sampling search.
//!
//! The k-d tree of Friedman, Bentley & Finkel (1977, doi:10.1145/355744.355745), split along the widest axis
//! into full blocks; node `i` has the children `2 i + 1` and `2 i + 2`, so that there are no pointers. A block keeps its coordinates axis by axis, so that one vector instruction takes several points. Instead of
//! the split plane a node keeps the box of its points, which prunes more when the points lie on a surface.
//! O(n log n) by selection.

/// A point and where it came from.
pub(crate) type Item = ([f32; 3], u32);

/// Lower and upper corner.
pub(crate) type Bounds = [[f32; 3]; 2];

/// Up to `W` points; lanes without a point lie at infinity and have the index `u32::MAX`.
#[derive(Debug, Clone)]
pub(crate) struct Block<const W: usize> {
    pub(crate) xyz: [[f32; W]; 3],
    /// Ascending.
    pub(crate) index: [u32; W],
}

impl<const W: usize> Block<W> {
    /// How many points it holds; they come first.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.index.iter().filter(|&&i| i != u32::MAX).count()
    }

    /// Squared distances to a finite point, infinite where there is no point.
    #[inline]
    pub(crate) fn distances2(&self, q: [f32; 3]) -> [f32; W] {
        let mut out = [0.0; W];
        for lane in 0..W {
            let (x, y, z) = (self.xyz[0][lane] - q[0], self.xyz[1][lane] - q[1], self.xyz[2][lane] - q[2]);
            out[lane] = x * x + y * y + z * z;
        }
        out
    }
}

/// The tree. The leaves are the last `blocks.len()` nodes, in the order of the blocks.
#[derive(Debug, Clone)]
pub(crate) struct Layout<const W: usize> {
    pub(crate) boxes: Vec<Bounds>,
    pub(crate) blocks: Vec<Block<W>>,
}

impl<const W: usize> Layout<W> {
    /// All coordinates must be finite.
    pub(crate) fn new(mut items: Vec<Item>) -> Self {
        let leaves = items.len().div_ceil(W).max(1);
        let empty = Block { xyz: [[f32::INFINITY; W]; 3], index: [u32::MAX; W] };
        let mut boxes = vec![[[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]]; 2 * leaves - 1];
        let mut blocks = vec![empty; leaves];
        if !items.is_empty() {
            fill(&mut items, leaves, 0, &mut boxes, &mut blocks);
        }
        Self { boxes, blocks }
    }

    /// The block of a node, if it is a leaf.
    #[inline]
    pub(crate) fn leaf(&self, node: usize) -> Option<usize> {
        (node + 1).checked_sub(self.blocks.len())
    }
}

/// Fills the subtree of a node that has so many leaves.
fn fill<const W: usize>(items: &mut [Item], leaves: usize, node: usize, boxes: &mut [Bounds], blocks: &mut [Block<W>]) {
    let bounds = items.iter().fold([[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]], |[lo, hi], (p, _)| {
        [
            [least(lo[0], p[0]), least(lo[1], p[1]), least(lo[2], p[2])],
            [most(hi[0], p[0]), most(hi[1], p[1]), most(hi[2], p[2])],
        ]
    });
    boxes[node] = bounds;
    if leaves == 1 {
        let block = &mut blocks[node + 1 - blocks.len()];
        items.sort_unstable_by_key(|&(_, index)| index);
        for (lane, &(p, index)) in items.iter().enumerate() {
            for axis in 0..3 {
                block.xyz[axis][lane] = p[axis];
            }
            block.index[lane] = index;
        }
        return;
    }
    let left = left_leaves(leaves);
    // Full blocks to the left, so that only the last block of all has room to spare.
    let middle = left * W;
    let extent = |axis: usize| bounds[1][axis] - bounds[0][axis];
    // One closure an axis, so that the comparison has no index in it.
    if extent(0) >= extent(1) && extent(0) >= extent(2) {
        items.select_nth_unstable_by(middle, |a, b| a.0[0].total_cmp(&b.0[0]));
    } else if extent(1) >= extent(2) {
        items.select_nth_unstable_by(middle, |a, b| a.0[1].total_cmp(&b.0[1]));
    } else {
        items.select_nth_unstable_by(middle, |a, b| a.0[2].total_cmp(&b.0[2]));
    }
    let (before, after) = items.split_at_mut(middle);
    fill(before, left, 2 * node + 1, boxes, blocks);
    fill(after, leaves - left, 2 * node + 2, boxes, blocks);
}

/// Leaves to the left in a tree of two or more, whose levels are full but for the last, which fills from the left: the
/// shape in which children are found by arithmetic.
fn left_leaves(leaves: usize) -> usize {
    // Nodes of the level above the last; some of them have two leaves each, from the left.
    let above = leaves.next_power_of_two() / 2;
    if above == 1 { 1 } else { above / 2 + (leaves - above).min(above / 2) }
}

/// Squared distance from a point to a box, computed in the same order as to a point, so that rounding never makes it
/// larger than that to a point inside.
#[inline]
pub(crate) fn box_distance2([lo, hi]: &Bounds, q: [f32; 3]) -> f32 {
    let gap = |a: usize| most(most(lo[a] - q[a], q[a] - hi[a]), 0.0);
    let (x, y, z) = (gap(0), gap(1), gap(2));
    x * x + y * y + z * z
}

/// The smaller of two numbers: one instruction, unlike `f32::min`, which knows what to do with NaN.
#[inline]
pub(crate) fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The larger of two numbers, likewise.
#[inline]
pub(crate) fn most(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
