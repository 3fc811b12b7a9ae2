//! Smoothing keeps topology, volume and borders, and has the values of the field's tools.

use medshape_shape::{
    Borders, Mesh, ShapeError, check, integrals, smooth_taubin, smooth_volume_preserving, smooth_windowed_sinc,
};

/// A torus of `n` by `m` squares whose tube has radius `r(i, j)`.
fn torus(n: u32, m: u32, r: impl Fn(u32, u32) -> f64) -> Mesh {
    let point = |i: u32, j: u32| {
        let tau = std::f64::consts::TAU;
        let ((sa, ca), (sb, cb)) =
            ((f64::from(i) / f64::from(n) * tau).sin_cos(), (f64::from(j) / f64::from(m) * tau).sin_cos());
        let r = r(i, j);
        [(20.0 + r * cb) * ca, (20.0 + r * cb) * sa, r * sb].map(|c| c as f32)
    };
    let v = (0..n * m).map(|k| point(k / m, k % m)).collect();
    let at = |i: u32, j: u32| i % n * m + j % m;
    let f = (0..n * m).map(|k| (k / m, k % m)).flat_map(|(i, j)| {
        let (a, b, c, d) = (at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1));
        [[a, b, c], [a, c, d]]
    });
    Mesh::new(v, f.collect()).unwrap()
}

fn bumpy(i: u32, j: u32) -> f64 {
    7.0 + 0.6 * (7.0 * f64::from(i) + 3.0 * f64::from(j * j)).sin()
}

/// A square of `n` by `n` points with bumps; its border is wavy.
fn sheet(n: u32) -> Mesh {
    let point = |k: u32| {
        let (x, y) = ((k % n) as f32, (k / n) as f32);
        [x + 0.2 * (5.0 * y).sin(), y + 0.2 * (5.0 * x).sin(), 0.3 * (3.0 * x + 5.0 * y).sin()]
    };
    let cells = (0..n - 1).flat_map(|j| (0..n - 1).map(move |i| j * n + i));
    let faces = cells.flat_map(|a| [[a, a + 1, a + n], [a + 1, a + n + 1, a + n]]).collect();
    Mesh::new((0..n * n).map(point).collect(), faces).unwrap()
}

