//! Area, volume and centroid of a triangle mesh, by summing over faces (Zhang & Chen 2001, doi:10.1109/ICIP.2001.958278).

use crate::{
    Mesh,
    vector::{cross, dot, norm, sub},
};

/// Integrals over a mesh. The volume and centroid mean something only for a closed, oriented mesh.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Integrals {
    /// Area of the faces, mm².
    pub area_mm2: f64,
    /// Enclosed volume, mm³; negative when the mesh is inside out.
    pub volume_mm3: f64,
    /// Centroid of the enclosed volume (of the surface when nothing is enclosed), RAS+ mm. Means nothing for an open mesh.
    pub centroid_mm: [f64; 3],
    /// Centroid of the faces, RAS+ mm.
    pub surface_centroid_mm: [f64; 3],
}

/// Area, volume and centroid. Sums run in face order in f64, about the first vertex.
pub fn integrals(mesh: &Mesh) -> Integrals {
    let Some(&origin) = mesh.vertices().first() else { return Integrals::default() };
    let mut sum = Integrals::default();
    let mut surface = [0.0; 3];
    for f in 0..mesh.faces().len() {
        let [a, b, c] = mesh.triangle(f);
        let (a, b, c) = (sub(a, origin), sub(b, origin), sub(c, origin));
        let twice_area = norm(cross(sub64(b, a), sub64(c, a)));
        let volume = dot(a, cross(b, c)) / 6.0;
        sum.area_mm2 += twice_area / 2.0;
        sum.volume_mm3 += volume;
        for axis in 0..3 {
            let corners = a[axis] + b[axis] + c[axis];
            sum.centroid_mm[axis] += volume * corners / 4.0;
            surface[axis] += twice_area / 2.0 * corners / 3.0;
        }
    }
    let place = |moment: [f64; 3], weight: f64| [0, 1, 2].map(|axis| f64::from(origin[axis]) + moment[axis] / weight);
    sum.surface_centroid_mm = place(surface, sum.area_mm2.max(f64::MIN_POSITIVE));
    let encloses = sum.volume_mm3.abs() > 1e-12 * sum.area_mm2.powf(1.5);
    sum.centroid_mm = if encloses { place(sum.centroid_mm, sum.volume_mm3) } else { sum.surface_centroid_mm };
    sum
}

fn sub64(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// How close to a ball: 1 for a ball, less for anything else (Wadell 1935). `None` without area or volume.
pub fn sphericity(area_mm2: f64, volume_mm3: f64) -> Option<f64> {
    (area_mm2 > 0.0 && volume_mm3 > 0.0)
        .then(|| std::f64::consts::PI.cbrt() * (6.0 * volume_mm3).powf(2.0 / 3.0) / area_mm2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_far_from_the_origin() {
        let v: Vec<[f32; 3]> =
            (0..8).map(|c| [1000.0 + 2.0 * (c & 1) as f32, 3.0 * (c >> 1 & 1) as f32, 4.0 * (c >> 2) as f32]).collect();
        let quads = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
        let f = quads.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect();
        let i = integrals(&Mesh::new(v, f).unwrap());
        assert!((i.volume_mm3 - 24.0).abs() < 1e-9);
        assert!((i.area_mm2 - 52.0).abs() < 1e-9);
        for (got, want) in i.centroid_mm.iter().zip([1001.0, 1.5, 2.0]) {
            assert!((got - want).abs() < 1e-9);
        }
        assert!((sphericity(6.0, 1.0).unwrap() - (std::f64::consts::PI / 6.0).cbrt()).abs() < 1e-12);
    }
}
