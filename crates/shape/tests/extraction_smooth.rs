//! The smooth surface against shapes that are known, and what it promises of any mask.

use medshape_shape::{
    Affine, LabelMap, Labels, Mask, Mesh, Surface, check, extract_mesh, extract_meshes, integrals, self_intersections,
};

type Point = [f64; 3];

/// The voxels whose centres a signed distance has inside.
fn digitised(shape: [usize; 3], spacing: Point, distance: &dyn Fn(Point) -> f64) -> Mask {
    let mut voxels = Vec::new();
    for k in 0..shape[2] {
        for j in 0..shape[1] {
            for i in 0..shape[0] {
                let at = [i as f64 * spacing[0], j as f64 * spacing[1], k as f64 * spacing[2]];
                voxels.push(u8::from(distance(at) < 0.0));
            }
        }
    }
    Mask::new(shape, Affine::from_spacing(spacing, [0.0; 3]).unwrap(), voxels).unwrap()
}

fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn length(a: Point) -> f64 {
    a.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// The mean angle (degrees, by area) between faces and the true normal, where `counted`.
fn angular_error(mesh: &Mesh, counted: &dyn Fn(Point) -> bool, normal: &dyn Fn(Point) -> Point) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for f in 0..mesh.faces().len() {
        let [a, b, c] = mesh.triangle(f).map(|v| v.map(f64::from));
        let centre = [0, 1, 2].map(|n| (a[n] + b[n] + c[n]) / 3.0);
        let (u, v) = (minus(b, a), minus(c, a));
        let across = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
        let area = length(across);
        if area > 0.0 && counted(centre) {
            let n = normal(centre);
            let cosine = (0..3).map(|i| across[i] * n[i]).sum::<f64>() / (area * length(n));
            sum += area * cosine.clamp(-1.0, 1.0).acos().to_degrees();
            total += area;
        }
    }
    sum / total
}

#[test]
fn a_ball_is_round_and_has_its_area_and_volume() {
    for (radius, surface, angle) in [
        (10.3, Surface::Smooth, 3.5),
        (20.2, Surface::Smooth, 2.8),
        (40.1, Surface::Smooth, 2.4),
        (10.3, Surface::Shared, 4.0),
        (40.1, Surface::Shared, 3.2),
    ] {
        let n = 2 * radius as usize + 6;
        let centre = [n as f64 / 2.0 + 0.17, n as f64 / 2.0 - 0.13, n as f64 / 2.0];
        let mask = digitised([n; 3], [1.0; 3], &|p| length(minus(p, centre)) - radius);
        let mesh = extract_mesh(&mask, surface);
        let found = integrals(&mesh);
        let area = 4.0 * std::f64::consts::PI * radius * radius;
        assert!((found.area_mm2 / area - 1.0).abs() < 0.012, "{surface:?} {radius}: {}", found.area_mm2 / area);
        assert!((found.volume_mm3 / mask.volume_mm3() - 1.0).abs() < 0.01, "{surface:?} {radius}: {found:?}");
        let error = angular_error(&mesh, &|_| true, &|p| minus(p, centre));
        assert!(error < angle, "{surface:?} {radius}: {error} degrees");
        // The exact surface for comparison: its steps are 20 degrees off.
        let steps = angular_error(&extract_mesh(&mask, Surface::Exact), &|_| true, &|p| minus(p, centre));
        assert!(steps > 18.0, "{steps}");
    }
}

#[test]
fn tilted_planes_and_cylinders_lose_their_steps() {
    let middle = [32.1, 32.0, 32.2];
    let within = |p: Point| p.iter().all(|&v| (8.0..55.0).contains(&v));
    for normal in [[0.2, 0.1, 1.0], [0.5, 0.3, 1.0], [0.0, 0.3, 1.0], [1.0, 0.9, 1.0]] {
        let side = |p: Point| (0..3).map(|i| (p[i] - middle[i]) * normal[i]).sum::<f64>();
        let mesh = extract_mesh(&digitised([64; 3], [1.0; 3], &side), Surface::Smooth);
        let error = angular_error(&mesh, &within, &|_| normal);
        assert!(error < 4.5, "plane {normal:?}: {error} degrees");
    }
    for (radius, axis) in [(6.0, [0.3, 0.2, 1.0]), (12.0, [0.0, 0.0, 1.0]), (12.0, [0.5, 0.7, 1.0])] {
        let across = |p: Point| {
            let d = minus(p, middle);
            let along = (0..3).map(|i| d[i] * axis[i]).sum::<f64>() / length(axis).powi(2);
            [0, 1, 2].map(|i| d[i] - along * axis[i])
        };
        let mask = digitised([64; 3], [1.0; 3], &|p| length(across(p)) - radius);
        let error = angular_error(&extract_mesh(&mask, Surface::Smooth), &within, &across);
        assert!(error < 4.5, "cylinder {radius} {axis:?}: {error} degrees");
    }
}

