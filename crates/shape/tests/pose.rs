//! Axes, boxes, mirror images, symmetry planes and normalisations, at any position and direction.

use std::path::{Path, PathBuf};

use medshape_shape::{
    Affine, Mask, Mesh, Normalization, Plane, PointCloud, ShapeError, Similarity, convex_hull, integrals, mirror,
    normalize, normalize_points, oriented_box, principal_axes, symmetry_plane,
};
use proptest::prelude::*;

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    let d = [0, 1, 2].map(|i| a[i] - b[i]);
    dot(d, d).sqrt()
}

/// The rotation of a quaternion, which need not be of length 1.
fn rotation([w, x, y, z]: [f64; 4]) -> [[f64; 3]; 3] {
    let s = 2.0 / (w * w + x * x + y * y + z * z);
    [
        [1.0 - s * (y * y + z * z), s * (x * y - z * w), s * (x * z + y * w)],
        [s * (x * y + z * w), 1.0 - s * (x * x + z * z), s * (y * z - x * w)],
        [s * (x * z - y * w), s * (y * z + x * w), 1.0 - s * (x * x + y * y)],
    ]
}

fn pose() -> impl Strategy<Value = Similarity> {
    let component = -1.0..1.0f64;
    let quaternion = [component.clone(), component.clone(), component.clone(), component];
    let quaternion = quaternion.prop_filter("a direction", |q| q.iter().map(|c| c * c).sum::<f64>() > 0.01);
    (quaternion, [-300.0..300.0f64, -300.0..300.0f64, -300.0..300.0f64])
        .prop_map(|(q, shift)| Similarity::new(1.0, rotation(q), shift).unwrap())
}

fn cuboid(lo: [f32; 3], hi: [f32; 3]) -> Mesh {
    let v = (0..8).map(|c| [0, 1, 2].map(|a| if c >> a & 1 == 1 { hi[a] } else { lo[a] })).collect();
    let quads = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
    Mesh::new(v, quads.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect()).unwrap()
}

fn joined(parts: &[Mesh]) -> Mesh {
    let (mut v, mut f) = (Vec::new(), Vec::new());
    for part in parts {
        let first = v.len() as u32;
        v.extend_from_slice(part.vertices());
        f.extend(part.faces().iter().map(|face| face.map(|i| i + first)));
    }
    Mesh::new(v, f).unwrap()
}

/// A closed body without any symmetry: the hull of a few points.
fn lopsided() -> Mesh {
    let points = [
        [0.0, 0.0, 0.0],
        [60.0, 5.0, -3.0],
        [10.0, 40.0, 4.0],
        [-7.0, 8.0, 25.0],
        [30.0, 22.0, 11.0],
        [55.0, -12.0, 18.0],
        [-20.0, 15.0, -9.0],
    ];
    convex_hull(&points).unwrap()
}

/// A chair: symmetric about x = 3 only, and not about its other principal planes.
fn chair() -> Mesh {
    joined(&[
        cuboid([-20.0, -20.0, 0.0], [26.0, 25.0, 6.0]),
        cuboid([-20.0, -26.0, -9.0], [26.0, -20.0, 60.0]),
        cuboid([-18.0, 15.0, -40.0], [-12.0, 21.0, 0.0]),
        cuboid([18.0, 15.0, -40.0], [24.0, 21.0, 0.0]),
    ])
}

#[test]
fn principal_axes_of_a_box_are_its_own() {
    let found = principal_axes(&cuboid([1000.0, 3.0, -2.0], [1010.0, 33.0, 18.0])).unwrap();
    assert!(found.solid && distance(found.centroid_mm, [1005.0, 18.0, 8.0]) < 1e-9);
    // The variance of a side of length l is l² / 12.
    for (got, want) in found.moments_mm2.into_iter().zip([75.0, 400.0 / 12.0, 100.0 / 12.0]) {
        assert!((got / want - 1.0).abs() < 1e-9);
    }
    for (got, want) in found.axes.into_iter().zip([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]) {
        assert!(distance(got, want) < 1e-9, "{got:?}");
    }
}

