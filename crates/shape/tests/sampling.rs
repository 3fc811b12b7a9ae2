//! Samples of a surface are exact in number, lie on it, and are spread as each method promises.

use medshape_shape::{
    Affine, KdTree, Mask, Mesh, SampleMethod, ShapeError, Surface, extract_mesh, integrals, sample_surface,
    vertex_normals,
};
use proptest::prelude::*;

const METHODS: [SampleMethod; 3] = [SampleMethod::AreaUniform, SampleMethod::BlueNoise, SampleMethod::Farthest];

fn ball(r: f64) -> Mesh {
    let n = 2 * r as usize + 5;
    let c = (n as f64 - 1.0) / 2.0;
    let inside = |i: usize| [i % n, i / n % n, i / (n * n)].map(|v| (v as f64 - c).powi(2)).iter().sum::<f64>() < r * r;
    let voxels = (0..n * n * n).map(|i| u8::from(inside(i))).collect();
    let affine = Affine::from_spacing([1.0; 3], [-c; 3]).unwrap();
    extract_mesh(&Mask::new([n; 3], affine, voxels).unwrap(), Surface::Smooth)
}

/// Least distance between two points, by that of the hexagonal arrangement.
fn spread(points: &[[f32; 3]], area: f64) -> f64 {
    let tree = KdTree::new(points).unwrap();
    let least = points.iter().map(|&p| tree.k_nearest(p, 2)[1].distance_mm).fold(f32::INFINITY, f32::min);
    f64::from(least) / (2.0 * area / (3f64.sqrt() * points.len() as f64)).sqrt()
}

#[test]
fn points_lie_on_the_faces_in_proportion_to_area() {
    // Two triangles in the plane z = 5, of area 0.5 and 1.5.
    let v = vec![[0.0, 0.0, 5.0], [1.0, 0.0, 5.0], [0.0, 1.0, 5.0], [-3.0, 0.0, 5.0]];
    let mesh = Mesh::new(v, vec![[0, 1, 2], [0, 2, 3]]).unwrap();
    for (method, n) in [(SampleMethod::AreaUniform, 20_000), (SampleMethod::BlueNoise, 2_000)] {
        let cloud = sample_surface(&mesh, n, method, 1).unwrap();
        let right = cloud.points().iter().filter(|p| p[0] > 0.0).count();
        assert!((right as f64 / n as f64 - 0.25).abs() < 0.01, "{right}");
        assert!(cloud.points().iter().all(|p| p[2] == 5.0 && p[1] >= 0.0));
        assert!(cloud.normals().unwrap().iter().all(|n| *n == [0.0, 0.0, 1.0]));
        assert_eq!(cloud, sample_surface(&mesh, n, method, 1).unwrap());
        assert_ne!(cloud, sample_surface(&mesh, n, method, 2).unwrap());
    }
}

#[test]
fn area_uniform_points_of_a_sphere_are_uniform() {
    // Archimedes: each coordinate of a uniform point on a sphere is uniform. Second and fourth moments of z / r.
    let cloud = sample_surface(&ball(20.0), 40_000, SampleMethod::AreaUniform, 5).unwrap();
    for axis in 0..3 {
        let z = cloud.points().iter().map(|p| f64::from(p[axis]) / 20.0);
        let (second, fourth) = z.fold((0.0, 0.0), |(a, b), z| (a + z * z / 40_000.0, b + z.powi(4) / 40_000.0));
        assert!((second - 1.0 / 3.0).abs() < 0.01 && (fourth - 0.2).abs() < 0.015, "{second} {fourth}");
    }
}

#[test]
fn blue_noise_keeps_points_apart_and_leaves_no_gaps() {
    let mesh = ball(20.0);
    let area = integrals(&mesh).area_mm2;
    for n in [200, 2000] {
        let blue = sample_surface(&mesh, n, SampleMethod::BlueNoise, 1).unwrap();
        assert_eq!(blue.points().len(), n);
        assert!(spread(blue.points(), area) > 0.6, "{}", spread(blue.points(), area));
        let uniform = sample_surface(&mesh, n, SampleMethod::AreaUniform, 1).unwrap();
        assert!(spread(uniform.points(), area) < 0.1);
        // Every place of the surface has a point within the distance of the ideal arrangement.
        let tree = KdTree::new(blue.points()).unwrap();
        let probes = sample_surface(&mesh, 20_000, SampleMethod::AreaUniform, 9).unwrap();
        let gap = tree.nearest_batch(probes.points()).unwrap().iter().map(|f| f.distance_mm).fold(0.0, f32::max);
        assert!(f64::from(gap) < 1.05 * (2.0 * area / (3f64.sqrt() * n as f64)).sqrt(), "{gap}");
    }
}

