//! Masks, meshes and signed distance fields, from one to the other and back.

use medshape_shape::{
    Affine, Mask, MaskBoundary, Mesh, ShapeError, Surface, TriangleTree, extract_mesh, integrals, isosurface,
    mask_to_sdf, mesh_to_mask, mesh_to_sdf,
};

/// Uniform in [0, 1).
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1u64 << 53) as f64
}

fn cuboid(lower: [f32; 3], upper: [f32; 3]) -> Mesh {
    let vertices = (0..8).map(|n| [0, 1, 2].map(|a| if n >> a & 1 == 1 { upper[a] } else { lower[a] })).collect();
    let quads = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
    let faces = quads.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect();
    Mesh::new(vertices, faces).unwrap()
}

fn join(a: &Mesh, b: &Mesh) -> Mesh {
    let n = a.vertices().len() as u32;
    let faces = a.faces().iter().copied().chain(b.faces().iter().map(|f| f.map(|v| v + n)));
    Mesh::new([a.vertices(), b.vertices()].concat(), faces.collect()).unwrap()
}

fn torus(major: f64, minor: f64, n: usize) -> Mesh {
    let at = |u: usize, v: usize| {
        let [a, b] = [u, v].map(|w| w as f64 / n as f64 * std::f64::consts::TAU);
        let r = major + minor * b.cos();
        [r * a.cos(), r * a.sin(), minor * b.sin()].map(|c| c as f32)
    };
    let id = |u: usize, v: usize| (u % n * n + v % n) as u32;
    let vertices = (0..n * n).map(|w| at(w / n, w % n)).collect();
    let faces = (0..n * n).map(|w| (w / n, w % n)).flat_map(|(u, v)| {
        let [a, b, c, d] = [id(u, v), id(u + 1, v), id(u + 1, v + 1), id(u, v + 1)];
        [[a, b, c], [a, c, d]]
    });
    Mesh::new(vertices, faces.collect()).unwrap()
}

fn oblique(mirror: bool) -> Affine {
    let s = if mirror { -1.0 } else { 1.0 };
    Affine::from_rows([[s * 0.8, 0.1, 0.0, -20.0], [-0.1, 0.9, 0.2, 33.0], [0.05, -0.1, 2.5, 70.0]]).unwrap()
}

fn noise(shape: [usize; 3], affine: Affine, density: f64, seed: u64) -> Mask {
    let mut state = seed;
    let voxels = (0..shape.iter().product()).map(|_| u8::from(random(&mut state) < density)).collect();
    Mask::new(shape, affine, voxels).unwrap()
}

#[test]
fn masks_come_back_from_their_meshes() {
    for (seed, density) in [(1, 0.05), (2, 0.3), (3, 0.5), (4, 0.9)] {
        for affine in [Affine::IDENTITY, oblique(false), oblique(true)] {
            let mask = noise([9, 11, 7], affine, density, seed);
            for surface in [Surface::Exact, Surface::Smooth] {
                let mesh = extract_mesh(&mask, surface);
                assert!(mesh_to_mask(&mesh, &affine, mask.shape()).unwrap() == mask, "{surface:?} {density}");
            }
        }
    }
}

#[test]
fn solids_that_share_a_face_share_out_its_voxels() {
    let shape = [9, 9, 9];
    let parts = [cuboid([1.0; 3], [4.0, 7.0, 7.0]), cuboid([4.0, 1.0, 1.0], [7.0; 3])];
    let [a, b] = parts.each_ref().map(|m| mesh_to_mask(m, &Affine::IDENTITY, shape).unwrap());
    assert!(a.voxels().iter().zip(b.voxels()).all(|(a, b)| a & b == 0));
    // Centres on the lower sides are outside, those on the upper sides inside.
    assert_eq!(a.count() + b.count(), 6 * 6 * 6);
    assert_eq!(a.voxels()[1 + 9 * (4 + 9 * 4)], 0);
    assert_eq!(a.voxels()[4 + 9 * (7 + 9 * 7)], 1);
}

