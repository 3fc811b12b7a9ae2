//! Makes an open triangle mesh closed, where that can be done without guessing much.
//!
//! Repeated and degenerate faces go, neighbours are made to agree on their outside, surfaces that only touch along an
//! edge or at a vertex are parted there, and every hole gets the lid of least area. What cannot be made
//! closed and manifold this way is left alone. The surface that was there stays as it was.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Mesh, check, integrals,
    vector::{cross, norm, sub},
};

use super::adjacency::VertexFaces;

/// What [`close`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Closing {
    /// Degenerate or repeated faces dropped.
    pub dropped_faces: usize,
    /// Faces turned round to agree with their neighbours.
    pub flipped_faces: usize,
    /// Vertices doubled where surfaces only touched.
    pub split_vertices: usize,
    /// Holes filled.
    pub filled_holes: usize,
}

/// A closed, 2-manifold, outward version of the mesh, or `None` when there is none to be had.
pub fn close(mesh: &Mesh) -> Option<(Mesh, Closing)> {
    let mut done = Closing::default();
    let mut faces = clean(mesh.faces(), &mut done);
    orient(&mut faces, &mut done);
    let mut vertices = mesh.vertices().to_vec();
    split_fans(&mut vertices, &mut faces, &mut done);
    fill_holes(&vertices, &mut faces, &mut done);

    let mut closed = drop_unused(&vertices, &faces);
    let volume = integrals(&closed).volume_mm3;
    if volume < 0.0 {
        closed = closed.transformed(true, |v| v);
        done.flipped_faces = closed.faces().len() - done.flipped_faces;
    }
    let found = check(&closed);
    (found.is_closed() && found.is_manifold() && found.is_oriented() && volume != 0.0).then_some((closed, done))
}

fn clean(faces: &[[u32; 3]], done: &mut Closing) -> Vec<[u32; 3]> {
    let mut seen = BTreeSet::new();
    let kept: Vec<_> = faces
        .iter()
        .copied()
        .filter(|f| {
            let mut key = *f;
            key.sort_unstable();
            key[0] != key[1] && key[1] != key[2] && seen.insert(key)
        })
        .collect();
    done.dropped_faces = faces.len() - kept.len();
    kept
}

/// Faces on each undirected edge, with whether they run from the lower to the higher vertex.
fn edges(faces: &[[u32; 3]]) -> BTreeMap<(u32, u32), Vec<(usize, bool)>> {
    let mut edges: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (f, face) in faces.iter().enumerate() {
        for k in 0..3 {
            let (a, b) = (face[k], face[(k + 1) % 3]);
            edges.entry((a.min(b), a.max(b))).or_default().push((f, a < b));
        }
    }
    edges
}

/// Spreads the direction of each part's first face over its neighbours.
fn orient(faces: &mut [[u32; 3]], done: &mut Closing) {
    let mut neighbours: Vec<Vec<(usize, bool)>> = vec![Vec::new(); faces.len()];
    for pair in edges(faces).values() {
        if let &[(f, forward), (g, backward)] = pair.as_slice() {
            neighbours[f].push((g, forward == backward));
            neighbours[g].push((f, forward == backward));
        }
    }
    let mut turned: Vec<Option<bool>> = vec![None; faces.len()];
    for start in 0..faces.len() {
        if turned[start].is_some() {
            continue;
        }
        turned[start] = Some(false);
        let mut part = vec![start];
        let mut at = 0;
        while at < part.len() {
            let f = part[at];
            at += 1;
            for &(g, disagree) in &neighbours[f] {
                if turned[g].is_none() {
                    turned[g] = turned[f].map(|t| t ^ disagree);
                    part.push(g);
                }
            }
        }
        // Turn the fewer of the two ways.
        let turns = part.iter().filter(|&&f| turned[f] == Some(true)).count();
        let most = turns * 2 > part.len();
        for &f in &part {
            if (turned[f] == Some(true)) != most {
                faces[f].swap(1, 2);
                done.flipped_faces += 1;
            }
        }
    }
}

/// Gives each fan of faces at a vertex a vertex of its own. Fans are held together by edges of exactly two faces.
fn split_fans(vertices: &mut Vec<[f32; 3]>, faces: &mut [[u32; 3]], done: &mut Closing) {
    let all = edges(faces);
    let joined = |a: u32, b: u32| all.get(&(a.min(b), a.max(b))).is_some_and(|f| f.len() == 2);
    let around = VertexFaces::new(&Mesh::new_unchecked(vertices.clone(), faces.to_vec()));
    let original = faces.to_vec();
    for v in 0..vertices.len() {
        let mut rest: Vec<u32> = around.of(v).to_vec();
        let mut first = true;
        while let Some(seed) = rest.pop() {
            let mut fan = vec![seed];
            let mut at = 0;
            while at < fan.len() {
                let here = original[fan[at] as usize];
                at += 1;
                rest.retain(|&g| {
                    let there = original[g as usize];
                    let meets = here.iter().any(|&w| w != v as u32 && there.contains(&w) && joined(v as u32, w));
                    if meets {
                        fan.push(g);
                    }
                    !meets
                });
            }
            if !first {
                let copy = vertices.len() as u32;
                vertices.push(vertices[v]);
                done.split_vertices += 1;
                for f in fan {
                    for corner in &mut faces[f as usize] {
                        if *corner == v as u32 {
                            *corner = copy;
                        }
                    }
                }
            }
            first = false;
        }
    }
}

/// Longest hole that is filled, in edges: the search below grows with the third power.
const LONGEST_HOLE: usize = 400;