#[test]
fn farthest_points_are_good_from_the_first_on() {
    let mesh = ball(20.0);
    let cloud = sample_surface(&mesh, 1000, SampleMethod::Farthest, 1).unwrap();
    let area = integrals(&mesh).area_mm2;
    for m in [100, 300, 1000] {
        assert!(spread(&cloud.points()[..m], area) > 0.6, "{m}");
    }
}

#[test]
fn normals_and_labels_come_with_the_points() {
    let mesh = ball(12.0);
    let labels = mesh.vertices().iter().map(|v| if v[2] > 0.0 { 7 } else { 9 }).collect();
    let normals = vertex_normals(&mesh);
    let plain = mesh.clone().with_labels(labels).unwrap();
    for mesh in [plain.clone(), plain.with_normals(normals).unwrap()] {
        for method in METHODS {
            let cloud = sample_surface(&mesh, 500, method, 3).unwrap();
            assert_eq!(cloud.points().len(), 500);
            for ((p, n), &label) in cloud.points().iter().zip(cloud.normals().unwrap()).zip(cloud.labels().unwrap()) {
                let length = n.iter().map(|c| c * c).sum::<f32>().sqrt();
                let outward = (0..3).map(|a| p[a] * n[a]).sum::<f32>() / p.iter().map(|c| c * c).sum::<f32>().sqrt();
                assert!((length - 1.0).abs() < 1e-5 && outward > 0.8, "{length} {outward}");
                if p[2].abs() > 1.0 {
                    assert_eq!(label, if p[2] > 0.0 { 7 } else { 9 });
                }
            }
        }
    }
    assert!(sample_surface(&ball(3.0), 5, SampleMethod::AreaUniform, 0).unwrap().labels().is_none());
}

#[test]
fn bad_input_is_refused_and_degenerate_input_has_a_defined_result() {
    let needle = Mesh::new(vec![[0.0; 3], [1000.0, 0.0, 0.0], [0.0, 1e-6, 0.0]], vec![[0, 1, 2]]).unwrap();
    let flat = Mesh::new(vec![[0.0; 3], [1.0, 0.0, 0.0], [2.0, 0.0, 0.0]], vec![[0, 1, 2]]).unwrap();
    for method in METHODS {
        assert!(matches!(sample_surface(&Mesh::default(), 10, method, 0), Err(ShapeError::Empty { .. })));
        assert!(matches!(sample_surface(&flat, 10, method, 0), Err(ShapeError::Empty { .. })));
        assert!(matches!(sample_surface(&needle, usize::MAX, method, 0), Err(ShapeError::Parameter { .. })));
        assert_eq!(sample_surface(&needle, 0, method, 0).unwrap().points().len(), 0);
        assert_eq!(sample_surface(&needle, 777, method, 0).unwrap().points().len(), 777);
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let mesh = ball(30.0);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| METHODS.map(|method| sample_surface(&mesh, 700, method, 4).unwrap()))
    };
    assert_eq!(on(1), on(4));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_mesh_gives_exactly_the_points_asked_for(
        v in proptest::collection::vec(prop::array::uniform3(-1e3f32..1e3), 3..20),
        picks in proptest::collection::vec(prop::array::uniform3(0usize..1000), 1..30),
        n in 1usize..300,
    ) {
        let faces = picks.iter().map(|f| f.map(|i| (i % v.len()) as u32)).collect();
        let mesh = Mesh::new(v, faces).unwrap();
        for method in METHODS {
            match sample_surface(&mesh, n, method, 1) {
                Ok(cloud) => prop_assert_eq!(cloud.points().len(), n),
                Err(error) => prop_assert_eq!(error, ShapeError::Empty { what: "the surface to sample" }),
            }
        }
    }
}
