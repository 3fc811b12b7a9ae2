//! One slab of the sweep: first it counts, then it writes, the vertices and triangles of its layers of cells.
//!
//! Cell (c, j, p) lies between the voxels c - 1 and c along i, and so on. It creates the vertices of the three edges that
//! meet at its upper corner, in every label's mesh that has them; its other nine edges got theirs from cells before it,
//! and their numbers wait in a table of two planes.

use std::array::from_fn;
use std::mem::take;

use super::activity::{Voxel, mark_active, words};
use super::cases::{CASES, Case, EDGES};
use super::cells::{Volume, cells, labels};
use super::sweep::{Frame, Lookup};

/// The edges whose vertices a cell creates: along i, j and k to its upper corner.
const CREATED: [usize; 3] = [3, 7, 11];

/// Vertices and faces of one label.
#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    pub vertices: usize,
    pub faces: usize,
}

/// What a slab of layers holds.
pub(super) struct Counted {
    /// Of each label.
    pub total: Vec<Count>,
    /// Vertices of each label before the slab's last layer: the slab above needs that layer's numbers.
    pub before_last: Vec<u32>,
    /// The active cells, by layer and row.
    active: Vec<u64>,
}

/// Counts the layers `first..end`.
pub(super) fn count<T: Voxel>(volume: &Volume<'_, T>, lookup: &Lookup, [first, end]: [usize; 2]) -> Counted {
    let [nx, ny, _] = volume.shape;
    let words = words(nx);
    let created: [u8; 256] = from_fn(|bits| CREATED.iter().map(|e| (CASES[bits].crossing >> e & 1) as u8).sum());
    let mut active = vec![0u64; words * (ny + 1) * (end - first)];
    let mut total = vec![Count::default(); lookup.len()];
    let mut before_last = Vec::new();
    for (p, layer) in (first..end).zip(active.chunks_exact_mut(words * (ny + 1))) {
        if p + 1 == end {
            before_last = total.iter().map(|c| c.vertices as u32).collect();
        }
        for (j, active) in layer.chunks_exact_mut(words).enumerate() {
            let rows = volume.rows(j, p);
            mark_active(rows, active);
            cells(rows, active, |_, corners| {
                labels(&corners, |label, bits| {
                    let count = &mut total[lookup.index(label)];
                    count.vertices += usize::from(created[bits as usize]);
                    count.faces += usize::from(CASES[bits as usize].count);
                });
            });
        }
    }
    Counted { total, before_last, active }
}

/// What is kept of a vertex.
pub(super) trait Vertex: Copy + Default + Send + Sync {
    /// `at` is twice the framed index (the voxel's index plus one), odd along the edge; `upper` says that the label is
    /// at the upper end.
    fn new(frame: &Frame, at: [u32; 3], upper: bool) -> Self;
}

/// Its place in RAS+ mm, in the middle of its edge.
impl Vertex for [f32; 3] {
    #[inline]
    fn new(Frame { first, rows }: &Frame, at: [u32; 3], _: bool) -> Self {
        // From twice the framed index to the index in the label's frame, exactly; then to mm.
        let x = f64::from(at[0]) * 0.5 - 1.0 - first[0];
        let y = f64::from(at[1]) * 0.5 - 1.0 - first[1];
        let z = f64::from(at[2]) * 0.5 - 1.0 - first[2];
        let along = |r: &[f64; 4]| (r[0] * x + (r[1] * y + (r[2] * z + r[3]))) as f32;
        [along(&rows[0]), along(&rows[1]), along(&rows[2])]
    }
}

/// What a slab writes of one label.
pub(super) struct Part<'a, P> {
    pub vertices: &'a mut [P],
    pub faces: &'a mut [[u32; 3]],
}

/// A part, and the number of its next vertex.
struct Cursor<'a, P> {
    part: Part<'a, P>,
    next: u32,
}

/// What all slabs share.
pub(super) struct Writing<'a, T> {
    pub volume: &'a Volume<'a, T>,
    pub lookup: &'a Lookup,
    /// Where the voxels of each label are.
    pub frames: &'a [Frame],
    /// The cases, turned round if the grid is left-handed.
    pub cases: [Case; 256],
}