#[test]
fn thick_slices_are_smoothed_as_well() {
    let centre = [43.3, 43.1, 42.0];
    let mask = digitised([88, 88, 10], [1.0, 1.0, 10.0], &|p| length(minus(p, centre)) - 40.0);
    let [smooth, exact] = [Surface::Smooth, Surface::Exact].map(|s| extract_mesh(&mask, s));
    assert_eq!(smooth.faces(), exact.faces());
    assert!((integrals(&smooth).volume_mm3 / mask.volume_mm3() - 1.0).abs() < 0.01);
    let error = |mesh: &Mesh| angular_error(mesh, &|_| true, &|p| minus(p, centre));
    assert!(error(&smooth) < 0.6 * error(&exact), "{} {}", error(&smooth), error(&exact));
    assert_eq!(self_intersections(&smooth, 1).count, 0);
}

/// Noise that hangs together, as the borders of real segmentations do.
fn blobs(shape: [usize; 3], seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 31)
    };
    let waves: Vec<[f64; 5]> =
        (0..12).map(|_| [random() - 0.5, random() - 0.5, random() - 0.5, 6.3 * random(), random()]).collect();
    let mut values = Vec::new();
    for k in 0..shape[2] {
        for j in 0..shape[1] {
            for i in 0..shape[0] {
                let wave = |w: &[f64; 5]| w[4] * (i as f64 * w[0] + j as f64 * w[1] + k as f64 * w[2] + w[3]).sin();
                let v = waves.iter().map(wave).sum::<f64>() + 0.4 * (random() - 0.5);
                values.push((v + 1.0).clamp(0.0, 3.0) as u8);
            }
        }
    }
    values
}

#[test]
fn the_smooth_surface_stays_near_the_mask_keeps_its_volume_and_never_crosses_itself() {
    for (seed, spacing) in [(1, [1.0, 1.0, 1.0]), (2, [0.7, 0.8, 10.0]), (3, [2.0, 0.5, 1.0])] {
        let shape = [24, 22, 20];
        let affine = Affine::from_spacing(spacing, [-50.0, 20.0, 300.0]).unwrap();
        let values = blobs(shape, seed);
        let map = LabelMap::new(shape, affine, Labels::U8(values.clone())).unwrap();
        let exact = extract_meshes(&map, Surface::Exact);
        for (label, smooth) in &extract_meshes(&map, Surface::Smooth) {
            assert_eq!(self_intersections(smooth, 1).count, 0, "seed {seed}, label {label}");
            // Vertices of the exact surface lie on the borders of voxels.
            let half = spacing.iter().map(|s| s * s).sum::<f64>().sqrt() / 2.0;
            for (a, b) in smooth.vertices().iter().zip(exact[label].vertices()) {
                assert!(length(minus(a.map(f64::from), b.map(f64::from))) <= half + 1e-4);
            }
            let voxels = values.iter().filter(|&&v| u32::from(v) == *label).count() as f64;
            let volume = integrals(smooth).volume_mm3 / (voxels * affine.voxel_volume());
            assert!(voxels < 1000.0 || (volume - 1.0).abs() < 0.01, "seed {seed}, label {label}: {volume}");
        }
    }
}

#[test]
fn noise_never_crosses_itself() {
    let mut state = 7u64;
    for density in [0.1, 0.3, 0.5, 0.7, 0.9] {
        let voxels = (0..1000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                u8::from(((state >> 33) as f64) < density * f64::from(1u32 << 31))
            })
            .collect();
        let mask = Mask::new([10; 3], Affine::IDENTITY, voxels).unwrap();
        assert_eq!(self_intersections(&extract_mesh(&mask, Surface::Smooth), 1).count, 0, "density {density}");
    }
}

