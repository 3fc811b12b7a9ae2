//! Decimation keeps closed meshes closed and manifold, and near the surface they came from.

use medshape_shape::{
    Affine, Borders, Decimate, Mask, Mesh, ShapeError, Stop, Surface, check, decimate, extract_mesh, integrals,
    level_of_detail,
};
use proptest::prelude::*;

fn ball(n: usize, r: f64) -> Mask {
    let c = (n as f64 - 1.0) / 2.0;
    let voxel = |i: usize| [i % n, i / n % n, i / (n * n)].map(|v| (v as f64 - c).powi(2)).iter().sum::<f64>() < r * r;
    Mask::new([n; 3], Affine::IDENTITY, (0..n * n * n).map(|i| u8::from(voxel(i))).collect()).unwrap()
}

#[test]
fn a_ball_keeps_its_shape() {
    let full = extract_mesh(&ball(80, 36.0), Surface::Exact);
    let (before, mesh) = (integrals(&full), decimate(&full, 2000));
    let after = integrals(&mesh);
    assert!(mesh.faces().len() <= 2000 && mesh.faces().len() > 1900, "{}", mesh.faces().len());
    let c = check(&mesh);
    assert!(c.is_closed() && c.is_manifold() && c.is_oriented() && c.components == 1, "{c:?}");
    assert!((after.volume_mm3 / before.volume_mm3 - 1.0).abs() < 0.005, "{} {}", after.volume_mm3, before.volume_mm3);
    for v in mesh.vertices() {
        let d = v.map(|c| (c - 39.5).powi(2)).iter().sum::<f32>().sqrt();
        assert!((d - 36.0).abs() < 1.0, "{d}");
    }
}

/// Distance of a point from the nearest of all faces, the slow way.
fn distance(mesh: &Mesh, p: [f32; 3]) -> f64 {
    let p = p.map(f64::from);
    let sub = |a: [f64; 3], b: [f64; 3]| [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let to_segment = |a: [f64; 3], b: [f64; 3]| {
        let (ab, ap) = (sub(b, a), sub(p, a));
        let t = (dot(ab, ap) / dot(ab, ab).max(1e-300)).clamp(0.0, 1.0);
        let way = sub(ap, ab.map(|c| c * t));
        dot(way, way)
    };
    let mut least = f64::MAX;
    for f in 0..mesh.faces().len() {
        let [a, b, c] = mesh.triangle(f).map(|v| v.map(f64::from));
        let (ab, ac, ap) = (sub(b, a), sub(c, a), sub(p, a));
        let n = [ab[1] * ac[2] - ab[2] * ac[1], ab[2] * ac[0] - ab[0] * ac[2], ab[0] * ac[1] - ab[1] * ac[0]];
        let (xx, xy, yy, px, py) = (dot(ab, ab), dot(ab, ac), dot(ac, ac), dot(ap, ab), dot(ap, ac));
        let det = xx * yy - xy * xy;
        let (s, t) = ((yy * px - xy * py) / det, (xx * py - xy * px) / det);
        let square = if s >= 0.0 && t >= 0.0 && s + t <= 1.0 {
            dot(ap, n).powi(2) / dot(n, n)
        } else {
            to_segment(a, b).min(to_segment(b, c)).min(to_segment(c, a))
        };
        least = least.min(square);
    }
    least.sqrt()
}

fn farthest(from: &Mesh, to: &Mesh) -> f64 {
    from.vertices().iter().map(|&v| distance(to, v)).fold(0.0, f64::max)
}

/// A torus of `n` by `m` squares, split into triangles.
fn torus(n: u32, m: u32) -> Mesh {
    let point = |i: u32, j: u32| {
        let (a, b) = (f64::from(i) / f64::from(n), f64::from(j) / f64::from(m));
        let ((sa, ca), (sb, cb)) = ((a * std::f64::consts::TAU).sin_cos(), (b * std::f64::consts::TAU).sin_cos());
        [(20.0 + 7.0 * cb) * ca, (20.0 + 7.0 * cb) * sa, 7.0 * sb].map(|c| c as f32)
    };
    let v = (0..n * m).map(|k| point(k / m, k % m)).collect();
    let at = |i: u32, j: u32| i % n * m + j % m;
    let quads = (0..n * m).map(|k| (k / m, k % m));
    let f = quads.flat_map(|(i, j)| {
        let (a, b, c, d) = (at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1));
        [[a, b, c], [a, c, d]]
    });
    Mesh::new(v, f.collect()).unwrap()
}

