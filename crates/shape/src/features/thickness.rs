//! Local thickness of a mask: at each voxel the diameter of the largest ball inside the mask that contains it (Hildebrand &
//! Rüegsegger 1997, doi:10.1046/j.1365-2818.1997.1340694.x).
//!
//! A ball around a voxel centre reaches to the nearest background centre ([`distance_transform`]); its radius is taken half
//! a voxel step less, where the surface is (the step of a cube of the voxel's volume), so a plate of n voxels is n thick.
//! Balls that a neighbour's ball covers are dropped first (the distance ridge, as Dougherty & Kunzelmann 2007,
//! doi:10.1017/S1431927607074430; how strictly, [`COVERING`] says). The rest are painted, the largest first, so the first
//! ball to reach a voxel is its thickness; only statistics are wanted, so a ball is a mask of bits for each row and what it
//! newly reaches a count. Rows already full are passed over.
//!
//! The cost is that of the balls, their number times their rows, which grows faster than the mask: one of more than
//! [`MAX_VOXELS`] is halved along each axis until it fits.

use super::bits::BitGrid;
use super::statistics::Weighted;
use super::table::{Features, Unit};
use crate::{Affine, Border, Mask, MaskView, distance_transform};

/// How much larger a neighbour's ball must be to cover another, in shares of the way to it. Less than 1, since the way to
/// the middle of a shape is seldom exactly that to a neighbour.
const COVERING: f32 = 0.8;
const MAX_VOXELS: u64 = 1_000_000;

/// Adds nothing for a mask whose axes are not orthogonal, where distances are not to be had.
pub(super) fn push(table: &mut Features, mask: &MaskView<'_>, grid: &BitGrid) {
    if mask.count() > MAX_VOXELS {
        let Some(coarse) = halved(mask, grid) else { return };
        if let Some(coarse_grid) = BitGrid::new(&coarse.view()) {
            push(table, &coarse.view(), &coarse_grid);
        }
        return;
    }
    let Some(balls) = ridge(mask, grid) else { return };
    let affine = mask.affine();
    let half_step = affine.voxel_volume().cbrt() / 2.0;
    let thickness = |radius: f32| 2.0 * (f64::from(radius) - half_step).max(0.0);
    let painted = paint(grid, &balls, affine.spacing());
    let values = Weighted::new(painted.into_iter().map(|(radius, n)| [thickness(radius), n as f64]));
    for (name, value) in [
        ("thickness_mean_mm", values.mean()),
        ("thickness_sd_mm", values.standard_deviation()),
        ("thickness_p05_mm", values.percentile(0.05)),
        ("thickness_p50_mm", values.percentile(0.5)),
        ("thickness_p95_mm", values.percentile(0.95)),
        ("thickness_max_mm", values.percentile(1.0)),
    ] {
        table.push(name, value, Unit::Mm);
    }
}

/// A ball around a voxel of the framed grid.
#[derive(Clone, Copy)]
struct Ball {
    radius: f32,
    centre: [u16; 3],
}

/// The balls that no neighbour's covers, largest first.
fn ridge(mask: &MaskView<'_>, grid: &BitGrid) -> Option<Vec<Ball>> {
    let cropped = framed(mask, grid)?;
    let distances = distance_transform(&cropped, Border::Background).ok()?;
    let (d, [nx, ny, nz]) = (distances.values(), grid.size);
    let spacing = mask.affine().spacing().map(|s| s as f32);
    let neighbours: Vec<(isize, f32)> = (0..27isize)
        .filter(|&n| n != 13)
        .map(|n| {
            let step = [n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1];
            let length = (0..3).map(|a| (step[a] as f32 * spacing[a]).powi(2)).sum::<f32>().sqrt();
            (step[0] + nx as isize * (step[1] + ny as isize * step[2]), COVERING * length)
        })
        .collect();
    let mut balls = Vec::new();
    // The frame is background, so every voxel that counts has all its neighbours.
    for k in 1..nz - 1 {
        for j in 1..ny - 1 {
            let row = (k * ny + j) * nx;
            for v in (row + 1..row + nx - 1).filter(|&v| d[v] > 0.0) {
                let covered = |&(offset, more): &(isize, f32)| d[v.wrapping_add_signed(offset)] >= d[v] + more;
                if !neighbours.iter().any(covered) {
                    balls.push(Ball { radius: d[v], centre: [v - row, j, k].map(|c| c as u16) });
                }
            }
        }
    }
    balls.sort_by(|a, b| b.radius.total_cmp(&a.radius));
    Some(balls)
}

