//! Smoothing that keeps the volume exactly.
//!
//! The HC-Laplacian of Vollmer, Mencl & Müller 1999 (doi:10.1111/1467-8659.00334) pushes every vertex back by the mean of
//! what it and its neighbours were moved, and so hardly shrinks. What is left is undone as Desbrun, Meyer, Schröder & Barr
//! 1999 (doi:10.1145/311535.311576) do after each step, but by moving the surface along its normals rather than scaling
//! it, so that a shape of several parts stays in place. The volume is a cubic of that move; Newton's method solves it.

use crate::{Borders, Mesh, ShapeError};

use super::umbrella::{Position, Umbrella, centred, moved};

/// Pull towards the original position, against the one before the step.
const ALPHA: f32 = 0.1;
/// Share of a vertex's own move that is undone, against its neighbours'.
const BETA: f32 = 0.5;

/// `iterations` steps of the HC-Laplacian (alpha 0.1, beta 0.5: `trimesh.smoothing.filter_humphrey`), then a move along
/// the normals that gives the mesh its volume back. In an open mesh whose borders stay, the volume that the moved
/// surface sweeps is zero.
///
/// # Errors
/// [`ShapeError::Vertex`] if the positions grow beyond what 32 bits hold.
pub fn smooth_volume_preserving(mesh: &Mesh, iterations: usize, borders: Borders) -> Result<Mesh, ShapeError> {
    let umbrella = Umbrella::new(mesh, borders);
    let (original, middle) = centred(mesh);
    let mut at = original.clone();
    let (mut means, mut pushes) = (at.clone(), at.clone());
    for _ in 0..iterations {
        umbrella.step(&at, &mut means, |_, to, _, mean| *to = mean);
        umbrella.step(&at, &mut pushes, |v, to, here, _| {
            let home = original[v];
            *to = std::array::from_fn(|i| means[v][i] - (ALPHA * home[i] + (1.0 - ALPHA) * here[i]));
        });
        umbrella.step(&pushes, &mut at, |v, to, push, mean| {
            *to = std::array::from_fn(|i| means[v][i] - (BETA * push[i] + (1.0 - BETA) * mean[i]));
        });
    }
    let wanted = volume(mesh, &original);
    restore_volume(mesh, &umbrella, &mut at, wanted);
    moved(mesh, &umbrella, &at, middle)
}

/// Moves the vertices along their normals until the volume is as wanted.
fn restore_volume(mesh: &Mesh, umbrella: &Umbrella, at: &mut [Position], wanted: f64) {
    for _ in 0..4 {
        let mut normals = vec![[0.0f64; 3]; at.len()];
        for f in mesh.faces() {
            let [a, b, c] = f.map(|v| wide(at[v as usize]));
            let across = crate::vector::cross([0, 1, 2].map(|i| b[i] - a[i]), [0, 1, 2].map(|i| c[i] - a[i]));
            for &v in f {
                let normal = &mut normals[v as usize];
                *normal = [0, 1, 2].map(|i| normal[i] + across[i]);
            }
        }
        let missing = wanted - volume(mesh, at);
        // The volume grows by a sixth of the sum of these normals times the move.
        let free = || (0..at.len()).filter(|&v| !umbrella.is_fixed(v));
        let area: f64 = free().map(|v| crate::vector::norm(normals[v])).sum::<f64>() / 6.0;
        let way = missing / area;
        if !way.is_finite() || way == 0.0 {
            return;
        }
        for v in free().collect::<Vec<_>>() {
            let normal = crate::vector::normalized(normals[v]);
            for i in 0..3 {
                at[v][i] = (f64::from(at[v][i]) + way * normal[i]) as f32;
            }
        }
    }
}

fn volume(mesh: &Mesh, at: &[Position]) -> f64 {
    let six = |f: &[u32; 3]| {
        let [a, b, c] = f.map(|v| wide(at[v as usize]));
        crate::vector::dot(a, crate::vector::cross(b, c))
    };
    mesh.faces().iter().map(six).sum::<f64>() / 6.0
}

fn wide(p: Position) -> [f64; 3] {
    [p[0], p[1], p[2]].map(f64::from)
}
