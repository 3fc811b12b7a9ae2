//! The nearest set bit of a grid, exact for any affine.
//!
//! The distance from a grid point to a row of the grid is known before the row is looked at, so rows are visited in the
//! order of that distance until none can hold anything nearer; in a row, the nearest bit to either side is a count of
//! leading or trailing zeros of a word. The squared distance is a quadratic form of the index offset (f64), which covers
//! anisotropic, rotated and sheared grids alike and is free of the rounding of positions.
//!
//! Fast because surfaces that are compared lie close to each other: most queries end after a few rows, where a distance
//! transform fills the whole volume. A query that finds nothing in the nearest [`ROWS`] rows asks a kd-tree, whose
//! answer (f32) is settled among all near-ties by the same f64 form. Cost of a query: rows within its distance, at most
//! [`ROWS`], or O(log n).

use std::sync::OnceLock;

use rayon::prelude::*;

use super::{bit_grid::BitGrid, distances::Sample};
use crate::{Affine, spatial::KdTree};

/// Rows to look at before the tree is asked.
const ROWS: f64 = 1024.0;

/// The quadratic form that gives squared distances (mm²) of index offsets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Metric {
    columns: [[f64; 3]; 3],
    gram: [[f64; 3]; 3],
}

impl Metric {
    pub(super) fn new(affine: &Affine) -> Self {
        let rows = affine.rows();
        let columns = [0, 1, 2].map(|c| rows.map(|r| r[c]));
        let gram = columns.map(|a| columns.map(|b| a[0] * b[0] + a[1] * b[1] + a[2] * b[2]));
        Self { columns, gram }
    }

    /// Steps along i, j, k, mm.
    pub(super) fn columns(&self) -> [[f64; 3]; 3] {
        self.columns
    }

    /// Squared length of an index offset, mm².
    pub(super) fn length2(&self, offset: [f64; 3]) -> f64 {
        (0..3).map(|a| offset[a] * (0..3).map(|b| self.gram[a][b] * offset[b]).sum::<f64>()).sum()
    }

    fn position(&self, at: [usize; 3]) -> [f32; 3] {
        [0, 1, 2].map(|row| (0..3).map(|c| at[c] as f64 * self.columns[c][row]).sum::<f64>() as f32)
    }
}

/// A row at some offset.
#[derive(Debug, Clone, Copy)]
struct RowOffset {
    dj: i32,
    dk: i32,
    /// Where along i the row comes nearest.
    di: f64,
    /// Squared distance there, mm².
    d2: f64,
}

/// Finds the set bits of a grid.
pub(super) struct Nearest<'a> {
    target: &'a BitGrid,
    metric: Metric,
    rows: Vec<RowOffset>,
    /// Every row nearer than this (mm², squared) is among `rows`.
    complete: f64,
    tree: OnceLock<Far>,
}

/// The bits as points.
struct Far {
    tree: Option<KdTree>,
    indices: Vec<[u16; 3]>,
}

impl<'a> Nearest<'a> {
    pub(super) fn new(target: &'a BitGrid, metric: Metric) -> Self {
        let (rows, complete) = nearest_rows(target.shape(), &metric);
        Self { target, metric, rows, complete, tree: OnceLock::new() }
    }

    /// The distance from each bit set in `from` (a grid of the same shape) to the nearest one of the target, which must
    /// have some, with its weight; in the order of memory.
    pub(super) fn distances(&self, from: &BitGrid, weight: impl Fn([usize; 3]) -> f64 + Sync) -> Vec<Sample> {
        let step = self.metric.gram[0][0].sqrt();
        let slabs: Vec<Vec<Sample>> = (0..from.shape()[2])
            .into_par_iter()
            .map(|k| {
                let mut samples: Vec<Sample> = Vec::new();
                let (mut last, mut distance) = ([0; 3], 0.0);
                from.each_in_slab(k, |at| {
                    // Along a row the distance changes by no more than the way: far away, the rows need not be tried.
                    let least = if at[1..] == last[1..] { distance - step * (at[0] - last[0]) as f64 } else { 0.0 };
                    let is_far = least > 0.0 && least * least > self.complete;
                    let near = if is_far { None } else { self.among_rows(at) };
                    (last, distance) = (at, near.unwrap_or_else(|| self.among_all(at)).sqrt());
                    samples.push(Sample { distance_mm: distance, weight: weight(at) });
                });
                samples
            })
            .collect();
        slabs.concat()
    }

    /// Squared distance to the nearest bit, if it is certain to be in the nearest rows.
    fn among_rows(&self, [i, j, k]: [usize; 3]) -> Option<f64> {
        let [_, nj, nk] = self.target.shape();
        let along = self.metric.gram[0][0];
        let mut best = f64::INFINITY;
        for row in &self.rows {
            if row.d2 >= best {
                return Some(best);
            }
            let (j, k) = (j as i32 + row.dj, k as i32 + row.dk);
            if j < 0 || k < 0 || j as usize >= nj || k as usize >= nk {
                continue;
            }
            let reach = |steps: f64| row.d2 + along * steps * steps;
            let bits = self.target.row(j as usize, k as usize);
            if let Some(steps) = nearest_in_row(bits, i as f64 + row.di, |steps| reach(steps) < best) {
                best = best.min(reach(steps));
            }
        }
        (best <= self.complete).then_some(best)
    }

