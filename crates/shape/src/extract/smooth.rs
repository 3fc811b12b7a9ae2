//! The smooth surface: the steps of the voxels relaxed away without leaving what the mask says.
//!
//! Every vertex of the exact surface slides along its grid edge towards the plane that its neighbours lie in: a Taubin
//! filter (1995, doi:10.1145/218380.218473), which takes steps away but does not shrink, with the constraint of elastic
//! surface nets (Gibson 1998, doi:10.1007/BFb0056277), that no vertex passes a voxel centre. So the topology, and with
//! it every thin vessel, is the exact surface's, and triangles that stay within their cells cannot cross. At the end all
//! vertices move outward (or inward) by one common distance that makes the volume that of the voxels.
//!
//! All of it is done in index space: sliding into a plane is the same in any affine frame, so that thick slices and
//! oblique grids need nothing of their own.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::sliding::{EdgePoint, MARGIN, place, sweep_edges};
use super::sweep::Swept;
use crate::{Affine, LabelView, Mesh};

/// Shrinking and growing steps, and how often the planes' normals are taken anew.
const STEPS: usize = 40;
const LAMBDA: f32 = 0.9;
const MU: f32 = -0.92;
const FRESH_NORMALS: usize = 10;
/// Rounds of moving all vertices by a common distance until the volume is right.
const VOLUME_ROUNDS: usize = 3;
/// Vertices that a thread takes at once.
const CHUNK: usize = 8192;

pub(super) fn meshes(view: &LabelView<'_>) -> BTreeMap<u32, Mesh> {
    sweep_edges(view).into_par_iter().map(|swept| (swept.label, smooth(swept, view.affine()))).collect()
}

fn smooth(swept: Swept<EdgePoint>, affine: &Affine) -> Mesh {
    let Swept { vertices: edges, faces, .. } = swept;
    let voxels = voxels(&edges);
    let neighbours = Neighbours::new(edges.len(), &faces);
    let mut at: Vec<[f32; 3]> = edges.iter().map(|e| e.middle()).collect();
    let mut next = at.clone();
    let mut normals = Vec::new();
    for step in 0..STEPS {
        if step % FRESH_NORMALS == 0 {
            sum_normals(&at, &faces, &mut normals);
        }
        let factor = if step % 2 == 0 { LAMBDA } else { MU };
        let chunks = next.par_chunks_mut(CHUNK).enumerate();
        chunks.for_each(|(chunk, next)| {
            for (n, to) in next.iter_mut().enumerate() {
                let v = chunk * CHUNK + n;
                let mean = neighbours.mean(v, &at);
                *to = slide(at[v], edges[v], factor * way(at[v], mean, normals[v], edges[v]));
            }
        });
        std::mem::swap(&mut at, &mut next);
    }
    sum_normals(&at, &faces, &mut normals);
    restore_volume(&mut at, &edges, &faces, &normals, voxels, affine);
    place(&at, faces, affine)
}

/// The number of voxels inside: each run of them along i ends where the upper end of an edge is outside.
fn voxels(edges: &[EdgePoint]) -> f64 {
    edges.iter().filter(|e| e.axis == 0).map(|e| f64::from(e.start()) * if e.upper { -1.0 } else { 1.0 }).sum()
}

/// How far along its edge `at` is from the plane through `mean` across `normal`.
#[inline]
fn way(at: [f32; 3], mean: [f32; 3], normal: [f32; 3], edge: EdgePoint) -> f32 {
    let d = [mean[0] - at[0], mean[1] - at[1], mean[2] - at[2]];
    (d[0] * normal[0] + d[1] * normal[1] + d[2] * normal[2]) / steepness(normal, edge)
}

/// The normal's part along the edge, outward. Where the surface nearly follows the edge, or has turned against it, a
/// vertex would have to go far to reach a plane nearby: it is taken to be a little steeper than it is.
#[inline]
fn steepness(n: [f32; 3], edge: EdgePoint) -> f32 {
    let length = (n[0] * n[0] + n[1] * n[1] + n[2] * n[2]).sqrt();
    let outward = if edge.upper { -1.0 } else { 1.0 };
    let along = (n[edge.axis as usize] * outward).max(0.25 * length).max(f32::MIN_POSITIVE);
    along * outward
}

#[inline]
fn slide(mut at: [f32; 3], edge: EdgePoint, way: f32) -> [f32; 3] {
    let start = edge.start();
    let c = &mut at[edge.axis as usize];
    *c = (*c + way).clamp(start + MARGIN, start + (1.0 - MARGIN));
    at
}

