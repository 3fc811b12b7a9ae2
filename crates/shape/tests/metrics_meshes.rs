//! Measures of two meshes against closed forms and brute force.

use medshape_shape::{
    Affine, Mask, Mesh, MeshCompareOptions, ShapeError, Surface, SurfaceDistance, compare_meshes, extract_mesh,
};
use proptest::prelude::*;

const SAMPLED: MeshCompareOptions = MeshCompareOptions { samples: 3000, seed: 1, tolerance_mm: 1.0 };
const VERTICES: MeshCompareOptions = MeshCompareOptions { samples: 0, seed: 0, tolerance_mm: 1.0 };

/// The surface of the box between two corners: 12 triangles.
fn cuboid(lo: [f32; 3], hi: [f32; 3]) -> Mesh {
    let v = (0..8).map(|c| [0, 1, 2].map(|a| if c >> a & 1 == 1 { hi[a] } else { lo[a] })).collect();
    let quads = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
    Mesh::new(v, quads.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect()).unwrap()
}

fn sphere(r: f64) -> Mesh {
    let n = 2 * r as usize + 5;
    let c = (n as f64 - 1.0) / 2.0;
    let inside = |i: usize| [i % n, i / n % n, i / (n * n)].map(|v| (v as f64 - c).powi(2)).iter().sum::<f64>() < r * r;
    let voxels = (0..n * n * n).map(|i| u8::from(inside(i))).collect();
    let mask = Mask::new([n; 3], Affine::from_spacing([1.0; 3], [-c; 3]).unwrap(), voxels).unwrap();
    let project = |p: [f32; 3]| {
        let l = p.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
        p.map(|v| (f64::from(v) * r / l) as f32)
    };
    extract_mesh(&mask, Surface::Smooth).transformed(false, project)
}

#[test]
fn nested_boxes_have_the_distances_of_pencil_and_paper() {
    // A cube of side 10 inside one of side 12: every point of the inner is 1 mm from the outer.
    let (inner, outer) = (cuboid([0.0; 3], [10.0; 3]), cuboid([-1.0; 3], [11.0; 3]));
    let m = compare_meshes(&inner, &outer, &SAMPLED).unwrap();
    assert_eq!(m.surface.definition, SurfaceDistance::Mesh);
    let [there, back] = m.surface.directed;
    assert!((there.mean_mm - 1.0).abs() < 1e-6 && (there.max_mm - 1.0).abs() < 1e-6);
    // The outer's corners are the root of 3 away, its faces 1 mm where they face the inner: 100 of 144.
    assert!(back.max_mm <= 3f64.sqrt() && back.max_mm > 1.5 && (back.within_tolerance - 100.0 / 144.0).abs() < 0.03);
    assert!((m.surface.hausdorff_mm - back.max_mm).abs() < 1e-12);
    let exact = compare_meshes(&inner, &outer, &VERTICES).unwrap().surface;
    assert!((exact.hausdorff_mm - 3f64.sqrt()).abs() < 1e-6);
    assert!((exact.directed[0].weight - 600.0).abs() < 1e-9 && (exact.directed[1].weight - 864.0).abs() < 1e-9);
    let p = m.points;
    assert!((p.recall - there.within_tolerance).abs() < 1e-12 && (p.precision - back.within_tolerance).abs() < 1e-12);
    assert!(p.normal_consistency.unwrap() > 0.9);
}

#[test]
fn spheres_have_the_distances_of_their_radii() {
    let (a, b) = (sphere(12.0), sphere(15.0));
    for options in [SAMPLED, VERTICES] {
        let m = compare_meshes(&a, &b, &options).unwrap();
        for d in m.surface.directed {
            assert!((d.mean_mm - 3.0).abs() < 0.04 && (d.max_mm - 3.0).abs() < 0.08, "{d:?}");
        }
        assert!((m.points.chamfer.sum_mm() - 6.0).abs() < 0.08 && m.points.f_score == 0.0);
        assert!(m.points.normal_consistency.unwrap() > 0.99);
        // A surface is at distance 0 from itself wherever it is sampled.
        let same = compare_meshes(&a, &a, &options).unwrap();
        assert!(same.surface.hausdorff_mm < 1e-5 && same.surface.surface_dice == 1.0 && same.points.f_score == 1.0);
    }
}

#[test]
fn missing_surfaces_have_stated_values() {
    let (some, none) = (cuboid([0.0; 3], [3.0, 4.0, 12.0]), Mesh::default());
    let flat = Mesh::new(vec![[0.0; 3]; 3], vec![[0, 1, 2]]).unwrap();
    for options in [SAMPLED, VERTICES] {
        let both = compare_meshes(&none, &flat, &options).unwrap();
        assert_eq!((both.surface.surface_dice, both.surface.hausdorff_mm, both.points.f_score), (1.0, 0.0, 1.0));
        for m in [compare_meshes(&some, &none, &options), compare_meshes(&flat, &some, &options)].map(Result::unwrap) {
            assert_eq!((m.surface.surface_dice, m.surface.hausdorff_mm, m.surface.assd_mm), (0.0, 13.0, 13.0));
            assert_eq!((m.points.f_score, m.points.chamfer.mean_mm), (0.0, [13.0; 2]));
        }
    }
    let bad = MeshCompareOptions { tolerance_mm: f64::NAN, ..SAMPLED };
    assert!(matches!(compare_meshes(&some, &some, &bad), Err(ShapeError::Parameter { .. })));
}

/// The distance to a triangle by trying a fine grid of its points: never below the true one, and close to it.
fn by_grid(q: [f32; 3], corners: [[f32; 3]; 3]) -> f64 {
    let n = 60;
    let mut best = f64::INFINITY;
    for i in 0..=n {
        for j in 0..=n - i {
            let w = [f64::from(n - i - j), f64::from(i), f64::from(j)].map(|v| v / f64::from(n));
            let d: f64 = (0..3)
                .map(|a| ((0..3).map(|c| w[c] * f64::from(corners[c][a])).sum::<f64>() - f64::from(q[a])).powi(2))
                .sum();
            best = best.min(d.sqrt());
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(25))]

    #[test]
    fn distances_are_those_to_the_nearest_triangle(
        v in proptest::collection::vec(prop::array::uniform3(-10f32..10.0), 6..30),
        picks in proptest::collection::vec(prop::array::uniform3(0usize..1000), 1..20),
    ) {
        let faces = picks.iter().map(|f| f.map(|i| (i % v.len()) as u32)).collect();
        let soup = Mesh::new(v, faces).unwrap();
        let query = cuboid([20.0, -3.0, 1.0], [23.0, 2.0, 4.0]);
        let m = compare_meshes(&query, &soup, &VERTICES).unwrap();
        prop_assume!(m.surface.directed[1].weight > 0.0);
        let to_soup = |q: [f32; 3]| (0..soup.faces().len()).map(|f| by_grid(q, soup.triangle(f))).fold(f64::INFINITY, f64::min);
        let expected = query.vertices().iter().map(|&q| to_soup(q)).fold(0.0, f64::max);
        let got = m.surface.directed[0].max_mm;
        prop_assert!(got <= expected + 1e-5 && got >= expected - 0.3, "{} {}", got, expected);
    }
}
