//! The smooth surface: the steps of the voxels relaxed away without leaving what the mask says.
//!
//! Every vertex of the exact surface slides along its grid edge ([`relax`]), with the constraint of elastic surface nets
//! (Gibson 1998, doi:10.1007/BFb0056277) that none passes a voxel centre. So the topology, and with it every thin
//! vessel, is the exact surface's, and triangles that stay within their cells cannot cross. At the end all vertices move
//! outward (or inward) by one common distance that makes the volume that of the voxels.
//!
//! The relaxing is done in index space: sliding into a plane is the same in any affine frame, so that thick slices and
//! oblique grids need nothing of their own.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::relax::{relax, steepness, sum_normals};
use super::sliding::{EdgePoint, MARGIN, place, sweep_edges};
use super::sweep::Swept;
use crate::{Affine, LabelView, Mesh};

/// Rounds of moving all vertices by a common distance until the volume is right.
const VOLUME_ROUNDS: usize = 3;

pub(super) fn meshes(view: &LabelView<'_>) -> BTreeMap<u32, Mesh> {
    sweep_edges(view).into_par_iter().map(|swept| (swept.label, smooth(swept, view.affine()))).collect()
}

fn smooth(swept: Swept<EdgePoint>, affine: &Affine) -> Mesh {
    let Swept { vertices: edges, mut faces, .. } = swept;
    let left_handed = affine.determinant() < 0.0;
    if left_handed {
        turn_round(&mut faces); // outward in index space as well, where the relaxing is done
    }
    let mut at: Vec<[f32; 3]> = edges.iter().map(|e| e.middle()).collect();
    let mut normals = Vec::new();
    relax(&edges, &faces, &mut at, &mut normals);
    sum_normals(&at, &faces, &mut normals);
    restore_volume(&mut at, &edges, &faces, &normals, affine);
    if left_handed {
        turn_round(&mut faces);
    }
    place(&at, faces, affine)
}

fn turn_round(faces: &mut [[u32; 3]]) {
    for face in faces {
        face.swap(1, 2);
    }
}

/// Moves all vertices outward by one distance, so that the enclosed volume is that of the voxels.
fn restore_volume(at: &mut [[f32; 3]], edges: &[EdgePoint], faces: &[[u32; 3]], normals: &[[f32; 3]], affine: &Affine) {
    let voxels = voxels(edges);
    let areas = Cofactors::new(affine);
    // Index units along the edge for each size of a voxel that the surface moves.
    let slopes: Vec<f32> = normals.iter().zip(edges).map(|(&n, &e)| areas.length(n) / steepness(n, e)).collect();
    for _ in 0..VOLUME_ROUNDS {
        let missing = voxels - volume(at, faces);
        if missing.abs() < 1e-4 * voxels {
            return;
        }
        let probe = if missing > 0.0 { 0.01 } else { -0.01 };
        // What the size of a voxel outward adds now, from the vertices that can still move that way.
        let gain: f64 = (0..at.len())
            .map(|v| {
                let (axis, mut moved) = (edges[v].axis as usize, at[v]);
                slide(&mut moved, edges[v], probe * slopes[v]);
                f64::from(normals[v][axis]) * f64::from(moved[axis] - at[v][axis])
            })
            .sum();
        let gain = gain / 6.0 / f64::from(probe);
        if gain <= 0.0 {
            return;
        }
        let distance = (missing / gain) as f32;
        for (at, (&edge, &slope)) in at.iter_mut().zip(edges.iter().zip(&slopes)) {
            slide(at, edge, distance * slope);
        }
    }
}

/// The number of voxels inside: each run of them along i ends where the upper end of an edge is outside.
fn voxels(edges: &[EdgePoint]) -> f64 {
    edges.iter().filter(|e| e.axis == 0).map(|e| f64::from(e.start()) * if e.upper { -1.0 } else { 1.0 }).sum()
}

#[inline]
fn slide(at: &mut [f32; 3], edge: EdgePoint, way: f32) {
    let start = edge.start();
    let c = &mut at[edge.axis as usize];
    *c = (*c + way).clamp(start + MARGIN, start + (1.0 - MARGIN));
}

/// Volume in voxels: of the prisms from each face to the plane across i through the first vertex.
fn volume(at: &[[f32; 3]], faces: &[[u32; 3]]) -> f64 {
    let start = at.first().map_or(0.0, |p| p[0]);
    let sixfold = |f: &[u32; 3]| {
        let (a, b, c) = (at[f[0] as usize], at[f[1] as usize], at[f[2] as usize]);
        let across = (b[1] - a[1]) * (c[2] - a[2]) - (b[2] - a[2]) * (c[1] - a[1]);
        f64::from(across * (a[0] - start + (b[0] - start) + (c[0] - start)))
    };
    faces.iter().map(sixfold).sum::<f64>() / 6.0
}

/// Turns area vectors of index space into those of patient space in units of a voxel's size (the side of a cube of its
/// volume), so that the surface does not depend on the unit of length.
struct Cofactors {
    rows: [[f32; 3]; 3],
}

impl Cofactors {
    fn new(affine: &Affine) -> Self {
        let inverse = affine.inverse().rows();
        let size = affine.voxel_volume().cbrt();
        // The transposed inverse, with the determinant that it has in those units.
        Self { rows: [0, 1, 2].map(|r| [0, 1, 2].map(|c| (inverse[c][r] * size) as f32)) }
    }

    fn length(&self, n: [f32; 3]) -> f32 {
        self.rows.iter().map(|r| (r[0] * n[0] + r[1] * n[1] + r[2] * n[2]).powi(2)).sum::<f32>().sqrt()
    }
}
