//! Features of shapes whose measures are known, and laws that hold for any shape.

use std::f64::consts::{PI, TAU};

use medshape_shape::{
    Affine, Features, Group, Mask, MaskView, MeasureOptions, Mesh, ShapeError, Surface, Unit, extract_mesh, measure,
};
use proptest::prelude::*;

fn all(mask: &Mask) -> Features {
    measure(mask, &MeasureOptions::default()).unwrap()
}

fn near(table: &Features, name: &str, want: f64, relative: f64) {
    let got = table.get(name).unwrap_or_else(|| panic!("no {name}"));
    assert!((got - want).abs() <= relative * want.abs().max(1e-9), "{name}: {got}, not {want}");
}

/// The voxels whose centre is inside, mm about the middle of the grid.
fn filled(n: usize, spacing: [f64; 3], inside: impl Fn([f64; 3]) -> bool) -> Mask {
    let voxels = (0..n * n * n)
        .map(|v| {
            let at = [v % n, v / n % n, v / (n * n)];
            u8::from(inside([0, 1, 2].map(|a| (at[a] as f64 - (n - 1) as f64 / 2.0) * spacing[a])))
        })
        .collect();
    Mask::new([n; 3], Affine::from_spacing(spacing, [3.0, -8.0, 100.0]).unwrap(), voxels).unwrap()
}

fn ball(radius: f64) -> impl Fn([f64; 3]) -> bool {
    move |p| p.iter().map(|c| c * c).sum::<f64>() < radius * radius
}

fn torus(large: f64, small: f64) -> impl Fn([f64; 3]) -> bool {
    move |[x, y, z]| (x.hypot(y) - large).hypot(z) < small
}

/// A torus as a mesh, with its exact vertices.
fn torus_mesh(large: f64, small: f64, n: usize) -> Mesh {
    let place = |u: usize, v: usize| {
        let (a, b) = (TAU * u as f64 / n as f64, TAU * v as f64 / n as f64);
        let r = large + small * b.cos();
        [r * a.cos(), r * a.sin(), small * b.sin()].map(|c| c as f32)
    };
    let vertices = (0..n * n).map(|i| place(i / n, i % n)).collect();
    let index = |u: usize, v: usize| ((u % n) * n + v % n) as u32;
    let faces = (0..n * n)
        .flat_map(|i| {
            let [a, b] = [index(i / n, i % n), index(i / n + 1, i % n)];
            let [c, d] = [index(i / n + 1, i % n + 1), index(i / n, i % n + 1)];
            [[a, b, c], [a, c, d]]
        })
        .collect();
    Mesh::new(vertices, faces).unwrap()
}

#[test]
fn a_ball_as_a_mask() {
    let table = all(&filled(50, [1.0; 3], ball(20.0)));
    let volume = 4.0 / 3.0 * PI * 8000.0;
    near(&table, "mesh_volume_mm3", volume, 0.01);
    near(&table, "voxel_volume_mm3", volume, 0.01);
    near(&table, "hull_volume_mm3", volume, 0.05);
    near(&table, "equivalent_diameter_mm", 40.0, 0.005);
    near(&table, "maximum_diameter_mm", 40.0, 0.03);
    near(&table, "extent_x_mm", 40.0, 0.01);
    // The steps of the exact surface add about 8 % to its area.
    near(&table, "sphericity", 1.0 / 1.08, 0.02);
    // Of a ball, the variance along an axis is r^2 / 5.
    near(&table, "major_axis_mm", 4.0 * 80f64.sqrt(), 0.005);
    near(&table, "elongation", 1.0, 0.001);
    near(&table, "flatness", 1.0, 0.001);
    near(&table, "solidity", 1.0, 0.05);
    near(&table, "ibsi:SWZ1_volume_density_minimum_ellipsoid", 1.0, 0.08);
    for (name, want) in [("components", 1.0), ("euler_number", 1.0), ("euler_number_26", 1.0), ("genus", 0.0)] {
        assert_eq!(table.get(name), Some(want), "{name}");
    }
    near(&table, "fractal_dimension", 2.0, 0.06);
    near(&table, "mean_curvature_mean_per_mm", 0.05, 0.05);
    near(&table, "mean_curvature_p50_per_mm", 0.05, 0.1);
    near(&table, "gaussian_curvature_mean_per_mm2", 0.0025, 0.03);
    assert!(table.get("shape_index_p50").unwrap() > 0.65);
    // The mean distance of two points on a sphere is 4/3 of its radius, the deviation is r times the root of 2/9.
    near(&table, "d2_mean_mm", 80.0 / 3.0, 0.02);
    near(&table, "d2_sd_mm", 20.0 * (2.0f64 / 9.0).sqrt(), 0.02);
    assert!(table.get("surface_roughness_mm").unwrap() < 0.1);
    // One ball of its own size, from the voxel nearest its centre, holds nearly all of it.
    near(&table, "thickness_p50_mm", 40.0, 0.07);
    near(&table, "thickness_max_mm", 40.0, 0.07);
}

