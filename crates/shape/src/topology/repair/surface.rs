//! Faces and how they hang together: which half-edge runs along which.
//!
//! Half-edge `3 f + k` runs from corner `k` of face `f` to the next. Its twin runs the other way along the same edge in
//! the neighbouring face. A corner is named by the half-edge that leaves it.

use crate::topology::union_find::UnionFind;

/// The twin of a half-edge with no face on its other side.
pub(super) const OPEN: u32 = u32::MAX;

pub(super) struct Surface {
    pub(super) vertices: Vec<[f32; 3]>,
    /// For each vertex, the vertex of the input it is, or is a copy of, or lies beside.
    pub(super) source: Vec<u32>,
    pub(super) faces: Vec<[u32; 3]>,
    /// Whether a face was turned round.
    pub(super) turned: Vec<bool>,
    pub(super) twin: Vec<u32>,
}

#[inline]
pub(super) fn next(h: u32) -> u32 {
    if h % 3 == 2 { h - 2 } else { h + 1 }
}

#[inline]
pub(super) fn edge_key(a: u32, b: u32) -> u64 {
    u64::from(a.min(b)) << 32 | u64::from(a.max(b))
}

impl Surface {
    pub(super) fn new(vertices: Vec<[f32; 3]>, source: Vec<u32>, faces: Vec<[u32; 3]>) -> Self {
        let (turned, twin) = (vec![false; faces.len()], vec![OPEN; faces.len() * 3]);
        Self { vertices, source, faces, turned, twin }
    }

    #[inline]
    pub(super) fn from(&self, h: u32) -> u32 {
        self.faces.as_flattened()[h as usize]
    }

    #[inline]
    pub(super) fn to(&self, h: u32) -> u32 {
        self.from(next(h))
    }

    #[inline]
    pub(super) fn twin(&self, h: u32) -> u32 {
        self.twin[h as usize]
    }

    #[inline]
    pub(super) fn pair(&mut self, h: u32, t: u32) {
        self.twin[h as usize] = t;
        self.twin[t as usize] = h;
    }

    /// Appends a face that hangs on nothing yet; its first half-edge.
    pub(super) fn add_face(&mut self, face: [u32; 3]) -> u32 {
        let h = self.faces.len() as u32 * 3;
        self.faces.push(face);
        self.turned.push(false);
        self.twin.extend([OPEN; 3]);
        h
    }

    /// Calls `visit` with the half-edges of each edge, ordered by its vertices. A counting sort by the lower vertex,
    /// then a small sort at each. Linear but for the faces at one vertex.
    pub(super) fn for_each_edge(&self, mut visit: impl FnMut(&[u32])) {
        let mut start = vec![0u32; self.vertices.len() + 1];
        for &[a, b, c] in &self.faces {
            for v in [a.min(b), b.min(c), c.min(a)] {
                start[v as usize] += 1;
            }
        }
        let mut end = 0;
        for s in &mut start {
            end += *s;
            *s = end;
        }
        let mut ends = vec![0u64; self.twin.len()];
        for (f, &[a, b, c]) in self.faces.iter().enumerate().rev() {
            for (k, (from, to)) in [(a, b), (b, c), (c, a)].into_iter().enumerate() {
                let at = &mut start[from.min(to) as usize];
                *at -= 1;
                ends[*at as usize] = u64::from(from.max(to)) << 32 | (3 * f + k) as u64;
            }
        }
        let mut edge = Vec::new();
        for span in start.windows(2) {
            let here = &mut ends[span[0] as usize..span[1] as usize];
            here.sort_unstable();
            for group in here.chunk_by(|a, b| a >> 32 == b >> 32) {
                edge.clear();
                edge.extend(group.iter().map(|e| *e as u32));
                visit(&edge);
            }
        }
    }

    /// For each corner the first corner of its fan: corners at one vertex that hang together over twins.
    pub(super) fn fans(&self) -> Vec<u32> {
        let mut sets = UnionFind::new(self.twin.len());
        for h in 0..self.twin.len() as u32 {
            let t = self.twin(h);
            if t != OPEN && h < t {
                sets.join(h, next(t));
                sets.join(next(h), t);
            }
        }
        sets.into_roots()
    }

    /// For each face the first face of its part: faces that hang together over twins.
    pub(super) fn parts(&self) -> Vec<u32> {
        let mut sets = UnionFind::new(self.faces.len());
        for (h, &t) in self.twin.iter().enumerate() {
            if t != OPEN {
                sets.join(h as u32 / 3, t / 3);
            }
        }
        sets.into_roots()
    }

    /// Drops faces whose part is dropped as a whole; how many.
    pub(super) fn drop_faces(&mut self, drop: impl Fn(usize) -> bool) -> usize {
        let mut number = Vec::with_capacity(self.faces.len());
        let mut kept = 0u32;
        for f in 0..self.faces.len() {
            number.push(kept);
            if !drop(f) {
                let to = kept as usize;
                self.faces[to] = self.faces[f];
                self.turned[to] = self.turned[f];
                for k in 0..3 {
                    self.twin[3 * to + k] = self.twin[3 * f + k];
                }
                kept += 1;
            }
        }
        let dropped = self.faces.len() - kept as usize;
        self.faces.truncate(kept as usize);
        self.turned.truncate(kept as usize);
        self.twin.truncate(3 * kept as usize);
        if dropped > 0 {
            for t in self.twin.iter_mut().filter(|t| **t != OPEN) {
                *t = 3 * number[*t as usize / 3] + *t % 3;
            }
        }
        dropped
    }

    /// Turns the faces round for which `turn` holds; all of a part or none, for twins to stay twins.
    pub(super) fn turn_parts(&mut self, turn: impl Fn(usize) -> bool) {
        // Corner 0 stays: half-edges 0 and 2 of a face change places, turned round.
        let moved = |h: u32| if turn(h as usize / 3) { 3 * (h / 3) + 2 - h % 3 } else { h };
        for f in (0..self.faces.len()).filter(|f| turn(*f)) {
            self.faces[f].swap(1, 2);
            self.turned[f] = !self.turned[f];
            self.twin.swap(3 * f, 3 * f + 2);
        }
        for t in self.twin.iter_mut().filter(|t| **t != OPEN) {
            *t = moved(*t);
        }
    }
}