/// Twice the area vector of the faces around each vertex, outward.
fn sum_normals(at: &[[f32; 3]], faces: &[[u32; 3]], sums: &mut Vec<[f32; 3]>) {
    sums.clear();
    sums.resize(at.len(), [0.0; 3]);
    for f in faces {
        let n = across(f.map(|v| at[v as usize]));
        for v in f {
            let s = &mut sums[*v as usize];
            *s = [s[0] + n[0], s[1] + n[1], s[2] + n[2]];
        }
    }
}

#[inline]
fn across([a, b, c]: [[f32; 3]; 3]) -> [f32; 3] {
    let u = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    let v = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
    [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
}

/// Moves all vertices outward by one distance, so that the enclosed volume is that of the voxels.
fn restore_volume(
    at: &mut [[f32; 3]],
    edges: &[EdgePoint],
    faces: &[[u32; 3]],
    normals: &[[f32; 3]],
    voxels: f64,
    affine: &Affine,
) {
    let sign = if affine.determinant() < 0.0 { -1.0 } else { 1.0 };
    let to_mm = Cofactors::new(affine);
    // Index units along the edge for each mm that the surface moves.
    let slopes: Vec<f32> =
        normals.iter().zip(edges).map(|(&n, &e)| to_mm.length(n) / (to_mm.voxel * steepness(n, e))).collect();
    for _ in 0..VOLUME_ROUNDS {
        let missing = voxels - sign * volume(at, faces);
        // What a millimetre outward adds now, from the vertices that can still move that way.
        let gain: f64 = (0..at.len())
            .map(|v| {
                let e = edges[v];
                let step = if missing > 0.0 { 0.01 } else { -0.01 } * slopes[v];
                let moved = slide(at[v], e, step)[e.axis as usize] - at[v][e.axis as usize];
                let n = f64::from(normals[v][e.axis as usize]) * sign / 6.0;
                if step == 0.0 { 0.0 } else { n * f64::from(moved) / if missing > 0.0 { 0.01 } else { -0.01 } }
            })
            .sum();
        if gain <= 0.0 || missing.abs() < 1e-5 * voxels {
            return;
        }
        let distance = (missing / gain) as f32;
        for (at, (&edge, &slope)) in at.iter_mut().zip(edges.iter().zip(&slopes)) {
            *at = slide(*at, edge, distance * slope);
        }
    }
}

/// Volume in voxels, about the first vertex.
fn volume(at: &[[f32; 3]], faces: &[[u32; 3]]) -> f64 {
    let Some(&o) = at.first() else { return 0.0 };
    let sixth = |f: &[u32; 3]| {
        let [a, b, c] = f.map(|v| {
            let p = at[v as usize];
            [f64::from(p[0] - o[0]), f64::from(p[1] - o[1]), f64::from(p[2] - o[2])]
        });
        crate::vector::dot(a, crate::vector::cross(b, c))
    };
    faces.iter().map(sixth).sum::<f64>() / 6.0
}

/// Turns area vectors of index space into mm².
struct Cofactors {
    rows: [[f32; 3]; 3],
    voxel: f32,
}

impl Cofactors {
    fn new(affine: &Affine) -> Self {
        let inverse = affine.inverse().rows();
        let det = affine.determinant();
        // The transposed inverse, times the determinant.
        let rows = [0, 1, 2].map(|r| [0, 1, 2].map(|c| (inverse[c][r] * det) as f32));
        Self { rows, voxel: affine.voxel_volume() as f32 }
    }

    fn length(&self, n: [f32; 3]) -> f32 {
        self.rows.iter().map(|r| (r[0] * n[0] + r[1] * n[1] + r[2] * n[2]).powi(2)).sum::<f32>().sqrt()
    }
}

/// The neighbours of each vertex of a closed mesh: of every face around it, the next corner.
struct Neighbours {
    start: Vec<u32>,
    to: Vec<u32>,
}

impl Neighbours {
    fn new(vertices: usize, faces: &[[u32; 3]]) -> Self {
        let mut start = vec![0u32; vertices + 2];
        for &v in faces.as_flattened() {
            start[v as usize + 2] += 1;
        }
        for i in 2..start.len() {
            start[i] += start[i - 1];
        }
        let mut to = vec![0u32; faces.len() * 3];
        for f in faces {
            for k in 0..3 {
                let cursor = &mut start[f[k] as usize + 1];
                to[*cursor as usize] = f[(k + 1) % 3];
                *cursor += 1;
            }
        }
        Self { start, to }
    }

    #[inline]
    fn mean(&self, v: usize, at: &[[f32; 3]]) -> [f32; 3] {
        let around = &self.to[self.start[v] as usize..self.start[v + 1] as usize];
        let mut sum = [0.0f32; 3];
        for &w in around {
            let p = at[w as usize];
            sum = [sum[0] + p[0], sum[1] + p[1], sum[2] + p[2]];
        }
        let n = around.len().max(1) as f32;
        [sum[0] / n, sum[1] / n, sum[2] / n]
    }
}
