//! Moments of a shape: how much there is of it, where, and how far it spreads.
//!
//! Exact integrals of polynomials over tetrahedra, triangles and voxels: over a simplex with values `v` at its corners,
//! the integral of `t^n` is its measure times `d! n! / (d + n)!` times the complete homogeneous polynomial of degree n in
//! `v` (Lasserre & Avrachenkov 2001, doi:10.1080/00029890.2001.11919782). Sums run in the order of the faces, in f64,
//! about a point of the shape.

use crate::{
    MaskOrMesh, MaskView, Mesh, check,
    vector::{cross, dot, norm, sub},
};

/// Where a shape is and how it spreads.
pub(crate) struct Moments {
    /// Volume mm³, or area mm² of a surface.
    pub measure: f64,
    pub solid: bool,
    pub centroid: [f64; 3],
    /// Of the places of the shape, mm².
    pub covariance: [[f64; 3]; 3],
}

/// `None` for a shape without volume and area.
pub(super) fn moments(shape: &MaskOrMesh) -> Option<Moments> {
    match shape {
        MaskOrMesh::Mask(mask) => mask_moments(mask),
        MaskOrMesh::Mesh(mesh) => closed_or_open(mesh),
    }
}

/// Mean of `((x - centroid) . axis)³` for each axis, mm³.
pub(super) fn third_moments(shape: &MaskOrMesh, of: &Moments, axes: [[f64; 3]; 3]) -> [f64; 3] {
    match shape {
        MaskOrMesh::Mask(mask) => axes.map(|axis| mask_third(mask, of, axis)),
        MaskOrMesh::Mesh(mesh) => {
            let mut sums = [0.0; 3];
            for f in 0..mesh.faces().len() {
                let corners = about(mesh.triangle(f), of.centroid);
                let weight = weight(corners, of.solid) / if of.solid { 20.0 } else { 10.0 };
                for (sum, axis) in sums.iter_mut().zip(axes) {
                    let [a, b, c] = corners.map(|v| dot(v, axis));
                    let (p1, p2, p3) = (a + b + c, a * a + b * b + c * c, a * a * a + b * b * b + c * c * c);
                    *sum += weight * (p1 * p1 * p1 + 3.0 * p1 * p2 + 2.0 * p3) / 6.0;
                }
            }
            sums.map(|s| s / of.measure)
        }
    }
}

fn about(triangle: [[f32; 3]; 3], origin: [f64; 3]) -> [[f64; 3]; 3] {
    triangle.map(|v| [0, 1, 2].map(|i| f64::from(v[i]) - origin[i]))
}

/// Signed volume of the tetrahedron to the origin, or area of the triangle.
fn weight([a, b, c]: [[f64; 3]; 3], solid: bool) -> f64 {
    if solid {
        return dot(a, cross(b, c)) / 6.0;
    }
    let edge = |v: [f64; 3]| [0, 1, 2].map(|i| v[i] - a[i]);
    norm(cross(edge(b), edge(c))) / 2.0
}

fn closed_or_open(mesh: &Mesh) -> Option<Moments> {
    let found = check(mesh);
    if found.is_closed() && found.is_oriented() {
        let solid = mesh_moments(mesh, true);
        if solid.is_some() {
            return solid;
        }
    }
    mesh_moments(mesh, false)
}

/// Of the enclosed solid, or of the surface; `None` without volume, or area.
pub(crate) fn mesh_moments(mesh: &Mesh, solid: bool) -> Option<Moments> {
    let [lo, hi] = mesh.bounds()?;
    let origin = [0, 1, 2].map(|i| f64::midpoint(f64::from(lo[i]), f64::from(hi[i])));
    let (mut measure, mut first, mut second) = (0.0, [0.0; 3], [[0.0; 3]; 3]);
    for f in 0..mesh.faces().len() {
        let corners @ [a, b, c] = about(mesh.triangle(f), origin);
        let weight = weight(corners, solid);
        measure += weight;
        let sum = [0, 1, 2].map(|i| a[i] + b[i] + c[i]);
        for i in 0..3 {
            first[i] += weight * sum[i];
            for j in i..3 {
                second[i][j] += weight * (sum[i] * sum[j] + a[i] * a[j] + b[i] * b[j] + c[i] * c[j]);
            }
        }
    }
    let size = norm(sub(hi, lo));
    let least = if solid { 1e-12 * size * size * size } else { 0.0 };
    if measure.is_nan() || measure.abs() <= least || measure.is_infinite() {
        return None;
    }
    let (d1, d2) = if solid { (4.0, 20.0) } else { (3.0, 12.0) };
    let mean = first.map(|v| v / measure / d1);
    let mut covariance = [[0.0; 3]; 3];
    for (i, j) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)] {
        covariance[i][j] = second[i][j] / measure / d2 - mean[i] * mean[j];
        covariance[j][i] = covariance[i][j];
    }
    Some(Moments { measure, solid, centroid: [0, 1, 2].map(|i| origin[i] + mean[i]), covariance })
}

