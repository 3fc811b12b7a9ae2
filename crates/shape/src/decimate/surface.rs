//! The mesh while it is being decimated: for each vertex the list of its faces, in one pool.

const NONE: u32 = u32::MAX;

/// One face at a vertex `v`, as `(v, out, into)` in its own direction.
#[derive(Clone, Copy)]
pub(super) struct Wing {
    pub face: u32,
    pub out: u32,
    pub into: u32,
}

impl Wing {
    pub(super) fn touches(&self, v: u32) -> bool {
        self.out == v || self.into == v
    }
}

/// Dead faces hold [`NONE`] and leave the lists when these are next read.
pub(super) struct Surface {
    faces: Vec<[u32; 3]>,
    /// Where each vertex's list begins in the pool, and how long it is; 0 for a vertex that is gone.
    start: Vec<u32>,
    count: Vec<u32>,
    pool: Vec<u32>,
    pub alive: usize,
}

impl Surface {
    pub(super) fn new(vertices: usize, faces: Vec<[u32; 3]>) -> Self {
        let mut count = vec![0u32; vertices];
        for &v in faces.as_flattened() {
            count[v as usize] += 1;
        }
        let mut next = 0;
        let start: Vec<u32> = count
            .iter()
            .map(|n| {
                next += n;
                next - n
            })
            .collect();
        let mut cursor = start.clone();
        let mut pool = vec![0; faces.len() * 3];
        for (f, corners) in faces.iter().enumerate() {
            for &v in corners {
                let at = &mut cursor[v as usize];
                pool[*at as usize] = f as u32;
                *at += 1;
            }
        }
        let alive = faces.len();
        Self { faces, start, count, pool, alive }
    }

    pub(super) fn is_gone(&self, v: u32) -> bool {
        self.count[v as usize] == 0
    }

    /// How many faces the vertex has; dead ones may be among them.
    pub(super) fn valence(&self, v: u32) -> usize {
        self.count[v as usize] as usize
    }

    /// Live faces: their number and their corners.
    pub(super) fn live(&self) -> impl Iterator<Item = (usize, [u32; 3])> {
        self.faces.iter().copied().enumerate().filter(|(_, f)| f[0] != NONE)
    }

    /// The live faces at `v` into `ring`; drops dead ones from the list.
    pub(super) fn ring(&mut self, v: u32, ring: &mut Vec<Wing>) {
        ring.clear();
        let start = self.start[v as usize] as usize;
        let list = &mut self.pool[start..start + self.count[v as usize] as usize];
        let mut kept = 0;
        for n in 0..list.len() {
            let f = list[n];
            let [a, b, c] = self.faces[f as usize];
            if a == NONE {
                continue;
            }
            list[kept] = f;
            kept += 1;
            let (out, into) = if a == v {
                (b, c)
            } else if b == v {
                (c, a)
            } else {
                (a, b)
            };
            ring.push(Wing { face: f, out, into });
        }
        self.count[v as usize] = kept as u32;
    }

    /// Merges `gone` into `kept`; the faces they share die. The rings are as [`Self::ring`] gave them.
    pub(super) fn merge(&mut self, kept: u32, kept_ring: &[Wing], gone: u32, gone_ring: &[Wing]) {
        for wing in gone_ring {
            let face = &mut self.faces[wing.face as usize];
            if wing.touches(kept) {
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
        // The list moves to the end of the pool, unless it fits where it was.
        let start = self.start[kept as usize] as usize;
        let room = self.count[kept as usize] as usize;
        let faces = &self.faces;
        let live = |w: &&Wing| faces[w.face as usize][0] != NONE;
        let count = kept_ring.iter().chain(gone_ring).filter(live).count();
        let mut at = start;
        if count > room {
            at = self.pool.len();
            self.pool.resize(at + count, 0);
            self.start[kept as usize] = at as u32;
        }
        for (slot, wing) in self.pool[at..].iter_mut().zip(kept_ring.iter().chain(gone_ring).filter(live)) {
            *slot = wing.face;
        }
        self.count[kept as usize] = count as u32;
        self.count[gone as usize] = 0;
    }

    /// Drops what died, and brings the lists back into order. `keep(old vertex)` is called for each vertex kept and
    /// `keep_face(old face)` for each face kept, in order of their new numbers.
    pub(super) fn compact(&mut self, mut keep: impl FnMut(u32), mut keep_face: impl FnMut(u32)) {
        let mut number = vec![NONE; self.count.len()];
        let mut faces = Vec::with_capacity(self.alive);
        for (f, corners) in self.live() {
            keep_face(f as u32);
            faces.push(corners);
            for v in corners {
                number[v as usize] = 0;
            }
        }
        let mut count = 0;
        for (v, new) in number.iter_mut().enumerate().filter(|(_, new)| **new != NONE) {
            *new = count;
            count += 1;
            keep(v as u32);
        }
        for v in faces.as_flattened_mut() {
            *v = number[*v as usize];
        }
        *self = Self::new(count as usize, faces);
    }
}
