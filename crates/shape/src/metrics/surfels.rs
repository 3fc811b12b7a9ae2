//! Areas of surface elements for the 256 ways in which the eight voxels around a corner can be set.
//!
//! The surface elements of Nikolov et al. (2021, doi:10.2196/26151; the package `surface-distance`): the triangles of
//! marching cubes (Lorensen & Cline 1987, doi:10.1145/37402.37422) through the middles of the cube's edges. The package
//! holds them as a table of normals; here they are derived from what that table follows:
//! - a code and its complement have the same triangles, those of the code with fewer corners;
//! - on a face where two set corners lie across from each other, they are kept apart;
//! - a closed loop of edge middles is cut into a fan, from the vertex that makes its area in the unit cube largest (the
//!   loops are flat but for those of three corners in an L and of four in a twisted chain).
//!
//! Areas come out of the cube as the affine places it, so anisotropic and sheared voxels are right as well.

use crate::vector::{cross, norm};

/// Area (mm²) of the surface element of each code; bit `di + 2 dj + 4 dk` stands for a corner of the cube. `columns` are
/// the steps (mm) along i, j, k.
pub(super) fn surfel_areas(columns: [[f64; 3]; 3]) -> [f64; 256] {
    const UNIT: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let mut areas = [0.0; 256];
    for code in 0..=255u8 {
        let fewer = if code.count_ones() <= 4 { code } else { !code };
        for polygon in loops(fewer) {
            let mut largest = (f64::NEG_INFINITY, 0.0);
            for first in 0..polygon.len() {
                let in_unit_cube = fan_area(&polygon, first, UNIT);
                if in_unit_cube > largest.0 {
                    largest = (in_unit_cube, fan_area(&polygon, first, columns));
                }
            }
            areas[usize::from(code)] += largest.1;
        }
    }
    areas
}

/// An edge of the cube by its two corners, the lower first.
type Edge = [u8; 2];

fn edge(a: u8, b: u8) -> Edge {
    [a.min(b), a.max(b)]
}

/// The closed loops of edges that separate set corners from the others.
fn loops(code: u8) -> Vec<Vec<Edge>> {
    let set = |corner: u8| code >> corner & 1 == 1;
    let mut segments: Vec<[Edge; 2]> = Vec::new();
    for axis in 0..3 {
        let [u, v] = [1u8 << ((axis + 1) % 3), 1u8 << ((axis + 2) % 3)];
        for base in [0, 1 << axis] {
            // The corners of a face, round it. A segment cuts off each maximal chain of set corners.
            let face = [base, base | u, base | u | v, base | v];
            for at in 0..4 {
                if set(face[at]) && !set(face[(at + 3) % 4]) {
                    let mut end = at;
                    while set(face[(end + 1) % 4]) {
                        end += 1;
                    }
                    let before = edge(face[(at + 3) % 4], face[at]);
                    segments.push([before, edge(face[end % 4], face[(end + 1) % 4])]);
                }
            }
        }
    }
    let mut found = Vec::new();
    while let Some([first, mut at]) = segments.pop() {
        let mut polygon = vec![first];
        while at != first {
            polygon.push(at);
            // Every crossed edge ends one segment in each of its two faces.
            let Some(next) = segments.iter().position(|s| s.contains(&at)) else { break };
            let [a, b] = segments.swap_remove(next);
            at = if a == at { b } else { a };
        }
        found.push(polygon);
    }
    found
}

fn fan_area(polygon: &[Edge], first: usize, columns: [[f64; 3]; 3]) -> f64 {
    let middle = |at: usize| {
        let [a, b] = polygon[(first + at) % polygon.len()];
        let along = |axis: usize| f64::from((a >> axis & 1) + (b >> axis & 1)) / 2.0;
        [0, 1, 2].map(|row| (0..3).map(|axis| along(axis) * columns[axis][row]).sum::<f64>())
    };
    let from = |p: [f64; 3]| {
        let o = middle(0);
        [p[0] - o[0], p[1] - o[1], p[2] - o[2]]
    };
    (1..polygon.len() - 1).map(|i| norm(cross(from(middle(i)), from(middle(i + 1)))) / 2.0).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(spacing: [f64; 3]) -> [[f64; 3]; 3] {
        [[spacing[0], 0.0, 0.0], [0.0, spacing[1], 0.0], [0.0, 0.0, spacing[2]]]
    }

    #[test]
    fn a_plane_an_edge_and_a_corner_have_their_areas() {
        let areas = surfel_areas(scaled([2.0, 3.0, 5.0]));
        assert_eq!((areas[0], areas[255]), (0.0, 0.0));
        assert!((areas[0b0000_1111] - 6.0).abs() < 1e-12); // a plane across k
        assert!((areas[0b0101_0101] - 15.0).abs() < 1e-12); // a plane across i
        // A triangle with legs 1, 1.5, 2.5 along the axes: half the norm of its doubled area vector.
        let corner = 0.5 * (1.5f64 * 2.5).hypot(1.0 * 2.5).hypot(1.0 * 1.5);
        for bit in 0..8 {
            assert!((areas[1 << bit] - corner).abs() < 1e-12 && (areas[255 - (1 << bit)] - corner).abs() < 1e-12);
        }
    }

    /// Values of `surface_distance.lookup_tables` for three spacings, in its own bit order.
    #[test]
    fn all_codes_equal_the_package() {
        let table = include_str!("../../tests/fixtures/metrics/surfel_areas.csv");
        let mut rows = table.lines();
        let header = rows.next().unwrap();
        for (column, spacing) in header.split(',').skip(1).enumerate() {
            let spacing: Vec<f64> = spacing.split('x').map(|v| v.parse().unwrap()).collect();
            let areas = surfel_areas(scaled([spacing[0], spacing[1], spacing[2]]));
            let mut seen = 0;
            for row in table.lines().skip(1) {
                let values: Vec<f64> = row.split(',').map(|v| v.parse().unwrap()).collect();
                // The package: bit 7 - (4 di + 2 dj + dk).
                let theirs = values[0] as usize;
                let ours = (0..8).filter(|c| theirs >> (7 - c) & 1 == 1).fold(0, |code, c| {
                    let [di, dj, dk] = [c >> 2 & 1, c >> 1 & 1, c & 1];
                    code | 1 << (di + 2 * dj + 4 * dk)
                });
                assert!((areas[ours] - values[column + 1]).abs() < 1e-12 * spacing.iter().product::<f64>().max(1.0));
                seen += 1;
            }
            assert_eq!(seen, 256);
        }
    }
}
