//! What the rasteriser reads of a part: its vertices in the picture with their normals, split where the surface has a
//! crease.
//!
//! A vertex normal is the sum of its faces' normals by area. At a crease, as between the two sides of a thin bone, that
//! sum points nowhere sensible; there each face keeps a vertex of its own, with the sum over those faces only whose
//! normals are near its own. Whether a vertex needs that is told by the widest angle between its sum and its faces, so
//! that smooth surfaces, the usual case, pay one pass and copy no index.

use std::borrow::Cow;

use rayon::prelude::*;

use super::{Camera, Part, Shading};

/// Units of the grid that corners are rounded to, in a pixel: coverage is decided in whole numbers, exactly.
pub(super) const GRID: i64 = 256;

/// A vertex in the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    /// In units of the grid, from the top left, y down.
    pub x: i32,
    pub y: i32,
    /// Pixels, larger is nearer.
    pub depth: f32,
    /// Rightwards, upwards and towards the viewer; of length 1, or 0 if it has no direction.
    pub normal: [f32; 3],
}

/// A part ready to be drawn.
pub(super) struct Drawn<'a> {
    pub corners: Vec<Corner>,
    pub faces: Cow<'a, [[u32; 3]]>,
}

/// Projects the vertices of a part and finds their normals.
pub(super) fn corners<'a>(part: &Part<'a>, camera: &Camera) -> Drawn<'a> {
    let mesh = part.mesh;
    let mut corners: Vec<Corner> = mesh
        .vertices()
        .par_iter()
        .map(|&v| {
            let [x, y, z] = camera.project(v);
            let snap = |v: f64| (v * GRID as f64).round() as i32;
            Corner { x: snap(x), y: snap(y), depth: z as f32, normal: [0.0; 3] }
        })
        .collect();
    let faces = match (part.shading, mesh.normals()) {
        (Shading::Smooth { .. }, Some(normals)) => {
            let axes = camera.axes.map(|a| a.map(|v| v as f32));
            for (corner, n) in corners.iter_mut().zip(normals) {
                corner.normal = axes.map(|a| dot(a, *n));
            }
            Cow::Borrowed(mesh.faces())
        }
        (Shading::Smooth { crease_cosine }, None) => {
            let across = face_normals(part, camera);
            smooth(&mut corners, mesh.faces(), &across, crease_cosine)
        }
        (Shading::Flat, _) => {
            let across = face_normals(part, camera);
            let apart = mesh
                .faces()
                .iter()
                .zip(&across)
                .flat_map(|(face, &normal)| face.map(|v| Corner { normal, ..corners[v as usize] }));
            corners = apart.collect();
            Cow::Owned((0..across.len() as u32).map(|f| [3 * f, 3 * f + 1, 3 * f + 2]).collect())
        }
    };
    corners.par_iter_mut().with_min_len(1 << 14).for_each(|corner| {
        let length = dot(corner.normal, corner.normal).sqrt();
        corner.normal = if length > 0.0 { corner.normal.map(|v| v / length) } else { [0.0; 3] };
    });
    Drawn { corners, faces }
}

/// Twice each face's area along its normal, as the camera stands, in pixels.
fn face_normals(part: &Part, camera: &Camera) -> Vec<[f32; 3]> {
    let axes = camera.axes.map(|a| a.map(|v| v as f32));
    // Scaled before they are subtracted: no difference of two coordinates then leaves the range of 32 bits.
    let scale = camera.scale as f32;
    let mesh = part.mesh;
    mesh.faces()
        .par_iter()
        .with_min_len(1 << 14)
        .map(|&[a, b, c]| {
            let [a, b, c] = [a, b, c].map(|v| mesh.vertices()[v as usize].map(|c| c * scale));
            let (u, v) = ([b[0] - a[0], b[1] - a[1], b[2] - a[2]], [c[0] - a[0], c[1] - a[1], c[2] - a[2]]);
            let (u, v) = (axes.map(|axis| dot(axis, u)), axes.map(|axis| dot(axis, v)));
            [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
        })
        .collect()
}

/// Sums normals around each vertex, and splits the creases.
fn smooth<'a>(
    corners: &mut Vec<Corner>,
    faces: &'a [[u32; 3]],
    across: &[[f32; 3]],
    crease: f32,
) -> Cow<'a, [[u32; 3]]> {
    for (face, n) in faces.iter().zip(across) {
        for &v in face {
            add(&mut corners[v as usize].normal, *n);
        }
    }
    // Faces that are all within half the crease angle of their sum are within the whole of one another.
    let half = f32::midpoint(1.0, crease.max(-1.0)).sqrt();
    let mut creased = vec![false; corners.len()];
    let mut any = false;
    for (face, n) in faces.iter().zip(across) {
        let length = dot(*n, *n);
        for &v in face {
            let sum = corners[v as usize].normal;
            let along = dot(sum, *n);
            if along < 0.0 || along * along < half * half * length * dot(sum, sum) {
                creased[v as usize] = true;
                any = true;
            }
        }
    }
    if !any || crease <= -1.0 {
        return Cow::Borrowed(faces);
    }
    split(corners, faces, across, crease, &creased)
}

/// Gives each face at a creased vertex a vertex of its own.
fn split<'a>(
    corners: &mut Vec<Corner>,
    faces: &[[u32; 3]],
    across: &[[f32; 3]],
    crease: f32,
    creased: &[bool],
) -> Cow<'a, [[u32; 3]]> {
    // The faces around each creased vertex, in their order: those of vertex v end at ends[v].
    let mut ends = vec![0u32; corners.len() + 1];
    let at_crease = || {
        let uses = faces.iter().zip(0u32..).flat_map(|(face, f)| face.iter().map(move |&v| (v as usize, f)));
        uses.filter(|&(v, _)| creased[v])
    };
    for (v, _) in at_crease() {
        ends[v + 1] += 1;
    }
    for v in 0..corners.len() {
        ends[v + 1] += ends[v];
    }
    let mut around = vec![0u32; ends[corners.len()] as usize];
    for (v, f) in at_crease() {
        around[ends[v] as usize] = f;
        ends[v] += 1;
    }
    let mut apart = faces.to_vec();
    let mut start = 0;
    for v in 0..creased.len() {
        let fan = &around[start..ends[v] as usize];
        start = ends[v] as usize;
        // A vertex where more faces meet than at any smooth surface stays whole, so that the time stays linear.
        if fan.len() > 64 {
            continue;
        }
        for &f in fan {
            let own = across[f as usize];
            let mut normal = [0.0; 3];
            for &other in fan {
                let n = across[other as usize];
                let along = dot(own, n);
                if along > 0.0 && along * along >= crease * crease * dot(own, own) * dot(n, n) {
                    add(&mut normal, n);
                }
            }
            let slot = corners.len() as u32;
            corners.push(Corner { normal, ..corners[v] });
            for index in &mut apart[f as usize] {
                if *index as usize == v {
                    *index = slot;
                }
            }
        }
    }
    Cow::Owned(apart)
}

fn add(sum: &mut [f32; 3], n: [f32; 3]) {
    for (s, v) in sum.iter_mut().zip(n) {
        *s += v;
    }
}

#[inline]
fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
