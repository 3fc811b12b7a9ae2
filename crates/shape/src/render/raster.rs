//! Triangles to samples: which samples of the picture a triangle covers, and with what shares of its corners.
//!
//! Half-space functions in whole numbers (Pineda 1988, doi:10.1145/54852.378457) with the rule that a sample on a shared
//! edge belongs to one side only, so that neighbours leave no gap and no sample is drawn twice. A pixel has four samples,
//! one in each quarter of its height and each quarter of its width (a rotated grid): near-upright and near-level outlines
//! get five shades each at the price of a 2 x 2 grid. Nothing depends on the order of threads: a thread draws all that
//! falls into its rows.

use super::corners::{Corner, Drawn, GRID};

/// Samples of a pixel, each in a row of its own.
pub(super) const SAMPLES: usize = 4;
const ROW: i64 = GRID / SAMPLES as i64;
/// How far from the left of its pixel each of the samples lies.
const OFFSETS: [i64; SAMPLES] = [96, 224, 32, 160];
/// Rows of pixels that are drawn together.
pub(super) const BAND: usize = 16;
/// Faces that are passed over together where none of them reaches a band.
const RUN: usize = 128;

/// For the faces of a part, and for runs of them, the first and last band that they reach.
pub(super) struct Reach {
    faces: Vec<[u16; 2]>,
    runs: Vec<[u16; 2]>,
}

impl Reach {
    pub(super) fn new(drawn: &Drawn, height: usize) -> Self {
        let last = (height.div_ceil(BAND) - 1) as i64;
        let band = |y: i32| (i64::from(y) / (GRID * BAND as i64)).clamp(0, last) as u16;
        let ends = |f: &[u32; 3]| {
            let [a, b, c] = f.map(|v| drawn.corners[v as usize].y);
            [band(a.min(b).min(c)), band(a.max(b).max(c))]
        };
        let faces: Vec<_> = drawn.faces.iter().map(ends).collect();
        let around = |run: &[[u16; 2]]| run.iter().fold([u16::MAX, 0], |[lo, hi], r| [lo.min(r[0]), hi.max(r[1])]);
        Self { runs: faces.chunks(RUN).map(around).collect(), faces }
    }

    /// The faces that reach a band, in their order.
    fn faces(&self, band: usize) -> impl Iterator<Item = usize> {
        let hit = move |r: &[u16; 2]| usize::from(r[0]) <= band && band <= usize::from(r[1]);
        let runs = self.faces.chunks(RUN).zip(&self.runs).enumerate().filter(move |(_, (_, run))| hit(run));
        runs.flat_map(move |(at, (faces, _))| {
            faces.iter().enumerate().filter(move |(_, face)| hit(face)).map(move |(i, _)| at * RUN + i)
        })
    }
}

/// A piece of surface at a sample.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fragment {
    /// Larger is nearer.
    pub depth: f32,
    /// On the side that is seen; its length means nothing.
    pub normal: [f32; 3],
}

/// Takes fragments of one band; samples are numbered row by row, `SAMPLES` rows to a row of pixels.
pub(super) trait Sink {
    /// Whether a fragment at that sample and depth is of use.
    fn wants(&self, sample: usize, depth: f32) -> bool;
    fn put(&mut self, sample: usize, fragment: Fragment);
}

/// Draws what of a part falls into a band of rows. Both sides of a face are drawn, so that an open surface is seen from
/// within too.
pub(super) fn draw_band(drawn: &Drawn, reach: &Reach, band: usize, size: [usize; 2], sink: &mut impl Sink) {
    let [width, height] = size;
    let top = band * BAND;
    let rows = (height - top).min(BAND) * SAMPLES;
    for f in reach.faces(band) {
        let corners = drawn.faces[f].map(|v| drawn.corners[v as usize]);
        draw(corners, top as i64 * GRID, width as i64, rows as i64, sink);
    }
}

/// Twice the signed area of a, b and the point (x, y), in units of the grid.
#[inline]
fn side(a: &Corner, b: &Corner, x: i64, y: i64) -> i64 {
    i64::from(b.x - a.x) * (y - i64::from(a.y)) - i64::from(b.y - a.y) * (x - i64::from(a.x))
}

/// 1 where samples on the edge itself belong to the neighbour.
#[inline]
fn shut(a: &Corner, b: &Corner) -> i64 {
    i64::from(!(b.y < a.y || (b.y == a.y && b.x > a.x)))
}

#[inline]
fn draw([a, b, c]: [Corner; 3], top: i64, width: i64, rows: i64, sink: &mut impl Sink) {
    let area = side(&a, &b, i64::from(c.x), i64::from(c.y));
    if area == 0 {
        return;
    }
    // y runs down, so an outward face turns the other way round in the picture.
    let (b, c, facing) = if area < 0 { (c, b, 1.0) } else { (b, c, -1.0) };
    let share = 1.0 / area.abs() as f32;

    let (low, high) = (i64::from(a.y.min(b.y).min(c.y)) - top, i64::from(a.y.max(b.y).max(c.y)) - top);
    let first = (low - ROW / 2).div_euclid(ROW) + i64::from((low - ROW / 2).rem_euclid(ROW) != 0);
    let last = (high - ROW / 2).div_euclid(ROW);
    let (left, right) = (i64::from(a.x.min(b.x).min(c.x)), i64::from(a.x.max(b.x).max(c.x)));

    let (shut_a, shut_b, shut_c) = (shut(&b, &c), shut(&c, &a), shut(&a, &b));
    let step_a = -i64::from(c.y - b.y) * GRID;
    let step_b = -i64::from(a.y - c.y) * GRID;
    let step_c = -i64::from(b.y - a.y) * GRID;
    for row in first.max(0)..=last.min(rows - 1) {
        let offset = OFFSETS[row as usize % SAMPLES];
        let start = ((left - offset + GRID - 1).div_euclid(GRID)).max(0);
        let end = ((right - offset).div_euclid(GRID)).min(width - 1);
        if start > end {
            continue;
        }
        let (x, y) = (start * GRID + offset, top + row * ROW + ROW / 2);
        let mut in_a = side(&b, &c, x, y) - shut_a;
        let mut in_b = side(&c, &a, x, y) - shut_b;
        let mut in_c = side(&a, &b, x, y) - shut_c;
        let mut entered = false;
        for column in start..=end {
            if (in_a | in_b | in_c) >= 0 {
                entered = true;
                let (u, v) = (in_a as f32 * share, in_b as f32 * share);
                let w = 1.0 - u - v;
                let depth = u * a.depth + v * b.depth + w * c.depth;
                let sample = (row * width + column) as usize;
                if sink.wants(sample, depth) {
                    let normal = [0, 1, 2].map(|i| facing * (u * a.normal[i] + v * b.normal[i] + w * c.normal[i]));
                    sink.put(sample, Fragment { depth, normal });
                }
            } else if entered {
                break;
            }
            in_a += step_a;
            in_b += step_b;
            in_c += step_c;
        }
    }
}
