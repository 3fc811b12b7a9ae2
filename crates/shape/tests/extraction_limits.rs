//! Extreme label maps, borders that labels share, and scalar fields.

use std::collections::{BTreeMap, BTreeSet};

use medshape_shape::{
    Affine, LabelMap, Labels, Mask, Mesh, Sdf, Surface, check, extract_mesh, extract_meshes, extract_shared, integrals,
    isosurface, probability_surface,
};

const SURFACES: [Surface; 3] = [Surface::Exact, Surface::Smooth, Surface::Shared];

fn assert_good(mesh: &Mesh, what: &str) {
    let c = check(mesh);
    assert!(c.is_closed() && c.is_manifold() && c.is_oriented(), "{what}: {c:?}");
}

fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as f64 / f64::from(1u32 << 31)
}

#[test]
fn a_label_for_each_of_65_535_voxels() {
    let labels: Vec<u16> = (0..65_535).map(|n| n + 1).collect();
    let map = LabelMap::new([51, 257, 5], Affine::IDENTITY, Labels::U16(labels)).unwrap();
    for surface in SURFACES {
        let meshes = extract_meshes(&map, surface);
        assert_eq!(meshes.len(), 65_535);
        for label in [1, 51, 30_000, 65_535] {
            assert_good(&meshes[&label], &format!("{surface:?} {label}"));
        }
    }
}

#[test]
fn all_one_label_and_one_voxel_are_closed_at_the_border_and_background_is_nothing() {
    for surface in SURFACES {
        for shape in [[1, 1, 1], [5, 4, 3], [130, 2, 1]] {
            let full = Mask::new(shape, Affine::IDENTITY, vec![1; shape.iter().product()]).unwrap();
            let mesh = extract_mesh(&full, surface);
            assert_good(&mesh, &format!("{surface:?} {shape:?}"));
            let empty = Mask::new(shape, Affine::IDENTITY, vec![0; shape.iter().product()]).unwrap();
            assert!(extract_mesh(&empty, surface).faces().is_empty());
        }
    }
    assert!(
        extract_shared(&LabelMap::new([2; 3], Affine::IDENTITY, Labels::U32(vec![0; 8])).unwrap()).faces().is_empty()
    );
}

#[test]
fn nested_labels_and_cavities_are_each_closed() {
    // A shell of 1 around a shell of 2 around an empty middle.
    let n = 15;
    let ring = |i: usize, j: usize, k: usize| [i, j, k].into_iter().map(|v| v.abs_diff(7)).max().unwrap();
    let labels = (0..n * n * n).map(|v| match ring(v % n, v / n % n, v / n / n) {
        3..=4 => 2,
        5..=6 => 1,
        _ => 0,
    });
    let map = LabelMap::new([n; 3], Affine::IDENTITY, Labels::U8(labels.collect())).unwrap();
    for surface in SURFACES {
        for (label, mesh) in &extract_meshes(&map, surface) {
            let c = check(mesh);
            assert_good(mesh, &format!("{surface:?} {label}"));
            assert_eq!((c.solids, c.cavities), (1, 1), "{surface:?} {label}");
        }
    }
}

#[test]
fn neighbours_meet_without_gap_or_overlap_in_the_shared_surface() {
    let mut state = 3;
    let shape = [14, 13, 12];
    let labels = (0..shape.iter().product::<usize>()).map(|v| {
        let at = [v % 14, v / 14 % 13, v / 182].map(|c| c as f64 + 0.9 * random(&mut state));
        if at[0] + at[1] < 9.0 {
            1
        } else if at[2] > 6.0 {
            2
        } else if at[1] > 9.0 {
            0
        } else {
            3
        }
    });
    let affine =
        Affine::from_rows([[-0.8, 0.1, 0.0, -120.0], [-0.1, 0.9, 0.2, 33.0], [0.05, -0.1, 2.5, 700.0]]).unwrap();
    let map = LabelMap::new(shape, affine, Labels::U8(labels.collect())).unwrap();
    let surface = extract_shared(&map);
    let meshes = extract_meshes(&map, Surface::Shared);
    // The triangles of all meshes, by their corners' bits in an order that keeps their direction.
    let key = |mesh: &Mesh, f: usize| {
        let mut corners = mesh.triangle(f).map(|v| v.map(f32::to_bits));
        let first = (0..3).min_by_key(|&n| corners[n]).unwrap();
        corners.rotate_left(first);
        corners
    };
    let all: BTreeMap<_, u32> =
        meshes.iter().flat_map(|(&l, mesh)| (0..mesh.faces().len()).map(move |f| (key(mesh, f), l))).collect();
    for (f, &[inside, outside]) in surface.sides().iter().enumerate() {
        assert!(inside != 0 && (outside == 0 || inside < outside));
        let corners = surface.faces()[f].map(|v| surface.vertices()[v as usize]);
        let whole = Mesh::new(corners.to_vec(), vec![[0, 1, 2], [0, 2, 1]]).unwrap();
        assert_eq!(all.get(&key(&whole, 0)), Some(&inside));
        assert_eq!(all.get(&key(&whole, 1)).copied().unwrap_or(0), outside);
    }
    let pairs: BTreeSet<_> = surface.sides().iter().copied().collect();
    assert!(pairs.contains(&[1, 2]) && pairs.contains(&[2, 3]), "{pairs:?}");
    // Together the labels fill what their outline encloses.
    let sum: f64 = meshes.values().map(|m| integrals(m).volume_mm3).sum();
    let outline: Vec<[u32; 3]> =
        surface.sides().iter().zip(surface.faces()).filter(|(s, _)| s[1] == 0).map(|(_, f)| *f).collect();
    let outline = Mesh::new(surface.vertices().to_vec(), outline).unwrap();
    assert!((integrals(&outline).volume_mm3 / sum - 1.0).abs() < 1e-5);
}