#[test]
fn an_ellipsoid_of_anisotropic_voxels() {
    let axes = [24.0, 15.0, 9.0];
    let inside = |p: [f64; 3]| (0..3).map(|a| (p[a] / axes[a]).powi(2)).sum::<f64>() < 1.0;
    let table = all(&filled(64, [0.8, 0.6, 0.4], inside));
    near(&table, "mesh_volume_mm3", 4.0 / 3.0 * PI * axes.iter().product::<f64>(), 0.01);
    for (name, a) in ["major_axis_mm", "minor_axis_mm", "least_axis_mm"].into_iter().zip(axes) {
        near(&table, name, 4.0 * a / 5f64.sqrt(), 0.005);
    }
    near(&table, "elongation", 15.0 / 24.0, 0.005);
    near(&table, "flatness", 9.0 / 24.0, 0.005);
    near(&table, "maximum_diameter_mm", 48.0, 0.01);
    near(&table, "ibsi:SWZ1_volume_density_minimum_ellipsoid", 1.0, 0.06);
    // Total curvature of a closed surface without handles is 4 pi.
    assert_eq!(table.get("surface_euler_number"), Some(2.0));
}

#[test]
fn a_torus_has_a_handle() {
    let (large, small) = (15.0, 6.0);
    let table = all(&filled(48, [1.0; 3], torus(large, small)));
    near(&table, "mesh_volume_mm3", 2.0 * PI * PI * large * small * small, 0.01);
    for (name, want) in
        [("components", 1.0), ("tunnels", 1.0), ("genus", 1.0), ("euler_number", 0.0), ("surface_euler_number", 0.0)]
    {
        assert_eq!(table.get(name), Some(want), "{name}");
    }
    let mesh = torus_mesh(large, small, 200);
    let table = measure(&mesh, &MeasureOptions::default()).unwrap();
    near(&table, "mesh_volume_mm3", 2.0 * PI * PI * large * small * small, 1e-3);
    near(&table, "surface_area_mm2", 4.0 * PI * PI * large * small, 1e-3);
    assert_eq!((table.get("genus"), table.get("surface_euler_number")), (Some(1.0), Some(0.0)));
    near(&table, "maximum_diameter_mm", 42.0, 1e-6);
    // Second moments of a solid torus: R^2 / 2 + 3 r^2 / 8 in its plane, r^2 / 4 across.
    near(&table, "major_axis_mm", 4.0 * (large * large / 2.0 + 3.0 * small * small / 8.0).sqrt(), 1e-3);
    near(&table, "least_axis_mm", 2.0 * small, 1e-3);
    // Total Gaussian curvature is 0; mean curvature by area is 1 / 2r; bending energy pi^2 c^2 / sqrt(c^2 - 1), c = R / r.
    assert!(table.get("gaussian_curvature_mean_per_mm2").unwrap().abs() < 1e-6);
    near(&table, "mean_curvature_mean_per_mm", 1.0 / (2.0 * small), 1e-3);
    let c = large / small;
    near(&table, "bending_energy", PI * PI * c * c / (c * c - 1.0).sqrt(), 2e-3);
    // Largest curvedness, on the inner rim: principal curvatures 1 / 6 and -1 / 9.
    let rim = f64::midpoint(1.0 / 36.0, 1.0 / 81.0).sqrt();
    assert!(table.get("curvedness_p95_per_mm").unwrap() < rim * 1.01);
    assert!(table.get("pyradiomics:MeshVolume").is_none() && table.get("voxel_count").is_none());
}

#[test]
fn a_box_and_one_voxel() {
    let boxed = filled(20, [1.0, 2.0, 0.5], |p| p[0].abs() < 8.0 && p[1].abs() < 10.0 && p[2].abs() < 4.0);
    let table = all(&boxed);
    assert_eq!(table.get("voxel_volume_mm3"), Some(16.0 * 20.0 * 8.0));
    assert_eq!(table.get("extent_x_mm").map(f64::round), Some(16.0));
    assert!((table.get("solidity").unwrap() - 1.0).abs() < 1e-12);
    assert!((table.get("convexity").unwrap() - 1.0).abs() < 1e-12);

    let one = Mask::new([3, 3, 3], Affine::IDENTITY, (0..27).map(|v| u8::from(v == 13)).collect()).unwrap();
    let table = all(&one);
    // An octahedron.
    near(&table, "mesh_volume_mm3", 1.0 / 6.0, 1e-12);
    near(&table, "surface_area_mm2", 3f64.sqrt(), 1e-12);
    near(&table, "maximum_diameter_mm", 1.0, 1e-12);
    assert_eq!(table.get("major_axis_mm"), Some(0.0));
    // 0 / 0 is no value.
    assert_eq!(table.get("elongation"), None);
    assert_eq!(table.get("ibsi:Q3CK_elongation"), None);
}