impl<T: Voxel> Writing<'_, T> {
    /// Writes the layers from `first` on. `below` is the slab below, and the numbers of the vertices before its last
    /// layer: that layer is gone through again to know the numbers of those that both share.
    pub(super) fn write<P: Vertex>(
        &self,
        first: usize,
        counted: &Counted,
        below: Option<(&Counted, Vec<u32>)>,
        parts: Vec<Part<'_, P>>,
    ) {
        let layer_words = words(self.volume.shape[0]) * (self.volume.shape[1] + 1);
        let mut numbers = Numbers::new(self.volume.shape);
        let mut next = vec![0; parts.len()];
        if let Some((below, start)) = below {
            let empty = start.into_iter().map(|next| Cursor::<P> { part: Part::default(), next });
            let mut cursors: Vec<_> = empty.collect();
            let last = &below.active[below.active.len() - layer_words..];
            self.layer(first - 1, last, &mut cursors, &mut numbers);
            next = cursors.iter().map(|c| c.next).collect();
        }
        let mut cursors: Vec<_> = parts.into_iter().zip(next).map(|(part, next)| Cursor { part, next }).collect();
        for (p, active) in (first..).zip(counted.active.chunks_exact(layer_words)) {
            self.layer(p, active, &mut cursors, &mut numbers);
        }
    }

    fn layer<P: Vertex>(&self, p: usize, active: &[u64], cursors: &mut [Cursor<'_, P>], numbers: &mut Numbers) {
        for (j, active) in active.chunks_exact(words(self.volume.shape[0])).enumerate() {
            if active.iter().all(|&w| w == 0) {
                continue;
            }
            numbers.enter_row(j, p);
            cells(self.volume.rows(j, p), active, |c, corners| {
                let at = [2 * c as u32 + 2, 2 * j as u32 + 2, 2 * p as u32 + 2];
                labels(&corners, |label, bits| {
                    let label = self.lookup.index(label);
                    let (cursor, case) = (&mut cursors[label], &self.cases[bits as usize]);
                    for (axis, e) in CREATED.into_iter().enumerate() {
                        if case.crossing >> e & 1 == 1 {
                            let upper = bits >> 7 == 1;
                            *numbers.at(2 * e + usize::from(upper), c) = cursor.next;
                            cursor.next += 1;
                            if let Some((vertex, rest)) = take(&mut cursor.part.vertices).split_first_mut() {
                                let mut at = at;
                                at[axis] -= 1;
                                *vertex = P::new(&self.frames[label], at, upper);
                                cursor.part.vertices = rest;
                            }
                        }
                    }
                    let count = usize::from(case.count);
                    if let Some((faces, rest)) = take(&mut cursor.part.faces).split_at_mut_checked(count) {
                        for n in 0..count {
                            let slots = &case.triangles[n];
                            for k in 0..3 {
                                faces[n][k] = *numbers.at(usize::from(slots[k]), c);
                            }
                        }
                        cursor.part.faces = rest;
                    }
                });
            });
        }
    }
}

impl<P> Default for Part<'_, P> {
    fn default() -> Self {
        Self { vertices: &mut [], faces: &mut [] }
    }
}

/// The cases with their corners as slots: twice the edge, plus one if the label is at its upper end.
pub(super) fn slot_cases(flip: bool) -> [Case; 256] {
    from_fn(|bits| {
        let mut case = CASES[bits];
        for triangle in &mut case.triangles {
            *triangle = triangle.map(|e| 2 * e + (bits >> EDGES[e as usize].1 & 1) as u8);
            if flip {
                triangle.swap(1, 2);
            }
        }
        case
    })
}

/// The numbers of the vertices on the edges that the current row of cells can see, for the label at either end.
struct Numbers {
    all: Vec<u32>,
    stride: usize,
    height: usize,
    /// Where the numbers of the current row begin, by slot.
    row: [usize; 24],
}

impl Numbers {
    fn new([nx, ny, _]: [usize; 3]) -> Self {
        let (stride, height) = (2 * (nx + 2), ny + 2);
        // Edges along i and j: two planes each; along k: two rows.
        Self { all: vec![0; (4 * height + 2) * stride], stride, height, row: [0; 24] }
    }

    fn enter_row(&mut self, j: usize, p: usize) {
        let plane = |axis: usize, p: usize| (2 * axis + p % 2) * self.height;
        for e in 0..4 {
            let (low, high) = (e & 1, e >> 1);
            let rows = [plane(0, p + high) + j + low, plane(1, p + high) + j, 4 * self.height + (j + high) % 2];
            for (axis, row) in rows.into_iter().enumerate() {
                let shift = if axis == 0 { 0 } else { 2 * low };
                for side in 0..2 {
                    self.row[2 * (4 * axis + e) + side] = row * self.stride + shift + side;
                }
            }
        }
    }

    #[inline]
    fn at(&mut self, slot: usize, c: usize) -> &mut u32 {
        &mut self.all[self.row[slot] + 2 * c]
    }
}
