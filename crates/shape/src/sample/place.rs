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
        let along = |axis: usize| {
            w[0] * f64::from(corners[0][axis]) + w[1] * f64::from(corners[1][axis]) + w[2] * f64::from(corners[2][axis])
        };
        [along(0), along(1), along(2)]
    }

    /// The unit normal of the mesh's vertices between them; of the face where there are none, or where they cancel.
    fn normal(self, mesh: &Mesh, corners: [[f32; 3]; 3]) -> [f64; 3] {
        if let Some(of_vertices) = mesh.normals() {
            let n = normalized(self.blend(mesh.faces()[self.face as usize].map(|v| of_vertices[v as usize])));
            if n != [0.0; 3] {
                return n;
            }
        }
        let [a, b, c] = corners;
        normalized(cross(sub(b, a), sub(c, a)))
    }
}

/// Positions, RAS+ mm.
pub(super) fn positions(mesh: &Mesh, places: &[Place]) -> Vec<[f32; 3]> {
    places.iter().map(|p| p.blend(mesh.triangle(p.face as usize)).map(|v| v as f32)).collect()
}

/// Positions, normals and labels.
pub(super) fn cloud(mesh: &Mesh, places: &[Place]) -> Result<PointCloud, ShapeError> {
    let mut points = Vec::with_capacity(places.len());
    let mut normals = Vec::with_capacity(places.len());
    for place in places {
        let corners = mesh.triangle(place.face as usize);
        points.push(place.blend(corners).map(|v| v as f32));
        normals.push(place.normal(mesh, corners).map(|v| v as f32));
    }
    let cloud = PointCloud::new(points, Some(normals))?;
    let Some(labels) = mesh.labels() else { return Ok(cloud) };
    let nearest = |p: &Place| {
        let w = p.weights();
        let corner = (1..3).fold(0, |best, c| if w[c] > w[best] { c } else { best });
        labels[mesh.faces()[p.face as usize][corner] as usize]
    };
    cloud.with_labels(places.iter().map(nearest).collect())
}
