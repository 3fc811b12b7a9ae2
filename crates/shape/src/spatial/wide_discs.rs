//! Bounds for distances: eight discs a node.
//!
//! Boxes along the axes stand off from a slanted surface, and far from it that costs: at distance `d`, a gap `e` lets
//! everything within √(2de) of the foot pass. So each part of a surface is enclosed in a disc, a cylinder of the least
//! height along the mean normal of the part, which lies as close as the part is flat. This is the idea of the swept
//! rectangles of Larsen, Gottschalk, Lin & Manocha 2000 (doi:10.1109/ROBOT.2000.845311) with a shape that takes no frame,
//! eight at a time. Cost: O(n log n) to build.

use rayon::prelude::*;

use super::wide_boxes::{ITEM, NONE, WIDE, WideBoxes};
use crate::vector::{cross, dot, norm, sub};

/// By how much discs are larger than what they hold, in spans of the tree: covers rounding near the tree.
const PAD: f64 = 2e-6;
/// Covers rounding far from the tree, where it is proportional to squared distances.
const SLACK: f32 = 1e-6;
/// Where discs of children that do not exist lie, in spans.
pub(crate) const NOWHERE: f32 = 1e18;
/// More than any squared distance to a disc, less than any to those of children that do not exist.
pub(crate) const BEYOND: f32 = 1e35;

/// The discs of a node's children, in the frame of the tree.
#[derive(Debug, Clone)]
pub(crate) struct Discs {
    centre: [[f32; WIDE]; 3],
    normal: [[f32; WIDE]; 3],
    /// Half the height along the normal.
    height: [f32; WIDE],
    radius: [f32; WIDE],
}

impl Discs {
    const EMPTY: Self =
        Self { centre: [[NOWHERE; WIDE]; 3], normal: [[0.0; WIDE]; 3], height: [0.0; WIDE], radius: [0.0; WIDE] };

    /// The discs of each node of a tree over `triangles`.
    pub(crate) fn of_tree(tree: &WideBoxes, triangles: &[[[f32; 3]; 3]]) -> Vec<Self> {
        let places: Vec<_> = triangles.iter().map(|t| t.map(|v| tree.frame.place(v.map(f64::from)))).collect();
        // Which triangles lie below each node, and the sum of their normals.
        let mut below = vec![Below::default(); tree.nodes.len()];
        for (n, node) in tree.nodes.iter().enumerate().rev() {
            let parts = node.children.iter().filter(|&&c| c != NONE).map(|&c| Below::child(c, &below, &places));
            below[n] = parts.reduce(Below::and).unwrap_or_default();
        }
        let discs = tree.nodes.par_iter().map(|node| {
            let mut discs = Self::EMPTY;
            for (lane, &child) in node.children.iter().enumerate().filter(|(_, c)| **c != NONE) {
                let part = Below::child(child, &below, &places);
                discs.set(lane, part.normal, &places[part.start as usize..part.end as usize]);
            }
            discs
        });
        discs.collect()
    }

    fn set(&mut self, lane: usize, normal: [f64; 3], triangles: &[[[f32; 3]; 3]]) {
        let length = norm(normal);
        let normal = if length > 0.0 { normal.map(|v| (v / length) as f32) } else { [0.0, 0.0, 1.0] };
        let direction = normal.map(f64::from);
        let points = || triangles.iter().flatten();
        let [lower, upper] = points().fold([[f32::MAX; 3], [f32::MIN; 3]], |[l, u], p| {
            [[l[0].min(p[0]), l[1].min(p[1]), l[2].min(p[2])], [u[0].max(p[0]), u[1].max(p[1]), u[2].max(p[2])]]
        });
        let middle = [0, 1, 2].map(|a| f32::midpoint(lower[a], upper[a]));
        let (mut low, mut high) = (f64::MAX, f64::MIN);
        for p in points() {
            let t = dot(direction, sub(*p, middle));
            (low, high) = (low.min(t), high.max(t));
        }
        let centre = [0, 1, 2].map(|a| (f64::from(middle[a]) + f64::midpoint(low, high) * direction[a]) as f32);
        let (mut height, mut radius2) = (0f64, 0f64);
        for p in points() {
            let v = sub(*p, centre);
            let t = dot(direction, v);
            height = height.max(t.abs());
            radius2 = radius2.max(dot(v, v) - t * t);
        }
        for axis in 0..3 {
            self.centre[axis][lane] = centre[axis];
            self.normal[axis][lane] = normal[axis];
        }
        self.height[lane] = (height + PAD) as f32;
        self.radius[lane] = (radius2.sqrt() + PAD) as f32;
    }

    /// Squared distance from `q` to each disc, never above the true one; more than [`BEYOND`] for children that do not
    /// exist.
    #[inline]
    pub(crate) fn distances2(&self, q: [f32; 3]) -> [f32; WIDE] {
        let mut distances = [0f32; WIDE];
        for lane in 0..WIDE {
            let v = [q[0] - self.centre[0][lane], q[1] - self.centre[1][lane], q[2] - self.centre[2][lane]];
            let t = v[0] * self.normal[0][lane] + v[1] * self.normal[1][lane] + v[2] * self.normal[2][lane];
            let v2 = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
            let aside = larger(v2 - t * t - SLACK * v2, 0.0).sqrt();
            let along = larger(larger(t, -t) - self.height[lane], 0.0);
            let outside = larger(aside - self.radius[lane], 0.0);
            distances[lane] = (along * along + outside * outside) * (1.0 - 8.0 * SLACK);
        }
        distances
    }

    /// Twice the farthest that `e·(x - foot)` comes to for each disc, with `x` in the disc and `e` a sum of at most plus or
    /// minus each of `halves`, no longer than `radius`.
    #[inline]
    pub(crate) fn reach(&self, foot: [f32; 3], halves: &[[f32; 3]; 3], radius: f32) -> [f32; WIDE] {
        let mut reach = [0f32; WIDE];
        for half in halves {
            for lane in 0..WIDE {
                let v =
                    [self.centre[0][lane] - foot[0], self.centre[1][lane] - foot[1], self.centre[2][lane] - foot[2]];
                let t = v[0] * half[0] + v[1] * half[1] + v[2] * half[2];
                reach[lane] += larger(t, -t);
            }
        }
        for lane in 0..WIDE {
            reach[lane] = 2.0 * (reach[lane] + radius * (self.height[lane] + self.radius[lane]));
        }
        reach
    }
}

#[inline]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The triangles below a node.
#[derive(Debug, Clone, Copy, Default)]
struct Below {
    start: u32,
    end: u32,
    normal: [f64; 3],
}

impl Below {
    fn child(child: u32, below: &[Self], triangles: &[[[f32; 3]; 3]]) -> Self {
        if child & ITEM == 0 {
            return below[child as usize];
        }
        let start = child & !ITEM;
        let [a, b, c] = triangles[start as usize];
        Self { start, end: start + 1, normal: cross(sub(b, a), sub(c, a)) }
    }

    fn and(self, other: Self) -> Self {
        let normal = [0, 1, 2].map(|a| self.normal[a] + other.normal[a]);
        Self { start: self.start.min(other.start), end: self.end.max(other.end), normal }
    }
}