/// Calls `add` with j, k and the sums of the powers 0 to 3 of `i - middle` over the set voxels of a row.
fn for_rows(mask: &MaskView, middle: f64, mut add: impl FnMut(f64, f64, [f64; 4])) {
    let [ni, nj, _] = mask.shape();
    for (row, voxels) in mask.voxels().chunks_exact(ni).enumerate() {
        let mut sums = [0.0; 4];
        for (i, _) in voxels.iter().enumerate().filter(|(_, v)| **v != 0) {
            let x = i as f64 - middle;
            sums = [sums[0] + 1.0, sums[1] + x, sums[2] + x * x, sums[3] + x * x * x];
        }
        if sums[0] > 0.0 {
            add((row % nj) as f64, (row / nj) as f64, sums);
        }
    }
}

fn mask_moments(mask: &MaskView) -> Option<Moments> {
    let middle = mask.shape().map(|n| (n / 2) as f64);
    let (mut count, mut first, mut second) = (0.0, [0.0; 3], [[0.0; 3]; 3]);
    for_rows(mask, middle[0], |j, k, [n, s1, s2, _]| {
        let (y, z) = (j - middle[1], k - middle[2]);
        count += n;
        first = [first[0] + s1, first[1] + n * y, first[2] + n * z];
        let row = [[s2, s1 * y, s1 * z], [s1 * y, n * y * y, n * y * z], [s1 * z, n * y * z, n * z * z]];
        for (sum, value) in second.as_flattened_mut().iter_mut().zip(row.as_flattened()) {
            *sum += value;
        }
    });
    if count == 0.0 {
        return None;
    }
    let mean = first.map(|v| v / count);
    // A voxel is a small box, not a point: along each of its edges it adds 1/12.
    let in_voxels = [0, 1, 2]
        .map(|i| [0, 1, 2].map(|j| second[i][j] / count - mean[i] * mean[j] + if i == j { 1.0 / 12.0 } else { 0.0 }));
    let steps = mask.affine().rows();
    let half = steps.map(|r| [0, 1, 2].map(|j| (0..3).map(|c| r[c] * in_voxels[c][j]).sum::<f64>()));
    let covariance = half.map(|h| steps.map(|r| (0..3).map(|c| h[c] * r[c]).sum::<f64>()));
    let centroid = mask.affine().apply([0, 1, 2].map(|i| mean[i] + middle[i]));
    Some(Moments { measure: count * mask.affine().voxel_volume(), solid: true, centroid, covariance })
}

fn mask_third(mask: &MaskView, of: &Moments, axis: [f64; 3]) -> f64 {
    let rows = mask.affine().rows();
    let step = [0, 1, 2].map(|c| (0..3).map(|r| rows[r][c] * axis[r]).sum::<f64>());
    let middle = (mask.shape()[0] / 2) as f64;
    let offset = [0, 1, 2].map(|i| rows[i][3] - of.centroid[i]);
    let (mut sum, mut count) = (0.0, 0.0);
    for_rows(mask, middle, |j, k, [n, s1, s2, s3]| {
        let rest = step[0] * middle + step[1] * j + step[2] * k + dot(axis, offset);
        let w = step[0];
        sum += w * w * w * s3 + 3.0 * w * w * rest * s2 + 3.0 * w * rest * rest * s1 + rest * rest * rest * n;
        count += n;
    });
    sum / count
}

/// Moments of points that all count the same; their measure is their number.
pub(super) fn point_moments(points: &[[f32; 3]]) -> Option<Moments> {
    if points.is_empty() {
        return None;
    }
    let measure = points.len() as f64;
    let sum = points.iter().fold([0.0; 3], |sum, p| [0, 1, 2].map(|i| sum[i] + f64::from(p[i])));
    let centroid = sum.map(|s| s / measure);
    let mut covariance = [[0.0; 3]; 3];
    for p in points {
        let d = [0, 1, 2].map(|i| f64::from(p[i]) - centroid[i]);
        for (row, a) in covariance.iter_mut().zip(d) {
            for (entry, b) in row.iter_mut().zip(d) {
                *entry += a * b / measure;
            }
        }
    }
    Some(Moments { measure, solid: false, centroid, covariance })
}
