//! Ten thousand random volumes: every mesh of every surface kind is closed, 2-manifold, oriented and outward.

use std::collections::BTreeSet;

use medshape_shape::{Affine, LabelMap, Labels, Mesh, Surface, check, extract_meshes, extract_shared};
use rayon::prelude::*;

const VOLUMES: u64 = 10_000;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A volume of noise: any size up to 12, density, number of labels, type, and a grid that may be oblique and left-handed.
fn volume(seed: u64) -> LabelMap {
    let mut r = Random(seed);
    let shape = [(); 3].map(|()| 1 + r.below(12) as usize);
    let density = r.unit();
    let labels = 1 + r.below(6);
    let values: Vec<u32> =
        (0..shape.iter().product()).map(|_| if r.unit() < density { 1 + r.below(labels) as u32 } else { 0 }).collect();
    let mut row = |axis: usize| {
        let mut row = [0.0; 4].map(|_: f64| 0.6 * r.unit() - 0.3);
        row[axis] = if r.below(2) == 0 { 1.0 } else { -1.0 } * (0.7 + 3.0 * r.unit());
        row[3] *= 500.0;
        row
    };
    let affine = Affine::from_rows([row(0), row(1), row(2)]).unwrap();
    let values = match seed % 3 {
        0 => Labels::U8(values.iter().map(|&v| v as u8).collect()),
        1 => Labels::U16(values.iter().map(|&v| v as u16 * 9000).collect()),
        _ => Labels::U32(values.iter().map(|&v| v * 700_000_000).collect()),
    };
    LabelMap::new(shape, affine, values).unwrap()
}

fn assert_good(mesh: &Mesh, what: &str) {
    let c = check(mesh);
    assert!(c.is_closed() && c.is_manifold() && c.is_oriented() && c.unused_vertices == 0, "{what}: {c:?}");
}

fn labels_of(map: &LabelMap) -> BTreeSet<u32> {
    (0..map.labels().len()).map(|i| map.labels().get(i)).filter(|&l| l != 0).collect()
}

#[test]
fn exact_and_smooth_surfaces_of_noise_are_closed_and_manifold() {
    (0..VOLUMES).into_par_iter().for_each(|seed| {
        let map = volume(seed);
        let exact = extract_meshes(&map, Surface::Exact);
        assert_eq!(exact.keys().copied().collect::<BTreeSet<_>>(), labels_of(&map), "volume {seed}");
        for (label, mesh) in &exact {
            assert_good(mesh, &format!("volume {seed}, label {label}, exact"));
        }
        // The smooth surface has the same faces: what is left to prove is that it is outward still.
        for (label, mesh) in &extract_meshes(&map, Surface::Smooth) {
            assert_eq!(mesh.faces(), exact[label].faces(), "volume {seed}, label {label}");
            assert!(check(mesh).outward, "volume {seed}, label {label}, smooth");
        }
    });
}

#[test]
fn shared_surfaces_of_noise_are_closed_and_manifold() {
    (0..VOLUMES).into_par_iter().for_each(|seed| {
        let map = volume(seed);
        let surface = extract_shared(&map);
        let meshes = surface.meshes();
        assert_eq!(meshes.keys().copied().collect::<BTreeSet<_>>(), labels_of(&map), "volume {seed}");
        assert!(meshes.keys().eq(surface.labels()));
        for (&label, mesh) in &meshes {
            assert_good(mesh, &format!("volume {seed}, label {label}, shared"));
            if seed % 100 == 0 {
                assert_eq!(*mesh, surface.mesh(label), "volume {seed}, label {label}");
            }
        }
        // Every face stands in the mesh of either side.
        let faces: usize = meshes.values().map(|m| m.faces().len()).sum();
        let sides = surface.sides().as_flattened().iter().filter(|&&l| l != 0).count();
        assert_eq!(faces, sides, "volume {seed}");
    });
}
