//! Is a mesh closed, manifold and consistently oriented? Every kind of fault is counted, and its first place named.
//!
//! Around each vertex the faces must form one closed fan: each edge out of the vertex is met by exactly one edge into
//! it. Walking the corners of one vertex at a time keeps everything in the cache; no edge table is built.
//! Cost: linear in the faces (times the squared, small, number of faces at a vertex).

use crate::{Mesh, integrals::signed_volume_mm3};

use super::adjacency::VertexFaces;

/// What [`check`] found. Counts of zero everywhere mean a closed, oriented 2-manifold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeshCheck {
    /// Edges used by only one face.
    pub open_edges: usize,
    /// Edges used by more than two faces.
    pub non_manifold_edges: usize,
    /// Edges whose two faces run in the same direction.
    pub inconsistent_edges: usize,
    /// Vertices where more than one fan of faces meets.
    pub non_manifold_vertices: usize,
    /// Faces that name a vertex twice.
    pub degenerate_faces: usize,
    /// Vertices that no face uses.
    pub unused_vertices: usize,
    /// Connected parts of the surface (by shared vertices).
    pub components: usize,
    /// Parts that enclose a positive volume: for a closed outward mesh, its solid pieces.
    pub solids: usize,
    /// Parts that enclose a negative volume: cavities, or surfaces turned inside out.
    pub cavities: usize,
    /// One vertex of the first fault met.
    pub first_fault: Option<usize>,
    /// Whether the surface as a whole encloses a positive volume.
    pub outward: bool,
}

impl MeshCheck {
    /// Every edge has two faces (and there are faces).
    pub fn is_closed(&self) -> bool {
        self.components > 0 && self.open_edges == 0 && self.non_manifold_edges == 0 && self.degenerate_faces == 0
    }

    /// At most two faces an edge and one fan a vertex.
    pub fn is_manifold(&self) -> bool {
        self.non_manifold_edges == 0 && self.non_manifold_vertices == 0 && self.degenerate_faces == 0
    }

    /// Neighbouring faces agree on which side is out, and for a closed mesh that is the outside.
    pub fn is_oriented(&self) -> bool {
        self.inconsistent_edges == 0 && (!self.is_closed() || self.outward)
    }

    /// The faults in words, empty when there are none.
    pub fn faults(&self) -> Vec<String> {
        let counted = [
            (self.open_edges, "open edges"),
            (self.non_manifold_edges, "edges shared by more than two faces"),
            (self.inconsistent_edges, "edges whose faces disagree on the outside"),
            (self.non_manifold_vertices, "vertices where separate fans touch"),
            (self.degenerate_faces, "degenerate faces"),
            (self.unused_vertices, "unused vertices"),
        ];
        let mut faults: Vec<String> =
            counted.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if self.is_closed() && self.inconsistent_edges == 0 && !self.outward {
            faults.push("inside out".to_string());
        }
        faults
    }
}

/// Checks the topology of a mesh as its indices give it; coincident vertices are not merged.
pub fn check(mesh: &Mesh) -> MeshCheck {
    let around = VertexFaces::new(mesh);
    let mut found = MeshCheck::default();
    let mut parts = Parts::new(mesh.vertices().len());

    for f in mesh.faces() {
        if f[0] == f[1] || f[1] == f[2] || f[2] == f[0] {
            found.degenerate_faces += 1;
            found.first_fault.get_or_insert(f[0] as usize);
        }
        parts.join(f[0], f[1]);
        parts.join(f[1], f[2]);
    }
    // (next, previous) vertex of each face at the vertex in hand.
    let mut fan: Vec<(u32, u32)> = Vec::new();
    for v in 0..mesh.vertices().len() {
        fan.clear();
        fan.extend(around.of(v).iter().filter_map(|&f| wing(mesh.faces()[f as usize], v as u32)));
        if !is_one_closed_fan(&fan) {
            check_vertex(v as u32, &fan, &mut found);
        }
    }

    let volumes = parts.sum(mesh);
    found.components = volumes.len();
    found.solids = volumes.iter().filter(|&&v| v > 0.0).count();
    found.cavities = volumes.iter().filter(|&&v| v < 0.0).count();
    found.outward = volumes.iter().sum::<f64>() > 0.0;
    found
}

/// The two other corners of a face, in its direction, seen from `v`.
fn wing(face: [u32; 3], v: u32) -> Option<(u32, u32)> {
    let [a, b, c] = face;
    if a == b || b == c || c == a {
        None
    } else if a == v {
        Some((b, c))
    } else if b == v {
        Some((c, a))
    } else {
        Some((a, b))
    }
}

fn check_vertex(v: u32, fan: &[(u32, u32)], found: &mut MeshCheck) {
    if fan.is_empty() {
        found.unused_vertices += 1;
        return;
    }
    let mut border = 0;
    let mut faulty = false;
    for (n, &(out, into)) in fan.iter().enumerate() {
        let same = fan.iter().filter(|w| w.0 == out).count();
        let opposite = fan.iter().filter(|w| w.1 == out).count();
        // The edge v-out as this vertex sees it; each edge is judged once, from its lower vertex.
        let first = !fan[..n].iter().any(|w| w.0 == out);
        if first && v < out {
            judge_edge(same, opposite, found);
        }
        faulty |= same != 1 || opposite != 1;
        border += usize::from(opposite == 0);
        // An edge that only comes in: seen here when nothing goes out along it.
        if !fan.iter().any(|w| w.0 == into) {
            let into_count = fan.iter().filter(|w| w.1 == into).count();
            faulty = true;
            if v < into && !fan[..n].iter().any(|w| w.1 == into) {
                judge_edge(0, into_count, found);
            }
        }
    }
    if faulty {
        found.first_fault.get_or_insert(v as usize);
    }
    if fans(fan) > 1 || border > 1 {
        found.non_manifold_vertices += 1;
        found.first_fault.get_or_insert(v as usize);
    }
}

