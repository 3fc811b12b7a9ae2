//! The outermost vertices of a mask's surface: its convex hull and its largest diameters, in space and in planes.
//!
//! The vertices lie half-way between a voxel and its neighbour outside. Two that are farthest apart are corners of the
//! convex hull of their plane (or of space), so of every row of a plane only the first and the last vertex are looked at,
//! a whole row at once in bits; their hull by Andrew's monotone chain (Andrew 1979, doi:10.1016/0020-0190(79)90072-3)
//! leaves a few points a plane. The hull of space is made of the hulls of the planes across k. All coordinates are
//! integers (twice the index), so that nothing is decided by rounding.
//!
//! Columns of planes across i are rows of the transposed grid. Cost: reading the bits six times, and little more.

use super::bits::{BitGrid, upper};
use crate::pose::hull;

/// The convex hull of a mask's surface vertices.
pub(super) struct LatticeHull {
    /// Twice the grid index of each corner.
    pub corners: Vec<[f64; 3]>,
    /// Outward triangles, for a right-handed grid.
    pub faces: Vec<[u32; 3]>,
}

/// Hull and diameters of a mask's surface.
pub(super) struct Extremes {
    pub hull: LatticeHull,
    /// Largest distance between two vertices in a plane across i, j, k, mm along the axes.
    pub planar_mm: [f64; 3],
}

impl Extremes {
    /// `None` for nothing to enclose, which no mask with a voxel gives.
    pub(super) fn new(grid: &BitGrid, spacing: [f64; 3]) -> Option<Self> {
        let [sx, sy, sz] = spacing;
        let mut points = Vec::new();
        let across_k = planes(grid, Across::K, [sy, sx], |line, plane, x| points.push([x, line, plane]));
        let across_j = planes(grid, Across::J, [sz, sx], |_, _, _| ());
        // Exchanging i and j, planes across i are planes across j, with rows along j.
        let across_i = planes(&grid.transposed(), Across::J, [sz, sy], |_, _, _| ());
        let points: Vec<_> = points.iter().map(|p| p.map(f64::from)).collect();
        let found = hull(&points)?;
        let corners = found.vertices.iter().map(|&v| points[v as usize]).collect();
        let hull = LatticeHull { corners, faces: found.faces };
        Some(Self { hull, planar_mm: [across_i, across_j, across_k] })
    }
}

/// The largest distance between two of the points.
pub(super) fn diameter<const D: usize>(points: &[[f64; D]]) -> f64 {
    let n = points.len().max(1) as f64;
    let centre: [f64; D] = std::array::from_fn(|a| points.iter().map(|p| p[a]).sum::<f64>() / n);
    let square = |p: &[f64; D], q: &[f64; D]| (0..D).map(|a| (p[a] - q[a]) * (p[a] - q[a])).sum::<f64>();
    let mut by_reach: Vec<(f64, &[f64; D])> = points.iter().map(|p| (square(p, &centre).sqrt(), p)).collect();
    by_reach.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut best = 0.0f64;
    for (i, (reach, p)) in by_reach.iter().enumerate() {
        for (other, q) in &by_reach[i + 1..] {
            // By way of the centre no later pair is farther apart; a little more, for rounding.
            let limit = (reach + other) * (1.0 + 1e-12);
            if limit * limit <= best {
                break;
            }
            best = best.max(square(p, q));
        }
    }
    best.sqrt()
}

#[derive(Clone, Copy)]
enum Across {
    J,
    K,
}

