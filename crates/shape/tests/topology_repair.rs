//! Repair of everything that can be wrong with a mesh: what can be mended is closed, manifold and oriented afterwards,
//! and sound surface is not touched.

use medshape_shape::{
    Affine, Mask, Mesh, Repair, RepairOptions, Surface, check, close, extract_mesh, integrals, repair,
};
use proptest::prelude::*;

fn block(n: usize) -> Mesh {
    extract_mesh(&Mask::new([n; 3], Affine::IDENTITY, vec![1; n * n * n]).unwrap(), Surface::Exact)
}

fn fix(mesh: &Mesh) -> (Mesh, Repair) {
    repair(mesh, &RepairOptions::default())
}

fn mesh(v: &[[f32; 3]], f: Vec<[u32; 3]>) -> Mesh {
    Mesh::new(v.to_vec(), f).unwrap()
}

/// Every triangle with vertices of its own, as an STL file has them.
fn soup(mesh: &Mesh) -> Mesh {
    let v = (0..mesh.faces().len()).flat_map(|f| mesh.triangle(f)).collect();
    Mesh::new(v, (0..mesh.faces().len() as u32).map(|f| [3 * f, 3 * f + 1, 3 * f + 2]).collect()).unwrap()
}

/// Several meshes as one, each moved along x.
fn together(parts: &[(&Mesh, f32)]) -> Mesh {
    let (mut v, mut f) = (Vec::new(), Vec::new());
    for (part, x) in parts {
        let base = v.len() as u32;
        v.extend(part.vertices().iter().map(|p| [p[0] + x, p[1], p[2]]));
        f.extend(part.faces().iter().map(|t| t.map(|i| i + base)));
    }
    Mesh::new(v, f).unwrap()
}

fn volume(mesh: &Mesh) -> f64 {
    integrals(mesh).volume_mm3
}

#[test]
fn a_sound_mesh_stays_bit_for_bit() {
    let whole = block(5);
    let hollow = {
        let mut mask = vec![1; 1000];
        (0..1000)
            .filter(|i| [i % 10, i / 10 % 10, i / 100].iter().all(|c| (3..7).contains(c)))
            .for_each(|i| mask[i] = 0);
        extract_mesh(&Mask::new([10; 3], Affine::IDENTITY, mask).unwrap(), Surface::Exact)
    };
    assert_eq!(check(&hollow).cavities, 1);
    // Two blocks that touch in coincident vertices, but have each their own.
    let touching = together(&[(&whole, 0.0), (&whole, 5.0)]);
    for sound in [whole, hollow, touching] {
        let (mended, done) = fix(&sound);
        assert_eq!(mended, sound);
        assert_eq!(done, Repair { after: check(&sound), ..Repair::default() });
    }
}

#[test]
fn fills_holes_and_turns_faces() {
    let whole = block(6);
    let mut faces = whole.faces().to_vec();
    faces.drain(40..47);
    faces.remove(300);
    faces[9].swap(0, 1);
    faces.push(faces[20]);
    faces.push([3, 3, 4]);
    let open = mesh(whole.vertices(), faces);
    assert!(!check(&open).is_closed());
    let (closed, done) = close(&open).unwrap();
    assert_eq!((done.dropped_faces, done.flipped_faces), (2, 1), "{done:?}");
    assert!(done.filled_holes >= 2);
    assert!((volume(&whole) / volume(&closed) - 1.0).abs() < 0.01);
    assert_eq!(closed.vertices(), whole.vertices(), "no vertex moves, goes or comes");
}

#[test]
fn a_soup_is_welded_whatever_way_its_triangles_face() {
    let whole = block(5);
    let mut mixed = soup(&whole).into_parts();
    for f in mixed.1.iter_mut().step_by(3) {
        f.swap(0, 2);
    }
    let (mended, done) = fix(&mesh(&mixed.0, mixed.1));
    assert!(done.is_sound(), "{done:?}");
    assert_eq!(mended.faces().len(), whole.faces().len());
    assert_eq!(volume(&mended), volume(&whole));
}

#[test]
fn a_tolerance_welds_what_does_not_quite_meet() {
    let whole = block(4);
    let (mut v, f) = soup(&whole).into_parts();
    for (n, p) in v.iter_mut().enumerate() {
        p[n % 3] += (n % 7) as f32 * 1e-5;
    }
    let nearly = mesh(&v, f);
    let (mended, done) = repair(&nearly, &RepairOptions { weld_tolerance_mm: 1e-3, ..RepairOptions::default() });
    assert!(done.is_sound(), "{done:?}");
    assert_eq!(mended.vertices().len(), whole.vertices().len());
    assert!((volume(&mended) - volume(&whole)).abs() < 0.01);
}

