//! The net: which cells have a vertex, its number, its neighbours, and the polygon around each crossing grid edge.

use std::sync::atomic::{AtomicI64, Ordering};

use rayon::prelude::*;

use super::fans::{FANS, around, diagonal};
use super::relax::Links;
use crate::Affine;
use crate::extract::activity::{Voxel, mark_active, words};
use crate::extract::cases::FACES;
use crate::extract::cells::{Volume, cells, labels};
use crate::extract::sweep::Lookup;

/// Layers that a thread takes at once.
const SLAB: usize = 16;

/// A surface net over a volume: every cell with more than one label has a vertex.
pub(super) struct Net<'a, T> {
    volume: Volume<'a, T>,
    words: usize,
    /// The cells that have a vertex.
    active: Vec<u64>,
    /// The cells where a label has several fans or is pinched.
    special: Vec<u64>,
    /// Vertices before each word.
    before: Vec<u32>,
}

/// A corner of a polygon: its vertex, and which copy of it the meshes of the inner and the outer label have.
#[derive(Clone, Copy, Default)]
pub(super) struct Corner {
    pub vertex: u32,
    pub copies: [u8; 2],
}

/// What a slab of layers holds.
pub(super) struct Linked {
    pub layers: [usize; 2],
    pub faces: usize,
    /// The cell faces that are pinched from both sides, as [`Net::pinch`] names them.
    pub pinches: Vec<u64>,
}

impl<'a, T: Voxel> Net<'a, T> {
    pub(super) fn new(shape: [usize; 3], voxels: &'a [T]) -> Self {
        let [nx, ny, nz] = shape;
        let volume = Volume::new(shape, voxels);
        let words = words(nx);
        let layer = words * (ny + 1);
        let mut active = vec![0u64; layer * (nz + 1)];
        let mut special = vec![0u64; layer * (nz + 1)];
        let fans = &*FANS;
        let layers = active.par_chunks_mut(layer).zip(special.par_chunks_mut(layer)).enumerate();
        layers.for_each(|(p, (active, special))| {
            let rows = active.chunks_exact_mut(words).zip(special.chunks_exact_mut(words));
            for (j, (active, special)) in rows.enumerate() {
                let rows = volume.rows(j, p);
                mark_active(rows, active);
                cells(rows, active, |c, corners| {
                    labels(&corners, |_, bits| {
                        let fans = &fans[bits as usize];
                        special[c / 64] |= u64::from(fans.count > 1 || fans.pinched != 0) << (c % 64);
                    });
                });
            }
        });
        let mut next = 0;
        let before = active
            .iter()
            .map(|word| {
                next += word.count_ones();
                next - word.count_ones()
            })
            .collect();
        Self { volume, words, active, special, before }
    }

    pub(super) fn vertices(&self) -> usize {
        match (self.before.last(), self.active.last()) {
            (Some(&before), Some(word)) => before as usize + word.count_ones() as usize,
            _ => 0,
        }
    }

    #[inline]
    fn word(&self, [c, j, p]: [usize; 3]) -> usize {
        (p * (self.volume.shape[1] + 1) + j) * self.words + c / 64
    }

    /// The number of the cell's vertex.
    #[inline]
    fn number(&self, cell: [usize; 3]) -> u32 {
        let word = self.word(cell);
        self.before[word] + (self.active[word] & ((1 << (cell[0] % 64)) - 1)).count_ones()
    }

    fn is_special(&self, cell: [usize; 3]) -> bool {
        self.special[self.word(cell)] >> (cell[0] % 64) & 1 == 1
    }

    /// Whether any cell in a row, or in those before it along j and k, is special.
    fn has_special(&self, j: usize, p: usize) -> bool {
        let row = |j: usize, p: usize| {
            let start = self.word([0, j, p]);
            self.special[start..start + self.words].iter().any(|&w| w != 0)
        };
        let (before, below) = (j.saturating_sub(1), p.saturating_sub(1));
        row(j, p) || row(before, p) || row(j, below) || row(before, below)
    }

    /// Calls `f` with every cell of a layer that has a vertex, its corners, and whether special cells may be near.
    fn layer(&self, p: usize, mut f: impl FnMut([usize; 3], [T; 8], bool)) {
        for j in 0..=self.volume.shape[1] {
            let start = self.word([0, j, p]);
            let active = &self.active[start..start + self.words];
            if active.iter().any(|&w| w != 0) {
                let special = self.has_special(j, p);
                cells(self.volume.rows(j, p), active, |c, corners| f([c, j, p], corners, special));
            }
        }
    }