/// The largest diameter within the planes across an axis; `visit` gets line, plane and position along i of every hull
/// corner of every plane, each twice the index. `spacing` is across the lines and along them.
fn planes(grid: &BitGrid, across: Across, spacing: [f64; 2], mut visit: impl FnMut(i32, i32, i32)) -> f64 {
    let (count, lines) = match across {
        Across::J => (grid.size[1], grid.size[2]),
        Across::K => (grid.size[2], grid.size[1]),
    };
    let row = |line: usize, plane: usize| match across {
        Across::J => grid.row(plane, line),
        Across::K => grid.row(line, plane),
    };
    let mut best = 0.0f64;
    let mut points = Vec::new();
    for plane in 0..count - 1 {
        points.clear();
        for line in 0..lines - 1 {
            let (here, next) = (row(line, plane), row(line + 1, plane));
            push(&mut points, 2 * line, 1, ends(here.len(), |w| here[w] ^ upper(here, w)));
            push(&mut points, 2 * line + 1, 0, ends(here.len(), |w| here[w] ^ next[w]));
        }
        let mut finish = |points: &[[i32; 2]], plane: usize| {
            let corners = convex_polygon(points);
            for &[line, x] in &corners {
                visit(line, plane as i32, x);
            }
            let half = spacing.map(|s| s / 2.0);
            let placed: Vec<[f64; 2]> =
                corners.iter().map(|c| [f64::from(c[0]) * half[0], f64::from(c[1]) * half[1]]).collect();
            best = best.max(diameter(&placed));
        };
        finish(&points, 2 * plane);
        points.clear();
        for line in 0..lines {
            let (here, beyond) = (row(line, plane), row(line, plane + 1));
            push(&mut points, 2 * line, 0, ends(here.len(), |w| here[w] ^ beyond[w]));
        }
        finish(&points, 2 * plane + 1);
    }
    best
}

fn push(points: &mut Vec<[i32; 2]>, line: usize, shift: i32, ends: Option<[usize; 2]>) {
    if let Some([first, last]) = ends {
        points.push([line as i32, 2 * first as i32 + shift]);
        if last != first {
            points.push([line as i32, 2 * last as i32 + shift]);
        }
    }
}

/// Places of the first and the last bit set.
#[inline]
fn ends(words: usize, word: impl Fn(usize) -> u64) -> Option<[usize; 2]> {
    let first = (0..words).find(|&w| word(w) != 0)?;
    let last = (first..words).rev().find(|&w| word(w) != 0)?;
    Some([64 * first + word(first).trailing_zeros() as usize, 64 * last + 63 - word(last).leading_zeros() as usize])
}

/// Corners of the convex hull of points given in lexicographic order.
fn convex_polygon(points: &[[i32; 2]]) -> Vec<[i32; 2]> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut corners: Vec<[i32; 2]> = Vec::new();
    let mut chain = |point: [i32; 2], start: usize| {
        while corners.len() >= start + 2 && turn(corners[corners.len() - 2], corners[corners.len() - 1], point) <= 0 {
            corners.pop();
        }
        corners.push(point);
        corners.len() - 1
    };
    let last = points.iter().fold(0, |_, &p| chain(p, 0));
    for &p in points.iter().rev().skip(1) {
        chain(p, last);
    }
    corners.pop();
    corners
}

fn turn(a: [i32; 2], b: [i32; 2], c: [i32; 2]) -> i64 {
    let d = |p: i32, q: i32| i64::from(q) - i64::from(p);
    d(a[0], b[0]) * d(a[1], c[1]) - d(a[1], b[1]) * d(a[0], c[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Affine, Mask, Surface, extract_mesh, features::bits::noise};

    #[test]
    fn equals_all_pairs_of_the_surface_vertices() {
        let spacing = [0.75, 0.5, 2.0];
        for (shape, density, seed) in [
            ([9, 8, 7], 0.2, 1),
            ([70, 3, 4], 0.02, 2),
            ([6, 6, 6], 0.03, 3),
            ([1, 1, 1], 1.0, 4),
            ([3, 70, 2], 0.5, 5),
        ] {
            let affine = Affine::from_spacing(spacing, [0.0; 3]).unwrap();
            let mask = Mask::new(shape, affine, noise(shape, density, seed).into_voxels()).unwrap();
            let Some(grid) = BitGrid::new(&mask.view()) else { continue };
            let found = Extremes::new(&grid, spacing).unwrap();
            let (mut planar, mut best) = ([0.0f64; 3], 0.0f64);
            let mesh = extract_mesh(&mask, Surface::Exact);
            for p in mesh.vertices() {
                for q in mesh.vertices() {
                    let d = p.iter().zip(q).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>().sqrt();
                    best = best.max(d);
                    for a in (0..3).filter(|&a| p[a] == q[a]) {
                        planar[a] = planar[a].max(d);
                    }
                }
            }
            for (got, want) in found.planar_mm.iter().zip(planar) {
                assert!((got - want).abs() < 1e-5, "{got} {want}");
            }
            let corners: Vec<[f64; 3]> =
                found.hull.corners.iter().map(|c| [0, 1, 2].map(|a| c[a] * spacing[a] / 2.0)).collect();
            assert!((diameter(&corners) - best).abs() < 1e-5);
        }
    }
}