/// A square of `n` by `n` points in the plane z = 0.
fn sheet(n: u32) -> Mesh {
    let v = (0..n * n).map(|i| [(i % n) as f32, (i / n) as f32, 0.0]).collect();
    let cells = (0..n - 1).flat_map(|j| (0..n - 1).map(move |i| j * n + i));
    Mesh::new(v, cells.flat_map(|a| [[a, a + 1, a + n], [a + 1, a + n + 1, a + n]]).collect()).unwrap()
}

fn euler(m: &Mesh) -> i64 {
    m.vertices().len() as i64 - m.faces().len() as i64 / 2
}

#[test]
fn a_torus_keeps_its_hole_volume_and_place() {
    let full = torus(180, 90);
    let mesh = decimate(&full, 1500);
    let c = check(&mesh);
    assert!(mesh.faces().len() <= 1500 && c.is_closed() && c.is_manifold() && c.is_oriented(), "{c:?}");
    assert_eq!(euler(&mesh), 0);
    let ratio = integrals(&mesh).volume_mm3 / integrals(&full).volume_mm3;
    assert!((ratio - 1.0).abs() < 1e-3, "{ratio}");
    assert!(farthest(&full, &mesh) < 0.15 && farthest(&mesh, &full) < 0.15, "{}", farthest(&full, &mesh));
}

#[test]
fn extreme_targets_stop_at_the_topology() {
    let small = |mesh: &Mesh, target| {
        let out = decimate(mesh, target);
        let c = check(&out);
        assert!(c.is_closed() && c.is_manifold() && c.is_oriented(), "{target}: {c:?}");
        out
    };
    let ball = extract_mesh(&ball(16, 6.0), Surface::Exact);
    assert_eq!(small(&ball, 4).faces().len(), 4);
    assert_eq!(small(&ball, 0).faces().len(), 4);
    assert_eq!(decimate(&ball, ball.faces().len() + 1), ball);
    let torus = small(&torus(40, 20), 0);
    assert!((14..60).contains(&torus.faces().len()) && euler(&torus) == 0, "{}", torus.faces().len());
    assert_eq!(decimate(&Mesh::default(), 0), Mesh::default());
    let one = Mesh::new(vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], vec![[0, 1, 2]]).unwrap();
    assert_eq!(decimate(&one, 0), one);
    let degenerate = Mesh::new(vec![[0.0; 3]; 2], vec![[0, 1, 1], [0, 0, 0]]).unwrap();
    assert_eq!(decimate(&degenerate, 1).faces().len(), 0);
}

#[test]
fn the_error_bound_holds_against_brute_force() {
    let mesh = torus(90, 45);
    let mut faces = usize::MAX;
    for bound in [0.0, 0.02, 0.1, 0.5] {
        let out = Decimate { max_error_mm: Some(bound), ..Decimate::default() }.run(&mesh).unwrap();
        let far = farthest(&mesh, &out.mesh);
        assert!(far <= bound + 1e-5 && out.error_mm <= bound && far <= out.error_mm + 1e-5, "{far} {out:?}");
        assert!(out.rms_error_mm <= out.error_mm && out.stop == Stop::Limits);
        assert!(out.mesh.faces().len() < faces || bound == 0.0);
        faces = out.mesh.faces().len();
    }
    assert!(faces < 400, "{faces}");
    let both = Decimate { target_faces: 2000, max_error_mm: Some(0.5), ..Decimate::default() }.run(&mesh).unwrap();
    assert!(both.stop == Stop::Target && both.mesh.faces().len() > 1990, "{}", both.mesh.faces().len());
    let free = Decimate { target_faces: 700, ..Decimate::default() }.run(&mesh).unwrap();
    let far = farthest(&mesh, &free.mesh);
    assert!(far <= free.error_mm + 1e-5 && free.error_mm < 1.5 * far, "{far} {}", free.error_mm);
    let wrong = Decimate { max_error_mm: Some(f64::NAN), ..Decimate::default() }.run(&mesh);
    assert!(matches!(wrong, Err(ShapeError::Parameter { name: "max_error_mm", .. })));
}

