//! The umbrella operator: the mean of a vertex's neighbours, each with the same weight.
//!
//! In a closed, oriented mesh every neighbour is the next corner of exactly one face, so one counting sort of the
//! corners gives the neighbours; sums of hashes tell whether that holds. Else the edges at each vertex are sorted.
//! Positions are 32-bit, relative to the middle of the mesh, and padded to 16 bytes, so that a neighbour is one load.
//! Every vertex is written by one task only: the result does not depend on the threads. Cost of a step: one gather an
//! edge, twice.

use rayon::prelude::*;

use crate::{Borders, Mesh, ShapeError};

/// Vertices a task takes: enough to hide its start.
const CHUNK: usize = 8192;

/// A position relative to the middle of the mesh; the fourth number is padding.
pub(super) type Position = [f32; 4];

/// The neighbours of each vertex that moves.
pub(super) struct Umbrella {
    start: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Umbrella {
    pub(super) fn new(mesh: &Mesh, borders: Borders) -> Self {
        let vertices = mesh.vertices().len();
        let mut start = vec![0u32; vertices + 1];
        let mut balance = vec![0u64; vertices];
        for &[a, b, c] in mesh.faces() {
            let [ha, hb, hc] = [a, b, c].map(hash);
            for (v, out, into) in [(a, hb, hc), (b, hc, ha), (c, ha, hb)] {
                start[v as usize + 1] += 1;
                // Next corners less previous ones: zero unless an edge lacks its other half.
                let sum = &mut balance[v as usize];
                *sum = sum.wrapping_add(out).wrapping_sub(into);
            }
        }
        if balance.iter().any(|&b| b != 0) {
            return Self::of_open(mesh, borders);
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut cursor = start.clone();
        let mut neighbours = vec![0; mesh.faces().len() * 3];
        for &[a, b, c] in mesh.faces() {
            for (v, next) in [(a, b), (b, c), (c, a)] {
                let at = &mut cursor[v as usize];
                neighbours[*at as usize] = next;
                *at += 1;
            }
        }
        Self { start, neighbours }
    }

    /// For a mesh with open borders or faults: every neighbour once; at a border those along it, or none.
    fn of_open(mesh: &Mesh, borders: Borders) -> Self {
        let mut edges: Vec<(u32, u32)> = Vec::with_capacity(mesh.faces().len() * 6);
        for &[a, b, c] in mesh.faces() {
            edges.extend([(a, b), (b, a), (b, c), (c, b), (c, a), (a, c)].into_iter().filter(|(v, w)| v != w));
        }
        edges.sort_unstable();
        let mut start = vec![0u32; mesh.vertices().len() + 1];
        let mut neighbours = Vec::with_capacity(edges.len() / 2);
        let (mut all, mut open) = (Vec::new(), Vec::new());
        for at_vertex in edges.chunk_by(|a, b| a.0 == b.0) {
            all.clear();
            open.clear();
            for edge in at_vertex.chunk_by(|a, b| a == b) {
                all.push(edge[0].1);
                if edge.len() == 1 {
                    open.push(edge[0].1);
                }
            }
            let row: &[u32] = match (open.len(), borders) {
                (0, _) => &all,
                (2, Borders::Along) => &open,
                _ => &[],
            };
            start[at_vertex[0].0 as usize + 1] = row.len() as u32;
            neighbours.extend_from_slice(row);
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        Self { start, neighbours }
    }

    /// `to[v] = f(v, at[v], mean of the neighbours of v)` for every vertex that moves; the others get `at[v]` as mean.
    pub(super) fn step(
        &self,
        at: &[Position],
        to: &mut [Position],
        f: impl Fn(usize, &mut Position, Position, Position) + Sync,
    ) {
        to.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, to)| {
            let first = chunk * CHUNK;
            let bounds = &self.start[first..=first + to.len()];
            for (n, to) in to.iter_mut().enumerate() {
                let row = &self.neighbours[bounds[n] as usize..bounds[n + 1] as usize];
                let here = at[first + n];
                let mut sum = [0.0f32; 4];
                for &w in row {
                    let there = at[w as usize];
                    sum = std::array::from_fn(|i| sum[i] + there[i]);
                }
                let mean = if row.is_empty() { here } else { sum.map(|s| s * (1.0 / row.len() as f32)) };
                f(first + n, to, here, mean);
            }
        });
    }

    /// Whether a vertex stays where it is.
    pub(super) fn is_fixed(&self, v: usize) -> bool {
        self.start[v] == self.start[v + 1]
    }
}

/// Positions relative to the middle of the mesh, and that middle.
pub(super) fn centred(mesh: &Mesh) -> (Vec<Position>, [f64; 3]) {
    let middle =
        mesh.bounds().map_or([0.0; 3], |[lo, hi]| [0, 1, 2].map(|i| f64::midpoint(lo[i].into(), hi[i].into())));
    let place = |v: &[f32; 3]| {
        let [x, y, z] = [0, 1, 2].map(|i| (f64::from(v[i]) - middle[i]) as f32);
        [x, y, z, 0.0]
    };
    (mesh.vertices().iter().map(place).collect(), middle)
}

/// The mesh with its vertices at new positions; those that did not move keep their bits.
pub(super) fn moved(mesh: &Mesh, umbrella: &Umbrella, at: &[Position], middle: [f64; 3]) -> Result<Mesh, ShapeError> {
    let place = |(v, old): (usize, &[f32; 3])| {
        if umbrella.is_fixed(v) { *old } else { [0, 1, 2].map(|i| (f64::from(at[v][i]) + middle[i]) as f32) }
    };
    let vertices = mesh.vertices().iter().enumerate().map(place).collect();
    let mut result = Mesh::new(vertices, mesh.faces().to_vec())?;
    if let Some(labels) = mesh.labels() {
        result = result.with_labels(labels.to_vec())?;
    }
    if let Some(colours) = mesh.colours() {
        result = result.with_colours(colours.to_vec())?;
    }
    Ok(result)
}

/// Refuses a parameter outside 0 to `most`.
pub(super) fn check_factor(
    name: &'static str,
    value: f64,
    most: f64,
    expected: &'static str,
) -> Result<(), ShapeError> {
    if (0.0..=most).contains(&value) { Ok(()) } else { Err(ShapeError::Parameter { name, value, expected }) }
}

/// A vertex number spread over 64 bits.
fn hash(v: u32) -> u64 {
    let x = (u64::from(v) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (x ^ x >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}
