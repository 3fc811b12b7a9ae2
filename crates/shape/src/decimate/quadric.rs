//! The quadric error of a vertex: the weighted sum of squared distances to the planes it stands for.
//!
//! Garland & Heckbert 1997 (doi:10.1145/258734.258849), planes weighted by area. A small pull towards the vertex's own
//! place keeps the best position unique on flat ground.

use crate::vector::dot;

/// Weight of the pull towards the vertex against that of its planes.
const PULL: f64 = 1e-4;

/// `x'Ax + 2b'x + c`: `a` holds the upper triangle xx, xy, xz, yy, yz, zz.
#[derive(Clone, Copy, Default)]
pub(super) struct Quadric {
    a: [f64; 6],
    b: [f64; 3],
    c: f64,
}

impl Quadric {
    /// Squared distance to the plane through `p` with unit `normal`, times `weight`.
    pub(super) fn plane(normal: [f64; 3], p: [f64; 3], weight: f64) -> Self {
        let [x, y, z] = normal;
        let d = -dot(normal, p);
        Self {
            a: [weight * x * x, weight * x * y, weight * x * z, weight * y * y, weight * y * z, weight * z * z],
            b: normal.map(|n| weight * n * d),
            c: weight * d * d,
        }
    }

    /// The pull towards the vertex's place, for planes of that weight in all.
    pub(super) fn pull(at: [f64; 3], weight: f64) -> Self {
        let pull = PULL * weight;
        Self { a: [pull, 0.0, 0.0, pull, 0.0, pull], b: at.map(|v| -pull * v), c: pull * dot(at, at) }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            a: std::array::from_fn(|i| self.a[i] + other.a[i]),
            b: std::array::from_fn(|i| self.b[i] + other.b[i]),
            c: self.c + other.c,
        }
    }

    /// The error at `x`.
    pub(super) fn at(&self, x: [f64; 3]) -> f64 {
        let [xx, xy, xz, yy, yz, zz] = self.a;
        let ax =
            [xx * x[0] + xy * x[1] + xz * x[2], xy * x[0] + yy * x[1] + yz * x[2], xz * x[0] + yz * x[1] + zz * x[2]];
        (dot(ax, x) + 2.0 * dot(self.b, x) + self.c).max(0.0)
    }

    /// The place of least error and that error; `None` when the planes leave it open.
    pub(super) fn minimum(&self) -> Option<([f64; 3], f64)> {
        let x = solve(self.a, self.b.map(|v| -v))?;
        Some((x, (dot(self.b, x) + self.c).max(0.0)))
    }
}

/// Solves a symmetric 3 x 3 system (upper triangle xx, xy, xz, yy, yz, zz) by its adjugate; `None` if it is singular.
pub(super) fn solve(matrix: [f64; 6], [p, q, r]: [f64; 3]) -> Option<[f64; 3]> {
    let [xx, xy, xz, yy, yz, zz] = matrix;
    let (m0, m1, m2) = (yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy);
    let (m3, m4, m5) = (xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy);
    let det = xx * m0 + xy * m1 + xz * m2;
    let scale = (xx + yy + zz) / 3.0;
    if det.is_nan() || det <= 1e-14 * scale * scale * scale {
        return None;
    }
    let inv = 1.0 / det;
    Some([(m0 * p + m1 * q + m2 * r) * inv, (m1 * p + m3 * q + m4 * r) * inv, (m2 * p + m4 * q + m5 * r) * inv])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_planes_meet_where_their_error_is_least() {
        let planes = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.6, 0.0, 0.8]];
        let sum = planes.iter().fold(Quadric::default(), |q, &n| q.plus(&Quadric::plane(n, [3.0, -2.0, 5.0], 2.0)));
        let (x, error) = sum.minimum().unwrap();
        assert!(x.iter().zip([3.0, -2.0, 5.0]).all(|(a, b)| (a - b).abs() < 1e-9), "{x:?}");
        assert!(error < 1e-9 && (sum.at([4.0, -2.0, 5.0]) - 2.0 * 1.36).abs() < 1e-9);
    }

    #[test]
    fn a_single_plane_has_no_lowest_point() {
        assert!(Quadric::plane([0.0, 0.0, 1.0], [0.0; 3], 1.0).minimum().is_none());
    }
}
