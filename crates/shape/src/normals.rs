//! Normals of faces and vertices.

use crate::{
    Mesh,
    vector::{cross, dot, norm, normalized, sub},
};

/// A unit normal for each face, counter-clockwise seen from its tip; zero for a face without area.
pub fn face_normals(mesh: &Mesh) -> Vec<[f32; 3]> {
    (0..mesh.faces().len()).map(|f| normalized(twice_area(mesh.triangle(f))).map(|v| v as f32)).collect()
}

/// A unit normal for each vertex: the mean of its faces' normals by area. Zero where faces cancel or there are none.
pub fn vertex_normals(mesh: &Mesh) -> Vec<[f32; 3]> {
    weighted_normals(mesh, |triangle| [twice_area(triangle); 3])
}

/// A unit normal for each vertex: the mean of its faces' normals by their angle there (Thürmer & Wüthrich 1998,
/// doi:10.1080/10867651.1998.10487487). It does not depend on how the surface is cut into triangles, and tells inside
/// from outside where a vertex is the nearest place of the surface (Bærentzen & Aanæs 2005,
/// doi:10.1109/TVCG.2005.49). Zero where faces cancel or there are none.
pub fn angle_weighted_normals(mesh: &Mesh) -> Vec<[f32; 3]> {
    weighted_normals(mesh, |[a, b, c]| {
        let normal = normalized(twice_area([a, b, c]));
        [(a, b, c), (b, c, a), (c, a, b)].map(|(at, p, q)| {
            let (p, q) = (sub(p, at), sub(q, at));
            let angle = norm(cross(p, q)).atan2(dot(p, q));
            normal.map(|n| n * angle)
        })
    })
}

/// The face's normal, as long as twice its area.
fn twice_area([a, b, c]: [[f32; 3]; 3]) -> [f64; 3] {
    cross(sub(b, a), sub(c, a))
}

/// Sums over the faces what each gives to its corners, in face order.
fn weighted_normals(mesh: &Mesh, of_corners: impl Fn([[f32; 3]; 3]) -> [[f64; 3]; 3]) -> Vec<[f32; 3]> {
    let mut sums = vec![[0.0f64; 3]; mesh.vertices().len()];
    for (f, corners) in mesh.faces().iter().enumerate() {
        for (&v, n) in corners.iter().zip(of_corners(mesh.triangle(f))) {
            for axis in 0..3 {
                sums[v as usize][axis] += n[axis];
            }
        }
    }
    sums.into_iter().map(|n| normalized(n).map(|v| v as f32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corner_of_a_cube_looks_along_its_diagonal_however_its_sides_are_cut() {
        // Three sides of a cube at the origin: one of them cut through the corner, the others past it.
        let v = vec![
            [0.0, 0.0, 0.0],
            [1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, 0.0, 1.0],
            [1.0, 1.0, 0.0],
            [1.0, 0.0, 1.0],
            [0.0, 1.0, 1.0],
        ];
        let f = vec![[0, 2, 4], [0, 4, 1], [0, 1, 3], [1, 5, 3], [0, 3, 2], [2, 3, 6]];
        let mesh = Mesh::new(v, f).unwrap();
        let close = |a: [f32; 3], b: [f64; 3]| (0..3).all(|i| (f64::from(a[i]) - b[i]).abs() < 1e-6);
        assert!(close(angle_weighted_normals(&mesh)[0], [-(1.0f64 / 3.0).sqrt(); 3]));
        let six = 6.0f64.sqrt();
        assert!(
            close(vertex_normals(&mesh)[0], [-1.0 / six, -1.0 / six, -2.0 / six]),
            "by area it leans to the cut side"
        );
        assert_eq!(face_normals(&mesh)[2], [0.0, -1.0, 0.0]);
        let flat = Mesh::new(vec![[1.0; 3]; 3], vec![[0, 1, 2]]).unwrap();
        assert_eq!((face_normals(&flat), angle_weighted_normals(&flat)), (vec![[0.0; 3]], vec![[0.0; 3]; 3]));
    }
}