#[test]
fn a_border_is_kept_or_simplified_along_itself() {
    let mesh = sheet(30);
    let on_border = |m: &Mesh| {
        let on = |c: f32| c == 0.0 || c == 29.0;
        m.vertices().iter().filter(|v| on(v[0]) || on(v[1])).count()
    };
    let kept = Decimate { target_faces: 200, ..Decimate::default() }.run(&mesh).unwrap();
    assert_eq!(on_border(&kept.mesh), 4 * 29);
    let along = Decimate { target_faces: 50, borders: Borders::Along, ..Decimate::default() }.run(&mesh).unwrap();
    assert!(along.mesh.faces().len() <= 50 && check(&along.mesh).is_manifold());
    assert!((integrals(&along.mesh).area_mm2 - 29.0f64.powi(2)).abs() < 0.01, "{}", integrals(&along.mesh).area_mm2);
    let least = Decimate { borders: Borders::Along, ..Decimate::default() }.run(&mesh).unwrap();
    assert!(!least.mesh.faces().is_empty() && check(&least.mesh).is_manifold());
}

#[test]
fn protected_vertices_stay() {
    let mesh = torus(60, 30);
    let protected: Vec<bool> = (0..mesh.vertices().len()).map(|v| v % 7 == 0).collect();
    let out = Decimate { protected: Some(&protected), ..Decimate::default() }.run(&mesh).unwrap();
    assert!(out.mesh.faces().len() < mesh.faces().len() / 3, "{}", out.mesh.faces().len());
    for (v, _) in protected.iter().enumerate().filter(|(_, p)| **p) {
        assert!(out.mesh.vertices().contains(&mesh.vertices()[v]));
    }
    let short = Decimate { protected: Some(&protected[1..]), ..Decimate::default() }.run(&mesh);
    assert!(matches!(short, Err(ShapeError::AttributeLength { attribute: "protected", .. })));
}