#[test]
fn an_open_mesh_has_the_axes_of_its_surface() {
    let square = Mesh::new(
        vec![[0.0, 0.0, 7.0], [6.0, 0.0, 7.0], [6.0, 12.0, 7.0], [0.0, 12.0, 7.0]],
        vec![[0, 1, 2], [0, 2, 3]],
    );
    let found = principal_axes(&square.unwrap()).unwrap();
    assert!(!found.solid && distance(found.centroid_mm, [3.0, 6.0, 7.0]) < 1e-12);
    assert!((found.moments_mm2[0] - 12.0).abs() < 1e-12 && (found.moments_mm2[1] - 3.0).abs() < 1e-12);
    assert!(distance(found.axes[2], [0.0, 0.0, 1.0]) < 1e-12);
}

#[test]
fn a_mask_has_the_axes_of_the_boxes_of_its_voxels() {
    // An L of two boxes, in an oblique left-handed grid, against the same L as a mesh.
    let affine = Affine::from_rows([[-0.8, 0.3, 0.0, 5.0], [0.3, 1.6, 0.0, -9.0], [0.0, 0.0, 2.5, 40.0]]).unwrap();
    let shape = [20, 14, 6];
    let inside = |[i, j, k]: [usize; 3]| {
        (2..18).contains(&i) && (1..5).contains(&j) && k < 5 || (i == 2 || i == 3) && (5..13).contains(&j) && k < 5
    };
    let voxels = (0..20 * 14 * 6).map(|v| u8::from(inside([v % 20, v / 20 % 14, v / 280]))).collect();
    let mask = Mask::new(shape, affine, voxels).unwrap();
    let place = |lo: [f32; 3], hi: [f32; 3]| {
        cuboid(lo, hi).transformed(affine.determinant() < 0.0, |v| affine.apply(v.map(f64::from)).map(|c| c as f32))
    };
    let mesh = joined(&[place([1.5, 0.5, -0.5], [17.5, 4.5, 4.5]), place([1.5, 4.5, -0.5], [3.5, 12.5, 4.5])]);
    let (a, b) = (principal_axes(&mask).unwrap(), principal_axes(&mesh).unwrap());
    assert!(a.solid && b.solid && distance(a.centroid_mm, b.centroid_mm) < 1e-5);
    for axis in 0..3 {
        assert!((a.moments_mm2[axis] / b.moments_mm2[axis] - 1.0).abs() < 1e-5);
        assert!(distance(a.axes[axis], b.axes[axis]) < 1e-5, "{axis}");
        assert!((a.skewness[axis] - b.skewness[axis]).abs() < 1e-4);
    }
}

#[test]
fn nothing_has_no_axes() {
    assert!(matches!(principal_axes(&Mesh::default()), Err(ShapeError::Empty { .. })));
    let empty = Mask::new([3, 3, 3], Affine::IDENTITY, vec![0; 27]).unwrap();
    assert!(principal_axes(&empty).is_err());
    let line = Mesh::new(vec![[0.0; 3], [1.0; 3], [2.0; 3]], vec![[0, 1, 2]]).unwrap();
    assert!(principal_axes(&line).is_err() && symmetry_plane(&line).is_err());
    assert!(oriented_box(&[]).is_err());
}

#[test]
fn boxes_of_degenerate_points() {
    let one = oriented_box(&[[4.0, 5.0, 6.0]; 3]).unwrap();
    assert_eq!((one.centre_mm, one.size_mm), ([4.0, 5.0, 6.0], [0.0; 3]));
    let line = oriented_box(&[[0.0; 3], [1.0, 2.0, 2.0], [2.0, 4.0, 4.0]]).unwrap();
    assert!((line.size_mm[0] - 6.0).abs() < 1e-9 && line.size_mm[1].abs() < 1e-9);
    // A 3 x 4 rectangle, turned by 45 degrees in the plane x = 1.
    let s = 0.5f32.sqrt();
    let corner = |u: f32, v: f32| [1.0, s * (u - v), s * (u + v)];
    let flat = oriented_box(&[corner(0.0, 0.0), corner(3.0, 0.0), corner(0.0, 4.0), corner(3.0, 4.0)]).unwrap();
    for (got, want) in flat.size_mm.into_iter().zip([4.0, 3.0, 0.0]) {
        assert!((got - want).abs() < 1e-6, "{:?}", flat.size_mm);
    }
}