#[test]
fn lines_of_one_voxel_are_not_broken() {
    // Along an axis, and a diagonal whose voxels share faces.
    let straight: Vec<[usize; 3]> = (1..19).map(|n| [n, 4, 4]).collect();
    let stairs: Vec<[usize; 3]> = (1..7).flat_map(|n| [[n, n, n], [n + 1, n, n], [n + 1, n + 1, n]]).collect();
    for line in [straight, stairs] {
        let mut voxels = vec![0u8; 20 * 10 * 10];
        for [i, j, k] in line {
            voxels[i + 20 * (j + 10 * k)] = 1;
        }
        let mask = Mask::new([20, 10, 10], Affine::IDENTITY, voxels).unwrap();
        for surface in [Surface::Exact, Surface::Smooth, Surface::Shared] {
            let found = check(&extract_mesh(&mask, surface));
            assert_eq!((found.components, found.is_closed() && found.is_manifold()), (1, true), "{surface:?}");
        }
    }
}

#[test]
fn a_real_label_map_keeps_its_volumes_and_never_crosses_itself() {
    let Some(map) = real() else { return };
    let voxel = map.affine().voxel_volume();
    for surface in [Surface::Smooth, Surface::Shared] {
        for (label, mesh) in &extract_meshes(&map, surface) {
            let found = check(mesh);
            assert!(found.is_closed() && found.is_manifold() && found.is_oriented(), "{surface:?} {label}: {found:?}");
            let voxels = (0..map.labels().len()).filter(|&i| map.labels().get(i) == *label).count() as f64;
            let volume = integrals(mesh).volume_mm3 / (voxels * voxel);
            assert!(voxels < 1000.0 || (volume - 1.0).abs() < 0.01, "{surface:?} {label}: {volume}");
            if surface == Surface::Smooth {
                assert_eq!(self_intersections(mesh, 1).count, 0, "label {label}");
            }
        }
    }
}

/// A TotalSegmentator example, if the data is there and `gzip` to unpack it.
fn real() -> Option<LabelMap> {
    let data = std::env::var("MEDSHAPE_DATA").unwrap_or_else(|_| "../../../shared/data".into());
    let path = format!("{data}/totalsegmentator/example_seg_fast_force_split.nii.gz");
    let unpacked = std::process::Command::new("gzip").args(["-dc", &path]).output().ok().map(|o| o.stdout);
    let Some(file) = unpacked.filter(|file| file.len() > 352) else {
        println!("skipped: no {path}");
        return None;
    };
    let short = |at: usize| i16::from_le_bytes([file[at], file[at + 1]]);
    let float = |at: usize| f64::from(f32::from_le_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]));
    assert_eq!(short(70), 2, "labels of 8 bits");
    let shape = [42, 44, 46].map(|at| short(at) as usize);
    let start = float(108) as usize;
    let affine = Affine::from_spacing([float(80), float(84), float(88)], [0.0; 3]).unwrap();
    Some(LabelMap::new(shape, affine, Labels::U8(file[start..].to_vec())).unwrap())
}

#[test]
fn a_left_handed_grid_gives_the_mirror_image() {
    let n = 40;
    let ball = digitised([n; 3], [1.0; 3], &|p| length(minus(p, [19.3, 20.1, 19.7])) - 14.0);
    let mirrored = Affine::from_rows([[-1.0, 0.0, 0.0, 5.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]).unwrap();
    let other = Mask::new([n; 3], mirrored, ball.voxels().to_vec()).unwrap();
    for surface in [Surface::Exact, Surface::Smooth, Surface::Shared] {
        let [a, b] = [&ball, &other].map(|mask| integrals(&extract_mesh(mask, surface)));
        assert!((a.area_mm2 / b.area_mm2 - 1.0).abs() < 1e-4, "{surface:?}: {a:?} {b:?}");
        assert!((a.volume_mm3 / b.volume_mm3 - 1.0).abs() < 1e-4, "{surface:?}: {a:?} {b:?}");
    }
}

#[test]
fn the_surface_does_not_depend_on_the_unit_of_length() {
    let shape = [24, 20, 18];
    let voxels = blobs(shape, 11);
    let of = |scale: f64| {
        let affine = Affine::from_spacing([scale, 1.5 * scale, 2.0 * scale], [0.0; 3]).unwrap();
        extract_mesh(&Mask::new(shape, affine, voxels.clone()).unwrap(), Surface::Smooth)
    };
    let one = of(1.0);
    for scale in [1e-6, 0.25, 1000.0, 1e9] {
        let other = of(scale);
        assert_eq!(one.faces(), other.faces());
        for (a, b) in one.vertices().iter().flatten().zip(other.vertices().iter().flatten()) {
            assert!((f64::from(*a) - f64::from(*b) / scale).abs() < 1e-4, "{scale}: {a} {b}");
        }
    }
}
