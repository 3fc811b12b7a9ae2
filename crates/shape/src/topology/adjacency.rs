//! Which faces meet at each vertex, as one flat array.

use crate::Mesh;

/// For each vertex, the faces that use it: `faces[start[v]..start[v + 1]]`, in face order.
pub(crate) struct VertexFaces {
    start: Vec<u32>,
    faces: Vec<u32>,
}

impl VertexFaces {
    /// Counting sort of the corners by vertex.
    pub(crate) fn new(mesh: &Mesh) -> Self {
        let mut start = vec![0u32; mesh.vertices().len() + 1];
        for &v in mesh.faces().as_flattened() {
            start[v as usize + 1] += 1;
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut cursor = start.clone();
        let mut faces = vec![0u32; mesh.faces().len() * 3];
        for (face, corners) in mesh.faces().iter().enumerate() {
            for &v in corners {
                let at = &mut cursor[v as usize];
                faces[*at as usize] = face as u32;
                *at += 1;
            }
        }
        Self { start, faces }
    }

    /// The faces at a vertex.
    pub(crate) fn of(&self, vertex: usize) -> &[u32] {
        &self.faces[self.start[vertex] as usize..self.start[vertex + 1] as usize]
    }
}
