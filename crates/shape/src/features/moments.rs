//! Moments of the voxel centres, exactly: sums of integers over a mask's bits.
//!
//! A row adds its number of voxels and the sums of their indices and squared indices, a byte at a time from a table, a
//! full word at once; everything else follows from these. The covariance is divided only at the end, so it is right to
//! the last bits however far the mask lies from the origin.

use super::bits::BitGrid;

/// Number, mean and covariance of voxel centres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moments {
    pub count: u64,
    /// Population covariance, in units of the grid's steps.
    pub covariance: [[f64; 3]; 3],
}

impl Moments {
    pub(super) fn new(grid: &BitGrid) -> Self {
        let bytes = byte_sums();
        let (mut n, mut s, mut q) = (0i128, [0i128; 3], [[0i128; 3]; 3]);
        for k in 1..grid.size[2] - 1 {
            for j in 1..grid.size[1] - 1 {
                let [rn, rx, rxx] = row_sums(&bytes, grid.row(j, k)).map(i128::from);
                let (y, z) = (j as i128, k as i128);
                n += rn;
                s = [s[0] + rx, s[1] + rn * y, s[2] + rn * z];
                for (entry, value) in q.as_flattened_mut().iter_mut().zip(
                    [[rxx, rx * y, rx * z], [rx * y, rn * y * y, rn * y * z], [rx * z, rn * y * z, rn * z * z]]
                        .as_flattened(),
                ) {
                    *entry += value;
                }
            }
        }
        let square = n as f64 * n as f64;
        let covariance = [0, 1, 2].map(|a| [0, 1, 2].map(|b| (n * q[a][b] - s[a] * s[b]) as f64 / square));
        Self { count: n as u64, covariance }
    }

    /// The covariance in mm², where the columns of `linear` are the steps along i, j, k.
    pub(super) fn covariance_mm2(&self, linear: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
        let half = linear.map(|r| [0, 1, 2].map(|b| (0..3).map(|c| r[c] * self.covariance[c][b]).sum::<f64>()));
        half.map(|h| linear.map(|r| (0..3).map(|c| h[c] * r[c]).sum::<f64>()))
    }
}

/// Number, sum and sum of squares of the positions of the bits of every byte.
fn byte_sums() -> [[u64; 3]; 256] {
    std::array::from_fn(|byte| {
        (0..8).filter(|b| byte >> b & 1 == 1).fold([0; 3], |[n, s, q], b| [n + 1, s + b, q + b * b])
    })
}

fn row_sums(bytes: &[[u64; 3]; 256], row: &[u64]) -> [u64; 3] {
    let mut sum = [0; 3];
    let mut add = |[n, s, q]: [u64; 3], offset: u64| {
        sum[0] += n;
        sum[1] += s + offset * n;
        sum[2] += q + 2 * offset * s + offset * offset * n;
    };
    for (w, &word) in row.iter().enumerate() {
        let offset = 64 * w as u64;
        if word == !0 {
            add([64, 2016, 85_344], offset);
        } else if word != 0 {
            for (b, byte) in word.to_le_bytes().into_iter().enumerate() {
                add(bytes[byte as usize], offset + 8 * b as u64);
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::bits::noise;

    #[test]
    fn equals_the_plain_sums() {
        let shape = [200, 9, 7];
        for density in [0.95, 0.3, 1.0] {
            let mask = noise(shape, density, 4);
            let grid = BitGrid::new(&mask.view()).unwrap();
            let points: Vec<[f64; 3]> = (0..mask.voxels().len())
                .filter(|&v| mask.voxels()[v] == 1)
                .map(|v| [v % 200, v / 200 % 9, v / 1800].map(|c| c as f64))
                .collect();
            let n = points.len() as f64;
            let mean = [0, 1, 2].map(|a| points.iter().map(|p| p[a]).sum::<f64>() / n);
            let moments = Moments::new(&grid);
            assert_eq!(moments.count, mask.count());
            for a in 0..3 {
                for b in 0..3 {
                    let want = points.iter().map(|p| (p[a] - mean[a]) * (p[b] - mean[b])).sum::<f64>() / n;
                    assert!((moments.covariance[a][b] - want).abs() < 1e-9 * (1.0 + want.abs()));
                }
            }
        }
    }
}
