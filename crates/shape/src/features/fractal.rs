//! Box-counting dimension of a mask's surface (Liebovitch & Toth 1989, doi:10.1016/0375-9601(89)90854-2).
//!
//! The voxels with a face on the surface are counted in cubes of 2, 4, 8, ... times the largest voxel step along patient
//! space, up to a quarter of the longest extent; the dimension is minus the slope of the line through the logarithms. A
//! smooth surface gives about 2, one that fills space more. Each doubling halves the sorted list of cubes in place.

use super::bits::{BitGrid, upper};
use super::table::{Features, Unit};
use crate::Affine;

pub(super) fn push(table: &mut Features, grid: &BitGrid, affine: &Affine) {
    let rows = grid.affine_rows(affine);
    let points = surface_voxels(grid);
    let place = |p: &[u32; 3]| rows.map(|r| r[3] + (0..3).map(|a| r[a] * f64::from(p[a])).sum::<f64>());
    let (mut lo, mut hi) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    for p in points.iter().map(place) {
        for a in 0..3 {
            lo[a] = lo[a].min(p[a]);
            hi[a] = hi[a].max(p[a]);
        }
    }
    let smallest = 2.0 * affine.spacing().into_iter().fold(0.0, f64::max);
    let longest = (0..3).map(|a| hi[a] - lo[a]).fold(0.0, f64::max);
    // 21 bits an axis: a grid has at most 32,767 steps, and a cube is two steps or more wide.
    let cube = |p: [f64; 3]| (0..3).fold(0u64, |key, a| key << 21 | ((p[a] - lo[a]) / smallest) as u64);
    let mut cubes: Vec<u64> = points.iter().map(|p| cube(place(p))).collect();
    let mut counts = Vec::new();
    let mut side = smallest;
    while side <= longest / 4.0 {
        cubes.sort_unstable();
        cubes.dedup();
        counts.push([side.ln(), (cubes.len() as f64).ln()]);
        side *= 2.0;
        let half = |key: u64, axis: u32| (key >> (21 * axis) & 0x1F_FFFF) >> 1 << (21 * axis);
        for key in &mut cubes {
            *key = half(*key, 0) | half(*key, 1) | half(*key, 2);
        }
    }
    // Through two points a line says nothing of how well it fits.
    if counts.len() >= 3 {
        table.push("fractal_dimension", -slope(&counts), Unit::One);
    }
}

/// Grid indices of the voxels that have a face on the surface.
fn surface_voxels(grid: &BitGrid) -> Vec<[u32; 3]> {
    let mut found = Vec::new();
    for k in 1..grid.size[2] - 1 {
        for j in 1..grid.size[1] - 1 {
            let row = grid.row(j, k);
            let around = [grid.row(j - 1, k), grid.row(j + 1, k), grid.row(j, k - 1), grid.row(j, k + 1)];
            for (w, &word) in row.iter().enumerate() {
                let before = word << 1 | w.checked_sub(1).map_or(0, |p| row[p] >> 63);
                let mut border = word & !around.iter().fold(before & upper(row, w), |all, r| all & r[w]);
                while border != 0 {
                    found.push([64 * w as u32 + border.trailing_zeros(), j as u32, k as u32]);
                    border &= border - 1;
                }
            }
        }
    }
    found
}

/// Of the least-squares line.
fn slope(points: &[[f64; 2]]) -> f64 {
    let n = points.len() as f64;
    let mean = [0, 1].map(|a| points.iter().map(|p| p[a]).sum::<f64>() / n);
    let product = |a: usize, b: usize| points.iter().map(|p| (p[a] - mean[a]) * (p[b] - mean[b])).sum::<f64>();
    product(0, 1) / product(0, 0)
}
