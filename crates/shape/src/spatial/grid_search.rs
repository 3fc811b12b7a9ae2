//! The triangle nearest to each point of a regular grid.
//!
//! Neighbouring points have nearly the same triangles to choose from, so blocks of 4 x 4 x 4 points search the tree
//! together. Let `t` be the place nearest to a block's centre `c`. A place `x` can be nearer than `t` to some point `c + e`
//! of the block only if `|x - c|² - |t - c|² < 2 e·(x - t)`, because the difference of the two squared distances is linear in
//! `e`. The left is bounded by the disc around a part of the surface (see `wide_discs`), the right by the block's
//! half-sides; parts that fail are left out. What remains is about the block's shadow on the surface, however far that
//! is; blocks of 2 x 2 x 2 choose from it in the same way, and points from what those leave. Every choice is exact: only
//! what cannot be nearest is left out. Blocks with too many candidates, as when one covers the whole mesh, are halved
//! and search the tree anew, in the end for single points. Cost: a few dozen bounds, eight at a time, and a few
//! triangles a point.

use super::triangle_lanes::{Prepared, TriangleLanes, prepared};
use super::triangle_tree::{Nearest, STACK, TriangleTree};
use super::wide_boxes::{ITEM, NONE, WIDE};
use crate::{Affine, vector::norm};

/// Points of a block along each axis.
pub(crate) const BLOCK: usize = 4;
/// Chunks of candidates from which on a block is halved instead.
const TOO_MANY: usize = 128;
/// Spans from the mesh within which bounds leave anything out.
const NEAR: f32 = 1e3;

/// A search through a grid, with its memory.
pub(crate) struct GridSearch<'a> {
    tree: &'a TriangleTree,
    triangles: &'a [Prepared],
    affine: [[f64; 4]; 3],
    /// The triangle found last.
    seed: u32,
    /// Candidates of the block and of the half-block looked at.
    candidates: [Vec<Chunk>; 2],
    /// Of the candidates searched last.
    bounds: Vec<[f32; WIDE]>,
}

/// Eight candidates.
struct Chunk {
    lanes: TriangleLanes,
    triangles: [u32; WIDE],
}

impl Chunk {
    const EMPTY: Self = Self { lanes: TriangleLanes::EMPTY, triangles: [NONE; WIDE] };
}

/// The triangles of a tree in its order, prepared for bounds.
pub(crate) fn prepared_triangles(tree: &TriangleTree) -> Vec<Prepared> {
    let placed = |v: [f32; 3]| tree.frame().place(v.map(f64::from));
    tree.triangles().iter().map(|&[a, b, c]| prepared([placed(a), placed(b), placed(c)])).collect()
}

/// Points `start` to `start + size` of the grid.
#[derive(Clone, Copy)]
struct Block {
    start: [usize; 3],
    size: [usize; 3],
}

impl Block {
    /// The block in halves along each axis that has more than one point.
    fn split(self) -> impl Iterator<Item = Self> {
        let halves = move |axis: usize| {
            let half = self.size[axis].div_ceil(2);
            let rest = self.size[axis] - half;
            [(self.start[axis], half), (self.start[axis] + half, rest)].into_iter().filter(|h| h.1 > 0)
        };
        halves(2).flat_map(move |k| {
            halves(1).flat_map(move |j| halves(0).map(move |i| Self { start: [i.0, j.0, k.0], size: [i.1, j.1, k.1] }))
        })
    }
}

/// What decides whether a part of the surface can be nearest to a point of a block; in the frame of the tree.
struct Test {
    centre: [f32; 3],
    /// The place nearest to the centre, and its squared distance.
    foot: [f32; 3],
    distance2: f32,
    /// From the centre half-way through the block along each axis.
    halves: [[f32; 3]; 3],
    /// From the centre to the farthest corner.
    radius: f32,
}

impl Test {
    /// Whether the block is near enough, and small enough, for bounds to leave anything out.
    fn is_near(&self) -> bool {
        self.radius < NEAR && self.centre.iter().all(|c| c.abs() < NEAR)
    }

