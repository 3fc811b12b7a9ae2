//! Measures of two point sets against closed forms and brute force.

use medshape_shape::{PointCloud, ShapeError, chamfer, compare_points};
use proptest::prelude::*;

fn cloud(points: &[[f32; 3]], normal: [f32; 3]) -> PointCloud {
    PointCloud::new(points.to_vec(), Some(vec![normal; points.len()])).unwrap()
}

fn distance(a: [f32; 3], b: [f32; 3]) -> f64 {
    (0..3).map(|c| (f64::from(a[c]) - f64::from(b[c])).powi(2)).sum::<f64>().sqrt()
}

fn nearest(from: &[[f32; 3]], to: &[[f32; 3]]) -> Vec<f64> {
    from.iter().map(|&p| to.iter().map(|&q| distance(p, q)).fold(f64::INFINITY, f64::min)).collect()
}

#[test]
fn a_lattice_and_its_shift_have_known_values() {
    let lattice: Vec<[f32; 3]> =
        (0..1000).map(|i| [(i % 10) as f32 * 4.0, (i / 10 % 10) as f32 * 4.0, (i / 100) as f32 * 4.0]).collect();
    let shifted: Vec<[f32; 3]> = lattice.iter().map(|p| [p[0] + 1.0, p[1], p[2]]).collect();
    let m = compare_points(&cloud(&lattice, [0.0, 0.0, 1.0]), &cloud(&shifted, [0.0, 0.6, -0.8]), 1.0).unwrap();
    assert_eq!(m.chamfer.mean_mm, [1.0, 1.0]);
    assert_eq!((m.chamfer.sum_mm(), m.chamfer.average_mm(), m.chamfer.sum_squared_mm2()), (2.0, 1.0, 2.0));
    assert_eq!((m.f_score, m.precision, m.recall), (1.0, 1.0, 1.0));
    assert_eq!((m.hausdorff_mm, m.hausdorff95_mm), (1.0, 1.0));
    assert!((m.normal_consistency.unwrap() - 0.8).abs() < 1e-7);
    assert_eq!(chamfer(&lattice, &shifted).unwrap(), m.chamfer);
    let apart = compare_points(&cloud(&lattice, [1.0, 0.0, 0.0]), &cloud(&shifted, [1.0, 0.0, 0.0]), 0.5).unwrap();
    assert_eq!((apart.f_score, apart.precision, apart.recall), (0.0, 0.0, 0.0));
    let half = compare_points(&cloud(&lattice[..500], [1.0; 3]), &cloud(&lattice, [1.0; 3]), 0.1).unwrap();
    assert_eq!((half.precision, half.recall), (0.5, 1.0));
    assert!((half.f_score - 2.0 / 3.0).abs() < 1e-12);
    let without = PointCloud::new(lattice, None).unwrap();
    assert_eq!(compare_points(&without, &without, 0.0).unwrap().normal_consistency, None);
}

#[test]
fn bad_input_is_refused() {
    let (some, none) = (cloud(&[[0.0; 3]], [1.0, 0.0, 0.0]), PointCloud::default());
    for (a, b) in [(&some, &none), (&none, &some), (&none, &none)] {
        assert!(matches!(compare_points(a, b, 1.0), Err(ShapeError::Empty { .. })));
        assert!(matches!(chamfer(a.points(), b.points()), Err(ShapeError::Empty { .. })));
    }
    assert!(matches!(compare_points(&some, &some, f64::NAN), Err(ShapeError::Parameter { .. })));
    assert!(matches!(chamfer(&[[f32::NAN; 3]], &[[0.0; 3]]), Err(ShapeError::Vertex { vertex: 0 })));
    // Very many duplicates of one point are no trouble.
    let many = vec![[1.0f32, 2.0, 3.0]; 100_000];
    assert_eq!(chamfer(&many, &[[1.0, 2.0, 4.0]]).unwrap().mean_mm, [1.0, 1.0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn values_equal_brute_force_and_obey_symmetry_motion_and_scale(
        a in proptest::collection::vec(prop::array::uniform3(-50f32..50.0), 1..200),
        b in proptest::collection::vec(prop::array::uniform3(-50f32..50.0), 1..200),
        tolerance in 0f64..30.0,
    ) {
        let (ca, cb) = (cloud(&a, [1.0, 0.0, 0.0]), cloud(&b, [0.0, 1.0, 0.0]));
        let m = compare_points(&ca, &cb, tolerance).unwrap();
        let (there, back) = (nearest(&a, &b), nearest(&b, &a));
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let close = |x: f64, y: f64| (x - y).abs() <= 1e-5 * (1.0 + x.abs());
        prop_assert!(close(m.chamfer.mean_mm[0], mean(&there)) && close(m.chamfer.mean_mm[1], mean(&back)));
        let squares: Vec<f64> = back.iter().map(|d| d * d).collect();
        prop_assert!(close(m.chamfer.mean_squared_mm2[1], mean(&squares)));
        let max = there.iter().chain(&back).copied().fold(0.0, f64::max);
        prop_assert!(close(m.hausdorff_mm, max) && m.hausdorff95_mm <= m.hausdorff_mm);

        let swapped = compare_points(&cb, &ca, tolerance).unwrap();
        prop_assert_eq!(swapped.chamfer.mean_mm, [m.chamfer.mean_mm[1], m.chamfer.mean_mm[0]]);
        prop_assert!((swapped.f_score - m.f_score).abs() < 1e-12 && swapped.hausdorff_mm == m.hausdorff_mm);

        // Turned about an axis by the angle of the triangle 3, 4, 5, moved, and made twice as large.
        let motion = |p: &[f32; 3]| [1.2 * p[0] - 1.6 * p[1] + 7.0, 1.6 * p[0] + 1.2 * p[1] - 3.0, 2.0 * p[2] + 1.0];
        let (ta, tb): (Vec<_>, Vec<_>) = (a.iter().map(motion).collect(), b.iter().map(motion).collect());
        let t = chamfer(&ta, &tb).unwrap();
        prop_assert!(close(t.sum_mm() / 2.0, m.chamfer.sum_mm()));
    }
}
