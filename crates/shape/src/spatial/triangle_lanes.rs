//! Bounds of the distance to eight triangles at once, tight to rounding.
//!
//! With `p` seen from corner `a`, two dot products with the edges give both the place in the plane and the nearest places
//! of the three edges, all as polynomials in them (after Eberly 1999, "Distance between point and triangle in 3D"): no
//! branch, no root and no division, so that compilers turn it into vector instructions. f32, in the frame of the tree;
//! what rounding can add is taken off, so that results are never above the true distances. Triangles too narrow for f32
//! are treated as the balls around them.

use crate::vector::{cross, dot, norm, sub};

use super::wide_boxes::WIDE;
use super::wide_discs::NOWHERE;

/// Covers rounding that is proportional to the squared distance from a corner.
const SLACK: f32 = 1e-5;
/// Covers rounding near the tree, squared spans.
const PAD2: f32 = 4e-9;
/// Squared sine at the first corner below which a triangle is too narrow.
const NARROW: f64 = 1e-3;

/// What is known of a triangle: first corner, edges from it (3 values each); then its [`ABAB`] ... [`BALL`].
pub(crate) type Prepared = [f32; ROWS];

const A: usize = 0;
const AB: usize = 3;
const AC: usize = 6;
/// Products of the edges.
const ABAB: usize = 9;
const ABAC: usize = 10;
const ACAC: usize = 11;
/// Reciprocals of the edges' squared lengths and of their Gram determinant.
const PER_ABAB: usize = 12;
const PER_ACAC: usize = 13;
const PER_BCBC: usize = 14;
const PER_GRAM: usize = 15;
/// Radius of the ball that stands for a narrow triangle, else 0.
const BALL: usize = 16;
const ROWS: usize = 17;

/// Prepares a triangle in the frame of the tree.
pub(crate) fn prepared([a, b, c]: [[f32; 3]; 3]) -> Prepared {
    let (ab, ac, bc) = (sub(b, a), sub(c, a), sub(c, b));
    let n = cross(ab, ac);
    let (gram, abab, acac, bcbc) = (dot(n, n), dot(ab, ab), dot(ac, ac), dot(bc, bc));
    let mut rows = [0.0; ROWS];
    rows[A..AB].copy_from_slice(&a);
    // The reciprocal of the determinant must fit, too.
    if gram <= NARROW * abab * acac || gram < 1e-36 {
        rows[BALL] = (norm(ab).max(norm(ac)) * 1.000_001 + 2e-6) as f32;
        return rows;
    }
    for axis in 0..3 {
        rows[AB + axis] = ab[axis] as f32;
        rows[AC + axis] = ac[axis] as f32;
    }
    for (row, value) in [(ABAB, abab), (ABAC, dot(ab, ac)), (ACAC, acac)] {
        rows[row] = value as f32;
    }
    for (row, value) in [(PER_ABAB, abab), (PER_ACAC, acac), (PER_BCBC, bcbc), (PER_GRAM, gram)] {
        rows[row] = (1.0 / value) as f32;
    }
    rows
}

/// Eight prepared triangles side by side.
#[derive(Debug, Clone)]
pub(crate) struct TriangleLanes([[f32; WIDE]; ROWS]);

impl TriangleLanes {
    /// Eight triangles at no place that anything is near to.
    pub(crate) const EMPTY: Self = {
        let mut rows = [[0.0; WIDE]; ROWS];
        rows[A] = [NOWHERE; WIDE];
        Self(rows)
    };

    #[inline]
    pub(crate) fn set(&mut self, lane: usize, triangle: &Prepared) {
        for (row, value) in self.0.iter_mut().zip(triangle) {
            row[lane] = *value;
        }
    }

    /// Puts the triangle of lane `from` of `others` into lane `to`.
    #[inline]
    pub(crate) fn copy(&mut self, to: usize, others: &Self, from: usize) {
        for (row, other) in self.0.iter_mut().zip(&others.0) {
            row[to] = other[from];
        }
    }

