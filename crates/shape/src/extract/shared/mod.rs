//! The shared surface: one surface between all labels of a volume.
//!
//! A surface net (Gibson 1998, doi:10.1007/BFb0056277; for many labels Frisken 2022, JCGT 11(1) 34-54): every cell with
//! more than one label has a vertex ([`net`]), every grid edge between two labels a quad, the vertices relax within their
//! cells ([`relax`]), and each label gets back its volume ([`volume`]). Neighbouring labels have the same faces between them, so there are neither gaps nor overlaps.
//! The paper leaves doubled edges where a label touches itself diagonally; here the fans of each label are told apart
//! ([`fans`]), so that every label's mesh can be cut out closed and 2-manifold.
//!
//! Cost: the voxels are read once, then all work is in proportion to the surface. Memory: about 130 bytes a vertex.

mod cut;
mod fans;
mod net;
mod relax;
mod volume;

use std::mem::take;

use rayon::prelude::*;

use self::net::{Corner, Linked, Net};
use self::relax::relax;
use self::volume::Foam;
use super::activity::Voxel;
use super::sweep::{Lookup, distinct, is_left_handed};
use crate::{LabelSlice, LabelView};

/// One surface between all labels of a volume. Every face lies between two labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SharedSurface {
    vertices: Vec<[f32; 3]>,
    faces: Vec<[u32; 3]>,
    sides: Vec<[u32; 2]>,
    labels: Vec<u32>,
    splits: Vec<Split>,
}

/// A corner of a face that is not the first copy of its vertex in the mesh of the label at one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Split {
    face: u32,
    corner: u8,
    side: u8,
    copy: u8,
}

impl SharedSurface {
    /// Vertex positions, RAS+ mm.
    pub fn vertices(&self) -> &[[f32; 3]] {
        &self.vertices
    }

    /// Vertex indices of each triangle; seen from the label outside it runs counter-clockwise.
    pub fn faces(&self) -> &[[u32; 3]] {
        &self.faces
    }

    /// The labels inside and outside each face. Inside is never 0, the background, and of two labels the lower.
    pub fn sides(&self) -> &[[u32; 2]] {
        &self.sides
    }

    /// The labels other than 0, in order.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }
}

/// The surface between all labels of a volume, RAS+ mm; the volume is framed by background.
///
/// A vertex stays within the cell between eight voxel centres, so it is within half a voxel diagonal of the voxels'
/// borders.
pub fn extract_shared<'a>(labels: impl Into<LabelView<'a>>) -> SharedSurface {
    let view = labels.into();
    match view.labels() {
        LabelSlice::U8(v) => build(&view, v),
        LabelSlice::U16(v) => build(&view, v),
        LabelSlice::U32(v) => build(&view, v),
    }
}

fn build<T: Voxel + Ord>(view: &LabelView<'_>, voxels: &[T]) -> SharedSurface {
    let net = Net::new(view.shape(), voxels);
    let lookup = Lookup::new(distinct(voxels));
    let (links, slabs, counts) = net.link(&lookup);
    let offsets = relax(&links);
    drop(links);
    let mut vertices = net.place(&offsets, view.affine());
    let pinches: Vec<u64> = slabs.iter().flat_map(|s| &s.pinches).copied().collect();
    let flip = is_left_handed(view.affine());

    let count = slabs.iter().map(|s| s.faces).sum();
    let mut faces = vec![[0u32; 3]; count];
    let mut sides = vec![[0u32; 2]; count];
    let mut rest = (faces.as_mut_slice(), sides.as_mut_slice());
    let mut first = 0;
    let mut writers = Vec::new();
    for slab in &slabs {
        let (faces, other_faces) = rest.0.split_at_mut(slab.faces);
        let (sides, other_sides) = rest.1.split_at_mut(slab.faces);
        rest = (other_faces, other_sides);
        writers.push(Writer { faces, sides, next: first, splits: Vec::new() });
        first += slab.faces as u32;
    }
    let jobs = slabs.par_iter().zip(writers);
    let written = jobs.map(|(slab, writer)| writer.write(&net, slab, &pinches, &vertices, flip));
    let written: Vec<Written> = written.collect();

    // The vertices in the middle of pinched edges lie between those of their cells.
    let cells = vertices.len();
    vertices.resize(cells + pinches.len(), [0.0; 3]);
    let put_middles = |vertices: &mut [[f32; 3]]| {
        for &(middle, [a, b]) in written.iter().flat_map(|w| &w.middles) {
            let (a, b) = (vertices[a as usize], vertices[b as usize]);
            vertices[middle as usize] = [0, 1, 2].map(|axis| f32::midpoint(a[axis], b[axis]));
        }
    };
    put_middles(&mut vertices);
    let mut foam = Foam { vertices: &mut vertices, offsets, faces: &faces, sides: &sides };
    foam.restore(&lookup, &counts, view.affine(), put_middles);
    let mut splits: Vec<Split> = written.into_iter().flat_map(|w| w.splits).collect();
    splits.sort_unstable();
    let labels = lookup.values.into_iter().filter(|&label| label != 0).collect();
    SharedSurface { vertices, faces, sides, labels, splits }
}