#[test]
fn what_cannot_be_measured_says_so() {
    let none = Mask::new([4, 4, 4], Affine::IDENTITY, vec![0; 64]).unwrap();
    let options = MeasureOptions::default();
    assert_eq!(measure(&none, &options), Err(ShapeError::Empty { what: "the mask to measure" }));
    assert_eq!(measure(&Mesh::default(), &options), Err(ShapeError::Empty { what: "the mesh to measure" }));
    // One triangle: an area and lengths, but nothing inside.
    let triangle = Mesh::new(vec![[0.0; 3], [3.0, 0.0, 0.0], [0.0, 4.0, 0.0]], vec![[0, 1, 2]]).unwrap();
    let table = measure(&triangle, &options).unwrap();
    assert_eq!(table.get("surface_area_mm2"), Some(6.0));
    assert_eq!(table.get("maximum_diameter_mm"), Some(5.0));
    for name in
        ["mesh_volume_mm3", "sphericity", "hull_volume_mm3", "genus", "major_axis_mm", "mean_curvature_mean_per_mm"]
    {
        assert_eq!(table.get(name), None, "{name}");
    }
    // No area at all.
    let point = Mesh::new(vec![[1.0; 3]], vec![[0, 0, 0]]).unwrap();
    assert_eq!(measure(&point, &options), Err(ShapeError::Empty { what: "the surface to sample" }));
    let size = MeasureOptions { groups: vec![Group::Size], ..options };
    assert_eq!(measure(&point, &size).unwrap().get("maximum_diameter_mm"), Some(0.0));
    assert!("sise".parse::<Group>().is_err());
}

#[test]
fn groups_and_documents_name_the_same_rows() {
    let mask = filled(48, [1.0; 3], ball(20.0));
    let everything = all(&mask);
    let mut names: Vec<_> = everything.rows().iter().map(|r| r.name.clone()).collect();
    let mut apart = 0;
    for group in Group::ALL {
        assert_eq!(group.name().parse(), Ok(group));
        let table = measure(&mask, &MeasureOptions { groups: vec![group], seed: 0 }).unwrap();
        assert!(!table.rows().is_empty(), "{group:?}");
        for row in table.rows() {
            assert_eq!(everything.get(&row.name), Some(row.value), "{}", row.name);
        }
        apart += table.rows().len();
    }
    assert_eq!(apart, names.len());
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), apart, "a name twice");
    let page = include_str!("../../../docs/features.md");
    for row in everything.rows() {
        let documented = if row.name.starts_with("d2_share_") { "d2_share_00" } else { &row.name };
        let line = page.lines().find(|l| l.contains(&format!("`{documented}`")));
        let line = line.unwrap_or_else(|| panic!("docs/features.md has no row {}", row.name));
        assert!(line.contains(&format!("| {} |", row.unit)), "docs/features.md, unit of {}: {line}", row.name);
    }
}

/// What a table says once lengths are `scale` times as long.
fn scaled(unit: Unit, scale: f64) -> f64 {
    match unit {
        Unit::One | Unit::Degree => 1.0,
        Unit::Mm => scale,
        Unit::Mm2 => scale.powi(2),
        Unit::Mm3 => scale.powi(3),
        Unit::PerMm => 1.0 / scale,
        Unit::PerMm2 => scale.powi(-2),
    }
}

/// Rows in which the last digits of a coordinate show.
fn is_of_small_details(name: &str) -> bool {
    ["d2_", "curv", "shape_index", "bending", "rough", "variation", "thickness"].iter().any(|part| name.contains(part))
}