#[test]
fn the_smallest_box_of_a_tetrahedron_lies_along_edges_only() {
    // The regular tetrahedron fits its cube, no face of which is along one of its faces: turning must find that.
    let points = [[1.0, 1.0, 1.0], [1.0, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]];
    let found = oriented_box(&points).unwrap();
    assert!(found.volume_mm3() < 8.0 + 1e-6, "{}", found.volume_mm3());
}

#[test]
fn mirrored_twice_is_the_same() {
    let mesh = lopsided();
    let plane = Plane { point: [3.0, -4.0, 9.0], normal: [2.0, 1.0, -3.0] };
    let image = mirror(&mesh, &plane).unwrap();
    assert!((integrals(&image).volume_mm3 / integrals(&mesh).volume_mm3 - 1.0).abs() < 1e-5);
    for (a, b) in mirror(&image, &plane).unwrap().vertices().iter().zip(mesh.vertices()) {
        assert!(distance(a.map(f64::from), b.map(f64::from)) < 1e-5);
    }
    let sagittal = mirror(&mesh, &Plane { point: [0.0; 3], normal: [1.0, 0.0, 0.0] }).unwrap();
    assert!(sagittal.vertices().iter().zip(mesh.vertices()).all(|(a, b)| *a == [-b[0], b[1], b[2]]));
    assert!(mirror(&mesh, &Plane { point: [0.0; 3], normal: [0.0; 3] }).is_err());
    assert!(mirror(&mesh, &Plane { point: [f64::NAN; 3], normal: [1.0, 0.0, 0.0] }).is_err());
}

#[test]
fn normalisations_are_what_they_say() {
    let mesh = lopsided();
    let norm = |p: &[f32; 3]| dot(p.map(f64::from), p.map(f64::from)).sqrt();
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
    let bounds = |how| {
        let [lo, hi] = normalize(&mesh, how).unwrap().0.bounds().unwrap();
        (lo.map(f64::from), [0, 1, 2].map(|i| f64::from(hi[i]) - f64::from(lo[i])))
    };
    let longest = |s: [f64; 3]| s[0].max(s[1]).max(s[2]);

    let (sphere, _) = normalize(&mesh, Normalization::UnitSphere).unwrap();
    close(sphere.vertices().iter().map(norm).fold(0.0, f64::max), 1.0);
    for axis in 0..3 {
        close(sphere.vertices().iter().map(|v| f64::from(v[axis])).sum::<f64>(), 0.0);
    }
    for (how, side) in [(Normalization::UnitCube, 1.0), (Normalization::SignedUnitCube, 2.0)] {
        let (lo, sides) = bounds(how);
        close(longest(sides), side);
        (0..3).for_each(|i| close(lo[i], -sides[i] / 2.0));
    }
    let (lo, sides) = bounds(Normalization::UnitDiagonal);
    close(dot(sides, sides).sqrt(), 1.0);
    (0..3).for_each(|i| close(lo[i], -sides[i] / 2.0));

    let (canonical, map) = normalize(&mesh, Normalization::CanonicalUnitSphere).unwrap();
    close(canonical.vertices().iter().map(norm).fold(0.0, f64::max), 1.0);
    assert!(!map.is_reflection());
    let axes = principal_axes(&canonical).unwrap();
    for i in 0..3 {
        assert!((axes.axes[i][i] - 1.0).abs() < 1e-9 && axes.centroid_mm[i].abs() < 1e-6);
    }
    assert!(normalize(&Mesh::default(), Normalization::UnitCube).is_err());
    let point = Mesh::new(vec![[1.0; 3]; 3], vec![[0, 1, 2]]).unwrap();
    assert!(matches!(normalize(&point, Normalization::UnitCube), Err(ShapeError::Parameter { .. })));
    assert!(matches!(normalize(&point, Normalization::UnitSphere), Err(ShapeError::Parameter { .. })));
}