#[test]
fn borders_between_vertex_labels_stay() {
    let mesh = torus(60, 30);
    let labels: Vec<u32> = mesh.vertices().iter().map(|v| u32::from(v[0] > 1.0) + 2 * u32::from(v[1] > 2.0)).collect();
    let colours: Vec<[u8; 4]> = labels.iter().map(|&l| [l as u8, 0, 0, 255]).collect();
    let mesh = mesh.with_labels(labels.clone()).unwrap().with_colours(colours).unwrap();
    let out = decimate(&mesh, 1500);
    assert!(out.faces().len() <= 1500);
    let at_border = |m: &Mesh| {
        let labels = m.labels().unwrap();
        let mixed = m.faces().iter().filter(|f| f.iter().any(|&v| labels[v as usize] != labels[f[0] as usize]));
        let mut found: Vec<_> =
            mixed.flatten().map(|&v| (m.vertices()[v as usize].map(f32::to_bits), labels[v as usize])).collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    assert_eq!(at_border(&mesh), at_border(&out));
    assert!(out.labels().unwrap().iter().zip(out.colours().unwrap()).all(|(&l, c)| l == u32::from(c[0])));
    let along = Decimate { target_faces: 200, borders: Borders::Along, ..Decimate::default() }.run(&mesh).unwrap().mesh;
    assert!(along.faces().len() <= 200 && check(&along).is_closed() && check(&along).is_manifold());
    let all = |l: u32| along.labels().unwrap().contains(&l);
    assert!((0..4).all(all));
}

/// Two boxes of `n` cells a side that share a wall: faces and the labels on their two sides.
fn two_rooms(n: i32) -> (Mesh, Vec<[u32; 2]>) {
    let label = |c: [i32; 3]| match c {
        [x, y, z] if y < 0 || z < 0 || y >= n || z >= n || x < 0 || x >= 2 * n => 0u32,
        [x, ..] => 1 + u32::from(x >= n),
    };
    let (mut v, mut f, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    let mut number = std::collections::BTreeMap::new();
    for cell in 0..(2 * n + 1) * (n + 1) * (n + 1) {
        let c = [cell / ((n + 1) * (n + 1)) - 1, cell / (n + 1) % (n + 1) - 1, cell % (n + 1) - 1];
        for axis in 0..3 {
            let mut d = c;
            d[axis] += 1;
            if label(c) == label(d) {
                continue;
            }
            let (e1, e2) = ((axis + 1) % 3, (axis + 2) % 3);
            let mut corner = |a: i32, b: i32| {
                let mut p = d;
                p[e1] += a;
                p[e2] += b;
                *number.entry(p).or_insert_with(|| {
                    v.push(p.map(|x| x as f32));
                    v.len() as u32 - 1
                })
            };
            let q = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
            f.extend([[q[0], q[1], q[2]], [q[0], q[2], q[3]]]);
            pairs.extend([[label(c), label(d)]; 2]);
        }
    }
    (Mesh::new(v, f).unwrap(), pairs)
}

/// One label's surface out of a shared one.
fn side(mesh: &Mesh, pairs: &[[u32; 2]], label: u32) -> Mesh {
    let faces = mesh.faces().iter().zip(pairs).filter_map(|(&[a, b, c], pair)| match pair {
        [l, _] if *l == label => Some([a, b, c]),
        [_, l] if *l == label => Some([a, c, b]),
        _ => None,
    });
    Mesh::new(mesh.vertices().to_vec(), faces.collect()).unwrap()
}

#[test]
fn neighbours_on_a_shared_surface_never_part() {
    let (mesh, pairs) = two_rooms(8);
    let out = Decimate { target_faces: 250, face_labels: Some(&pairs), ..Decimate::default() }.run(&mesh).unwrap();
    assert_eq!(out.stop, Stop::Target);
    let after = out.face_labels.unwrap();
    assert!(
        after.len() == out.mesh.faces().len() && after.len() < pairs.len() / 4,
        "{} of {}",
        after.len(),
        pairs.len()
    );
    for label in [1, 2] {
        let (before, room) = (side(&mesh, &pairs, label), side(&out.mesh, &after, label));
        let c = check(&room);
        assert!(c.is_closed() && c.is_manifold() && c.is_oriented(), "{label}: {c:?}");
        assert!((integrals(&room).volume_mm3 / integrals(&before).volume_mm3 - 1.0).abs() < 1e-3);
        assert!((integrals(&room).area_mm2 / integrals(&before).area_mm2 - 1.0).abs() < 1e-3);
    }
}

#[test]
fn levels_of_detail_come_in_the_order_asked() {
    let full = extract_mesh(&ball(60, 26.0), Surface::Exact);
    let levels = level_of_detail(&full, &[500, 4000, full.faces().len(), 120]);
    assert_eq!(levels[2], full);
    for (level, target) in levels.iter().zip([500, 4000, usize::MAX, 120]) {
        let c = check(level);
        assert!(level.faces().len() <= target && c.is_closed() && c.is_manifold() && c.is_oriented());
        assert!((integrals(level).volume_mm3 / integrals(&full).volume_mm3 - 1.0).abs() < 0.02);
    }
    assert_eq!(levels[1], decimate(&full, 4000));
}

#[test]
fn scale_and_place_do_not_matter() {
    let full = torus(120, 60);
    let error = |scale: f32, offset: f32| {
        let moved = full.clone().transformed(false, |v| v.map(|c| c * scale + offset));
        let out = decimate(&moved, 800);
        let c = check(&out);
        assert!(c.is_closed() && c.is_manifold() && c.is_oriented() && out.faces().len() > 790, "{c:?}");
        farthest(&moved, &out) / f64::from(scale)
    };
    let usual = error(1.0, 0.0);
    for (scale, offset) in [(1e-3, 0.0), (1e3, 0.0), (1e-9, 0.0), (1e9, 0.0), (1.0, 10_000.0)] {
        let other = error(scale, offset);
        assert!((0.7..1.4).contains(&(other / usual)), "{scale} {offset}: {other} {usual}");
    }
    let doubled = decimate(&full.clone().transformed(false, |v| v.map(|c| c * 2.0)), 800);
    assert_eq!(doubled, decimate(&full, 800).transformed(false, |v| v.map(|c| c * 2.0)));
    let mirrored = full.clone().transformed(true, |v| [-v[0], v[1], v[2]]);
    let ratio = farthest(&mirrored, &decimate(&mirrored, 800)) / usual;
    assert!((0.7..1.4).contains(&ratio), "{ratio}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn noise_stays_closed_and_manifold(bits in proptest::collection::vec(any::<bool>(), 12 * 11 * 10), target in 4usize..800) {
        let voxels = bits.iter().map(|&b| u8::from(b)).collect();
        let full = extract_mesh(&Mask::new([12, 11, 10], Affine::IDENTITY, voxels).unwrap(), Surface::Exact);
        let mesh = decimate(&full, target);
        let (a, b) = (check(&full), check(&mesh));
        prop_assert!(b.is_closed() && b.is_manifold() && b.inconsistent_edges == 0, "{:?}", b);
        prop_assert_eq!(a.components, b.components);
        prop_assert_eq!(euler(&full), euler(&mesh));
    }
}