/// An edge with `out` faces running one way and `into` the other.
fn judge_edge(out: usize, into: usize, found: &mut MeshCheck) {
    match (out, into) {
        (1, 1) => {}
        (1, 0) | (0, 1) => found.open_edges += 1,
        (2, 0) | (0, 2) => found.inconsistent_edges += 1,
        _ => found.non_manifold_edges += 1,
    }
}

/// Whether the faces form a single closed ring, each edge met once from either side. Nothing is wrong then.
fn is_one_closed_fan(fan: &[(u32, u32)]) -> bool {
    let Some(&(start, first)) = fan.first() else { return false };
    let mut at = first;
    // Following the ring back to its start in as many steps as there are faces meets every face once.
    for step in 1..=fan.len() {
        if at == start {
            return step == fan.len();
        }
        match fan.iter().find(|w| w.0 == at) {
            Some(w) => at = w.1,
            None => return false,
        }
    }
    false
}

/// Number of connected fans among the faces at a vertex (connected across shared edges).
fn fans(fan: &[(u32, u32)]) -> usize {
    let mut group: Vec<usize> = (0..fan.len()).collect();
    for a in 0..fan.len() {
        for b in 0..a {
            let touch = fan[a].0 == fan[b].1 || fan[a].1 == fan[b].0 || fan[a].0 == fan[b].0 || fan[a].1 == fan[b].1;
            if touch && group[a] != group[b] {
                let (from, to) = (group[a], group[b]);
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
    }
    group.sort_unstable();
    group.dedup();
    group.len()
}

/// Union-find over vertices.
struct Parts {
    parent: Vec<u32>,
}

impl Parts {
    fn new(n: usize) -> Self {
        Self { parent: (0..n as u32).collect() }
    }

    fn root(&mut self, mut v: u32) -> u32 {
        while self.parent[v as usize] != v {
            let up = self.parent[self.parent[v as usize] as usize];
            self.parent[v as usize] = up;
            v = up;
        }
        v
    }

    fn join(&mut self, a: u32, b: u32) {
        if self.parent[a as usize] == self.parent[b as usize] {
            return;
        }
        let (a, b) = (self.root(a), self.root(b));
        // The lower number wins, so that the result does not depend on the order of the faces.
        self.parent[a.max(b) as usize] = a.min(b);
    }

    /// Signed volume of each part that has faces.
    fn sum(&mut self, mesh: &Mesh) -> Vec<f64> {
        const NONE: u32 = u32::MAX;
        let mut number = vec![NONE; self.parent.len()];
        let mut volumes = Vec::new();
        // Volumes about a point of the mesh lose no digits to its distance from the origin.
        let origin = mesh.vertices().first().copied().unwrap_or_default();
        for (f, corners) in mesh.faces().iter().enumerate() {
            let root = self.root(corners[0]) as usize;
            if number[root] == NONE {
                number[root] = volumes.len() as u32;
                volumes.push(0.0);
            }
            volumes[number[root] as usize] += signed_volume_mm3(mesh.triangle(f), origin);
        }
        volumes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tetrahedron() -> (Vec<[f32; 3]>, Vec<[u32; 3]>) {
        let v = vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        (v, vec![[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])
    }

    #[test]
    fn a_tetrahedron_is_closed_and_outward() {
        let (v, f) = tetrahedron();
        let c = check(&Mesh::new(v, f).unwrap());
        assert!(c.is_closed() && c.is_manifold() && c.is_oriented(), "{c:?}");
        assert_eq!((c.components, c.solids, c.cavities), (1, 1, 0));
    }

    #[test]
    fn names_each_fault() {
        let (v, f) = tetrahedron();
        let open = check(&Mesh::new(v.clone(), f[1..].to_vec()).unwrap());
        assert_eq!(open.open_edges, 3);
        assert!(!open.is_closed() && open.is_manifold());

        let mut flipped = f.clone();
        flipped[0].swap(0, 1);
        assert_eq!(check(&Mesh::new(v.clone(), flipped).unwrap()).inconsistent_edges, 3);

        let mut third = f.clone();
        third.push([0, 1, 4]);
        let mut v5 = v.clone();
        v5.push([1.0, 1.0, 1.0]);
        let c = check(&Mesh::new(v5, third).unwrap());
        assert_eq!((c.non_manifold_edges, c.open_edges), (1, 2));

        let inside_out: Vec<_> = f.iter().map(|&[a, b, c]| [a, c, b]).collect();
        let c = check(&Mesh::new(v.clone(), inside_out).unwrap());
        assert!(c.is_closed() && !c.is_oriented() && c.cavities == 1);

        // Two tetrahedra that share one vertex.
        let mut two = v.clone();
        two.extend(v[1..].iter().map(|p| p.map(|c| -c)));
        let mut faces = f.clone();
        faces.extend(f.iter().map(|t| {
            let [a, b, c] = t.map(|i| if i == 0 { 0 } else { i + 3 });
            [a, c, b]
        }));
        let c = check(&Mesh::new(two, faces).unwrap());
        assert_eq!((c.non_manifold_vertices, c.components, c.open_edges), (1, 1, 0));

        let c = check(&Mesh::new(v, vec![[0, 0, 1]]).unwrap());
        assert_eq!((c.degenerate_faces, c.is_closed()), (1, false));
    }
}