const ALL: [Normalization; 6] = [
    Normalization::UnitSphere,
    Normalization::UnitCube,
    Normalization::SignedUnitCube,
    Normalization::UnitDiagonal,
    Normalization::CanonicalPose,
    Normalization::CanonicalUnitSphere,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn axes_turn_with_the_shape(pose in pose()) {
        // The chair is skewed along two axes only, the body along all three.
        for mesh in [lopsided(), chair()] {
            let before = principal_axes(&mesh).unwrap();
            let after = principal_axes(&pose.apply_mesh(&mesh).unwrap()).unwrap();
            prop_assert!(distance(pose.apply(before.centroid_mm), after.centroid_mm) < 1e-3);
            for a in 0..3 {
                prop_assert!((before.moments_mm2[a] / after.moments_mm2[a] - 1.0).abs() < 1e-4);
                let turned = pose.rotation().map(|row| dot(row, before.axes[a]));
                prop_assert!(distance(turned, after.axes[a]) < 1e-3, "{a}: {turned:?} {:?}", after.axes[a]);
            }
        }
    }

    #[test]
    fn every_normalisation_leads_back(pose in pose()) {
        let mesh = pose.apply_mesh(&lopsided()).unwrap();
        let cloud = PointCloud::new(mesh.vertices().to_vec(), None).unwrap();
        for how in ALL {
            let (normal, map) = normalize(&mesh, how).unwrap();
            let (points, of_points) = normalize_points(&cloud, how).unwrap();
            for (v, original) in mesh.vertices().iter().enumerate() {
                // In f64 the way there and back is exact; the stored f32 coordinates add their rounding.
                let original = original.map(f64::from);
                prop_assert!(distance(map.inverse().apply(map.apply(original)), original) < 1e-10);
                prop_assert!(distance(map.inverse().apply(normal.vertices()[v].map(f64::from)), original) < 5e-5);
                prop_assert!(distance(of_points.inverse().apply(points.points()[v].map(f64::from)), original) < 5e-5);
            }
            let m = map.then(&map.inverse()).matrix();
            for i in 0..4 {
                for j in 0..4 {
                    prop_assert!((m[i][j] - f64::from(u8::from(i == j))).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn the_canonical_pose_does_not_depend_on_the_pose(pose in pose()) {
        let mesh = lopsided();
        let (before, _) = normalize(&mesh, Normalization::CanonicalPose).unwrap();
        let (after, _) = normalize(&pose.apply_mesh(&mesh).unwrap(), Normalization::CanonicalPose).unwrap();
        for (a, b) in before.vertices().iter().zip(after.vertices()) {
            prop_assert!(distance(a.map(f64::from), b.map(f64::from)) < 1e-2);
        }
    }

    #[test]
    fn a_box_finds_its_box(pose in pose(), sides in [1.0..50.0f32, 1.0..50.0f32, 1.0..50.0f32]) {
        let mesh = pose.apply_mesh(&cuboid([0.0; 3], sides)).unwrap();
        let found = oriented_box(mesh.vertices()).unwrap();
        let mut want = sides.map(f64::from);
        want.sort_by(|a, b| b.total_cmp(a));
        for (got, want) in found.size_mm.into_iter().zip(want) {
            prop_assert!((got - want).abs() < 1e-3, "{:?} {want:?}", found.size_mm);
        }
        prop_assert!(distance(found.centre_mm, pose.apply([0, 1, 2].map(|i| f64::from(sides[i]) / 2.0))) < 1e-3);
    }

    #[test]
    fn every_point_is_in_its_box(points in prop::collection::vec([-9.0..9.0f32, -9.0..9.0f32, -9.0..9.0f32], 1..40)) {
        let found = oriented_box(&points).unwrap();
        for p in &points {
            let from = [0, 1, 2].map(|i| f64::from(p[i]) - found.centre_mm[i]);
            for a in 0..3 {
                prop_assert!(dot(found.axes[a], from).abs() <= found.size_mm[a] / 2.0 + 1e-9);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_plane_of_a_symmetric_shape_is_found(pose in pose()) {
        let mesh = pose.apply_mesh(&chair()).unwrap();
        let found = symmetry_plane(&mesh).unwrap();
        let normal = pose.rotation().map(|row| row[0]);
        let angle = dot(found.normal, normal).abs().min(1.0).acos().to_degrees();
        let on_plane = pose.apply([3.0, 0.0, 0.0]);
        let off = dot(normal, [0, 1, 2].map(|i| found.point[i] - on_plane[i])).abs();
        prop_assert!(angle < 0.1, "{angle} degrees");
        prop_assert!(off < 0.001 * 120.0, "{off} mm");
        prop_assert!(found.score > 0.999 && found.mean_distance_mm < 0.05, "{found:?}");
    }
}

#[test]
fn a_plane_that_no_principal_axis_is_normal_to_is_found() {
    // Three rods with threefold symmetry, seen from above: the inertia is that of a disk, so its axes in the plane are
    // arbitrary, but only three planes are symmetric (and the one through all rods, since they are flat).
    let third = |i: i32| {
        let angle = f64::from(i) * 120f64.to_radians() + 0.4;
        let turn = Similarity::new(
            1.0,
            [[angle.cos(), -angle.sin(), 0.0], [angle.sin(), angle.cos(), 0.0], [0.0, 0.0, 1.0]],
            [0.0; 3],
        );
        turn.unwrap()
            .apply_mesh(&joined(&[
                cuboid([8.0, -4.0, -4.0], [60.0, 4.0, 4.0]),
                cuboid([40.0, -2.0, 4.0], [50.0, 2.0, 30.0]),
            ]))
            .unwrap()
    };
    let found = symmetry_plane(&joined(&[third(0), third(1), third(2)])).unwrap();
    assert!(found.score > 0.999 && found.mean_distance_mm < 0.05, "{found:?}");
    let nearest = (0..3)
        .map(|i| {
            let angle = f64::from(i) * 120f64.to_radians() + 0.4;
            dot(found.normal, [-angle.sin(), angle.cos(), 0.0]).abs().min(1.0).acos().to_degrees()
        })
        .fold(f64::MAX, f64::min);
    assert!(nearest < 0.1, "{nearest} {found:?}");
}

#[test]
fn an_asymmetric_body_scores_badly_and_threads_change_nothing() {
    let mesh = lopsided();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (symmetry_plane(&mesh).unwrap(), oriented_box(mesh.vertices()).unwrap()))
    };
    let found = with(1);
    assert_eq!(found, with(3));
    assert!(found.0.score < 0.5, "{found:?}");
}

/// Triangles of a binary STL file, whose first 80 bytes are free and whose records are of 50 bytes.
fn stl(path: &Path) -> Mesh {
    let bytes = std::fs::read(path).unwrap();
    let number = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    let vertices: Vec<[f32; 3]> = bytes[84..]
        .chunks_exact(50)
        .flat_map(|t| (0..3).map(move |c| [0, 4, 8].map(|i| number(&t[12 + 12 * c + i..]))))
        .collect();
    let faces = (0..vertices.len() as u32 / 3).map(|f| [3 * f, 3 * f + 1, 3 * f + 2]).collect();
    Mesh::new(vertices, faces).unwrap()
}

#[test]
fn real_heads_are_symmetric_and_livers_are_not() {
    let data = std::env::var_os("MEDSHAPE_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    if !data.is_dir() {
        println!("skipped: no data at {}", data.display());
        return;
    }
    for (file, least) in
        [("skull-stl/skull.a.stl", 0.9), ("scalismo-faces/01.stl", 0.8), ("myosim-bones/sacrum.stl", 0.6)]
    {
        let found = symmetry_plane(&stl(&data.join(file))).unwrap();
        println!("{file}: {found:?}");
        assert!(found.score > least, "{file}: {found:?}");
        assert!(!file.starts_with("skull") || found.normal[0] > 0.99, "{file}: {found:?}");
    }
    let liver = symmetry_plane(&stl(&data.join("openhelp-organs/Liver.stl"))).unwrap();
    println!("liver: {liver:?}");
    assert!(liver.score < 0.5, "{liver:?}");
}
