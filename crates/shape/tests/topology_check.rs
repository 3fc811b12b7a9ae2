//! What `check` finds, against the obvious way of counting with ordered maps, and on meshes with one known fault each.

use std::collections::{BTreeMap, BTreeSet};

use medshape_shape::{Affine, Mask, Mesh, MeshCheck, Surface, check, connected_parts, extract_mesh};
use proptest::prelude::*;

fn tetrahedron() -> (Vec<[f32; 3]>, Vec<[u32; 3]>) {
    let v = vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    (v, vec![[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])
}

fn mesh(v: &[[f32; 3]], f: Vec<[u32; 3]>) -> Mesh {
    Mesh::new(v.to_vec(), f).unwrap()
}

/// A torus of `n` x `m` quads.
fn torus(n: u32, m: u32) -> Mesh {
    let at = |i: u32, j: u32| (i % n) * m + j % m;
    let v = (0..n * m)
        .map(|k| {
            let (a, b) = ((k / m) as f32 / n as f32 * 6.283_185_5, (k % m) as f32 / m as f32 * 6.283_185_5);
            let r = 3.0 + b.cos();
            [r * a.cos(), r * a.sin(), b.sin()]
        })
        .collect();
    let quads = (0..n).flat_map(|i| (0..m).map(move |j| (i, j)));
    let f = quads
        .flat_map(|(i, j)| {
            let [a, b, c, d] = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
            [[a, b, c], [a, c, d]]
        })
        .collect();
    Mesh::new(v, f).unwrap()
}

#[test]
fn a_tetrahedron_is_closed_and_outward() {
    let (v, f) = tetrahedron();
    let c = check(&mesh(&v, f));
    assert!(c.is_closed() && c.is_manifold() && c.is_oriented() && c.faults().is_empty(), "{c:?}");
    assert_eq!((c.components, c.solids, c.cavities, c.euler_characteristic, c.genus), (1, 1, 0, 2, Some(0)));
}

#[test]
fn a_torus_has_one_handle_and_two_have_two() {
    let one = torus(12, 7);
    let c = check(&one);
    assert!(c.is_closed() && c.is_manifold() && c.is_oriented());
    assert_eq!((c.euler_characteristic, c.genus), (0, Some(1)));
    let mut v = one.vertices().to_vec();
    v.extend(one.vertices().iter().map(|p| [p[0] + 10.0, p[1], p[2]]));
    let mut f = one.faces().to_vec();
    f.extend(one.faces().iter().map(|t| t.map(|i| i + 84)));
    f.extend([[168, 170, 169], [168, 169, 171], [169, 170, 171], [168, 171, 170]]);
    v.extend(tetrahedron().0);
    let all = mesh(&v, f);
    assert_eq!((check(&all).genus, check(&all).components), (Some(2), 3));
    let parts = connected_parts(&all);
    assert_eq!(parts.iter().map(|p| p.faces().len()).collect::<Vec<_>>(), [168, 168, 4]);
    assert_eq!(parts[0], one);
}

#[test]
fn each_fault_is_named_with_its_place() {
    let (v, f) = tetrahedron();
    let open = check(&mesh(&v, f[1..].to_vec()));
    assert_eq!((open.open_edges, open.boundary_loops), (3, 1));
    assert_eq!(open.places.open_edges, [[0, 1], [0, 2], [1, 2]]);
    assert!(!open.is_closed() && open.is_manifold() && open.genus.is_none());

    let mut flipped = f.clone();
    flipped[0].swap(0, 1);
    let c = check(&mesh(&v, flipped));
    assert_eq!((c.inconsistent_edges, c.places.inconsistent_edges.len(), c.open_edges), (3, 3, 0));

    let mut third = f.clone();
    third.push([0, 1, 4]);
    let mut v5 = v.clone();
    v5.push([1.0, 1.0, 1.0]);
    let c = check(&mesh(&v5, third));
    assert_eq!((c.non_manifold_edges, c.open_edges), (1, 2));
    assert_eq!(c.places.non_manifold_edges, [[0, 1]]);

    let inside_out: Vec<_> = f.iter().map(|&[a, b, c]| [a, c, b]).collect();
    let c = check(&mesh(&v, inside_out));
    assert!(c.is_closed() && !c.is_oriented() && c.cavities == 1);
    assert_eq!(c.faults(), ["inside out"]);

    // Two tetrahedra that share one vertex.
    let mut two = v.clone();
    two.extend(v[1..].iter().map(|p| p.map(|c| -c)));
    let mut faces = f.clone();
    faces.extend(f.iter().map(|t| {
        let [a, b, c] = t.map(|i| if i == 0 { 0 } else { i + 3 });
        [a, c, b]
    }));
    let c = check(&mesh(&two, faces));
    assert_eq!((c.non_manifold_vertices, c.components, c.open_edges), (1, 1, 0));
    assert_eq!(c.places.non_manifold_vertices, [0]);

    let c = check(&mesh(&v, vec![[0, 0, 1]]));
    assert_eq!((c.degenerate_faces, c.is_closed(), c.unused_vertices), (1, false, 4));
    assert_eq!(c.places.degenerate_faces, [0]);

    let mut twice = f.clone();
    twice.push([1, 3, 0]);
    let c = check(&mesh(&v, twice));
    assert_eq!((c.duplicate_faces, c.places.duplicate_faces), (1, vec![4]));

    let line = [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [3.0, 3.0, 3.0], [-0.0, 0.0, 0.0]];
    let c = check(&mesh(&line, vec![[0, 1, 2]]));
    assert_eq!((c.zero_area_faces, c.duplicate_vertices, c.unused_vertices), (1, 1, 1));
    assert_eq!((c.places.duplicate_vertices, c.places.unused_vertices), (vec![3], vec![3]));
}

#[test]
fn no_faces_is_nothing_closed() {
    for v in [vec![], vec![[1.0; 3]; 3]] {
        let c = check(&mesh(&v, vec![]));
        assert!(!c.is_closed() && !c.outward);
        assert_eq!((c.components, c.unused_vertices), (0, v.len()));
    }
}

#[test]
fn a_vertex_of_a_hundred_thousand_faces_does_not_stall() {
    let n = 100_000u32;
    let mut v: Vec<[f32; 3]> = (0..n).map(|i| [(i as f32).sin(), (i as f32).cos(), 0.0]).collect();
    v.push([0.0, 0.0, 1.0]);
    let c = check(&mesh(&v, (0..n).map(|i| [(i + 1) % n, i, n]).collect()));
    assert_eq!((c.open_edges, c.boundary_loops, c.non_manifold_vertices), (n as usize, 1, 0));
    // A book of as many pages as there are faces.
    let c = check(&mesh(&v, (2..n).map(|i| [0, 1, i]).collect()));
    assert_eq!((c.non_manifold_edges, c.open_edges, c.non_manifold_vertices), (1, 2 * (n as usize - 2), 2));
}

#[test]
fn places_are_bounded() {
    let c = check(&mesh(&tetrahedron().0, vec![[1, 1, 2]; 100]));
    assert_eq!((c.degenerate_faces, c.places.degenerate_faces.len()), (100, 16));
}

/// The same counts with ordered maps over edges, vertices and faces.
fn counted_slowly(mesh: &Mesh) -> MeshCheck {
    let mut found = MeshCheck::default();
    let whole: Vec<[u32; 3]> = mesh.faces().iter().copied().filter(|&[a, b, c]| a != b && b != c && c != a).collect();
    found.degenerate_faces = mesh.faces().len() - whole.len();
    let mut edges: BTreeMap<[u32; 2], (usize, usize)> = BTreeMap::new();
    let mut at: BTreeMap<u32, Vec<[u32; 2]>> = BTreeMap::new();
    let mut sets = BTreeMap::<[u32; 3], usize>::new();
    for &[a, b, c] in &whole {
        for [x, y, z] in [[a, b, c], [b, c, a], [c, a, b]] {
            let e = edges.entry([x.min(y), x.max(y)]).or_default();
            if x < y {
                e.0 += 1;
            } else {
                e.1 += 1;
            }
            at.entry(x).or_default().push([y, z]);
        }
        let mut set = [a, b, c];
        set.sort_unstable();
        *sets.entry(set).or_default() += 1;
    }
    for (ahead, back) in edges.values() {
        match ahead + back {
            1 => found.open_edges += 1,
            2 if ahead != back => found.inconsistent_edges += 1,
            2 => {}
            _ => found.non_manifold_edges += 1,
        }
    }
    found.duplicate_faces = sets.values().map(|n| n - 1).sum();
    found.unused_vertices = mesh.vertices().len() - at.len();
    for wings in at.values() {
        // The link of the vertex as a graph: more than one part, or more than two ends.
        let mut reached = BTreeSet::from([wings[0][0]]);
        while let Some(w) = wings.iter().find(|w| reached.contains(&w[0]) != reached.contains(&w[1])) {
            reached.extend(w);
        }
        let degree = |v: u32| wings.iter().flatten().filter(|w| **w == v).count();
        let nodes: BTreeSet<u32> = wings.iter().flatten().copied().collect();
        let ends = nodes.iter().filter(|v| degree(**v) == 1).count();
        found.non_manifold_vertices += usize::from(reached.len() < nodes.len() || ends > 2);
    }
    found.euler_characteristic = at.len() as i64 - edges.len() as i64 + whole.len() as i64;
    found
}

proptest! {
    #[test]
    fn counts_like_the_obvious_way(faces in prop::collection::vec([0u32..9, 0u32..9, 0u32..9], 0..40)) {
        let v: Vec<[f32; 3]> = (0..9).map(|i| [i as f32, (i * i) as f32, (i * i * i) as f32]).collect();
        let mesh = Mesh::new(v, faces).unwrap();
        let (fast, slow) = (check(&mesh), counted_slowly(&mesh));
        prop_assert_eq!(fast.open_edges, slow.open_edges);
        prop_assert_eq!(fast.non_manifold_edges, slow.non_manifold_edges);
        prop_assert_eq!(fast.inconsistent_edges, slow.inconsistent_edges);
        prop_assert_eq!(fast.non_manifold_vertices, slow.non_manifold_vertices);
        prop_assert_eq!(fast.degenerate_faces, slow.degenerate_faces);
        prop_assert_eq!(fast.duplicate_faces, slow.duplicate_faces);
        prop_assert_eq!(fast.unused_vertices, slow.unused_vertices);
        prop_assert_eq!(fast.euler_characteristic, slow.euler_characteristic);
    }

    #[test]
    fn one_fault_in_a_sound_mesh_is_found(at in 0usize..600, kind in 0usize..4) {
        let whole = extract_mesh(&Mask::new([6, 6, 6], Affine::IDENTITY, vec![1; 216]).unwrap(), Surface::Exact);
        let mut faces = whole.faces().to_vec();
        let at = at % faces.len();
        match kind {
            0 => { faces.remove(at); }
            1 => faces[at].swap(0, 1),
            2 => faces.push(faces[at]),
            _ => faces[at][1] = faces[at][0],
        }
        let c = check(&Mesh::new(whole.vertices().to_vec(), faces).unwrap());
        let counts = (c.open_edges, c.inconsistent_edges, c.duplicate_faces, c.degenerate_faces);
        let expected = [(3, 0, 0, 0), (0, 3, 0, 0), (0, 0, 1, 0), (3, 0, 0, 1)][kind];
        prop_assert_eq!(counts, expected);
    }
}
