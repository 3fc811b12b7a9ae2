//! A thorough look at the vertices that are not plainly sound: what is wrong with them, with their edges and faces.
//!
//! At each vertex the spokes (its edges) are sorted by their far end; groups of them are the edges, wings joined over
//! them the fans. An edge is judged from its lower vertex, a face from its lowest.
//! Cost: O(d log d) for a vertex of d faces.

use crate::Mesh;

use super::{
    faults::{MeshCheck, note},
    union_find::UnionFind,
    wings::is_degenerate,
};

/// Judges the given vertices (ascending); the number of spokes at all of them.
pub(super) fn judge(mesh: &Mesh, suspects: &[u32], found: &mut MeshCheck) -> usize {
    if suspects.is_empty() {
        return 0;
    }
    let (start, faces) = faces_of(mesh, suspects);
    let mut link = Link::default();
    let mut spokes = 0;
    let mut open = Open::default();
    for (s, &v) in suspects.iter().enumerate() {
        link.collect(mesh, v, &faces[start[s] as usize..start[s + 1] as usize]);
        spokes += link.judge(v, found, &mut open);
        link.judge_faces(v, found);
    }
    found.boundary_loops = open.loops();
    spokes
}

/// The whole faces at each of some vertices, in face order: those of the n-th are `faces[start[n]..start[n + 1]]`.
fn faces_of(mesh: &Mesh, vertices: &[u32]) -> (Vec<u32>, Vec<u32>) {
    const NONE: u32 = u32::MAX;
    let mut rank = vec![NONE; mesh.vertices().len()];
    for (n, &v) in vertices.iter().enumerate() {
        rank[v as usize] = n as u32;
    }
    let mut start = vec![0u32; vertices.len() + 1];
    let corners = || {
        let whole = mesh.faces().iter().enumerate().rev().filter(|(_, f)| !is_degenerate(**f));
        whole.flat_map(|(f, corners)| corners.map(|v| (f as u32, v)))
    };
    for (_, v) in corners() {
        if rank[v as usize] != NONE {
            start[rank[v as usize] as usize] += 1;
        }
    }
    let mut end = 0;
    for s in &mut start {
        end += *s;
        *s = end;
    }
    let mut faces = vec![0; end as usize];
    for (f, v) in corners() {
        if rank[v as usize] != NONE {
            let at = &mut start[rank[v as usize] as usize];
            *at -= 1;
            faces[*at as usize] = f;
        }
    }
    (start, faces)
}

/// One end of an edge as the vertex in hand sees it.
struct Spoke {
    to: u32,
    out: bool,
    wing: u32,
}

/// The surface around one vertex.
#[derive(Default)]
struct Link {
    /// The two other corners of each face, and the face.
    wings: Vec<(u32, u32, u32)>,
    spokes: Vec<Spoke>,
}

impl Link {
    fn collect(&mut self, mesh: &Mesh, v: u32, faces: &[u32]) {
        self.wings.clear();
        self.spokes.clear();
        for (wing, &face) in faces.iter().enumerate() {
            let [a, b, c] = mesh.faces()[face as usize];
            let (after, before) = match v {
                _ if a == v => (b, c),
                _ if b == v => (c, a),
                _ => (a, b),
            };
            self.wings.push((after, before, face));
            self.spokes.push(Spoke { to: after, out: true, wing: wing as u32 });
            self.spokes.push(Spoke { to: before, out: false, wing: wing as u32 });
        }
        self.spokes.sort_unstable_by_key(|s| (s.to, s.wing));
    }

    /// Edges and fans; the number of edges here.
    fn judge(&self, v: u32, found: &mut MeshCheck, open: &mut Open) -> usize {
        let mut fans = UnionFind::new(self.wings.len());
        let mut ends: Vec<(u32, u32)> = Vec::new();
        let mut edges = 0;
        for edge in self.spokes.chunk_by(|a, b| a.to == b.to) {
            edges += 1;
            for s in &edge[1..] {
                fans.join(edge[0].wing, s.wing);
            }
            if edge.len() == 1 {
                ends.push((edge[0].wing, edge[0].to));
            }
            let to = edge[0].to;
            if v < to {
                let outward = edge.iter().filter(|s| s.out).count();
                let places = &mut found.places;
                match (outward, edge.len() - outward) {
                    (1, 1) => {}
                    (1, 0) | (0, 1) => note(&mut found.open_edges, &mut places.open_edges, [v, to]),
                    (2, 0) | (0, 2) => note(&mut found.inconsistent_edges, &mut places.inconsistent_edges, [v, to]),
                    _ => note(&mut found.non_manifold_edges, &mut places.non_manifold_edges, [v, to]),
                }
            }
        }
        let fans = fans.into_roots();
        let several = fans.iter().any(|&root| root != 0);
        if several || ends.len() > 2 {
            note(&mut found.non_manifold_vertices, &mut found.places.non_manifold_vertices, v);
        }
        ends.sort_unstable_by_key(|&(wing, to)| (fans[wing as usize], to));
        for fan in ends.chunk_by(|a, b| fans[a.0 as usize] == fans[b.0 as usize]) {
            open.edges.extend(fan.iter().filter(|(_, to)| v < *to).map(|(_, to)| edge_key(v, *to)));
            open.linked.extend(fan.chunks_exact(2).map(|two| (edge_key(v, two[0].1), edge_key(v, two[1].1))));
        }
        edges
    }

    /// Repeated faces among those whose lowest vertex is `v`.
    fn judge_faces(&mut self, v: u32, found: &mut MeshCheck) {
        self.wings.retain(|&(a, b, _)| v < a && v < b);
        for (a, b, _) in &mut self.wings {
            (*a, *b) = ((*a).min(*b), (*a).max(*b));
        }
        self.wings.sort_unstable();
        for two in self.wings.windows(2) {
            if (two[0].0, two[0].1) == (two[1].0, two[1].1) {
                note(&mut found.duplicate_faces, &mut found.places.duplicate_faces, two[1].2);
            }
        }
    }
}

fn edge_key(a: u32, b: u32) -> u64 {
    u64::from(a.min(b)) << 32 | u64::from(a.max(b))
}

/// The open edges, and which of them follow one another along a border.
#[derive(Default)]
struct Open {
    edges: Vec<u64>,
    linked: Vec<(u64, u64)>,
}

impl Open {
    fn loops(mut self) -> usize {
        self.edges.sort_unstable();
        let mut sets = UnionFind::new(self.edges.len());
        for (a, b) in self.linked {
            if let (Ok(a), Ok(b)) = (self.edges.binary_search(&a), self.edges.binary_search(&b)) {
                sets.join(a as u32, b as u32);
            }
        }
        sets.into_roots().iter().enumerate().filter(|(n, root)| *n as u32 == **root).count()
    }
}