#[test]
fn overlaps_and_inverted_meshes_are_inside_and_cavities_outside() {
    let shape = [10, 10, 10];
    let mask = |m: &Mesh| mesh_to_mask(m, &Affine::IDENTITY, shape).unwrap();
    let (a, b) = (cuboid([0.5; 3], [5.5; 3]), cuboid([3.5; 3], [8.5; 3]));
    assert_eq!(mask(&join(&a, &b)).count(), 125 + 125 - 8);
    let inverted = |m: &Mesh| m.clone().transformed(true, |p| p);
    assert_eq!(mask(&inverted(&a)), mask(&a));
    let hollow = join(&a, &inverted(&cuboid([1.5; 3], [4.5; 3])));
    assert_eq!(mask(&hollow).count(), 125 - 27);
}

#[test]
fn a_mesh_with_a_hole_is_filled_by_its_winding_number() {
    let closed = cuboid([0.5; 3], [20.5; 3]);
    // Without one of the two triangles of a side across i.
    let faces = closed.faces().iter().enumerate().filter(|(n, _)| *n != 8).map(|(_, f)| *f).collect();
    let open = Mesh::new(closed.vertices().to_vec(), faces).unwrap();
    let [want, got] = [&closed, &open].map(|m| mesh_to_mask(m, &Affine::IDENTITY, [24, 24, 24]).unwrap());
    let wrong = want.voxels().iter().zip(got.voxels()).filter(|(a, b)| a != b).count();
    assert!(wrong < 400, "{wrong} of {}", want.count());
    let one = Mesh::new(vec![[5.0; 3], [5.0, 9.0, 5.0], [5.0, 5.0, 9.0]], vec![[0, 1, 2]]).unwrap();
    assert_eq!(mesh_to_mask(&one, &Affine::IDENTITY, [12, 12, 12]).unwrap().count(), 0);
}

#[test]
fn distances_equal_those_of_a_search_through_all_triangles() {
    let mesh = torus(10.0, 4.0, 24);
    let rows = [[-0.9, 0.1, 0.2, 12.0], [0.1, 1.5, -0.1, -16.0], [0.05, -0.1, 3.0, -9.0]];
    let (affine, shape) = (Affine::from_rows(rows).unwrap(), [29, 22, 7]);
    let sdf = mesh_to_sdf(&mesh, &affine, shape).unwrap();
    let single: Vec<_> = (0..mesh.faces().len())
        .map(|f| TriangleTree::new(&Mesh::new(mesh.triangle(f).to_vec(), vec![[0, 1, 2]]).unwrap()))
        .collect();
    for (n, d) in sdf.values().iter().enumerate().step_by(7) {
        let p = affine.apply([n % 29, n / 29 % 22, n / (29 * 22)].map(|v| v as f64));
        let all = single.iter().filter_map(|t| t.closest_point(p)).map(|c| c.distance).fold(f64::INFINITY, f64::min);
        assert!((f64::from(d.abs()) - all).abs() < 1e-5, "{n}: {d} for {all}");
        // The facets lie within 0.1 mm of the torus.
        let round = ((p[0].hypot(p[1]) - 10.0).hypot(p[2])) - 4.0;
        assert!((f64::from(*d) - round).abs() < 0.25, "{n}: {d} for {round}");
    }
}

#[test]
fn a_field_gives_its_mesh_back_with_second_order() {
    let sphere = |n: usize| {
        let h = 30.0 / n as f64;
        let affine = Affine::from_spacing([h; 3], [-15.0 + h / 2.0; 3]).unwrap();
        let fine = torus(9.0, 4.0, 128);
        let want = integrals(&fine).volume_mm3;
        let back = isosurface(&mesh_to_sdf(&fine, &affine, [n; 3]).unwrap(), 0.0);
        ((integrals(&back).volume_mm3 - want) / want).abs()
    };
    let (coarse, fine) = (sphere(20), sphere(40));
    assert!(fine < 0.01 && fine < coarse / 2.5, "{coarse} {fine}");
}

