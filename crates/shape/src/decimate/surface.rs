//! The mesh while it is being decimated: faces chained at each vertex, so that two vertices merge in constant time.

use crate::Mesh;

pub(super) const NONE: u32 = u32::MAX;

/// One face at a vertex `v`, as `(v, out, into)` in its own direction.
#[derive(Clone, Copy)]
pub(super) struct Wing {
    pub face: u32,
    pub out: u32,
    pub into: u32,
}

/// A corner is `face << 2 | k`. Dead faces hold [`NONE`] and leave their chains when these are next walked.
pub(super) struct Surface {
    pub faces: Vec<[u32; 3]>,
    /// First corner at each vertex, [`NONE`] for a vertex that is gone.
    head: Vec<u32>,
    next: Vec<[u32; 3]>,
    pub alive: usize,
}

impl Surface {
    pub(super) fn new(vertices: usize, faces: Vec<[u32; 3]>) -> Self {
        let mut head = vec![NONE; vertices];
        let mut next = vec![[NONE; 3]; faces.len()];
        // Backwards, so that each chain runs in face order.
        for (f, corners) in faces.iter().enumerate().rev() {
            for (k, &v) in corners.iter().enumerate() {
                next[f][k] = head[v as usize];
                head[v as usize] = (f as u32) << 2 | k as u32;
            }
        }
        let alive = faces.len();
        Self { faces, head, next, alive }
    }

    pub(super) fn is_gone(&self, v: u32) -> bool {
        self.head[v as usize] == NONE
    }

    /// The live faces at `v` into `ring`; cuts dead ones out of the chain.
    pub(super) fn ring(&mut self, v: u32, ring: &mut Vec<Wing>) {
        ring.clear();
        let mut last = NONE;
        let mut corner = self.head[v as usize];
        while corner != NONE {
            let (f, k) = ((corner >> 2) as usize, (corner & 3) as usize);
            let face = self.faces[f];
            let after = self.next[f][k];
            if face[0] == NONE {
                self.link(v, last, after);
            } else {
                ring.push(Wing { face: f as u32, out: face[(k + 1) % 3], into: face[(k + 2) % 3] });
                last = corner;
            }
            corner = after;
        }
    }

    fn link(&mut self, v: u32, corner: u32, to: u32) {
        if corner == NONE {
            self.head[v as usize] = to;
        } else {
            self.next[(corner >> 2) as usize][(corner & 3) as usize] = to;
        }
    }

    /// Merges `gone` into `kept`; the faces they share die. Rings are as [`Self::ring`] gave them.
    pub(super) fn merge(&mut self, kept: u32, gone: u32, gone_ring: &[Wing]) {
        for wing in gone_ring {
            let face = &mut self.faces[wing.face as usize];
            if wing.out == kept || wing.into == kept {
                *face = [NONE; 3];
                self.alive -= 1;
            } else {
                for v in face {
                    if *v == gone {
                        *v = kept;
                    }
                }
            }
        }
        // Hang the kept vertex's chain behind the other's; the other's is short, being one ring.
        let mut last = NONE;
        let mut corner = self.head[gone as usize];
        while corner != NONE {
            last = corner;
            corner = self.next[(corner >> 2) as usize][(corner & 3) as usize];
        }
        let rest = self.head[kept as usize];
        let first = self.head[gone as usize];
        self.link(gone, last, rest);
        self.head[kept as usize] = first;
        self.head[gone as usize] = NONE;
    }

    /// Drops what died. `renumber(old vertex)` is called for each vertex kept, in order of its new number.
    pub(super) fn compact(&mut self, mut keep: impl FnMut(u32)) {
        let mut number = vec![NONE; self.head.len()];
        let mut used = vec![false; self.head.len()];
        self.faces.retain(|f| f[0] != NONE);
        for &v in self.faces.as_flattened() {
            used[v as usize] = true;
        }
        let mut count = 0;
        for (v, _) in used.iter().enumerate().filter(|(_, used)| **used) {
            number[v] = count;
            count += 1;
            keep(v as u32);
        }
        let faces: Vec<[u32; 3]> = self.faces.iter().map(|f| f.map(|v| number[v as usize])).collect();
        *self = Self::new(count as usize, faces);
    }

    pub(super) fn into_mesh(mut self, mut positions: Vec<[f32; 3]>) -> Mesh {
        let mut kept = Vec::new();
        self.compact(|v| kept.push(positions[v as usize]));
        positions = kept;
        Mesh::new_unchecked(positions, self.faces)
    }
}