/// The mask as the grid has it: its box and one empty voxel around.
fn framed(mask: &MaskView<'_>, grid: &BitGrid) -> Option<Mask> {
    let [nx, ny, nz] = grid.size;
    let voxels = (0..ny * nz)
        .flat_map(|r| {
            let row = grid.row(r % ny, r / ny);
            (0..nx).map(move |i| (row[i / 64] >> (i % 64) & 1) as u8)
        })
        .collect();
    Mask::new(grid.size, *mask.affine(), voxels).ok()
}

/// The mask in voxels of twice the size, each set if half of what it holds is; its place does not matter here.
fn halved(mask: &MaskView<'_>, grid: &BitGrid) -> Option<Mask> {
    let shape = grid.size.map(|n| n.div_ceil(2));
    let [_, ny, nz] = grid.size;
    let pair = |i: usize, j: usize, k: usize| {
        let inside = j < ny && k < nz;
        if inside { (grid.row(j, k)[2 * i / 64] >> (2 * i % 64) & 3).count_ones() } else { 0 }
    };
    let voxels = (0..shape.iter().product())
        .map(|v| {
            let (i, j, k) = (v % shape[0], 2 * (v / shape[0] % shape[1]), 2 * (v / (shape[0] * shape[1])));
            u8::from(pair(i, j, k) + pair(i, j + 1, k) + pair(i, j, k + 1) + pair(i, j + 1, k + 1) >= 4)
        })
        .collect();
    let rows = mask.affine().rows().map(|[a, b, c, origin]| [2.0 * a, 2.0 * b, 2.0 * c, origin]);
    Mask::new(shape, Affine::from_rows(rows).ok()?, voxels).ok()
}

/// For each ball the number of voxels that it is the first to reach, if any.
fn paint(grid: &BitGrid, balls: &[Ball], spacing: [f64; 3]) -> Vec<(f32, u64)> {
    let [_, ny, nz] = grid.size;
    let mut left: Vec<Vec<u64>> = (0..ny * nz).map(|r| grid.row(r % ny, r / ny).to_vec()).collect();
    let count = |row: &Vec<u64>| row.iter().map(|w| w.count_ones()).sum::<u32>();
    let mut in_row: Vec<u32> = left.iter().map(count).collect();
    let mut total: u64 = in_row.iter().map(|&n| u64::from(n)).sum();
    let mut painted = Vec::new();
    for ball in balls {
        if total == 0 {
            break;
        }
        let radius = f64::from(ball.radius);
        let [x, y, z] = ball.centre.map(usize::from);
        let reach = |room: f64, step: f64| (room.max(0.0).sqrt() / step) as usize;
        let mut new = 0;
        let up = reach(radius * radius, spacing[2]);
        for k in z.saturating_sub(up)..=(z + up).min(nz - 1) {
            let room = radius * radius - (k.abs_diff(z) as f64 * spacing[2]).powi(2);
            let across = reach(room, spacing[1]);
            for j in y.saturating_sub(across)..=(y + across).min(ny - 1) {
                let r = k * ny + j;
                if in_row[r] == 0 {
                    continue;
                }
                let room = room - (j.abs_diff(y) as f64 * spacing[1]).powi(2);
                let along = reach(room, spacing[0]);
                let found = clear(&mut left[r], x.saturating_sub(along), x + along);
                in_row[r] -= found;
                new += u64::from(found);
            }
        }
        total -= new;
        if new > 0 {
            painted.push((ball.radius, new));
        }
    }
    painted
}