#[test]
fn shells_stored_twice_are_kept_once() {
    let whole = block(4);
    let (mended, done) = fix(&together(&[(&whole, 0.0), (&whole, 0.0), (&soup(&whole), 0.0)]));
    assert_eq!(mended, whole);
    assert_eq!((done.dropped_duplicate_faces, done.dropped_vertices > 0), (2 * whole.faces().len(), true));
}

#[test]
fn a_half_turned_inside_out_is_turned_back() {
    let whole = block(6);
    let mut faces = whole.faces().to_vec();
    let turned = faces.len() / 2 - 10;
    for f in &mut faces[..turned] {
        f.swap(0, 1);
    }
    let (mended, done) = fix(&mesh(whole.vertices(), faces));
    assert!(done.is_sound());
    assert_eq!((done.flipped_faces, volume(&mended)), (turned, volume(&whole)));
    let inside_out = whole.clone().transformed(true, |v| v);
    let (mended, done) = fix(&inside_out);
    assert_eq!((done.flipped_faces, volume(&mended)), (whole.faces().len(), volume(&whole)));
}

/// The corners and quads of a unit cube at (x, y, z).
fn cube(x: f32, y: f32, z: f32) -> (Vec<[f32; 3]>, Vec<[u32; 3]>) {
    let v = (0..8).map(|c| [x + (c & 1) as f32, y + (c >> 1 & 1) as f32, z + (c >> 2) as f32]).collect();
    let quads = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
    (v, quads.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect())
}

#[test]
fn cubes_that_touch_along_an_edge_or_at_a_corner_are_parted() {
    for (other, expected) in [([1.0, 1.0, 0.0], 2), ([1.0, 1.0, 1.0], 1)] {
        let (mut v, mut f) = cube(0.0, 0.0, 0.0);
        let second = cube(other[0], other[1], other[2]);
        let shared: Vec<u32> = second
            .0
            .iter()
            .map(|p| {
                let at = v.iter().position(|q| q == p);
                at.unwrap_or_else(|| {
                    v.push(*p);
                    v.len() - 1
                }) as u32
            })
            .collect();
        f.extend(second.1.iter().map(|t| t.map(|i| shared[i as usize])));
        let (mended, done) = fix(&mesh(&v, f));
        assert!(done.is_sound(), "{done:?}");
        assert_eq!((done.split_vertices, done.filled_holes, done.after.components), (expected, 0, 2));
        assert!((volume(&mended) - 2.0).abs() < 1e-12);
    }
}

#[test]
fn a_fin_on_a_body_does_not_open_it() {
    for apex in [[2.5, 9.0, 2.5], [2.5, 2.5, 2.0]] {
        let whole = block(5);
        let (mut v, mut f) = whole.clone().into_parts();
        let [a, b, _] = f[17];
        v.push(apex);
        f.push([a, b, v.len() as u32 - 1]);
        let (mended, done) = fix(&mesh(&v, f));
        assert_eq!((done.parted_edges, done.dropped_lone_faces), (1, 1));
        assert_eq!(mended, whole);
    }
}

#[test]
fn a_moebius_strip_is_cut_and_closed() {
    let n = 20u32;
    let v: Vec<[f32; 3]> = (0..n)
        .flat_map(|i| {
            let a = i as f32 / n as f32 * 6.283_185_5;
            [-1.0f32, 1.0].map(|w| {
                let r = 5.0 + w * (a / 2.0).cos();
                [r * a.cos(), r * a.sin(), w * (a / 2.0).sin()]
            })
        })
        .collect();
    let at = |i: u32, side: u32| if i < n { 2 * i + side } else { 1 - side };
    let f = (0..n)
        .flat_map(|i| {
            let [a, b, c, d] = [at(i, 0), at(i + 1, 0), at(i + 1, 1), at(i, 1)];
            [[a, b, c], [a, c, d]]
        })
        .collect();
    let (_, done) = fix(&mesh(&v, f));
    assert_eq!(done.cut_edges, 1);
    assert!(done.after.is_closed() && done.after.is_manifold() && done.after.inconsistent_edges == 0, "{done:?}");
}

