//! For each vertex, the edges opposite it in its faces, as one flat array: enough to judge the surface around a vertex
//! without a further look at the faces.
//!
//! One counting sort of the corners, 8 bytes each; what lies around a vertex is contiguous, so the judgement of all
//! vertices is one pass over memory. Cost: linear.

use crate::Mesh;

/// A face seen from one of its corners: the vertex after it and the vertex before it.
type Wing = [u32; 2];

/// Wings by vertex. Degenerate faces have none.
pub(super) struct Wings {
    /// `wings[start[v]..start[v + 1]]` are those of vertex `v`.
    start: Vec<u32>,
    wings: Vec<Wing>,
}

/// Beyond this many faces the search for the next wing of a fan would be slow.
const LARGEST_FAN: usize = 64;

impl Wings {
    pub(super) fn new(mesh: &Mesh) -> Self {
        let mut start = vec![0u32; mesh.vertices().len() + 1];
        let mut corners = 0;
        for &[a, b, c] in mesh.faces() {
            if !is_degenerate([a, b, c]) {
                start[a as usize] += 1;
                start[b as usize] += 1;
                start[c as usize] += 1;
                corners += 3;
            }
        }
        let mut end = 0;
        for s in &mut start {
            end += *s;
            *s = end;
        }
        // Filled from the end of each vertex's part backwards, `start` becomes what its name says.
        let mut wings = vec![[0; 2]; corners];
        for &[a, b, c] in mesh.faces().iter().rev() {
            if !is_degenerate([a, b, c]) {
                for (v, wing) in [(a, [b, c]), (b, [c, a]), (c, [a, b])] {
                    let at = &mut start[v as usize];
                    *at -= 1;
                    wings[*at as usize] = wing;
                }
            }
        }
        Self { start, wings }
    }

    pub(super) fn of(&self, vertex: usize) -> &[Wing] {
        &self.wings[self.start[vertex] as usize..self.start[vertex + 1] as usize]
    }

    /// Whether the faces at a vertex form one closed fan of at least three, each spoke met once from either side:
    /// nothing is wrong there then. May be `false` for a sound vertex of very many faces.
    pub(super) fn is_closed_fan(&self, vertex: usize) -> bool {
        let fan = self.of(vertex);
        if !(3..=LARGEST_FAN).contains(&fan.len()) {
            return false;
        }
        // Coming back to the start in as many steps as there are wings means that each was met once.
        let [start, mut at] = fan[0];
        for _ in 1..fan.len() {
            if at == start {
                return false;
            }
            // A search without an early end: no branch to mispredict.
            let mut next = u32::MAX;
            for &[after, before] in fan {
                next = if after == at { before } else { next };
            }
            at = next;
        }
        at == start
    }
}

/// Whether a face names a vertex twice.
#[inline]
pub(super) fn is_degenerate([a, b, c]: [u32; 3]) -> bool {
    a == b || b == c || c == a
}