/// Clears the bits from `first` to `last` and returns how many were set.
fn clear(row: &mut [u64], first: usize, last: usize) -> u32 {
    let last = last.min(64 * row.len() - 1);
    let mut found = 0;
    for w in first / 64..=last / 64 {
        let low = if w == first / 64 { !0 << (first % 64) } else { !0 };
        let high = if w == last / 64 { !0 >> (63 - last % 64) } else { !0 };
        found += (row[w] & low & high).count_ones();
        row[w] &= !(low & high);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::bits::noise;

    /// Mean and maximum over all voxels of the largest ball that holds each, every ball tried.
    fn slowly(mask: &Mask) -> [f64; 2] {
        let distances = distance_transform(mask, Border::Background).unwrap();
        let spacing = mask.affine().spacing();
        let [nx, ny, _] = mask.shape();
        let at = |v: usize| [v % nx, v / nx % ny, v / (nx * ny)];
        let inside: Vec<usize> = (0..mask.voxels().len()).filter(|&v| mask.voxels()[v] == 1).collect();
        let half_step = mask.affine().voxel_volume().cbrt() / 2.0;
        let thickness = inside.iter().map(|&p| {
            let holds = |c: &&usize| {
                let [a, b] = [at(p), at(**c)];
                let square: f64 = (0..3).map(|i| (a[i].abs_diff(b[i]) as f64 * spacing[i]).powi(2)).sum();
                square <= f64::from(distances.values()[**c]).powi(2)
            };
            let radius = inside.iter().filter(holds).map(|&c| distances.values()[c]).fold(0.0, f32::max);
            2.0 * (f64::from(radius) - half_step)
        });
        let all: Vec<f64> = thickness.collect();
        [all.iter().sum::<f64>() / all.len() as f64, all.iter().copied().fold(0.0, f64::max)]
    }

    #[test]
    fn equals_trying_every_ball() {
        let affine = Affine::from_spacing([1.0, 0.8, 1.5], [0.0; 3]).unwrap();
        for density in [0.9, 0.97, 0.995] {
            let mask = Mask::new([14, 12, 9], affine, noise([14, 12, 9], density, 3).into_voxels()).unwrap();
            let mut table = Features::default();
            push(&mut table, &mask.view(), &BitGrid::new(&mask.view()).unwrap());
            let [mean, largest] = slowly(&mask);
            let got = table.get("thickness_mean_mm").unwrap();
            assert!((got / mean - 1.0).abs() < 0.02, "{got} {mean}");
            assert!((table.get("thickness_max_mm").unwrap() - largest).abs() < 1e-5);
        }
    }

    #[test]
    fn a_plate_is_as_thick_as_its_voxels() {
        let voxels = (0..40 * 40 * 12).map(|v| u8::from((3..9).contains(&(v / 1600)))).collect();
        let mask = Mask::new([40, 40, 12], Affine::from_spacing([0.5; 3], [0.0; 3]).unwrap(), voxels).unwrap();
        let mut table = Features::default();
        push(&mut table, &mask.view(), &BitGrid::new(&mask.view()).unwrap());
        assert!((table.get("thickness_p50_mm").unwrap() - 2.5).abs() < 0.51);
        assert!((table.get("thickness_max_mm").unwrap() - 3.0).abs() < 0.51);
    }

    #[test]
    fn a_large_plate_is_measured_coarsely() {
        let voxels = (0..400 * 300 * 14).map(|v| u8::from((2..12).contains(&(v / 120_000)))).collect();
        let mask = Mask::new([400, 300, 14], Affine::from_spacing([0.5; 3], [0.0; 3]).unwrap(), voxels).unwrap();
        let mut table = Features::default();
        push(&mut table, &mask.view(), &BitGrid::new(&mask.view()).unwrap());
        assert!((table.get("thickness_p50_mm").unwrap() - 5.0).abs() < 1.01, "{table:?}");
    }
}