    /// The vertices in RAS+ mm, each `offset` from the centre of its cell.
    pub(super) fn place(&self, offsets: &[[f32; 3]], affine: &Affine) -> Vec<[f32; 3]> {
        let affine = affine.rows();
        let mut offsets = offsets.iter();
        let mut vertices = Vec::with_capacity(self.vertices());
        let height = self.volume.shape[1] + 1;
        for (row, words) in self.active.chunks_exact(self.words).enumerate() {
            // Cell c lies around the index c - 1/2.
            let (j, p) = ((row % height) as f64 - 0.5, (row / height) as f64 - 0.5);
            for (w, &word) in words.iter().enumerate() {
                let mut left = word;
                while left != 0 {
                    let Some(offset) = offsets.next() else { return vertices };
                    let c = (w as u32 * 64 + left.trailing_zeros()) as f64 - 0.5;
                    left &= left - 1;
                    let (x, y, z) = (c + f64::from(offset[0]), j + f64::from(offset[1]), p + f64::from(offset[2]));
                    let along = |r: &[f64; 4]| (r[0] * x + r[1] * y + r[2] * z + r[3]) as f32;
                    vertices.push([along(&affine[0]), along(&affine[1]), along(&affine[2])]);
                }
            }
        }
        vertices
    }

    /// Which vertices draw at each vertex, what the net will have of faces, and the number of voxels of each label.
    pub(super) fn link(&self, lookup: &Lookup) -> (Vec<Links>, Vec<Linked>, Vec<i64>) {
        let mut links = vec![Links::default(); self.vertices()];
        let layers = self.volume.shape[2] + 1;
        let mut rest = links.as_mut_slice();
        let mut slabs = Vec::new();
        for first in (0..layers).step_by(SLAB) {
            let end = (first + SLAB).min(layers);
            let past = if end < layers { self.before[self.word([0, 0, end])] as usize } else { self.vertices() };
            let (mine, others) = rest.split_at_mut(past - self.before[self.word([0, 0, first])] as usize);
            rest = others;
            slabs.push(([first, end], mine));
        }
        let voxels: Vec<AtomicI64> = (0..lookup.len()).map(|_| AtomicI64::new(0)).collect();
        // A run of voxels along i holds as many as its ends' indices differ.
        let run_end = |label: T, c: i64| {
            if label != T::default() {
                voxels[lookup.index(label.into())].fetch_add(c, Ordering::Relaxed);
            }
        };
        let linked = slabs.into_par_iter().map(|(layers, links)| self.link_slab(layers, links, &run_end)).collect();
        (links, linked, voxels.into_iter().map(AtomicI64::into_inner).collect())
    }

    fn link_slab(&self, layers: [usize; 2], links: &mut [Links], run_end: &impl Fn(T, i64)) -> Linked {
        let mut linked = Linked { layers, faces: 0, pinches: Vec::new() };
        let mut links = links.iter_mut();
        let mut polygon = Vec::new();
        for p in layers[0]..layers[1] {
            self.layer(p, |cell, corners, near_special| {
                let here = self.number(cell);
                let drawn = drawn_through(&corners);
                if let Some(links) = links.next() {
                    *links = [here; 6];
                    for (f, link) in links.iter_mut().enumerate() {
                        if drawn >> f & 1 == 1 {
                            let mut to = cell;
                            to[f / 2] = if f % 2 == 0 { to[f / 2] - 1 } else { to[f / 2] + 1 };
                            *link = self.number(to);
                        }
                    }
                }
                if corners[0] != corners[1] {
                    run_end(corners[0], cell[0] as i64);
                    run_end(corners[1], -(cell[0] as i64));
                }
                for axis in 0..3 {
                    if near_special && self.is_pinched(cell, axis) {
                        linked.pinches.push(self.pinch(cell, axis));
                    }
                    if corners[0] != corners[1 << axis] {
                        linked.faces += 2;
                        if near_special {
                            self.polygon(cell, axis, &[], &mut polygon);
                            linked.faces += polygon.len() - 4;
                        }
                    }
                }
            });
        }
        linked
    }

    /// The name of the face between a cell and the one before it along `axis`; names grow with the cells' numbers.
    fn pinch(&self, cell: [usize; 3], axis: usize) -> u64 {
        u64::from(self.number(cell)) * 3 + axis as u64
    }

