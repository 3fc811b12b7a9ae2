//! How rough a surface is: its distance from its smoothed self, and how much it bends from face to face.
//!
//! Roughness is what smoothing takes away (as for the distortion of meshes, Lavoué 2009, doi:10.1145/1462048.1462052):
//! the root mean square, by area, of the distance along the normal between the surface and itself after [`STEPS`] steps of
//! Taubin's filter. Normal variation is the mean angle between the normals of neighbouring faces, by the length of their
//! edge. Both are of details some edges wide, so they compare surfaces of like resolution.

use super::table::{Features, Unit};
use crate::vector::{cross, dot, norm, normalized, sub};
use crate::{Mesh, ShapeError};

/// Steps of Taubin's filter that stand for "smoothed".
const STEPS: usize = 30;

pub(super) fn push(table: &mut Features, mesh: &Mesh) -> Result<(), ShapeError> {
    table.push("surface_roughness_mm", roughness(mesh)?, Unit::Mm);
    table.push("normal_variation_deg", normal_variation(mesh).to_degrees(), Unit::Degree);
    Ok(())
}

fn roughness(mesh: &Mesh) -> Result<f64, ShapeError> {
    let smooth = super::smoothed(mesh, STEPS)?;
    let mut normals = vec![[0.0; 3]; mesh.vertices().len()];
    for (f, face) in smooth.faces().iter().enumerate() {
        let [a, b, c] = smooth.triangle(f);
        let normal = cross(sub(b, a), sub(c, a));
        for &v in face {
            for axis in 0..3 {
                normals[v as usize][axis] += normal[axis];
            }
        }
    }
    let (mut total, mut squares) = (0.0, 0.0);
    for ((before, after), normal) in mesh.vertices().iter().zip(smooth.vertices()).zip(normals) {
        let height = dot(sub(*before, *after), normalized(normal));
        let area = norm(normal);
        total += area;
        squares += area * height * height;
    }
    Ok((squares / total).sqrt())
}

/// Radians.
fn normal_variation(mesh: &Mesh) -> f64 {
    // Each edge twice, once from either face; sorted, the two lie together.
    let mut edges: Vec<([u32; 2], u32)> = (0u32..)
        .zip(mesh.faces())
        .flat_map(|(f, &[a, b, c])| [[a, b], [b, c], [c, a]].map(|[p, q]| ([p.min(q), p.max(q)], f)))
        .collect();
    edges.sort_unstable();
    let normal = |f: u32| {
        let [a, b, c] = mesh.triangle(f as usize);
        cross(sub(b, a), sub(c, a))
    };
    let (mut total, mut sum) = (0.0, 0.0);
    for pair in edges.windows(2).filter(|p| p[0].0 == p[1].0) {
        let [a, b] = pair[0].0;
        let (m, n) = (normal(pair[0].1), normal(pair[1].1));
        let length = norm(sub(mesh.vertices()[a as usize], mesh.vertices()[b as usize]));
        if norm(m) > 0.0 && norm(n) > 0.0 {
            total += length;
            sum += length * norm(cross(m, n)).atan2(dot(m, n));
        }
    }
    sum / total
}
