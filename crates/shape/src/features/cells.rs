//! Area and volume of a marching cubes surface without making it.
//!
//! All vertices lie in the middle of their edges, so every cell with the same corners inside holds the same triangles.
//! One pass counts the cells of each of the 256 kinds and sums their positions; then area and volume are sums of 256
//! terms (the volume a cell adds is linear in its position). Sums are of integers, so nothing is rounded before the end.
//! The pass is shared by every table of cases.

use super::bits::{BitGrid, upper};
use crate::extract::cases::{Case, EDGES};

/// How many cells have each pattern of inside corners (bits 1 for +i, 2 for +j, 4 for +k), and where they are.
pub(super) struct Cells([Sum; 256]);

#[derive(Clone, Copy, Default)]
struct Sum {
    count: u64,
    /// Sum of the indices of the lower corners.
    at: [u64; 3],
}

/// Area and volume of a surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct AreaVolume {
    pub area_mm2: f64,
    /// Signed: of the cones from the grid's origin to the triangles.
    pub volume_mm3: f64,
}

impl Cells {
    pub(super) fn new(grid: &BitGrid) -> Self {
        let mut sums = [Sum::default(); 256];
        for k in 0..grid.size[2] - 1 {
            for j in 0..grid.size[1] - 1 {
                let rows = [grid.row(j, k), grid.row(j + 1, k), grid.row(j, k + 1), grid.row(j + 1, k + 1)];
                for w in 0..rows[0].len() {
                    let low = rows.map(|r| r[w]);
                    let high = rows.map(|r| upper(r, w));
                    let any = low.iter().chain(&high).fold(0, |all, v| all | v);
                    let all = low.iter().chain(&high).fold(!0, |all, v| all & v);
                    let mut mixed = any & !all;
                    while mixed != 0 {
                        let t = mixed.trailing_zeros();
                        mixed &= mixed - 1;
                        let pair = |r: usize| (low[r] >> t & 1) | (high[r] >> t & 1) << 1;
                        let sum = &mut sums[(pair(0) | pair(1) << 2 | pair(2) << 4 | pair(3) << 6) as usize];
                        sum.count += 1;
                        sum.at[0] += w as u64 * 64 + u64::from(t);
                        sum.at[1] += j as u64;
                        sum.at[2] += k as u64;
                    }
                }
            }
        }
        Self(sums)
    }

    /// Of the surface that `cases` make of the cells, whose steps along i, j, k are the columns of `linear`, mm.
    pub(super) fn area_volume(&self, cases: &[Case; 256], linear: [[f64; 3]; 3]) -> AreaVolume {
        // In half steps about the grid's origin every term is an integer.
        let mut volume = 0i128;
        let mut area_mm2 = 0.0;
        for (sum, case) in self.0.iter().zip(cases).filter(|(s, _)| s.count > 0) {
            let mut area = 0.0;
            for triangle in &case.triangles[..case.count as usize] {
                let [a, b, c] = triangle.map(middle);
                let normal = [0, 1, 2].map(|i| cross(a, b)[i] + cross(b, c)[i] + cross(c, a)[i]);
                let ab_c = cross(a, b).iter().zip(c).map(|(n, v)| n * v).sum::<i64>();
                volume += i128::from(ab_c) * i128::from(sum.count);
                for axis in 0..3 {
                    volume += i128::from(2 * normal[axis]) * i128::from(sum.at[axis]);
                }
                let side = |p: [i64; 3]| linear.map(|r| (0..3).map(|i| r[i] * (p[i] - a[i]) as f64 / 2.0).sum::<f64>());
                area += crate::vector::norm(crate::vector::cross(side(b), side(c))) / 2.0;
            }
            area_mm2 += area * sum.count as f64;
        }
        AreaVolume { area_mm2, volume_mm3: volume as f64 / 48.0 * determinant(linear).abs() }
    }

    /// Vertices and triangles of the surface.
    pub(super) fn vertices_faces(&self, cases: &[Case; 256]) -> [u64; 2] {
        let mut total = [0; 2];
        for (bits, (sum, case)) in self.0.iter().zip(cases).enumerate() {
            let cut = EDGES.iter().filter(|&&(a, b)| (bits >> a ^ bits >> b) & 1 == 1).count() as u64;
            total[0] += cut * sum.count;
            total[1] += u64::from(case.count) * sum.count;
        }
        // Four cells share an edge.
        [total[0] / 4, total[1]]
    }
}

/// Twice the position of the middle of an edge within its cell.
fn middle(edge: u8) -> [i64; 3] {
    let (a, b) = EDGES[edge as usize];
    [0, 1, 2].map(|axis| i64::from((a >> axis & 1) + (b >> axis & 1)))
}

fn cross(a: [i64; 3], b: [i64; 3]) -> [i64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(super) fn determinant([a, b, c]: [[f64; 3]; 3]) -> f64 {
    crate::vector::dot(a, crate::vector::cross(b, c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Affine, Mask, Surface, extract::cases::CASES, extract_mesh, features::bits::noise, integrals};

    #[test]
    fn equals_the_integrals_of_the_extracted_mesh() {
        let affine =
            Affine::from_rows([[-0.8, 0.1, 0.0, 12.0], [-0.1, 0.9, 0.2, 33.0], [0.05, -0.1, 2.5, -70.0]]).unwrap();
        for (shape, density) in [([70, 9, 8], 0.5), ([5, 66, 7], 0.1), ([64, 5, 5], 0.9), ([1, 1, 1], 1.0)] {
            let mask = Mask::new(shape, affine, noise(shape, density, 1).into_voxels()).unwrap();
            let cells = Cells::new(&BitGrid::new(&mask.view()).unwrap());
            let got = cells.area_volume(&CASES, affine.rows().map(|[a, b, c, _]| [a, b, c]));
            let mesh = extract_mesh(&mask, Surface::Exact);
            let want = integrals(&mesh);
            assert!((got.area_mm2 / want.area_mm2 - 1.0).abs() < 1e-5, "{got:?} {want:?}");
            assert!((got.volume_mm3 / want.volume_mm3 - 1.0).abs() < 1e-5, "{got:?} {want:?}");
            assert_eq!(cells.vertices_faces(&CASES), [mesh.vertices().len() as u64, mesh.faces().len() as u64]);
        }
    }
}