    /// Which parts cannot be left out, a bit for each, given bounds of their squared distances from the centre and how
    /// far they reach.
    #[inline]
    fn passes(&self, bounds: &[f32; WIDE], reach: &[f32; WIDE]) -> u32 {
        let mut passes = 0;
        for lane in 0..WIDE {
            passes |= u32::from(bounds[lane] <= self.distance2 + reach[lane]) << lane;
        }
        passes
    }
}

impl<'a> GridSearch<'a> {
    /// `triangles` are the tree's [`prepared_triangles`].
    pub(crate) fn new(tree: &'a TriangleTree, triangles: &'a [Prepared], affine: &Affine) -> Self {
        Self {
            tree,
            triangles,
            affine: affine.rows(),
            seed: NONE,
            candidates: [Vec::new(), Vec::new()],
            bounds: Vec::new(),
        }
    }

    /// Calls `found` with the index of each of the points `start` to `start + size` and the nearest triangle. Blocks
    /// that follow each other should be neighbours.
    pub(crate) fn block(&mut self, start: [usize; 3], size: [usize; 3], found: &mut impl FnMut([usize; 3], Nearest)) {
        self.search(Block { start, size }, found);
    }

    /// Looks in the tree.
    fn search(&mut self, block: Block, found: &mut impl FnMut([usize; 3], Nearest)) {
        let centre = self.centre(block);
        let nearest = self.tree.nearest_from(centre, &[self.seed]);
        self.seed = nearest.triangle;
        if block.size == [1; 3] {
            return found(block.start, nearest);
        }
        let test = self.test(block, centre, nearest);
        if test.is_near() && self.collect(&test) {
            for part in block.split() {
                self.choose(part, 0, found);
            }
        } else {
            for part in block.split() {
                self.search(part, found);
            }
        }
    }

    /// Looks among the candidates of the block around this one.
    fn choose(&mut self, block: Block, level: usize, found: &mut impl FnMut([usize; 3], Nearest)) {
        let centre = self.centre(block);
        let nearest = self.nearest_candidate(centre, level);
        self.seed = nearest.triangle;
        if block.size == [1; 3] {
            return found(block.start, nearest);
        }
        let test = self.test(block, centre, nearest);
        let [all, few] = &mut self.candidates;
        few.clear();
        let mut len = 0;
        for (chunk, bounds) in all.iter().zip(&self.bounds) {
            let mut passes = test.passes(bounds, &chunk.lanes.reach(test.foot, &test.halves, test.radius));
            while passes != 0 {
                let lane = passes.trailing_zeros() as usize % WIDE;
                passes &= passes - 1;
                let (to, free) = push(few, &mut len, chunk.triangles[lane]);
                to.copy(free, &chunk.lanes, lane);
            }
        }
        for part in block.split() {
            self.choose(part, level + 1, found);
        }
    }

    /// The nearest of the candidates at `level`, leaving their bounds behind.
    fn nearest_candidate(&mut self, p: [f64; 3], level: usize) -> Nearest {
        let tree = self.tree;
        let q = tree.frame().place(p);
        let candidates = &self.candidates[level];
        // The least bound of each lane, and its chunk.
        let (mut least, mut chunk_of) = ([f32::INFINITY; WIDE], [0u32; WIDE]);
        self.bounds.clear();
        for (n, chunk) in (0..).zip(candidates) {
            let bounds = chunk.lanes.distances2(q);
            for lane in 0..WIDE {
                let is_less = bounds[lane] < least[lane];
                least[lane] = if is_less { bounds[lane] } else { least[lane] };
                chunk_of[lane] = if is_less { n } else { chunk_of[lane] };
            }
            self.bounds.push(bounds);
        }
        let lane = (1..WIDE).fold(0, |best, lane| if least[lane] < least[best] { lane } else { best });
        let first = candidates.get(chunk_of[lane] as usize).map_or(NONE, |chunk| chunk.triangles[lane]);
        let mut best = Nearest::within(f64::INFINITY);
        if first != NONE {
            tree.try_triangle(p, first, &mut best);
        }
        let mut limit = tree.limit(&best);
        for (chunk, bounds) in candidates.iter().zip(&self.bounds) {
            let mut near = 0u32;
            for lane in 0..WIDE {
                near |= u32::from(bounds[lane] <= limit) << lane;
            }
            while near != 0 {
                let lane = near.trailing_zeros() as usize % WIDE;
                near &= near - 1;
                if bounds[lane] <= limit && chunk.triangles[lane] != first {
                    tree.try_triangle(p, chunk.triangles[lane], &mut best);
                    limit = tree.limit(&best);
                }
            }
        }
        best
    }

