//! Points spread evenly over a surface, with the normals of the faces they lie on.
//!
//! A face is drawn with a chance in proportion to its area, a place on it uniformly (Osada et al. 2002,
//! doi:10.1145/571647.571648). One running sum and one binary search a point.

use crate::{
    Mesh, PointCloud, ShapeError,
    random::SplitMix,
    vector::{cross, norm, normalized, sub},
};

/// `n` area-uniform points on a mesh, RAS+ mm, with outward unit normals. The same seed gives the same points.
///
/// # Errors
/// [`ShapeError::Empty`] when the mesh has no area to put points on.
pub fn sample_surface(mesh: &Mesh, n: usize, seed: u64) -> Result<PointCloud, ShapeError> {
    let across = |f: usize| {
        let [a, b, c] = mesh.triangle(f);
        cross(sub(b, a), sub(c, a))
    };
    let mut total = 0.0;
    let sums: Vec<f64> = (0..mesh.faces().len())
        .map(|f| {
            total += norm(across(f));
            total
        })
        .collect();
    if total.is_nan() || total <= 0.0 {
        return Err(ShapeError::Empty { what: "the surface to sample" });
    }
    let mut random = SplitMix::new(seed);
    let (mut points, mut normals) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for _ in 0..n {
        let at = random.uniform() * total;
        let f = sums.partition_point(|&s| s <= at).min(sums.len() - 1);
        let (r, s) = (random.uniform().sqrt(), random.uniform());
        let weights = [1.0 - r, r * (1.0 - s), r * s];
        let corners = mesh.triangle(f);
        points.push([0, 1, 2].map(|i| (0..3).map(|c| weights[c] * f64::from(corners[c][i])).sum::<f64>() as f32));
        normals.push(normalized(across(f)).map(|v| v as f32));
    }
    PointCloud::new(points, Some(normals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_on_the_faces_in_proportion_to_area() {
        // Two triangles in the plane z = 5, of area 0.5 and 1.5.
        let v = vec![[0.0, 0.0, 5.0], [1.0, 0.0, 5.0], [0.0, 1.0, 5.0], [-3.0, 0.0, 5.0]];
        let mesh = Mesh::new(v, vec![[0, 1, 2], [0, 2, 3]]).unwrap();
        let cloud = sample_surface(&mesh, 20_000, 1).unwrap();
        let right = cloud.points().iter().filter(|p| p[0] > 0.0).count();
        assert!((right as f64 / 20_000.0 - 0.25).abs() < 0.01, "{right}");
        assert!(cloud.points().iter().all(|p| p[2] == 5.0 && p[1] >= 0.0));
        assert!(cloud.normals().unwrap().iter().all(|n| *n == [0.0, 0.0, 1.0]));
        assert_eq!(cloud, sample_surface(&mesh, 20_000, 1).unwrap());
        assert_ne!(cloud, sample_surface(&mesh, 20_000, 2).unwrap());
    }

    #[test]
    fn nothing_to_sample_is_an_error() {
        assert!(sample_surface(&Mesh::default(), 10, 0).is_err());
    }
}