#[test]
fn holes_that_share_a_vertex_and_islands_in_holes_are_closed() {
    let whole = block(6);
    let v0 = whole.faces()[100][0];
    // Every second face around a vertex is missing.
    let mut n = 0;
    let mut faces = whole.faces().to_vec();
    faces.retain(|f| {
        n += usize::from(f.contains(&v0));
        !f.contains(&v0) || n % 2 == 0
    });
    let (mended, done) = fix(&mesh(whole.vertices(), faces));
    assert!(done.is_sound(), "{done:?}");
    assert!((volume(&mended) - volume(&whole)).abs() < 1e-9);
    assert_eq!((done.added_vertices, done.split_vertices), (0, 0));

    // A cap is cut free all round: an island of several faces in a hole.
    let high = |f: &[u32; 3]| f.iter().map(|&v| whole.vertices()[v as usize][2]).fold(f32::MIN, f32::max);
    let faces: Vec<_> = whole.faces().iter().copied().filter(|f| !(4.2..5.4).contains(&high(f))).collect();
    let (_, done) = fix(&mesh(whole.vertices(), faces));
    assert!(done.after.is_closed() && done.after.is_manifold(), "{done:?}");
    assert_eq!(done.filled_holes, 2);
}

#[test]
fn a_loop_of_fifty_thousand_edges_is_filled_at_once() {
    let n = 50_000u32;
    let mut v: Vec<[f32; 3]> = (0..n)
        .map(|i| {
            let a = f64::from(i) / f64::from(n) * std::f64::consts::TAU;
            [(100.0 * a.cos()) as f32, (100.0 * a.sin()) as f32, 0.0]
        })
        .collect();
    v.push([0.0, 0.0, 50.0]);
    let cone = mesh(&v, (0..n).map(|i| [i, (i + 1) % n, n]).collect());
    let (mended, done) = fix(&cone);
    assert!(done.is_sound());
    assert_eq!((done.longest_filled_hole, done.added_faces, done.added_vertices), (50_000, 49_998, 0));
    let expected = std::f64::consts::PI * 1e4 * 50.0 / 3.0;
    assert!((volume(&mended) / expected - 1.0).abs() < 1e-6);
    let lid = integrals(&mended).area_mm2 - integrals(&cone).area_mm2;
    assert!((lid / (std::f64::consts::PI * 1e4) - 1.0).abs() < 1e-6, "the lid is flat, nothing covered twice");
}

#[test]
fn options_are_kept() {
    let whole = block(5);
    let open = mesh(whole.vertices(), whole.faces()[1..].to_vec());
    let crumbs = together(&[(&open, 0.0), (&block(1), 20.0)]);
    let options = RepairOptions { min_part_faces: 50, max_hole_edges: 2, ..RepairOptions::default() };
    let (mended, done) = repair(&crumbs, &options);
    assert_eq!((done.holes_left, done.after.components), (1, 1));
    assert_eq!(done.dropped_small_part_faces, block(1).faces().len());
    assert_eq!(mended.faces(), open.faces());
}

#[test]
fn labels_and_colours_stay_with_their_vertices() {
    let whole = block(4);
    let labels: Vec<u32> = (0..whole.vertices().len() as u32).collect();
    let open = mesh(whole.vertices(), whole.faces()[3..].to_vec()).with_labels(labels.clone()).unwrap();
    assert_eq!(fix(&open).0.labels(), Some(&labels[..]));
}

#[test]
fn nothing_comes_of_nothing() {
    for v in [vec![], vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]] {
        let faces = if v.is_empty() { vec![] } else { vec![[0, 1, 2]] };
        let open = mesh(&v, faces);
        assert_eq!(fix(&open).0, Mesh::default());
        assert!(close(&open).is_none());
    }
}

/// Whatever came out: closed, manifold and agreed on directions, or nothing at all.
fn assert_mended(mesh: &Mesh) -> Result<(), TestCaseError> {
    let (mended, done) = fix(mesh);
    let c = &done.after;
    let whole = c.is_closed() && c.is_manifold() && c.inconsistent_edges == 0;
    prop_assert!(whole || mended.faces().is_empty(), "{:?}", done);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_garbage_becomes_closed_and_manifold(
        faces in prop::collection::vec([0u32..12, 0u32..12, 0u32..12], 0..60),
        places in prop::collection::vec([-3i8..4, -3i8..4, -3i8..4], 12),
    ) {
        let v = places.iter().map(|p| p.map(f32::from)).collect();
        assert_mended(&Mesh::new(v, faces).unwrap())?;
    }

    #[test]
    fn a_block_with_anything_missing_turned_and_repeated_is_mended(
        faults in prop::collection::vec((0usize..384, 0usize..4), 0..80)
    ) {
        let whole = block(8);
        let mut faces = whole.faces().to_vec();
        for (at, kind) in faults {
            let at = at % faces.len();
            match kind {
                0 => { faces.swap_remove(at); }
                1 => faces[at].swap(0, 1),
                2 => faces.push(faces[at]),
                _ => faces[at][2] = faces[(at + 1) % faces.len()][0],
            }
        }
        assert_mended(&Mesh::new(whole.vertices().to_vec(), faces).unwrap())?;
    }
}