    /// Squared distance from `q` to each triangle, never above the true one, perhaps a little below 0.
    #[inline]
    pub(crate) fn distances2(&self, q: [f32; 3]) -> [f32; WIDE] {
        let rows = &self.0;
        let mut distances = [0f32; WIDE];
        for lane in 0..WIDE {
            let p = [q[0] - rows[A][lane], q[1] - rows[A + 1][lane], q[2] - rows[A + 2][lane]];
            let pp = p[0] * p[0] + p[1] * p[1] + p[2] * p[2];
            let pb = p[0] * rows[AB][lane] + p[1] * rows[AB + 1][lane] + p[2] * rows[AB + 2][lane];
            let pc = p[0] * rows[AC][lane] + p[1] * rows[AC + 1][lane] + p[2] * rows[AC + 2][lane];
            let (bb, bc, cc) = (rows[ABAB][lane], rows[ABAC][lane], rows[ACAC][lane]);
            // The nearest places of the edges from a, then of the third.
            let t = unit(pb * rows[PER_ABAB][lane]);
            let on_ab = t * (t * bb - 2.0 * pb);
            let t = unit(pc * rows[PER_ACAC][lane]);
            let on_ac = t * (t * cc - 2.0 * pc);
            let along = pc - pb - (bc - bb);
            let t = unit(along * rows[PER_BCBC][lane]);
            let on_bc = bb - 2.0 * pb + t * (t * (bb - 2.0 * bc + cc) - 2.0 * along);
            let on_edge = smaller(smaller(on_ab, on_ac), on_bc);
            let v = (cc * pb - bc * pc) * rows[PER_GRAM][lane];
            let w = (bb * pc - bc * pb) * rows[PER_GRAM][lane];
            let on_face = v * (v * bb - 2.0 * pb) + w * (w * cc - 2.0 * pc) + 2.0 * v * w * bc;
            let is_inside = smaller(smaller(v, w), 1.0 - v - w) >= 0.0;
            let nearest = pp + if is_inside { smaller(on_face, on_edge) } else { on_edge };
            // For balls (d - r)² is at least d²/2 - r².
            let ball = rows[BALL][lane];
            let share = if ball > 0.0 { 0.5 } else { 1.0 };
            distances[lane] = share * nearest - ball * ball - (SLACK * pp + PAD2);
        }
        distances
    }

    /// Twice the farthest that `e·(x - foot)` comes to for each triangle, with `x` in the triangle and `e` a sum of at most
    /// plus or minus each of `halves`, no longer than `radius`.
    #[inline]
    pub(crate) fn reach(&self, foot: [f32; 3], halves: &[[f32; 3]; 3], radius: f32) -> [f32; WIDE] {
        let rows = &self.0;
        let (mut at_a, mut at_b, mut at_c) = ([0f32; WIDE], [0f32; WIDE], [0f32; WIDE]);
        for half in halves {
            for lane in 0..WIDE {
                let p = [rows[A][lane] - foot[0], rows[A + 1][lane] - foot[1], rows[A + 2][lane] - foot[2]];
                let a = p[0] * half[0] + p[1] * half[1] + p[2] * half[2];
                let b = rows[AB][lane] * half[0] + rows[AB + 1][lane] * half[1] + rows[AB + 2][lane] * half[2] + a;
                let c = rows[AC][lane] * half[0] + rows[AC + 1][lane] * half[1] + rows[AC + 2][lane] * half[2] + a;
                at_a[lane] += larger(a, -a);
                at_b[lane] += larger(b, -b);
                at_c[lane] += larger(c, -c);
            }
        }
        let mut reach = [0f32; WIDE];
        for lane in 0..WIDE {
            let farthest = larger(larger(at_a[lane], at_b[lane]), at_c[lane]);
            // The second term covers the rounding of positions.
            reach[lane] = 2.0 * (farthest * 1.000_01 + radius * (rows[BALL][lane] + 2e-6));
        }
        reach
    }
}

/// Limited to 0 to 1.
#[inline]
fn unit(t: f32) -> f32 {
    smaller(larger(t, 0.0), 1.0)
}

#[inline]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline]
fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;
    use crate::spatial::triangle::distance2;

    #[test]
    fn bounds_are_below_the_distance_and_near_it() {
        let mut random = SplitMix::new(7);
        let mut near = 0;
        for case in 0..20_000 {
            let size = [1.0, 0.1, 0.01, 1e-4][case % 4];
            let flat = [1.0, 1.0, 0.1, 1e-3, 0.0][case % 5];
            let mut vector = |size: f64| [0, 1, 2].map(|_| (random.uniform() * 2.0 - 1.0) * size);
            let (a, ab, ac, q) = (vector(1.0), vector(size), vector(size * flat), vector(1.5));
            let mix = case % 3;
            let corner = |d: [f64; 3]| [0, 1, 2].map(|i| (a[i] + d[i]) as f32);
            let c = [0, 1, 2].map(|i| if mix == 0 { ac[i] } else { ab[i] + ac[i] });
            let triangle = [corner([0.0; 3]), corner(ab), corner(c)];
            let q = if mix == 2 { triangle[0] } else { q.map(|v| v as f32) };
            let mut lanes = TriangleLanes::EMPTY;
            lanes.set(3, &prepared(triangle));
            let got = f64::from(lanes.distances2(q)[3]);
            let want = distance2(q.map(f64::from), triangle);
            assert!(got <= want, "{triangle:?} {q:?}: {got} above {want}");
            near += usize::from(want - got < 1e-8 + 1e-3 * want);
        }
        assert!(near > 10_000, "{near}");
    }
}
