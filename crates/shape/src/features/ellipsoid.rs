//! Ellipsoids: the smallest around a set of points, and the volume and area of one.
//!
//! The smallest by barycentric coordinate descent (Khachiyan 1996, doi:10.1287/moor.21.2.307) with the away steps of Todd
//! & Yildirim 2007 (doi:10.1016/j.dam.2007.02.013), which drop points again and so converge linearly: some hundred
//! steps, each linear in the number of points. The result is scaled so that it really holds every point.

use std::f64::consts::PI;

use crate::pose::eigen;

/// How far the farthest point may be beyond its bound, relatively, when the descent ends.
const TOLERANCE: f64 = 1e-5;
const STEPS: usize = 2000;

/// Semi-axes of the smallest ellipsoid around the points, longest first. `None` unless they span space.
pub(super) fn smallest_enclosing(points: &[[f64; 3]]) -> Option<[f64; 3]> {
    let n = points.len();
    if n < 4 {
        return None;
    }
    let mean = [0, 1, 2].map(|a| points.iter().map(|p| p[a]).sum::<f64>() / n as f64);
    let size = points.iter().flat_map(|p| (0..3).map(|a| (p[a] - mean[a]).abs())).fold(0.0, f64::max);
    // Lifted to four dimensions, the ellipsoid is centred at the origin.
    let lifted: Vec<[f64; 4]> = points
        .iter()
        .map(|p| [(p[0] - mean[0]) / size, (p[1] - mean[1]) / size, (p[2] - mean[2]) / size, 1.0])
        .collect();
    let mut weights = vec![1.0 / n as f64; n];
    let mut scatter = [[0.0; 4]; 4];
    for (q, w) in lifted.iter().zip(&weights) {
        blend(&mut scatter, q, 1.0, *w);
    }
    for _ in 0..STEPS {
        let inverse = invert(scatter)?;
        let (mut far, mut near) = ((0, f64::NEG_INFINITY), (0, f64::INFINITY));
        for (i, q) in lifted.iter().enumerate() {
            let reach = quadratic(&inverse, q);
            if reach > far.1 {
                far = (i, reach);
            }
            if weights[i] > 0.0 && reach < near.1 {
                near = (i, reach);
            }
        }
        if far.1 / 4.0 - 1.0 <= TOLERANCE {
            break;
        }
        let step = |reach: f64| (reach - 4.0) / (4.0 * (reach - 1.0));
        let (i, share) = if far.1 - 4.0 >= 4.0 - near.1 {
            (far.0, step(far.1))
        } else {
            (near.0, step(near.1).max(-weights[near.0] / (1.0 - weights[near.0])))
        };
        for w in &mut weights {
            *w *= 1.0 - share;
        }
        weights[i] = (weights[i] + share).max(0.0);
        if weights[i] < 1e-15 {
            weights[i] = 0.0;
        }
        blend(&mut scatter, &lifted[i], 1.0 - share, share);
    }
    let centre = [0, 1, 2].map(|a| scatter[a][3] / scatter[3][3]);
    let covariance = [0, 1, 2].map(|a| [0, 1, 2].map(|b| scatter[a][b] / scatter[3][3] - centre[a] * centre[b]));
    let inverse = invert(std::array::from_fn(|a| {
        std::array::from_fn(|b| if a < 3 && b < 3 { covariance[a][b] } else { f64::from(u8::from(a == b)) })
    }))?;
    let reach =
        lifted.iter().map(|q| quadratic(&inverse, &[q[0] - centre[0], q[1] - centre[1], q[2] - centre[2], 0.0]));
    let scale = reach.fold(0.0, f64::max).sqrt() * size;
    Some(eigen(covariance).0.map(|v| scale * v.max(0.0).sqrt()))
}

