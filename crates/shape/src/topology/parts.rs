//! Takes a mesh apart into its connected parts.

use std::cmp::Reverse;

use crate::Mesh;

use super::{attributes::gather, union_find::UnionFind};

/// The parts of a mesh that hang together by shared vertices, those of most faces first (of equals, the one whose first
/// face comes first). Faces and vertices keep their order, vertices what they carry; unused vertices go.
pub fn connected_parts(mesh: &Mesh) -> Vec<Mesh> {
    const NONE: u32 = u32::MAX;
    let mut sets = UnionFind::new(mesh.vertices().len());
    for f in mesh.faces() {
        sets.join(f[0], f[1]);
        sets.join(f[1], f[2]);
    }
    let root = sets.into_roots();
    // The number of each part, by its lowest vertex, in order of first faces.
    let mut number = vec![NONE; root.len()];
    let mut faces: Vec<Vec<[u32; 3]>> = Vec::new();
    for f in mesh.faces() {
        let part = &mut number[root[f[0] as usize] as usize];
        if *part == NONE {
            *part = faces.len() as u32;
            faces.push(Vec::new());
        }
        faces[*part as usize].push(*f);
    }
    let mut used = vec![false; root.len()];
    for &v in mesh.faces().as_flattened() {
        used[v as usize] = true;
    }
    let mut sources: Vec<Vec<u32>> = vec![Vec::new(); faces.len()];
    let mut place = vec![0; root.len()];
    for v in (0..root.len()).filter(|&v| used[v]) {
        let part = &mut sources[number[root[v] as usize] as usize];
        place[v] = part.len() as u32;
        part.push(v as u32);
    }
    let mut parts: Vec<Mesh> = faces
        .into_iter()
        .zip(&sources)
        .map(|(mut faces, source)| {
            for v in faces.as_flattened_mut() {
                *v = place[*v as usize];
            }
            let vertices = source.iter().map(|&v| mesh.vertices()[v as usize]).collect();
            gather(mesh, Mesh::new_unchecked(vertices, faces), source, true)
        })
        .collect();
    parts.sort_by_key(|part| Reverse(part.faces().len()));
    parts
}
