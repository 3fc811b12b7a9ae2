//! Is a mesh closed, manifold and consistently oriented? Every kind of fault is counted, and its first places named.
//!
//! Around a sound vertex the faces form one closed fan, each spoke met once from either side. Where that holds, which
//! one contiguous pass over the wings tells ([`Wings`]), nothing else can be wrong with the edges and faces there, so
//! only the other vertices get the thorough look of [`super::links`]; no table of edges is built. A second pass over the
//! faces joins parts and sums volumes; the test for zero area is exact, since differences of two f32 and products of
//! two such differences are exact in f64 (within 29 powers of two of each other).
//! Cost: linear in the faces but for the faulty vertices, O(d log d) in their faces; 20 bytes a corner at most.

use crate::{
    Mesh,
    vector::{cross, dot, sub},
};

use super::{
    faults::{MeshCheck, note},
    links,
    union_find::UnionFind,
    weld::first_at_position,
    wings::{Wings, is_degenerate},
};

/// Checks the topology of a mesh as its indices give it; coincident vertices are counted, not merged.
///
/// Self-intersections take longer and are left out: [`crate::check_thoroughly`] looks for them too.
pub fn check(mesh: &Mesh) -> MeshCheck {
    let mut found = MeshCheck::default();
    let edges = check_vertices(mesh, &mut found);
    check_faces(mesh, &mut found);
    for (v, &first) in first_at_position(mesh.vertices()).iter().enumerate() {
        if first != v as u32 {
            note(&mut found.duplicate_vertices, &mut found.places.duplicate_vertices, v as u32);
        }
    }
    let used = mesh.vertices().len() - found.unused_vertices;
    let whole_faces = mesh.faces().len() - found.degenerate_faces;
    found.euler_characteristic = used as i64 - edges as i64 + whole_faces as i64;
    if found.is_closed() && found.is_manifold() && found.inconsistent_edges == 0 {
        let twice = 2 * found.components as i64 - found.euler_characteristic;
        found.genus = usize::try_from(twice / 2).ok();
    }
    found
}

/// Judges every vertex and the edges and faces at it; the number of edges.
fn check_vertices(mesh: &Mesh, found: &mut MeshCheck) -> usize {
    let wings = Wings::new(mesh);
    let mut suspects = Vec::new();
    let mut spokes = 0;
    for v in 0..mesh.vertices().len() {
        if wings.is_closed_fan(v) {
            spokes += wings.of(v).len();
        } else if wings.of(v).is_empty() {
            note(&mut found.unused_vertices, &mut found.places.unused_vertices, v as u32);
        } else {
            suspects.push(v as u32);
        }
    }
    drop(wings);
    spokes += links::judge(mesh, &suspects, found);
    // Each edge was met at both its ends.
    spokes / 2
}

fn check_faces(mesh: &Mesh, found: &mut MeshCheck) {
    const NONE: u32 = u32::MAX;
    let mut parts = UnionFind::new(mesh.vertices().len());
    for (f, &[a, b, c]) in mesh.faces().iter().enumerate() {
        parts.join(a, b);
        parts.join(b, c);
        if is_degenerate([a, b, c]) {
            note(&mut found.degenerate_faces, &mut found.places.degenerate_faces, f as u32);
        }
    }
    let root = parts.into_roots();
    let mut number = vec![NONE; root.len()];
    let mut volumes = Vec::new();
    // Volumes about a point of the mesh lose no digits to its distance from the origin.
    let origin = mesh.vertices().first().copied().unwrap_or_default();
    for (f, &corners) in mesh.faces().iter().enumerate() {
        let [a, b, c] = mesh.triangle(f);
        let normal = cross(sub(b, a), sub(c, a));
        if normal == [0.0; 3] && !is_degenerate(corners) {
            note(&mut found.zero_area_faces, &mut found.places.zero_area_faces, f as u32);
        }
        let part = &mut number[root[corners[0] as usize] as usize];
        if *part == NONE {
            *part = volumes.len() as u32;
            volumes.push(0.0);
        }
        volumes[*part as usize] += dot(sub(a, origin), normal) / 6.0;
    }
    found.components = volumes.len();
    found.solids = volumes.iter().filter(|&&v| v > 0.0).count();
    found.cavities = volumes.iter().filter(|&&v| v < 0.0).count();
    found.outward = volumes.iter().sum::<f64>() > 0.0;
}