    /// Squared distance to the nearest bit anywhere.
    fn among_all(&self, at: [usize; 3]) -> f64 {
        let far = self.tree.get_or_init(|| self.points());
        let exact = |index: u32| {
            let other = far.indices[index as usize];
            self.metric.length2([0, 1, 2].map(|a| f64::from(other[a]) - at[a] as f64))
        };
        let q = self.metric.position(at);
        let Some((tree, nearest)) = far.tree.as_ref().and_then(|t| Some((t, t.nearest(q)?))) else {
            return f64::INFINITY;
        };
        // f32 positions of the grid's size are off by this much; all within it are candidates.
        let corner = self.metric.position(self.target.shape());
        let slack = 1e-6 * corner.iter().fold(nearest.distance_mm, |sum, c| sum + c.abs());
        tree.within(q, nearest.distance_mm + slack).iter().map(|n| exact(n.index)).fold(f64::INFINITY, f64::min)
    }

    fn points(&self) -> Far {
        let mut indices = Vec::new();
        for k in 0..self.target.shape()[2] {
            self.target.each_in_slab(k, |at| indices.push(at.map(|v| v as u16)));
        }
        let points: Vec<[f32; 3]> = indices.iter().map(|at| self.metric.position(at.map(usize::from))).collect();
        Far { tree: KdTree::new(&points).ok().filter(|t| !t.is_empty()), indices }
    }
}

/// About [`ROWS`] rows in the order of distance, and the squared distance up to which none is missing.
fn nearest_rows([_, nj, nk]: [usize; 3], metric: &Metric) -> (Vec<RowOffset>, f64) {
    let g = metric.gram;
    // Minimised over i, the form is one of (dj, dk): a, b, c.
    let a = g[1][1] - g[0][1] * g[0][1] / g[0][0];
    let b = g[1][2] - g[0][1] * g[0][2] / g[0][0];
    let c = g[2][2] - g[0][2] * g[0][2] / g[0][0];
    let determinant = a * c - b * b;
    // An ellipse of squared radius r2 holds pi r2 / sqrt(determinant) rows and reaches so far along j and k.
    let r2 = ROWS * determinant.sqrt() / std::f64::consts::PI;
    let reach_j = (r2 * c / determinant).sqrt().min(nj as f64).max(1.0) as i32;
    let reach_k = (r2 * a / determinant).sqrt().min(nk as f64).max(1.0) as i32;
    let beyond = |reach: i32, n: usize, least: f64| {
        if reach as usize >= n { f64::INFINITY } else { f64::from(reach + 1).powi(2) * least }
    };
    let complete = beyond(reach_j, nj, determinant / c).min(beyond(reach_k, nk, determinant / a));
    let mut rows: Vec<RowOffset> = (-reach_j..=reach_j)
        .flat_map(|dj| (-reach_k..=reach_k).map(move |dk| (dj, dk)))
        .map(|(dj, dk)| {
            let (y, z) = (f64::from(dj), f64::from(dk));
            let di = -(g[0][1] * y + g[0][2] * z) / g[0][0];
            RowOffset { dj, dk, di, d2: (a * y * y + 2.0 * b * y * z + c * z * z).max(0.0) }
        })
        .filter(|row| row.d2 < complete)
        .collect();
    rows.sort_by(|p, q| p.d2.total_cmp(&q.d2));
    (rows, complete)
}

/// Steps from `x` to the nearest bit of a row, if one is nearer than `is_near` asks for words further away.
#[inline]
fn nearest_in_row(row: &[u64], x: f64, is_near: impl Fn(f64) -> bool) -> Option<f64> {
    let last = 64 * row.len() as i64 - 1;
    // The largest integer that is not above x, without a call.
    let floor = x as i64 - i64::from(x < (x as i64) as f64);
    let mut best = f64::INFINITY;
    if floor >= 0 {
        let start = floor.min(last);
        let mut word = (start / 64) as usize;
        let mut bits = row[word] & (u64::MAX >> (63 - start % 64));
        loop {
            if bits != 0 {
                best = x - (64 * word + 63 - bits.leading_zeros() as usize) as f64;
                break;
            }
            if word == 0 || !is_near(x - (64 * word - 1) as f64) {
                break;
            }
            word -= 1;
            bits = row[word];
        }
    }
    if floor < last {
        let start = (floor + 1).max(0);
        let mut word = (start / 64) as usize;
        let mut bits = row[word] & (u64::MAX << (start % 64));
        loop {
            if bits != 0 {
                best = best.min((64 * word + bits.trailing_zeros() as usize) as f64 - x);
                break;
            }
            word += 1;
            if word == row.len() || !is_near((64 * word) as f64 - x) {
                break;
            }
            bits = row[word];
        }
    }
    best.is_finite().then_some(best)
}