    /// Whether one fan of a label passes twice through the face between a cell and the one before it along `axis`, on
    /// either side.
    fn is_pinched(&self, cell: [usize; 3], axis: usize) -> bool {
        if cell[axis] == 0 || !self.is_special(cell) {
            return false;
        }
        let mut before = cell;
        before[axis] -= 1;
        if !self.is_special(before) {
            return false;
        }
        let (lower, upper) = (self.volume.corners(before), self.volume.corners(cell));
        let face = FACES[2 * axis];
        [face[0], face[1]].into_iter().any(|c| {
            let label = upper[c as usize];
            label != T::default()
                && FANS[T::matches(&upper, label) as usize].pinched >> (2 * axis) & 1 == 1
                && FANS[T::matches(&lower, label) as usize].pinched >> (2 * axis + 1) & 1 == 1
        })
    }

    /// The four cells around the edge that starts at the cell's lowest corner along `axis`: counter-clockwise about the
    /// axes u and v that are not `axis`.
    fn ring(cell: [usize; 3], axis: usize) -> ([[usize; 3]; 4], [usize; 2]) {
        let [u, v] = [[1, 2], [0, 2], [0, 1]][axis];
        let mut ring = [cell; 4];
        ring[1][u] -= 1;
        ring[2][u] -= 1;
        ring[2][v] -= 1;
        ring[3][v] -= 1;
        (ring, [u, v])
    }

    /// Calls `f` with every crossing edge of the layer: its axis, the labels at its ends, and the polygon around it,
    /// counter-clockwise for [`Net::ring`]. `pinches` are all pinched faces; their vertices come after the cells'.
    pub(super) fn polygons(&self, p: usize, pinches: &[u64], mut f: impl FnMut(usize, [T; 2], &[Corner])) {
        let mut polygon = Vec::new();
        self.layer(p, |cell, corners, near_special| {
            for axis in 0..3 {
                let ends = [corners[0], corners[1 << axis]];
                if ends[0] == ends[1] {
                    continue;
                }
                if near_special {
                    self.polygon(cell, axis, pinches, &mut polygon);
                    f(axis, ends, &polygon);
                } else {
                    let (ring, _) = Self::ring(cell, axis);
                    let corner = |n: usize| Corner { vertex: self.number(ring[n]), copies: [0; 2] };
                    f(axis, ends, &[corner(0), corner(1), corner(2), corner(3)]);
                }
            }
        });
    }

    /// A polygon near special cells. The copies are those of the labels at the lower and the upper end of the edge.
    fn polygon(&self, cell: [usize; 3], axis: usize, pinches: &[u64], polygon: &mut Vec<Corner>) {
        polygon.clear();
        let (ring, [u, v]) = Self::ring(cell, axis);
        let here = self.volume.corners(cell);
        let ends = [here[0], here[1 << axis]];
        // The faces after each cell of the ring, by the cell above them.
        let between = [(ring[0], u), (ring[1], v), (ring[3], u), (ring[0], v)];
        for ((at, e), (above, across)) in ring.into_iter().zip(around(axis)).zip(between) {
            let corners = self.volume.corners(at);
            let copies = ends.map(|label| FANS[T::matches(&corners, label) as usize].of_edge[e as usize]);
            polygon.push(Corner { vertex: self.number(at), copies });
            if self.is_pinched(above, across) {
                let place = pinches.binary_search(&self.pinch(above, across)).unwrap_or_default();
                let corners = self.volume.corners(above);
                // Of two diagonal corners of one label, the upper has the second copy.
                let copies = [0, 1].map(|end| {
                    let mut voxel = cell;
                    voxel[axis] += end;
                    let corner = (0..3).fold(0, |c, a| c | ((voxel[a] - above[a]) as u8) << a);
                    let diagonal = diagonal(T::matches(&corners, ends[end]), FACES[2 * across]);
                    u8::from(diagonal.is_some_and(|pair| corner == pair[0].max(pair[1])))
                });
                polygon.push(Corner { vertex: (self.vertices() + place) as u32, copies });
            }
        }
    }
}

/// The faces of a cell through which its vertex is drawn: where three labels meet along a line, those that the line
/// passes; else all that hold more than one label.
#[inline]
fn drawn_through<T: Voxel>(corners: &[T; 8]) -> u8 {
    let bits = T::matches(corners, corners[0]);
    let other = corners[(!bits).trailing_zeros() as usize % 8];
    if bits | T::matches(corners, other) == 0xff {
        return FANS[bits as usize].crossed;
    }
    let (mut crossed, mut lines) = (0, 0);
    for (f, face) in FACES.into_iter().enumerate() {
        let at = face.map(|c| corners[c as usize]);
        let distinct = (0..4).filter(|&n| !at[..n].contains(&at[n])).count();
        crossed |= u8::from(distinct > 1) << f;
        lines |= u8::from(distinct > 2) << f;
    }
    if lines.count_ones() == 2 { lines } else { crossed }
}