/// What a slab wrote beside its faces.
struct Written {
    splits: Vec<Split>,
    /// The vertices in the middle of edges, with these edges' ends.
    middles: Vec<(u32, [u32; 2])>,
}

/// Where a slab writes its faces.
struct Writer<'a> {
    faces: &'a mut [[u32; 3]],
    sides: &'a mut [[u32; 2]],
    /// Number of the next face.
    next: u32,
    splits: Vec<Split>,
}

impl Writer<'_> {
    fn write<T: Voxel>(
        mut self,
        net: &Net<'_, T>,
        slab: &Linked,
        pinches: &[u64],
        vertices: &[[f32; 3]],
        flip: bool,
    ) -> Written {
        let cells = vertices.len() as u32;
        let mut middles = Vec::new();
        for p in slab.layers[0]..slab.layers[1] {
            net.polygons(p, pinches, |axis, ends, polygon| {
                let (low, high): (u32, u32) = (ends[0].into(), ends[1].into());
                // Counter-clockwise seen from the upper end, but for the axis j, whose ring runs the other way.
                let inside_low = low != 0 && (high == 0 || low < high);
                let turn = (axis == 1) != flip;
                let sides = if inside_low { [low, high] } else { [high, low] };
                // Seen from outside, counter-clockwise.
                let backward = (turn == inside_low) as usize;
                let n = polygon.len();
                let middle = (0..n).find(|&m| polygon[m].vertex >= cells);
                for m in (0..n).filter(|&m| polygon[m].vertex >= cells) {
                    middles.push((polygon[m].vertex, [polygon[m - 1].vertex, polygon[(m + 1) % n].vertex]));
                }
                // A fan from a vertex in the middle of an edge repeats none of these edges; else the shorter diagonal.
                let start = middle.unwrap_or_else(|| usize::from(!first_is_shorter(polygon, vertices)));
                for t in 1..n - 1 {
                    let [first, second] = [t + backward, t + 1 - backward];
                    let corner = |m: usize| &polygon[if m < n { m } else { m - n }];
                    self.put([corner(start), corner(start + first), corner(start + second)], sides, inside_low);
                }
            });
        }
        Written { splits: self.splits, middles }
    }

    fn put(&mut self, corners: [&Corner; 3], sides: [u32; 2], inside_low: bool) {
        if let (Some((face, faces)), Some((side, rest))) =
            (take(&mut self.faces).split_first_mut(), take(&mut self.sides).split_first_mut())
        {
            *face = [corners[0].vertex, corners[1].vertex, corners[2].vertex];
            *side = sides;
            (self.faces, self.sides) = (faces, rest);
        }
        for (corner, c) in (0..).zip(corners) {
            if c.copies != [0; 2] {
                for (end, copy) in (0..).zip(c.copies).filter(|&(_, copy)| copy > 0) {
                    let side = if inside_low { end } else { 1 - end };
                    self.splits.push(Split { face: self.next, corner, side, copy });
                }
            }
        }
        self.next += 1;
    }
}

/// Whether the diagonal from the first corner of a quad is no longer than the other.
fn first_is_shorter(quad: &[Corner], vertices: &[[f32; 3]]) -> bool {
    let squared = |a: usize, b: usize| {
        let (a, b) = (vertices[quad[a].vertex as usize], vertices[quad[b].vertex as usize]);
        (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2])
    };
    squared(0, 2) <= squared(1, 3)
}
