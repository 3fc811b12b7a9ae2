//! Where the rows of a grid cross a mesh.
//!
//! Triangles are scan-converted, in index space, first into lines of constant k, then into rows of constant j and k. Where
//! a line crosses an edge is computed from the edge alone, from its lower end up, thus equal for both triangles that share
//! it; and each line meets two edges of a triangle or none, because an end on the line counts as above it. So what a
//! closed mesh leaves on a line are closed chains, of which no row can leave more ways in than out: no ray slips
//! through an edge or a corner, without exact arithmetic and without a special case. It is as if all voxel centres lay
//! lower along i, j and k by infinitesimals. Cost: O(triangles + rows crossed).

/// One crossing, packed so that sorting orders by row, then by voxel.
///
/// From the top: 32 bits of the row, 16 of the first voxel behind the crossing, 1 of the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crossing(u64);

impl Crossing {
    fn new(row: usize, first: usize, enters: bool) -> Self {
        Self((row as u64) << 32 | (first as u64) << 1 | u64::from(enters))
    }

    /// j + k times the rows of a slice, from the first slice asked for.
    pub(super) fn row(self) -> usize {
        (self.0 >> 32) as usize
    }

    /// The first voxel of the row behind the crossing; the row's length if there is none.
    pub(super) fn first(self) -> usize {
        (self.0 >> 1 & 0xffff) as usize
    }

    /// What the crossing adds to the winding number.
    pub(super) fn winding(self) -> i32 {
        if self.0 & 1 == 1 { 1 } else { -1 }
    }
}

/// A grid's size along i and j, and the slices looked at.
pub(super) struct Slices {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) along_k: std::ops::Range<usize>,
}

impl Slices {
    /// Adds the crossings of a triangle, given in index space.
    #[inline]
    pub(super) fn cross(&self, triangle: [[f64; 3]; 3], crossings: &mut Vec<Crossing>) {
        let [a, b, c] = triangle;
        let (low, high) = (a[2].min(b[2]).min(c[2]), a[2].max(b[2]).max(c[2]));
        let (from, to) = whole_between(low, high, self.along_k.clone());
        for k in from..to {
            let z = k as f64;
            let (mut up, mut down) = (None, None);
            for (u, v) in [(a, b), (b, c), (c, a)] {
                if u[2] < z && v[2] >= z {
                    up = Some(at_height(u, v, z));
                } else if v[2] < z && u[2] >= z {
                    down = Some(at_height(v, u, z));
                }
            }
            if let (Some(up), Some(down)) = (up, down) {
                self.cross_line(k, up, down, crossings);
            }
        }
    }

    /// Adds the crossings of a triangle with one line of constant k, of which it covers (i, j) from `down` to `up`.
    #[inline]
    fn cross_line(&self, k: usize, up: [f64; 2], down: [f64; 2], crossings: &mut Vec<Crossing>) {
        let enters = up[1] < down[1];
        let (low, high) = if enters { (up, down) } else { (down, up) };
        let (from, to) = whole_between(low[1], high[1], 0..self.rows);
        let slope = (high[0] - low[0]) / (high[1] - low[1]);
        for j in from..to {
            let i = low[0] + (j as f64 - low[1]) * slope;
            // Negative values become 0.
            let first = ((i.floor() + 1.0) as usize).min(self.columns);
            crossings.push(Crossing::new((k - self.along_k.start) * self.rows + j, first, enters));
        }
    }
}

/// The whole numbers above `low`, up to `high` itself, that are within `limits`.
#[inline]
fn whole_between(low: f64, high: f64, limits: std::ops::Range<usize>) -> (usize, usize) {
    // Conversion saturates: negative values become 0.
    let from = ((low.floor() + 1.0) as usize).max(limits.start);
    let to = ((high.floor() + 1.0) as usize).min(limits.end);
    (from, to)
}

/// (i, j) where the edge from `low` up to `high` passes k = `z`.
#[inline]
fn at_height(low: [f64; 3], high: [f64; 3], z: f64) -> [f64; 2] {
    let t = (z - low[2]) / (high[2] - low[2]);
    [low[0] + t * (high[0] - low[0]), low[1] + t * (high[1] - low[1])]
}
