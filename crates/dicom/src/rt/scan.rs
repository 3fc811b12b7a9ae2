//! Filling polygons: exact even-odd scan conversion at pixel centres.
//!
//! A pixel belongs to the polygons if a ray from its centre to the left crosses their edges an odd number of times.
//! Edges own their lower end and their left side, so polygons that share an edge share no pixel and leave none between
//! them, and an edge traversed twice (a keyhole's channel) changes nothing. Where an edge passes a centre closer than
//! rounding can tell, the exact predicate of Shewchuk (1997) decides.
//! Cost: one step for each row an edge crosses, and one pass over the polygons' box.

use robust::{Coord, orient2d};

/// Distance from a pixel's centre below which the exact predicate is asked.
const NEAR: f64 = 1e-6;

/// Calls `emit(row, start, end)` with each run of pixels inside, `end` excluded, on a grid of `columns` x `rows`.
/// Polygons are closed; points are (column, row), finite.
pub(super) fn fill(polygons: &[Vec<[f64; 2]>], columns: usize, rows: usize, mut emit: impl FnMut(usize, usize, usize)) {
    let points = || polygons.iter().flatten();
    let first_row = above(points().map(|p| p[1]).fold(f64::INFINITY, f64::min), rows);
    let last_row = above(points().map(|p| p[1]).fold(f64::NEG_INFINITY, f64::max), rows);
    let first_column = above(points().map(|p| p[0]).fold(f64::INFINITY, f64::min), columns);
    let last_column = above(points().map(|p| p[0]).fold(f64::NEG_INFINITY, f64::max), columns);
    if first_row >= last_row || first_column >= last_column {
        return;
    }
    // Whether the inside begins or ends at a pixel; one more column for what ends beyond the grid.
    let width = last_column - first_column + 1;
    let mut flips = vec![false; width * (last_row - first_row)];
    for polygon in polygons {
        let mut from = polygon.last().copied().unwrap_or_default();
        for &to in polygon {
            let (low, high) = if from[1] < to[1] { (from, to) } else { (to, from) };
            for row in above(low[1], rows)..above(high[1], rows) {
                let column = first_inside(low, high, row).clamp(first_column, last_column);
                flips[(row - first_row) * width + column - first_column] ^= true;
            }
            from = to;
        }
    }
    for (row, flips) in (first_row..).zip(flips.chunks_exact(width)) {
        let mut start = None;
        for column in flips.iter().enumerate().filter_map(|(column, &flip)| flip.then_some(first_column + column)) {
            match start.take() {
                None => start = Some(column),
                Some(start) => emit(row, start, column),
            }
        }
    }
}

/// The first whole number at or above `value`, within 0 to `end`.
fn above(value: f64, end: usize) -> usize {
    (value.ceil().max(0.0) as usize).min(end)
}

/// The first column whose centre is not left of the edge from `low` up to `high`, in a row that it crosses.
fn first_inside(low: [f64; 2], high: [f64; 2], row: usize) -> usize {
    let y = row as f64;
    let x = low[0] + (y - low[1]) * (high[0] - low[0]) / (high[1] - low[1]);
    let nearest = x.round();
    if (x - nearest).abs() > NEAR {
        return x.ceil().max(0.0) as usize;
    }
    let point = |[x, y]: [f64; 2]| Coord { x, y };
    let left = orient2d(point(low), point(high), Coord { x: nearest, y }) > 0.0;
    (nearest + f64::from(u8::from(left))).max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(polygons: &[Vec<[f64; 2]>], size: usize) -> Vec<String> {
        let mut rows = vec![vec![b'.'; size]; size];
        fill(polygons, size, size, |row, start, end| rows[row][start..end].fill(b'#'));
        rows.into_iter().map(|r| String::from_utf8(r).unwrap()).collect()
    }

    fn square(from: f64, to: f64) -> Vec<[f64; 2]> {
        vec![[from, from], [to, from], [to, to], [from, to]]
    }

    #[test]
    fn an_edge_on_centres_belongs_to_the_left_and_lower_side() {
        assert_eq!(filled(&[square(1.0, 3.0)], 4), ["....", ".##.", ".##.", "...."]);
    }

    #[test]
    fn a_contour_in_a_contour_is_a_hole_and_so_is_a_keyhole() {
        let hole = filled(&[square(-0.5, 4.5), square(0.5, 3.5)], 5);
        assert_eq!(hole, ["#####", "#...#", "#...#", "#...#", "#####"]);
        let keyhole = vec![
            [-0.5, -0.5],
            [4.5, -0.5],
            [4.5, 4.5],
            [-0.5, 4.5],
            [-0.5, 2.0],
            [0.5, 2.0],
            [0.5, 3.5],
            [3.5, 3.5],
            [3.5, 0.5],
            [0.5, 0.5],
            [0.5, 2.0],
            [-0.5, 2.0],
        ];
        assert_eq!(filled(&[keyhole], 5), hole);
    }

    #[test]
    fn a_polygon_larger_than_the_grid_is_cut() {
        assert_eq!(filled(&[square(-100.0, 1e5)], 2), ["##", "##"]);
        assert_eq!(filled(&[square(-9.0, -1.0)], 2), ["..", ".."]);
        assert_eq!(filled(&[square(5.0, 9.0)], 2), ["..", ".."]);
        assert_eq!(filled(&[vec![]], 2), ["..", ".."]);
    }

    #[test]
    fn halves_of_a_square_share_no_pixel_and_leave_none() {
        // A diagonal through centres, in thirds that binary numbers do not have.
        let (a, b) = (1.0 / 3.0, 9.0 + 1.0 / 3.0);
        let lower = vec![[a, a], [b, a], [b, b]];
        let upper = vec![[a, a], [b, b], [a, b]];
        let mut count = vec![0; 100];
        for half in [lower, upper] {
            fill(&[half], 10, 10, |row, start, end| {
                count[row * 10 + start..row * 10 + end].iter_mut().for_each(|c| *c += 1);
            });
        }
        let mut whole = vec![0; 100];
        fill(&[square(a, b)], 10, 10, |row, start, end| whole[row * 10 + start..row * 10 + end].fill(1));
        assert_eq!(count, whole);
    }
}