fn blob(seed: u64, n: usize) -> Vec<u8> {
    // Three overlapping balls at places that depend on the seed.
    let centre = |b: u64| [0, 1, 2].map(|a| n as f64 * (0.3 + 0.4 * ((seed >> (b * 9 + a * 3) & 7) as f64 / 7.0)));
    (0..n * n * n)
        .map(|v| {
            let p = [v % n, v / n % n, v / (n * n)].map(|c| c as f64);
            let near = |b| {
                let c = centre(b);
                (0..3).map(|a| (p[a] - c[a]).powi(2)).sum::<f64>() < (n as f64 / 5.0).powi(2)
            };
            u8::from((0..3).any(near))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn features_scale_by_their_units(seed: u64, power in -2i32..4) {
        let scale = 2f64.powi(power);
        let n = 18;
        let of = |s: f64| all(&Mask::new([n; 3], Affine::from_spacing([s, 1.5 * s, 2.0 * s], [0.0; 3]).unwrap(), blob(seed, n)).unwrap());
        let (one, other) = (of(1.0), of(scale));
        prop_assert_eq!(one.rows().len(), other.rows().len());
        for (a, b) in one.rows().iter().zip(other.rows()) {
            let want = a.value * scaled(a.unit, scale);
            let slack = if is_of_small_details(&a.name) { 1e-2 } else { 1e-6 };
            prop_assert!((b.value - want).abs() <= slack * (1.0 + want.abs()), "{} {} {}", a.name, b.value, want);
        }
    }

    #[test]
    fn features_do_not_change_when_the_shape_moves_turns_or_is_mirrored(seed: u64, quarter in 0usize..4, mirror: bool) {
        // A quarter turn about z, an offset and a mirror: all exact in patient space.
        let n = 18;
        let [c, s] = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]][quarter];
        let m = if mirror { -1.0 } else { 1.0 };
        let rows = [[m * c, -s, 0.0, 40.0], [m * s, c, 0.0, -10.0], [0.0, 0.0, 2.0, 7.0]];
        let moved = Mask::new([n; 3], Affine::from_rows(rows).unwrap(), blob(seed, n)).unwrap();
        let still = Mask::new([n; 3], Affine::from_spacing([1.0, 1.0, 2.0], [0.0; 3]).unwrap(), blob(seed, n)).unwrap();
        let (one, other) = (all(&still), all(&moved));
        // The first two follow the axes of patient space.
        for a in one.rows().iter().filter(|r| !r.name.starts_with("extent_") && r.name != "fractal_dimension") {
            let got = other.get(&a.name).unwrap();
            if mirror && is_of_small_details(&a.name) {
                continue; // The smooth surface of a mirrored mask is not exactly the mirror image.
            }
            let slack = if is_of_small_details(&a.name) { 2e-2 } else { 1e-4 };
            prop_assert!((got - a.value).abs() <= slack * (1.0 + a.value.abs()), "{} {} {}", a.name, a.value, got);
        }
    }

    #[test]
    fn closed_values_do_not_depend_on_where_in_its_array_a_mask_lies_or_how_it_is_stored(
        seed: u64, flip in 0usize..3, pad in 0usize..4,
    ) {
        let n = 12;
        let values: Vec<u8> = (0..n * n * n).map(|v| u8::from((v as u64).wrapping_mul(seed | 1) >> 60 > 8)).collect();
        prop_assume!(values.contains(&1));
        let side = n + 2 * pad;
        let mut flipped = vec![0; side * side * side];
        for v in 0..n * n * n {
            let mut at = [v % n, v / n % n, v / (n * n)];
            at[flip] = n - 1 - at[flip];
            flipped[at[0] + pad + side * (at[1] + pad + side * (at[2] + pad))] = values[v];
        }
        let size = MeasureOptions { groups: vec![Group::Size, Group::Topology], seed: 0 };
        let one = measure(MaskView::new([n; 3], Affine::IDENTITY, &values).unwrap(), &size).unwrap();
        let other = measure(MaskView::new([side; 3], Affine::IDENTITY, &flipped).unwrap(), &size).unwrap();
        for (a, b) in one.rows().iter().zip(other.rows()) {
            prop_assert!((a.value - b.value).abs() <= 1e-4 * a.value.abs() + 1e-9, "{} {} {}", a.name, a.value, b.value);
        }
    }

    #[test]
    fn a_mask_and_its_mesh_agree(seed: u64) {
        let mask = Mask::new([18; 3], Affine::from_spacing([1.0, 1.5, 2.0], [9.0; 3]).unwrap(), blob(seed, 18)).unwrap();
        let options = MeasureOptions { groups: vec![Group::Size, Group::Topology], seed: 0 };
        let of_mask = measure(&mask, &options).unwrap();
        let of_mesh = measure(&extract_mesh(&mask, Surface::Exact), &options).unwrap();
        for name in ["mesh_volume_mm3", "surface_area_mm2", "hull_volume_mm3", "hull_area_mm2", "maximum_diameter_mm",
            "extent_x_mm", "extent_y_mm", "extent_z_mm", "genus", "surface_euler_number", "solidity"] {
            let (a, b) = (of_mask.get(name).unwrap(), of_mesh.get(name).unwrap());
            prop_assert!((a - b).abs() <= 1e-5 * a.abs() + 1e-9, "{} {} {}", name, a, b);
        }
        // Moments of points and of the solid around them differ by the size of a voxel.
        let (a, b) = (of_mask.get("major_axis_mm").unwrap(), of_mesh.get("major_axis_mm").unwrap());
        prop_assert!((a / b - 1.0).abs() < 0.05, "{} {}", a, b);
    }
}