    /// Gathers the candidates of a block from the tree; whether they are few enough.
    fn collect(&mut self, test: &Test) -> bool {
        let list = &mut self.candidates[0];
        list.clear();
        let (nodes, discs) = self.tree.nodes();
        let mut len = 0;
        let mut stack = [0u32; STACK];
        let mut top = 1;
        while top > 0 {
            top -= 1;
            let node = stack[top] as usize;
            let bounds = discs[node].distances2(test.centre);
            let mut passes = test.passes(&bounds, &discs[node].reach(test.foot, &test.halves, test.radius));
            while passes != 0 {
                let lane = passes.trailing_zeros() as usize % WIDE;
                passes &= passes - 1;
                let child = nodes[node].children[lane];
                if child == NONE {
                    continue;
                }
                if child & ITEM == 0 {
                    stack[top] = child;
                    top += 1;
                } else {
                    let triangle = child & !ITEM;
                    let (to, free) = push(list, &mut len, triangle);
                    to.set(free, &self.triangles[triangle as usize]);
                    if list.len() > TOO_MANY {
                        return false;
                    }
                }
            }
        }
        true
    }

    fn test(&self, block: Block, centre: [f64; 3], nearest: Nearest) -> Test {
        let frame = self.tree.frame();
        let half = |axis: usize| (block.size[axis] - 1) as f64 / 2.0 * frame.scale;
        let halves = [0, 1, 2].map(|axis| self.affine.map(|row| row[axis] * half(axis)));
        let corners = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]];
        let corner = |s: [f64; 2]| norm([0, 1, 2].map(|a| halves[0][a] + s[0] * halves[1][a] + s[1] * halves[2][a]));
        let radius = corners.map(corner).into_iter().fold(0.0, f64::max);
        // Everything that speaks for leaving out is rounded against it.
        let up = 1.0 + 2e-6;
        Test {
            centre: frame.place(centre),
            foot: frame.place(self.tree.foot(centre, nearest)),
            distance2: (nearest.distance2 * frame.scale * frame.scale * up) as f32,
            halves: halves.map(|h| h.map(|v| (v * up) as f32)),
            radius: (radius * up) as f32,
        }
    }

    fn centre(&self, block: Block) -> [f64; 3] {
        let at = |axis: usize| block.start[axis] as f64 + (block.size[axis] - 1) as f64 / 2.0;
        let (i, j, k) = (at(0), at(1), at(2));
        let along = |r: [f64; 4]| r[0] * i + r[1] * j + r[2] * k + r[3];
        [along(self.affine[0]), along(self.affine[1]), along(self.affine[2])]
    }
}

/// Makes room for a candidate in a list of `len`; returns where its lane is to be filled.
#[inline]
fn push<'a>(list: &'a mut Vec<Chunk>, len: &mut usize, triangle: u32) -> (&'a mut TriangleLanes, usize) {
    let (chunk, lane) = (*len / WIDE, *len % WIDE);
    if lane == 0 {
        list.push(Chunk::EMPTY);
    }
    *len += 1;
    list[chunk].triangles[lane] = triangle;
    (&mut list[chunk].lanes, lane)
}