#[test]
fn the_field_of_a_mask_has_its_signs_and_the_distances_to_its_voxels() {
    let orthogonal = Affine::from_rows([[-0.6, 0.8, 0.0, 1.0], [1.2, 0.9, 0.0, -9.0], [0.0, 0.0, 3.0, 4.0]]).unwrap();
    for affine in [Affine::IDENTITY, orthogonal, oblique(true)] {
        let mask = noise([6, 7, 5], affine, 0.2, 5);
        let sdf = mask_to_sdf(&mask, MaskBoundary::Voxels).unwrap();
        let smooth = mask_to_sdf(&mask, MaskBoundary::Smooth).unwrap();
        for (v, (d, s)) in mask.voxels().iter().zip(sdf.values().iter().zip(smooth.values())) {
            assert!((*d < 0.0) == (*v == 1) && (*s < 0.0) == (*v == 1) && *d != 0.0 && *s != 0.0);
        }
    }
    // A box of voxels, in closed form.
    let mut voxels = vec![0; 20 * 16 * 12];
    for (n, v) in voxels.iter_mut().enumerate() {
        *v = u8::from((5..12).contains(&(n % 20)) && (4..9).contains(&(n / 20 % 16)) && (3..6).contains(&(n / 320)));
    }
    let spacing = [0.7, 1.3, 2.0];
    let mask = Mask::new([20, 16, 12], Affine::from_spacing(spacing, [0.0; 3]).unwrap(), voxels).unwrap();
    let sdf = mask_to_sdf(&mask, MaskBoundary::Voxels).unwrap();
    for (n, d) in sdf.values().iter().enumerate() {
        let at = [n % 20, n / 20 % 16, n / 320];
        let q = [0, 1, 2].map(|a| {
            let (low, high) = ([4.5, 3.5, 2.5][a], [11.5, 8.5, 5.5][a]);
            (low - at[a] as f64).max(at[a] as f64 - high) * spacing[a]
        });
        let want = q.map(|v| v.max(0.0).powi(2)).iter().sum::<f64>().sqrt() + q[0].max(q[1]).max(q[2]).min(0.0);
        assert!((f64::from(*d) - want).abs() < 1e-5, "{at:?}: {d} for {want}");
    }
}

#[test]
fn extremes_have_a_defined_result() {
    let shape = [5, 4, 3];
    let grid = |s: f64| Affine::from_spacing([s; 3], [0.0; 3]).unwrap();
    let empty = Mesh::default();
    assert_eq!(mesh_to_mask(&empty, &grid(1.0), shape).unwrap().count(), 0);
    assert!(mesh_to_sdf(&empty, &grid(1.0), shape).unwrap().values().iter().all(|d| *d == f32::INFINITY));
    let unit = cuboid([-0.5; 3], [0.5; 3]);
    for spacing in [1e-6, 1.0, 1e9] {
        let sdf = mesh_to_sdf(&unit, &grid(spacing), shape).unwrap();
        assert!((sdf.values()[0] + 0.5).abs() < 1e-6, "{spacing}");
        let far = sdf.values()[4];
        let want = 4.0 * spacing - 0.5;
        assert!((f64::from(far) - want).abs() <= 1e-6 * want.abs(), "{spacing}: {far}");
    }
    let far = cuboid([1e6; 3], [1e6 + 8.0; 3]);
    assert_eq!(mesh_to_mask(&far, &grid(1.0), shape).unwrap().count(), 0);
    assert_eq!(mesh_to_mask(&unit, &grid(1.0), [1, 1, 1]).unwrap().count(), 1);
    for (shape, is_shape) in [([0, 3, 3], true), ([40_000, 1, 1], true), ([20_000; 3], false)] {
        let error = mesh_to_mask(&unit, &grid(1.0), shape).unwrap_err();
        assert_eq!(matches!(error, ShapeError::GridShape { .. }), is_shape, "{error}");
    }
}
