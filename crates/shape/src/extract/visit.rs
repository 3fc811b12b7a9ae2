//! What the sweep does with the vertices and cells it finds: count them, number them, or write them.

use std::ops::Add;
use std::slice::IterMut;

use super::cases::{Case, EDGES};
use super::edges::Edges;
use super::plane::Voxel;
use super::sweep::Frame;

/// What the sweep does with what it finds.
pub(super) trait Visitor<T> {
    /// A vertex of `label`; returns its number within the label's mesh. `at` is twice the framed index; `upper` says
    /// that the label is at the upper end of the edge.
    fn vertex(&mut self, label: T, at: [usize; 3], upper: bool) -> u32;
    fn cell(&mut self, label: T, case: &Case, edges: &Edges, inside: u8, i: usize);
    /// Whether vertex numbers are wanted; counting does without.
    const NUMBERS: bool;
}

/// Vertices and faces of one label.
#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    pub vertices: usize,
    pub faces: usize,
}

impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { vertices: self.vertices + other.vertices, faces: self.faces + other.faces }
    }
}

pub(super) struct Counter {
    pub counts: Vec<Count>,
}

impl<T: Voxel> Visitor<T> for Counter {
    const NUMBERS: bool = false;

    fn vertex(&mut self, label: T, _: [usize; 3], _: bool) -> u32 {
        self.counts[label.index()].vertices += 1;
        0
    }

    fn cell(&mut self, label: T, case: &Case, _: &Edges, _: u8, _: usize) {
        self.counts[label.index()].faces += case.count as usize;
    }
}

/// Numbers the vertices of the plane that the next slab writes.
pub(super) struct Numberer {
    pub next: Vec<u32>,
}

impl<T: Voxel> Visitor<T> for Numberer {
    const NUMBERS: bool = true;

    fn vertex(&mut self, label: T, _: [usize; 3], _: bool) -> u32 {
        let number = self.next[label.index()];
        self.next[label.index()] += 1;
        number
    }

    fn cell(&mut self, _: T, _: &Case, _: &Edges, _: u8, _: usize) {}
}

/// What is kept of a vertex.
pub(super) trait Vertex: Copy + Default + Send + Sync {
    /// `at` and `upper` as for [`Visitor::vertex`].
    fn new(frame: &Frame, at: [usize; 3], upper: bool) -> Self;
}

/// Its place in RAS+ mm, in the middle of its edge.
impl Vertex for [f32; 3] {
    #[inline]
    fn new(Frame { first, rows }: &Frame, at: [usize; 3], _: bool) -> Self {
        // From twice the framed index to the index in the label's frame, exactly; then to mm.
        let x = at[0] as f64 * 0.5 - 1.0 - first[0];
        let y = at[1] as f64 * 0.5 - 1.0 - first[1];
        let z = at[2] as f64 * 0.5 - 1.0 - first[2];
        let along = |r: &[f64; 4]| (r[0] * x + r[1] * y + r[2] * z + r[3]) as f32;
        [along(&rows[0]), along(&rows[1]), along(&rows[2])]
    }
}

/// Where a slab writes: its part of each label's arrays.
pub(super) struct Output<'a, P> {
    /// Number of the next vertex of each label.
    next: Vec<Count>,
    vertices: Vec<IterMut<'a, P>>,
    faces: Vec<IterMut<'a, [u32; 3]>>,
}

impl<'a, P> Output<'a, P> {
    pub(super) fn new(next: Vec<Count>) -> Self {
        Self { next, vertices: Vec::new(), faces: Vec::new() }
    }

    pub(super) fn push(&mut self, vertices: &'a mut [P], faces: &'a mut [[u32; 3]]) {
        self.vertices.push(vertices.iter_mut());
        self.faces.push(faces.iter_mut());
    }
}

pub(super) struct Writer<'a, P> {
    pub output: Output<'a, P>,
    /// Where the voxels of each label are.
    pub frames: &'a [Frame],
    /// Whether the grid is left-handed.
    pub flip: bool,
}

impl<T: Voxel, P: Vertex> Visitor<T> for Writer<'_, P> {
    const NUMBERS: bool = true;

    fn vertex(&mut self, label: T, at: [usize; 3], upper: bool) -> u32 {
        let label = label.index();
        if let Some(vertex) = self.output.vertices[label].next() {
            *vertex = P::new(&self.frames[label], at, upper);
        }
        let next = &mut self.output.next[label].vertices;
        *next += 1;
        (*next - 1) as u32
    }

    fn cell(&mut self, label: T, case: &Case, edges: &Edges, inside: u8, i: usize) {
        let faces = &mut self.output.faces[label.index()];
        for triangle in &case.triangles[..case.count as usize] {
            // The label sits at the lower end of the edge or at the upper one.
            let number = |e: u8| edges.number(e, i, inside >> EDGES[e as usize].0 & 1 == 0);
            let (a, b, c) = (number(triangle[0]), number(triangle[1]), number(triangle[2]));
            if let Some(face) = faces.next() {
                *face = if self.flip { [a, c, b] } else { [a, b, c] };
            }
        }
    }
}
