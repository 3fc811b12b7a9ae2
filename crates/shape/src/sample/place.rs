//! Places on a mesh, and what is interpolated there.

use crate::{
    Mesh, PointCloud, ShapeError,
    vector::{cross, normalized, sub},
};

/// A point of a face by barycentric weights of its second and third corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) face: u32,
    pub(super) weights: [f32; 2],
}

impl Place {
    fn weights(self) -> [f64; 3] {
        let [b, c] = self.weights.map(f64::from);
        [1.0 - b - c, b, c]
    }

    /// The weighted mean of the values at the corners.
    fn blend(self, corners: [[f32; 3]; 3]) -> [f64; 3] {
        let w = self.weights();
        [0, 1, 2].map(|axis| (0..3).map(|c| w[c] * f64::from(corners[c][axis])).sum::<f64>())
    }
}

/// Positions, RAS+ mm.
pub(super) fn positions(mesh: &Mesh, places: &[Place]) -> Vec<[f32; 3]> {
    places.iter().map(|p| p.blend(mesh.triangle(p.face as usize)).map(|v| v as f32)).collect()
}

/// Positions, normals and labels.
pub(super) fn cloud(mesh: &Mesh, places: &[Place]) -> Result<PointCloud, ShapeError> {
    let face_normal = |p: &Place| {
        let [a, b, c] = mesh.triangle(p.face as usize);
        normalized(cross(sub(b, a), sub(c, a)))
    };
    let normal = |p: &Place| {
        let Some(of_vertices) = mesh.normals() else { return face_normal(p) };
        let n = normalized(p.blend(mesh.faces()[p.face as usize].map(|v| of_vertices[v as usize])));
        // Opposite vertex normals may cancel.
        if n == [0.0; 3] { face_normal(p) } else { n }
    };
    let normals = places.iter().map(|p| normal(p).map(|v| v as f32)).collect();
    let cloud = PointCloud::new(positions(mesh, places), Some(normals))?;
    let Some(labels) = mesh.labels() else { return Ok(cloud) };
    let nearest = |p: &Place| {
        let w = p.weights();
        let corner = (1..3).fold(0, |best, c| if w[c] > w[best] { c } else { best });
        labels[mesh.faces()[p.face as usize][corner] as usize]
    };
    cloud.with_labels(places.iter().map(nearest).collect())
}