/// Area of an ellipsoid with semi-axes a >= b >= c as IBSI computes it: by the series in its manual, up to degree 20.
///
/// The manual's eccentricities take b for c in one place, so this is less than the true area (by a fifth for a 2 : 1 : 1
/// ellipsoid). Its reference values are made with it, so it is kept.
pub(super) fn ibsi_area([a, b, c]: [f64; 3]) -> f64 {
    let (alpha2, beta2) = (1.0 - b * b / (a * a), 1.0 - c * c / (a * a));
    // The Legendre polynomials times the powers of alpha beta, whose recurrence divides by neither.
    let (mut before, mut now) = (0.0, 1.0);
    let mut sum = 0.0;
    for v in 0..=20 {
        let v = f64::from(v);
        sum += now / (1.0 - 4.0 * v * v);
        let next = ((2.0 * v + 1.0) * (alpha2 + beta2) / 2.0 * now - v * alpha2 * beta2 * before) / (v + 1.0);
        (before, now) = (now, next);
    }
    4.0 * PI * a * b * sum
}

pub(super) fn volume([a, b, c]: [f64; 3]) -> f64 {
    4.0 / 3.0 * PI * a * b * c
}

/// `matrix` times `keep` plus the outer square of `q` times `add`.
fn blend(matrix: &mut [[f64; 4]; 4], q: &[f64; 4], keep: f64, add: f64) {
    for (row, &x) in matrix.iter_mut().zip(q) {
        for (entry, &y) in row.iter_mut().zip(q) {
            *entry = keep * *entry + add * x * y;
        }
    }
}

fn quadratic(m: &[[f64; 4]; 4], q: &[f64; 4]) -> f64 {
    m.iter().zip(q).map(|(row, x)| x * (row[0] * q[0] + row[1] * q[1] + row[2] * q[2] + row[3] * q[3])).sum()
}

/// Inverse of a positive definite matrix by Gauss-Jordan elimination, which needs no pivoting there.
fn invert(mut m: [[f64; 4]; 4]) -> Option<[[f64; 4]; 4]> {
    let mut inverse: [[f64; 4]; 4] = std::array::from_fn(|a| std::array::from_fn(|b| f64::from(u8::from(a == b))));
    for p in 0..4 {
        let pivot = m[p][p];
        if pivot.is_nan() || pivot <= 1e-14 {
            return None;
        }
        for c in 0..4 {
            m[p][c] /= pivot;
            inverse[p][c] /= pivot;
        }
        for r in (0..4).filter(|&r| r != p) {
            let factor = m[r][p];
            for c in 0..4 {
                m[r][c] -= factor * m[p][c];
                inverse[r][c] -= factor * inverse[p][c];
            }
        }
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;
    use std::f64::consts::TAU;

    #[test]
    fn the_smallest_ellipsoid_around_known_points() {
        // Around a box: semi-axes are the half sides times the root of 3.
        let corners: Vec<_> =
            (0..8).map(|c| [10.0 + 4.0 * f64::from(c & 1), 2.0 * f64::from(c >> 1 & 1), f64::from(c >> 2)]).collect();
        let axes = smallest_enclosing(&corners).unwrap();
        for (got, half) in axes.into_iter().zip([2.0, 1.0, 0.5]) {
            assert!((got / (half * 3f64.sqrt()) - 1.0).abs() < 1e-4, "{axes:?}");
        }
        // Points on a sphere, stretched.
        let mut random = SplitMix::new(1);
        let on: Vec<_> = (0..3000)
            .map(|_| {
                let v = [(); 3].map(|()| random.uniform() - 0.5);
                let n = v.iter().map(|x| x * x).sum::<f64>().sqrt();
                [3.0 * v[0] / n, 0.01 * v[1] / n, v[2] / n]
            })
            .collect();
        for (got, want) in smallest_enclosing(&on).unwrap().into_iter().zip([3.0, 1.0, 0.01]) {
            assert!((got / want - 1.0).abs() < 1e-2, "{got} {want}");
        }
        assert_eq!(smallest_enclosing(&[[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]]), None);
    }

    #[test]
    fn the_series_of_ibsi_is_right_for_a_sphere_and_low_for_a_spheroid() {
        assert!((ibsi_area([2.0; 3]) - 16.0 * PI).abs() < 1e-12);
        // True area of the prolate spheroid: 2 pi b^2 (1 + a / (b e) asin e).
        let e = 0.75f64.sqrt();
        let truth = TAU * (1.0 + 2.0 / e * e.asin());
        let ratio = ibsi_area([2.0, 1.0, 1.0]) / truth;
        assert!((0.80..0.81).contains(&ratio), "{ratio}");
    }
}