#[test]
fn the_shared_surface_does_not_depend_on_the_number_of_threads() {
    let mut state = 11;
    let shape = [20, 17, 70];
    let labels = (0..shape.iter().product::<usize>()).map(|_| (5.0 * random(&mut state)) as u8).collect();
    let map = LabelMap::new(shape, Affine::IDENTITY, Labels::U8(labels)).unwrap();
    let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    for surface in [Surface::Smooth, Surface::Shared] {
        let [one, three] = [1, 3].map(|n| with(n).install(|| extract_meshes(&map, surface)));
        assert_eq!(one, three, "{surface:?}");
    }
}

fn ball(n: usize, radius: f64, middle: f64, turned: bool) -> Sdf {
    let spacing = 10.0 / n as f64;
    let value = |v: usize| {
        let at = [v % n, v / n % n, v / n / n].map(|c| (c as f64 + 0.5) * spacing - middle);
        let d = at.iter().map(|c| c * c).sum::<f64>().sqrt() - radius;
        if turned { 0.5 - d } else { d }
    };
    let affine = Affine::from_spacing([spacing; 3], [spacing / 2.0; 3]).unwrap();
    Sdf::new([n; 3], affine, (0..n * n * n).map(|v| value(v) as f32).collect()).unwrap()
}

#[test]
fn area_and_volume_of_a_ball_converge_at_second_order() {
    let error = |n: usize, turned: bool| {
        let field = ball(n, 3.7, 5.03, turned);
        let mesh = if turned { probability_surface(&field, 0.5) } else { isosurface(&field, 0.0) };
        assert_good(&mesh, "ball");
        let found = integrals(&mesh);
        let (area, volume) =
            (4.0 * std::f64::consts::PI * 3.7f64.powi(2), 4.0 / 3.0 * std::f64::consts::PI * 3.7f64.powi(3));
        [1.0 - found.area_mm2 / area, 1.0 - found.volume_mm3 / volume]
    };
    for turned in [false, true] {
        let [coarse, fine] = [16, 64].map(|n| error(n, turned));
        for (coarse, fine) in coarse.into_iter().zip(fine) {
            // Four times finer: sixteen times nearer.
            assert!((12.0..20.0).contains(&(coarse / fine)), "{coarse} {fine}");
            assert!(fine.abs() < 0.002, "{fine}");
        }
    }
}

#[test]
fn any_field_gives_a_closed_manifold_surface_also_where_it_is_exactly_the_value_or_infinite() {
    let mut state = 5;
    let affine =
        Affine::from_rows([[-0.8, 0.1, 0.0, -120.0], [-0.1, 0.9, 0.2, 33.0], [0.05, -0.1, 2.5, 700.0]]).unwrap();
    for round in 0..300 {
        let shape = [(); 3].map(|()| 1 + (9.0 * random(&mut state)) as usize);
        let values: Vec<f32> = (0..shape.iter().product::<usize>())
            .map(|_| match (8.0 * random(&mut state)) as u32 {
                0 => f32::INFINITY,
                1 => f32::NEG_INFINITY,
                2 => 0.5,
                _ => random(&mut state) as f32,
            })
            .collect();
        let below = values.iter().any(|&v| v < 0.5);
        let reach = values.iter().any(|&v| v >= 0.5);
        let field = Sdf::new(shape, affine, values).unwrap();
        for (mesh, some) in [(isosurface(&field, 0.5), below), (probability_surface(&field, 0.5), reach)] {
            assert_eq!(mesh.faces().is_empty(), !some);
            assert!(mesh.vertices().iter().flatten().all(|c| c.is_finite()));
            if some {
                assert_good(&mesh, &format!("round {round}"));
            }
        }
    }
}