fn largest_difference(a: &[[f32; 3]], b: &[[f32; 3]]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.as_flattened().iter().zip(b.as_flattened()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn values_are_those_of_trimesh_and_vtk() {
    let rows: Vec<Vec<f32>> = include_str!("fixtures/smoothing/positions.csv")
        .lines()
        .map(|l| l.split(',').map(|c| c.parse().unwrap()).collect())
        .collect();
    let columns = |n: usize| -> Vec<[f32; 3]> { rows.iter().map(|r| [r[n], r[n + 1], r[n + 2]]).collect() };
    let faces = torus(24, 12, bumpy).faces().to_vec();
    let mesh = Mesh::new(columns(0), faces).unwrap();
    let taubin = smooth_taubin(&mesh, 10, 0.5, 0.53, Borders::Kept).unwrap();
    assert!(largest_difference(taubin.vertices(), &columns(3)) < 1e-4);
    let sinc = smooth_windowed_sinc(&mesh, 20, 0.1, Borders::Kept).unwrap();
    assert!(largest_difference(sinc.vertices(), &columns(6)) < 1e-3);
    // Giving the volume back moves the surface beyond what trimesh does, but all of it by the same way.
    let kept = smooth_volume_preserving(&mesh, 5, Borders::Kept).unwrap();
    let way = |a: &[f32; 3], b: &[f32; 3]| (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f32>().sqrt();
    let humphrey = columns(9);
    let ways: Vec<f32> = kept.vertices().iter().zip(&humphrey).map(|(a, b)| way(a, b)).collect();
    let (least, most) = ways.iter().fold((f32::MAX, 0.0f32), |(l, m), &w| (l.min(w), m.max(w)));
    assert!(most - least < 1e-2 && most < 0.3, "{least} {most}");
}

#[test]
fn volume_is_kept_to_a_millionth() {
    let mesh = torus(60, 30, bumpy);
    for offset in [0.0, 500.0] {
        let mesh = mesh.clone().transformed(false, |v| v.map(|c| c + offset));
        let smooth = smooth_volume_preserving(&mesh, 20, Borders::Kept).unwrap();
        let ratio = integrals(&smooth).volume_mm3 / integrals(&mesh).volume_mm3;
        assert!((ratio - 1.0).abs() < 1e-6, "{ratio}");
        assert!(integrals(&smooth).area_mm2 < 0.97 * integrals(&mesh).area_mm2);
    }
    let sinc = smooth_windowed_sinc(&mesh, 20, 0.1, Borders::Kept).unwrap();
    let ratio = integrals(&sinc).volume_mm3 / integrals(&mesh).volume_mm3;
    assert!((ratio - 1.0).abs() < 5e-3, "{ratio}");
}

#[test]
fn a_smooth_torus_stays_and_a_bumpy_one_becomes_smooth() {
    let round = torus(120, 60, |_, _| 7.0);
    let from_tube = |m: &Mesh| -> Vec<f32> {
        m.vertices().iter().map(|v| (v[0].hypot(v[1]) - 20.0).hypot(v[2]) - 7.0).map(f32::abs).collect()
    };
    let mean = |d: Vec<f32>| d.iter().sum::<f32>() / d.len() as f32;
    let filters: [&dyn Fn(&Mesh) -> Mesh; 3] = [
        &|m| smooth_taubin(m, 20, 0.5, 0.53, Borders::Kept).unwrap(),
        &|m| smooth_windowed_sinc(m, 20, 0.1, Borders::Kept).unwrap(),
        &|m| smooth_volume_preserving(m, 20, Borders::Kept).unwrap(),
    ];
    for filter in filters {
        assert!(from_tube(&filter(&round)).into_iter().fold(0.0, f32::max) < 0.03);
        let rough = torus(120, 60, bumpy);
        let smooth = filter(&rough);
        assert!(mean(from_tube(&smooth)) < 0.5 * mean(from_tube(&rough)), "{}", mean(from_tube(&smooth)));
        let c = check(&smooth);
        assert!(smooth.faces() == rough.faces() && c.is_closed() && c.is_oriented());
        // The same at another scale, and in a mirror.
        let large = filter(&rough.clone().transformed(false, |v| v.map(|c| c * 1024.0)));
        let back = large.transformed(false, |v| v.map(|c| c / 1024.0));
        assert!(largest_difference(back.vertices(), smooth.vertices()) < 1e-5);
        let mirrored = filter(&rough.clone().transformed(true, |v| [-v[0], v[1], v[2]]));
        let back = mirrored.transformed(true, |v| [-v[0], v[1], v[2]]);
        assert!(largest_difference(back.vertices(), smooth.vertices()) < 1e-4);
    }
}

#[test]
fn borders_stay_or_are_smoothed_along_themselves() {
    let n = 20;
    let mesh = sheet(n);
    let on_border = |k: usize| {
        let (x, y) = (k as u32 % n, k as u32 / n);
        x == 0 || y == 0 || x == n - 1 || y == n - 1
    };
    let kept = smooth_taubin(&mesh, 10, 0.5, 0.53, Borders::Kept).unwrap();
    let along = smooth_taubin(&mesh, 10, 0.5, 0.53, Borders::Along).unwrap();
    let mut border_moved = false;
    for k in 0..mesh.vertices().len() {
        let (old, new) = (mesh.vertices()[k], kept.vertices()[k]);
        assert_eq!(old == new, on_border(k), "{k}");
        border_moved |= on_border(k) && along.vertices()[k] != old;
    }
    assert!(border_moved);
    // The border does not feel the inside: it moves as the closed curve alone would.
    let flat = {
        let v = mesh.vertices().iter().enumerate().map(|(k, v)| if on_border(k) { *v } else { [v[0], v[1], 9.0] });
        Mesh::new(v.collect(), mesh.faces().to_vec()).unwrap()
    };
    let other = smooth_taubin(&flat, 10, 0.5, 0.53, Borders::Along).unwrap();
    for k in (0..mesh.vertices().len()).filter(|&k| on_border(k)) {
        // Up to rounding: the middle of the two meshes differs.
        assert!((0..3).all(|i| (other.vertices()[k][i] - along.vertices()[k][i]).abs() < 1e-5));
    }
}

#[test]
fn odd_meshes_and_parameters_are_defined() {
    let unused = Mesh::new(vec![[1.0, 2.0, 3.0]; 2], vec![]).unwrap();
    let degenerate = Mesh::new(vec![[0.0; 3], [1.0; 3]], vec![[0, 1, 1], [0, 0, 0]]).unwrap();
    for mesh in [Mesh::default(), unused, degenerate] {
        assert_eq!(smooth_taubin(&mesh, 5, 0.5, 0.53, Borders::Kept).unwrap().faces(), mesh.faces());
        assert_eq!(
            smooth_windowed_sinc(&mesh, 5, 0.1, Borders::Along).unwrap().vertices().len(),
            mesh.vertices().len()
        );
        assert_eq!(smooth_volume_preserving(&mesh, 5, Borders::Along).unwrap().faces(), mesh.faces());
    }
    let mesh = torus(12, 6, |_, _| 7.0);
    for degree in [0, 1, 2, 3] {
        assert!(smooth_windowed_sinc(&mesh, degree, 0.1, Borders::Kept).is_ok());
    }
    for wrong in [-0.1, 1.5, f64::NAN] {
        let e = smooth_taubin(&mesh, 1, wrong, 0.5, Borders::Kept);
        assert!(matches!(e, Err(ShapeError::Parameter { name: "lambda", .. })), "{e:?}");
    }
    let e = smooth_windowed_sinc(&mesh, 20, 3.0, Borders::Kept);
    assert!(matches!(e, Err(ShapeError::Parameter { name: "pass_band", .. })), "{e:?}");
    let far = smooth_taubin(&mesh, 100_000, 0.1, 1.0, Borders::Kept);
    assert!(matches!(far, Err(ShapeError::Vertex { .. })));
    let labelled = mesh.clone().with_labels(vec![7; mesh.vertices().len()]).unwrap();
    assert_eq!(smooth_taubin(&labelled, 2, 0.5, 0.53, Borders::Kept).unwrap().labels(), labelled.labels());
}