/// Fills each loop of open edges with the triangles of least area in all (Barequet & Sharir 1995,
/// doi:10.1016/0167-8396(94)00011-G): a slit is zipped, a cut end gets a lid. No edge is made that the mesh has already.
fn fill_holes(vertices: &[[f32; 3]], faces: &mut Vec<[u32; 3]>, done: &mut Closing) {
    let all = edges(faces);
    // An open edge a-b is filled by a face that runs b-a.
    let mut next: BTreeMap<u32, u32> = BTreeMap::new();
    for (&(a, b), sides) in &all {
        if let &[(_, forward)] = sides.as_slice() {
            let (from, to) = if forward { (b, a) } else { (a, b) };
            next.insert(from, to);
        }
    }
    while let Some((start, _)) = next.first_key_value().map(|(a, b)| (*a, *b)) {
        let mut hole = Vec::new();
        let mut at = start;
        while let Some(to) = next.remove(&at) {
            hole.push(at);
            at = to;
        }
        // What is left open here, the final check will tell.
        if at != start || hole.len() < 3 || hole.len() > LONGEST_HOLE {
            continue;
        }
        let free = |a: u32, b: u32| !all.contains_key(&(a.min(b), a.max(b)));
        if let Some(lid) = least_area(&hole, vertices, free) {
            done.filled_holes += 1;
            faces.extend(lid);
        }
    }
}

/// Triangles over a polygon, of least area, whose inner edges are all `free`; `None` when there are none such.
fn least_area(hole: &[u32], vertices: &[[f32; 3]], free: impl Fn(u32, u32) -> bool) -> Option<Vec<[u32; 3]>> {
    let n = hole.len();
    let area = |i: usize, j: usize, k: usize| {
        let [a, b, c] = [i, j, k].map(|v| vertices[hole[v] as usize]);
        norm(cross(sub(b, a), sub(c, a)))
    };
    let allowed = |i: usize, j: usize| j - i == 1 || j - i == n - 1 || free(hole[i], hole[j]);
    // For the part from i to j: least area, and the vertex that makes the triangle on i-j.
    let mut best = vec![(0.0, 0usize); n * n];
    for span in 2..n {
        for i in 0..n - span {
            let j = i + span;
            let mut least = (f64::INFINITY, 0);
            if allowed(i, j) {
                for k in i + 1..j {
                    let total = best[i * n + k].0 + best[k * n + j].0;
                    if total < least.0 {
                        let total = total + area(i, k, j);
                        if total < least.0 {
                            least = (total, k);
                        }
                    }
                }
            }
            best[i * n + j] = least;
        }
    }
    if !best[n - 1].0.is_finite() {
        return None;
    }
    let mut triangles = Vec::with_capacity(n - 2);
    let mut open = vec![(0, n - 1)];
    while let Some((i, j)) = open.pop() {
        if j - i > 1 {
            let k = best[i * n + j].1;
            triangles.push([hole[i], hole[k], hole[j]]);
            open.extend([(i, k), (k, j)]);
        }
    }
    Some(triangles)
}

fn drop_unused(vertices: &[[f32; 3]], faces: &[[u32; 3]]) -> Mesh {
    let mut number = vec![u32::MAX; vertices.len()];
    let mut kept = Vec::with_capacity(vertices.len());
    let faces = faces
        .iter()
        .map(|f| {
            f.map(|v| {
                let n = &mut number[v as usize];
                if *n == u32::MAX {
                    *n = kept.len() as u32;
                    kept.push(vertices[v as usize]);
                }
                *n
            })
        })
        .collect();
    Mesh::new_unchecked(kept, faces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Affine, Mask, Surface, extract_mesh};

    fn block() -> Mesh {
        extract_mesh(&Mask::new([6, 6, 6], Affine::IDENTITY, vec![1; 216]).unwrap(), Surface::Exact)
    }

    #[test]
    fn fills_holes_and_turns_faces() {
        let whole = block();
        let mut faces = whole.faces().to_vec();
        faces.drain(40..47);
        faces.remove(300);
        faces[9].swap(0, 1);
        faces.push(faces[20]);
        faces.push([3, 3, 4]);
        let open = Mesh::new(whole.vertices().to_vec(), faces).unwrap();
        assert!(!check(&open).is_closed());
        let (closed, done) = close(&open).unwrap();
        assert_eq!((done.dropped_faces, done.flipped_faces), (2, 1), "{done:?}");
        assert!(done.filled_holes >= 2);
        let (a, b) = (integrals(&whole).volume_mm3, integrals(&closed).volume_mm3);
        assert!((a / b - 1.0).abs() < 0.01, "{a} {b}");
    }

    #[test]
    fn parts_surfaces_that_touch_along_an_edge() {
        // Two blocks that share the two end vertices of one edge.
        let one = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]];
        let quads = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
        let mut v: Vec<[f32; 3]> = one.iter().map(|p| p.map(|c| c as f32)).collect();
        v.extend(one.iter().map(|p| [p[0] as f32 + 1.0, p[1] as f32 + 1.0, p[2] as f32]));
        let merge = |i: u32| match i {
            8 => 3,
            12 => 7,
            _ => i,
        };
        let faces = [0, 8]
            .iter()
            .flat_map(|o| {
                quads.iter().flat_map(move |q| {
                    let [a, b, c, d] = q.map(|i| merge(i + o));
                    [[a, b, c], [a, c, d]]
                })
            })
            .collect();
        let touching = Mesh::new(v, faces).unwrap();
        assert_eq!(check(&touching).non_manifold_edges, 1);
        let (closed, done) = close(&touching).unwrap();
        assert_eq!((done.split_vertices, done.filled_holes, check(&closed).components), (2, 0, 2));
    }

    #[test]
    fn a_lone_triangle_encloses_nothing() {
        let v = vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
        assert!(close(&Mesh::new(v, vec![[0, 1, 2]]).unwrap()).is_none());
    }
}
