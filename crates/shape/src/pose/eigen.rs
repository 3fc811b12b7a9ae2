//! Eigenvalues and eigenvectors of a symmetric 3 x 3 matrix by Jacobi rotations (Golub & Van Loan 2013, section 8.5):
//! exact to the last bits even where two values are equal. Only sums, products and square roots, so that the bits are the
//! same on every machine.

/// Eigenvalues, largest first, and their unit eigenvectors, at right angles, in the same order.
pub(crate) fn eigen(mut m: [[f64; 3]; 3]) -> ([f64; 3], [[f64; 3]; 3]) {
    let mut vectors = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    // Convergence is quadratic: five sweeps are enough for any matrix of doubles.
    for _ in 0..12 {
        for (p, q) in [(0, 1), (0, 2), (1, 2)] {
            if m[p][q] == 0.0 {
                continue;
            }
            let theta = (m[q][q] - m[p][p]) / (2.0 * m[p][q]);
            let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
            let c = 1.0 / (t * t + 1.0).sqrt();
            let s = t * c;
            let r = 3 - p - q;
            let (rp, rq) = (m[r][p], m[r][q]);
            m[p][p] -= t * m[p][q];
            m[q][q] += t * m[p][q];
            (m[p][q], m[q][p]) = (0.0, 0.0);
            (m[r][p], m[r][q]) = (c * rp - s * rq, s * rp + c * rq);
            (m[p][r], m[q][r]) = (m[r][p], m[r][q]);
            let (vp, vq) = (vectors[p], vectors[q]);
            vectors[p] = [0, 1, 2].map(|i| c * vp[i] - s * vq[i]);
            vectors[q] = [0, 1, 2].map(|i| s * vp[i] + c * vq[i]);
        }
    }
    let mut order = [0, 1, 2];
    order.sort_by(|&a, &b| m[b][b].total_cmp(&m[a][a]));
    (order.map(|i| m[i][i]), order.map(|i| vectors[i]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_turned_by_the_matrix_into_multiples_of_themselves() {
        for m in [
            [[2.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 1.0]],
            [[4.0, 1.0, 1.0], [1.0, 4.0, 1.0], [1.0, 1.0, 4.0]],
            [[5.0, -2.0, 0.3], [-2.0, 1.0, 4.0], [0.3, 4.0, -7.0]],
            [[0.0; 3]; 3],
        ] {
            let (values, vectors) = eigen(m);
            assert!(values[0] >= values[1] && values[1] >= values[2]);
            for (value, v) in values.into_iter().zip(vectors) {
                assert!((v.iter().map(|c| c * c).sum::<f64>() - 1.0).abs() < 1e-14);
                for i in 0..3 {
                    let turned: f64 = (0..3).map(|j| m[i][j] * v[j]).sum();
                    assert!((turned - value * v[i]).abs() < 1e-13, "{m:?}");
                }
            }
        }
    }
}
