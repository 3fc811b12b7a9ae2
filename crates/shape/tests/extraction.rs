//! Every mesh made from a mask is closed, 2-manifold and outward, whatever the mask.

use medshape_shape::{
    Affine, LabelMap, Labels, Mask, Surface, check, crop_label, extract_crops, extract_mesh, extract_meshes, integrals,
    label_statistics,
};
use proptest::prelude::*;

fn oblique(mirror: bool) -> Affine {
    let s = if mirror { -1.0 } else { 1.0 };
    Affine::from_rows([[s * 0.8, 0.1, 0.0, -120.0], [-0.1, 0.9, 0.2, 33.0], [0.05, -0.1, 2.5, 700.0]]).unwrap()
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn noise(shape: [usize; 3], labels: u64, density: f64, seed: u64) -> Vec<u32> {
    let mut state = seed;
    (0..shape.iter().product())
        .map(|_| {
            let r = splitmix(&mut state);
            if (r >> 11) as f64 / (1u64 << 53) as f64 >= density {
                0
            } else {
                1 + (splitmix(&mut state) % labels) as u32
            }
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn noise_of_any_density_gives_closed_manifold_meshes(
        shape in [1usize..9, 1usize..9, 1usize..70],
        labels in 1u64..5,
        density in 0.02f64..1.0,
        seed: u64,
        mirror: bool,
        swap: bool,
    ) {
        let shape = if swap { [shape[2], shape[1], shape[0]] } else { shape };
        let values = noise(shape, labels, density, seed);
        let map = LabelMap::new(shape, oblique(mirror), Labels::U32(values.clone())).unwrap();
        let meshes = extract_meshes(&map, Surface::Exact);
        let mut expected: Vec<u32> = values.iter().copied().filter(|&v| v != 0).collect();
        expected.sort_unstable();
        expected.dedup();
        prop_assert_eq!(meshes.keys().copied().collect::<Vec<_>>(), expected);
        for (label, mesh) in &meshes {
            let c = check(mesh);
            prop_assert!(c.is_closed() && c.is_manifold() && c.is_oriented(), "label {}: {:?}", label, c);
            let mut positions: Vec<_> = mesh.vertices().iter().map(|v| v.map(f32::to_bits)).collect();
            positions.sort_unstable();
            positions.dedup();
            prop_assert_eq!(positions.len(), mesh.vertices().len(), "coincident vertices");
        }
    }

    #[test]
    fn every_label_equals_the_mesh_of_its_own_mask(shape in [2usize..8, 2usize..8, 30usize..40], seed: u64) {
        let values = noise(shape, 3, 0.7, seed);
        let map = LabelMap::new(shape, oblique(false), Labels::U16(values.iter().map(|&v| v as u16 * 300).collect())).unwrap();
        for (label, mesh) in extract_meshes(&map, Surface::Exact) {
            let voxels = values.iter().map(|&v| u8::from(v * 300 == label)).collect();
            prop_assert_eq!(mesh, extract_mesh(&Mask::new(shape, oblique(false), voxels).unwrap(), Surface::Exact));
        }
    }

    #[test]
    fn area_and_volume_do_not_depend_on_the_order_of_storage(seed: u64, density in 0.1f64..0.9) {
        let n = 9;
        let values = noise([n; 3], 1, density, seed);
        let measure = |index: &dyn Fn([usize; 3]) -> [usize; 3]| {
            let at = |v: usize| index([v % n, v / n % n, v / (n * n)]);
            let voxels = (0..n * n * n).map(|v| { let [i, j, k] = at(v); values[i + n * (j + n * k)] as u8 }).collect();
            integrals(&extract_mesh(&Mask::new([n; 3], Affine::IDENTITY, voxels).unwrap(), Surface::Exact))
        };
        let whole = measure(&|at| at);
        for turned in [
            measure(&|[i, j, k]| [n - 1 - i, j, k]),
            measure(&|[i, j, k]| [i, n - 1 - j, n - 1 - k]),
            measure(&|[i, j, k]| [k, i, j]),
            measure(&|[i, j, k]| [j, i, k]),
        ] {
            prop_assert!((turned.volume_mm3 - whole.volume_mm3).abs() < 1e-3, "{:?} {:?}", turned, whole);
            prop_assert!((turned.area_mm2 - whole.area_mm2).abs() < 1e-3, "{:?} {:?}", turned, whole);
        }
    }

    #[test]
    fn every_crop_gives_the_same_bits_as_the_whole_volume(shape in [2usize..200, 2usize..30, 30usize..70], seed: u64) {
        let values = noise(shape, 5, 0.003, seed);
        let map = LabelMap::new(shape, oblique(true), Labels::U8(values.iter().map(|&v| v as u8).collect())).unwrap();
        let statistics = label_statistics(&map);
        let meshes = extract_crops(&map, &statistics);
        prop_assert_eq!(meshes.len(), statistics.len());
        for (label, mesh) in meshes {
            prop_assert_eq!(mesh, extract_mesh(&crop_label(&map, label, &statistics[&label]).unwrap(), Surface::Exact));
        }
    }
}

#[test]
fn one_voxel_is_an_octahedron_at_its_centre() {
    let affine = Affine::from_spacing([2.0, 3.0, 4.0], [10.0, 20.0, 30.0]).unwrap();
    let mesh = extract_mesh(&Mask::new([1, 1, 1], affine, vec![1]).unwrap(), Surface::Exact);
    assert_eq!((mesh.vertices().len(), mesh.faces().len()), (6, 8));
    let i = integrals(&mesh);
    assert!((i.volume_mm3 - 4.0).abs() < 1e-9, "{i:?}"); // half axes 1, 1.5, 2: 4/3 abc
    assert_eq!(i.centroid_mm.map(f64::round), [10.0, 20.0, 30.0]);
}

#[test]
fn an_empty_mask_gives_no_mesh() {
    let map = LabelMap::new([3, 4, 5], Affine::IDENTITY, Labels::U8(vec![0; 60])).unwrap();
    assert!(extract_meshes(&map, Surface::Exact).is_empty());
}

#[test]
fn a_ball_has_the_area_and_volume_of_its_voxels_surface() {
    let n = 64usize;
    let r = 24.5f64;
    let mut voxels = Vec::with_capacity(n * n * n);
    for k in 0..n {
        for j in 0..n {
            for i in 0..n {
                let d = [i, j, k].map(|v| v as f64 - 31.3);
                voxels.push(u8::from(d.iter().map(|v| v * v).sum::<f64>() < r * r));
            }
        }
    }
    let mask = Mask::new([n, n, n], Affine::IDENTITY, voxels).unwrap();
    let i = integrals(&extract_mesh(&mask, Surface::Exact));
    assert!((i.volume_mm3 / mask.volume_mm3() - 1.0).abs() < 0.003, "{} against {}", i.volume_mm3, mask.volume_mm3());
    // Marching cubes on a binary mask keeps its stair-steps: the area is 5 to 10 % too large (known, and stated).
    let ball = 4.0 * std::f64::consts::PI * r * r;
    assert!((1.04..1.12).contains(&(i.area_mm2 / ball)), "{}", i.area_mm2 / ball);
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let shape = [33, 20, 150];
    let map = LabelMap::new(shape, oblique(true), Labels::U32(noise(shape, 9, 0.4, 5))).unwrap();
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap()
        .install(|| extract_meshes(&map, Surface::Exact));
    let four = rayon::ThreadPoolBuilder::new()
        .num_threads(4)
        .build()
        .unwrap()
        .install(|| extract_meshes(&map, Surface::Exact));
    assert_eq!(one, four);
}
