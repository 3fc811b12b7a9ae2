//! Vertex normals.

use crate::{
    Mesh,
    vector::{cross, normalized, sub},
};

/// A unit normal for each vertex: the mean of its faces' normals by area. Zero where faces cancel or there are none.
pub fn vertex_normals(mesh: &Mesh) -> Vec<[f32; 3]> {
    let mut sums = vec![[0.0f64; 3]; mesh.vertices().len()];
    for (f, corners) in mesh.faces().iter().enumerate() {
        let [a, b, c] = mesh.triangle(f);
        let n = cross(sub(b, a), sub(c, a));
        for &v in corners {
            for axis in 0..3 {
                sums[v as usize][axis] += n[axis];
            }
        }
    }
    sums.into_iter().map(|n| normalized(n).map(|v| v as f32)).collect()
}
