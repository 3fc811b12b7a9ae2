//! Curvature of a surface and its statistics: the discrete operators of Meyer et al. 2003
//! (doi:10.1007/978-3-662-05105-4_2).
//!
//! At each vertex the mean curvature is half the length of the cotangent Laplacian (positive where the surface bulges
//! outwards), the Gaussian curvature the angle that is missing to a full turn; both for the mixed area of the vertex. Where
//! the paper divides by that area at once, both and the area are first shared out: by a vertex to its faces, by a face to
//! its corners, in equal parts. So a vertex between slivers, whose area is next to nothing, does not count for infinity,
//! and no curvature is lost: the mean of the Gaussian is 2 pi times the Euler number over the area. Shape index and
//! curvedness: Koenderink & van Doorn 1992 (doi:10.1016/0262-8856(92)90076-F). Two passes over the faces.

use std::f64::consts::{FRAC_2_PI, TAU};

use super::statistics::Weighted;
use super::table::{Features, Unit};
use crate::Mesh;
use crate::vector::{cross, dot, norm, normalized, sub};

/// Curvature around one vertex.
#[derive(Debug, Clone, Copy, Default)]
struct Vertex {
    area: f64,
    /// Angles of the faces here.
    angles: f64,
    /// Cotangent-weighted sum of the edges towards this vertex.
    laplacian: [f64; 3],
    /// Sum of the face normals by area.
    normal: [f64; 3],
    /// Sum of the next corners' numbers less that of the last ones': 0 where the faces go all round.
    border: i64,
    faces: f64,
}

pub(super) fn push(table: &mut Features, mesh: &Mesh) {
    let patches = patches(mesh);
    let mean = |p: &Patch| p.mean / p.area;
    let gaussian = |p: &Patch| p.gaussian / p.area;
    // Half the difference of the principal curvatures.
    let spread = |p: &Patch| (mean(p) * mean(p) - gaussian(p)).max(0.0).sqrt();
    let gather = |f: &dyn Fn(&Patch) -> f64| Weighted::new(patches.iter().map(|p| [f(p), p.area]));
    let mut add = |[average, deviation]: [&'static str; 2], percentiles: [&'static str; 3], values: &Weighted, unit| {
        table.push(average, values.mean(), unit);
        table.push(deviation, values.standard_deviation(), unit);
        for (name, share) in percentiles.into_iter().zip([0.05, 0.5, 0.95]) {
            table.push(name, values.percentile(share), unit);
        }
    };
    add(
        ["mean_curvature_mean_per_mm", "mean_curvature_sd_per_mm"],
        ["mean_curvature_p05_per_mm", "mean_curvature_p50_per_mm", "mean_curvature_p95_per_mm"],
        &gather(&mean),
        Unit::PerMm,
    );
    add(
        ["gaussian_curvature_mean_per_mm2", "gaussian_curvature_sd_per_mm2"],
        ["gaussian_curvature_p05_per_mm2", "gaussian_curvature_p50_per_mm2", "gaussian_curvature_p95_per_mm2"],
        &gather(&gaussian),
        Unit::PerMm2,
    );
    add(
        ["shape_index_mean", "shape_index_sd"],
        ["shape_index_p05", "shape_index_p50", "shape_index_p95"],
        &gather(&|p| FRAC_2_PI * mean(p).atan2(spread(p))),
        Unit::One,
    );
    add(
        ["curvedness_mean_per_mm", "curvedness_sd_per_mm"],
        ["curvedness_p05_per_mm", "curvedness_p50_per_mm", "curvedness_p95_per_mm"],
        &gather(&|p| mean(p).hypot(spread(p))),
        Unit::PerMm,
    );
    let energy: f64 = patches.iter().map(|p| mean(p) * mean(p) * p.area).sum();
    table.push("bending_energy", energy, Unit::One);
}

/// The surface around a vertex: area and integrals of the curvatures.
#[derive(Debug, Clone, Copy, Default)]
struct Patch {
    area: f64,
    mean: f64,
    gaussian: f64,
}

/// Of every vertex that is not on an open border, where neither curvature is defined.
fn patches(mesh: &Mesh) -> Vec<Patch> {
    let vertices = vertices(mesh);
    let mut patches = vec![Patch::default(); vertices.len()];
    for face in mesh.faces() {
        let corners = face.map(|v| vertices[v as usize]);
        let mut sum = Patch::default();
        for v in corners.iter().filter(|v| v.border == 0 && v.area > 0.0) {
            let share = 1.0 / (3.0 * v.faces);
            sum.area += share * v.area;
            sum.mean += share * dot(v.laplacian, normalized(v.normal)) / 4.0;
            sum.gaussian += share * (TAU - v.angles);
        }
        for (&v, corner) in face.iter().zip(corners) {
            let patch = &mut patches[v as usize];
            if corner.border == 0 {
                patch.area += sum.area;
                patch.mean += sum.mean;
                patch.gaussian += sum.gaussian;
            }
        }
    }
    patches.retain(|p| p.area > 0.0);
    patches
}

fn vertices(mesh: &Mesh) -> Vec<Vertex> {
    let mut vertices = vec![Vertex::default(); mesh.vertices().len()];
    for (f, face) in mesh.faces().iter().enumerate() {
        let corners = mesh.triangle(f);
        let normal = cross(sub(corners[1], corners[0]), sub(corners[2], corners[0]));
        let twice_area = norm(normal);
        let edges = [0, 1, 2].map(|c| sub(corners[(c + 2) % 3], corners[(c + 1) % 3]));
        let squares = edges.map(|e| dot(e, e));
        // The angle at a corner lies between the two edges that meet there, one of them turned round.
        let cosines = [0, 1, 2].map(|c| -dot(edges[(c + 1) % 3], edges[(c + 2) % 3]));
        for c in 0..3 {
            let vertex = &mut vertices[face[c] as usize];
            vertex.faces += 1.0;
            vertex.border += i64::from(face[(c + 1) % 3]) - i64::from(face[(c + 2) % 3]);
            if twice_area <= 0.0 {
                continue;
            }
            vertex.angles += twice_area.atan2(cosines[c]);
            for a in 0..3 {
                vertex.normal[a] += normal[a];
            }
            // Edge c + 1 runs from corner c + 2 to this one, edge c + 2 from this one to corner c + 1.
            let (b, d) = ((c + 1) % 3, (c + 2) % 3);
            for a in 0..3 {
                vertex.laplacian[a] += (cosines[b] * edges[b][a] - cosines[d] * edges[d][a]) / twice_area;
            }
            vertex.area += if cosines.iter().all(|&x| x >= 0.0) {
                // The Voronoi part.
                (cosines[b] * squares[b] + cosines[d] * squares[d]) / (8.0 * twice_area)
            } else if cosines[c] < 0.0 {
                twice_area / 4.0
            } else {
                twice_area / 8.0
            };
        }
    }
    vertices
}
