//! Eigenvalues of a symmetric matrix by Jacobi rotations (Golub & Van Loan 2013, section 8.5): exact to the last bits
//! even where two are equal, which the closed formula is not.

/// Eigenvalues, largest first.
pub(super) fn eigenvalues(mut m: [[f64; 3]; 3]) -> [f64; 3] {
    // Convergence is quadratic: five sweeps are enough for any matrix of doubles.
    for _ in 0..12 {
        for (p, q) in [(0, 1), (0, 2), (1, 2)] {
            if m[p][q] == 0.0 {
                continue;
            }
            let theta = (m[q][q] - m[p][p]) / (2.0 * m[p][q]);
            let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
            let c = 1.0 / t.hypot(1.0);
            let s = t * c;
            let r = 3 - p - q;
            let (rp, rq) = (m[r][p], m[r][q]);
            m[p][p] -= t * m[p][q];
            m[q][q] += t * m[p][q];
            (m[p][q], m[q][p]) = (0.0, 0.0);
            (m[r][p], m[r][q]) = (c * rp - s * rq, s * rp + c * rq);
            (m[p][r], m[q][r]) = (m[r][p], m[r][q]);
        }
    }
    let mut values = [m[0][0], m[1][1], m[2][2]];
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_matrices() {
        assert_eq!(eigenvalues([[2.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 1.0]]), [3.0, 2.0, 1.0]);
        // Eigenvalues 6, 3, 3: two equal.
        let v = eigenvalues([[4.0, 1.0, 1.0], [1.0, 4.0, 1.0], [1.0, 1.0, 4.0]]);
        for (got, want) in v.into_iter().zip([6.0, 3.0, 3.0]) {
            assert!((got - want).abs() < 1e-14, "{v:?}");
        }
        assert_eq!(eigenvalues([[0.0; 3]; 3]), [0.0; 3]);
    }
}
