//! One slab of the sweep: counts, then writes, the vertices and triangles of its slices.

use std::ops::Add;

use super::Frame;
use super::cases::{CASES, Case};

/// A dense label in the volume.
pub(super) trait Voxel: Copy + Eq + Default + Send + Sync {
    fn index(self) -> usize;
}

impl Voxel for u8 {
    fn index(self) -> usize {
        self.into()
    }
}

impl Voxel for u16 {
    fn index(self) -> usize {
        self.into()
    }
}

impl Voxel for u32 {
    fn index(self) -> usize {
        self as usize
    }
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

/// Where a slab writes: its part of each label's arrays.
pub(super) struct Output<'a> {
    /// Number of the next vertex of each label.
    next: Vec<Count>,
    vertices: Vec<std::slice::IterMut<'a, [f32; 3]>>,
    faces: Vec<std::slice::IterMut<'a, [u32; 3]>>,
}

impl<'a> Output<'a> {
    pub(super) fn new(next: Vec<Count>) -> Self {
        Self { next, vertices: Vec::new(), faces: Vec::new() }
    }

    pub(super) fn push(&mut self, vertices: &'a mut [[f32; 3]], faces: &'a mut [[u32; 3]]) {
        self.vertices.push(vertices.iter_mut());
        self.faces.push(faces.iter_mut());
    }
}

/// A range of planes of the framed volume. Framed plane `p` is slice `p - 1`; planes 0 and `nz + 1` are background.
/// A slab owns the edges within its planes and, with the cells, those up to the next plane.
pub(super) struct Slab {
    first: usize,
    end: usize,
}

/// What the sweep does with what it finds.
trait Visitor<T> {
    /// A vertex of `label`; returns its number within the label's mesh. `at` is twice the framed index.
    fn vertex(&mut self, label: T, at: [usize; 3]) -> u32;
    fn cell(&mut self, label: T, case: &Case, edges: &Edges, inside: u8, i: usize);
    /// Whether vertex numbers are wanted; counting does without.
    const NUMBERS: bool;
}

/// Vertex numbers on the edges of the two current planes and between them: for each edge, of its lower and its upper
/// end's label.
struct Edges {
    numbers: Vec<[u32; 2]>,
    /// Start of the current cell row for each of a cell's twelve edges.
    row: [usize; 12],
}

impl Slab {
    /// Cuts the framed planes 0..nz+1 (cells lie between consecutive planes) into slabs.
    pub(super) fn split(shape: [usize; 3], size: usize) -> Vec<Self> {
        (0..=shape[2]).step_by(size).map(|first| Self { first, end: (first + size).min(shape[2] + 1) }).collect()
    }

    pub(super) fn count<T: Voxel>(&self, shape: [usize; 3], voxels: &[T], labels: usize) -> Vec<Count> {
        let mut counter = Counter { counts: vec![Count::default(); labels] };
        self.sweep(shape, voxels, &mut counter, None::<&mut Counter>);
        counter.counts
    }

    /// `after` holds where the next slab's vertices begin: the last cells of this slab share its first plane.
    pub(super) fn write<T: Voxel>(
        &self,
        shape: [usize; 3],
        voxels: &[T],
        output: Output<'_>,
        after: &[Count],
        frames: &[Frame],
        flip: bool,
    ) {
        let mut writer = Writer { output, frames, flip };
        let mut numberer = Numberer { next: after.iter().map(|c| c.vertices as u32).collect() };
        self.sweep(shape, voxels, &mut writer, Some(&mut numberer));
    }

    fn sweep<T: Voxel, V: Visitor<T>, L: Visitor<T>>(
        &self,
        shape: [usize; 3],
        voxels: &[T],
        visitor: &mut V,
        mut last_plane: Option<&mut L>,
    ) {
        let grid = Grid::new(shape);
        let mut planes = [Plane::new(&grid), Plane::new(&grid)];
        let mut across = vec![0u64; grid.height * grid.words];
        let mut edges = Edges::new(&grid, V::NUMBERS);

        planes[0].load(&grid, voxels, self.first);
        planes[0].edges(&grid, visitor, &mut edges, self.first);
        for p in self.first..self.end {
            let [lower, upper] = &mut planes;
            upper.load(&grid, voxels, p + 1);
            if lower.empty && upper.empty {
                upper.find_edges(&grid);
                planes.swap(0, 1);
                continue;
            }
            diff_rows(&grid, &lower.voxels, &upper.voxels, &mut across);
            edges_across(&grid, lower, upper, &across, visitor, &mut edges, p);
            if p + 1 < self.end {
                upper.edges(&grid, visitor, &mut edges, p + 1);
            } else if let Some(numberer) = last_plane.as_deref_mut() {
                upper.edges(&grid, numberer, &mut edges, p + 1);
            } else {
                upper.find_edges(&grid);
            }
            cells(&grid, lower, upper, &across, visitor, &mut edges, p);
            planes.swap(0, 1);
        }
    }
}

/// Sizes of the framed volume: one background voxel all round, rows padded to whole words of 64 voxels.
struct Grid {
    shape: [usize; 3],
    height: usize,
    words: usize,
    stride: usize,
}

impl Grid {
    fn new(shape: [usize; 3]) -> Self {
        let words = (shape[0] + 2).div_ceil(64);
        Self { shape, height: shape[1] + 2, words, stride: words * 64 }
    }
}

/// A framed plane: its voxels and which of its edges cross from one label to another.
struct Plane<T> {
    /// `height` rows of `stride` voxels, and one more row so that the last has a neighbour.
    voxels: Vec<T>,
    along_i: Vec<u64>,
    along_j: Vec<u64>,
    empty: bool,
}

impl<T: Voxel> Plane<T> {
    fn new(grid: &Grid) -> Self {
        Self {
            voxels: vec![T::default(); grid.stride * (grid.height + 1)],
            along_i: vec![0; grid.height * grid.words],
            along_j: vec![0; grid.height * grid.words],
            empty: true,
        }
    }

    fn load(&mut self, grid: &Grid, voxels: &[T], p: usize) {
        let [nx, ny, nz] = grid.shape;
        if p == 0 || p > nz {
            self.voxels.fill(T::default());
            self.empty = true;
            return;
        }
        let slice = &voxels[(p - 1) * nx * ny..p * nx * ny];
        self.empty = slice.iter().all(|&v| v == T::default());
        if self.empty {
            self.voxels.fill(T::default());
            return;
        }
        for (j, row) in slice.chunks_exact(nx).enumerate() {
            let start = (j + 1) * grid.stride + 1;
            self.voxels[start..start + nx].copy_from_slice(row);
        }
    }

    /// Marks the edges within the plane whose ends differ.
    fn find_edges(&mut self, grid: &Grid) {
        if self.empty {
            self.along_i.fill(0);
            self.along_j.fill(0);
            return;
        }
        let next_row = &self.voxels[grid.stride..];
        diff_rows(grid, &self.voxels, next_row, &mut self.along_j);
        diff_rows(grid, &self.voxels, &self.voxels[1..], &mut self.along_i);
    }

    /// Marks the edges and gives each its vertices.
    fn edges<V: Visitor<T>>(&mut self, grid: &Grid, visitor: &mut V, edges: &mut Edges, p: usize) {
        self.find_edges(grid);
        if self.empty {
            return;
        }
        let (at_i, at_j) = (edges.plane(grid, 0, p), edges.plane(grid, 1, p));
        for j in 0..grid.height {
            for w in 0..grid.words {
                let (bits_i, bits_j) = (self.along_i[j * grid.words + w], self.along_j[j * grid.words + w]);
                let mut bits = bits_i | bits_j;
                while bits != 0 {
                    let b = bits.trailing_zeros();
                    bits &= bits - 1;
                    let i = w * 64 + b as usize;
                    let v = j * grid.stride + i;
                    let here = self.voxels[v];
                    if bits_i >> b & 1 == 1 {
                        let ends = [here, self.voxels[v + 1]];
                        edges.put(at_i + v, ends, visitor, [2 * i + 1, 2 * j, 2 * p]);
                    }
                    if bits_j >> b & 1 == 1 {
                        let ends = [here, self.voxels[v + grid.stride]];
                        edges.put(at_j + v, ends, visitor, [2 * i, 2 * j + 1, 2 * p]);
                    }
                }
            }
        }
    }
}

/// Bit `i` of a row tells whether `a[i] != b[i]`.
fn diff_rows<T: Voxel>(grid: &Grid, a: &[T], b: &[T], bits: &mut [u64]) {
    // The shifted views end one voxel or row early; what lies beyond is background on both sides.
    let n = grid.height * grid.stride;
    for ((a, b), out) in a[..n].chunks_exact(64).zip(b.chunks(64)).zip(bits) {
        *out = if b.len() < 64 {
            diff(a, b)
        } else if a == b {
            0
        } else {
            diff(a, b)
        };
    }
}

fn diff<T: Voxel>(a: &[T], b: &[T]) -> u64 {
    a.iter().zip(b).enumerate().fold(0, |bits, (i, (a, b))| bits | u64::from(a != b) << i)
}

/// Gives the edges from plane `p` to the next their vertices.
fn edges_across<T: Voxel, V: Visitor<T>>(
    grid: &Grid,
    lower: &Plane<T>,
    upper: &Plane<T>,
    across: &[u64],
    visitor: &mut V,
    edges: &mut Edges,
    p: usize,
) {
    let at = edges.across(grid);
    for (word, &bits) in across.iter().enumerate() {
        let mut bits = bits;
        while bits != 0 {
            let v = word * 64 + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            let (j, i) = (v / grid.stride, v % grid.stride);
            edges.put(at + v, [lower.voxels[v], upper.voxels[v]], visitor, [2 * i, 2 * j, 2 * p + 1]);
        }
    }
}

/// Visits every label of every cell between plane `p` and the next that has an edge crossing.
fn cells<T: Voxel, V: Visitor<T>>(
    grid: &Grid,
    lower: &Plane<T>,
    upper: &Plane<T>,
    across: &[u64],
    visitor: &mut V,
    edges: &mut Edges,
    p: usize,
) {
    let words = grid.words;
    for j in 0..grid.height - 1 {
        edges.enter_row(grid, j, p);
        // A cell is active when any of its twelve edges crosses. Edges at i + 1 are the next bit, shifted down.
        let mut carry = 0u64;
        let row = j * words;
        let at_corner = |w: usize| {
            let (a, b) = (row + w, row + words + w);
            lower.along_j[a] | upper.along_j[a] | across[a] | across[b]
        };
        for w in (0..words).rev() {
            let corner = at_corner(w);
            let along = lower.along_i[row + w]
                | lower.along_i[row + words + w]
                | upper.along_i[row + w]
                | upper.along_i[row + words + w];
            let mut active = corner | corner >> 1 | carry << 63 | along;
            carry = corner & 1;
            while active != 0 {
                let i = w * 64 + active.trailing_zeros() as usize;
                active &= active - 1;
                let v = j * grid.stride + i;
                let (l, u) = (&lower.voxels, &upper.voxels);
                let s = v + grid.stride;
                let corners = [l[v], l[v + 1], l[s], l[s + 1], u[v], u[v + 1], u[s], u[s + 1]];
                cell(visitor, edges, corners, i);
            }
        }
    }
}

fn cell<T: Voxel, V: Visitor<T>>(visitor: &mut V, edges: &Edges, corners: [T; 8], i: usize) {
    let inside = |label: T| (0..8).fold(0u8, |bits, c| bits | u8::from(corners[c] == label) << c);
    let mut left = !inside(T::default());
    while left != 0 {
        let label = corners[left.trailing_zeros() as usize];
        let bits = inside(label);
        left &= !bits;
        visitor.cell(label, &CASES[bits as usize], edges, bits, i);
    }
}

impl Edges {
    fn new(grid: &Grid, numbers: bool) -> Self {
        let len = if numbers { 5 * grid.height * grid.stride } else { 0 };
        Self { numbers: vec![[0; 2]; len], row: [0; 12] }
    }

    /// Start of the edges of plane `p` along i (`axis` 0) or j (1); two planes are kept.
    fn plane(&self, grid: &Grid, axis: usize, p: usize) -> usize {
        (axis * 2 + p % 2) * grid.height * grid.stride
    }

    fn across(&self, grid: &Grid) -> usize {
        4 * grid.height * grid.stride
    }

    fn enter_row(&mut self, grid: &Grid, j: usize, p: usize) {
        let (row, next) = (j * grid.stride, (j + 1) * grid.stride);
        let [i0, i1] = [p, p + 1].map(|p| self.plane(grid, 0, p));
        let [j0, j1] = [p, p + 1].map(|p| self.plane(grid, 1, p) + row);
        let k = self.across(grid);
        self.row = [
            i0 + row,
            i0 + next,
            i1 + row,
            i1 + next, // along i
            j0,
            j0 + 1,
            j1,
            j1 + 1, // along j
            k + row,
            k + row + 1,
            k + next,
            k + next + 1, // along k
        ];
    }

    fn put<T: Voxel, V: Visitor<T>>(&mut self, edge: usize, ends: [T; 2], visitor: &mut V, at: [usize; 3]) {
        let numbers = ends.map(|label| if label == T::default() { 0 } else { visitor.vertex(label, at) });
        if V::NUMBERS {
            self.numbers[edge] = numbers;
        }
    }
}

struct Counter {
    counts: Vec<Count>,
}

impl<T: Voxel> Visitor<T> for Counter {
    const NUMBERS: bool = false;

    fn vertex(&mut self, label: T, _: [usize; 3]) -> u32 {
        self.counts[label.index()].vertices += 1;
        0
    }

    fn cell(&mut self, label: T, case: &Case, _: &Edges, _: u8, _: usize) {
        self.counts[label.index()].faces += case.count as usize;
    }
}

/// Numbers the vertices of the plane that the next slab writes.
struct Numberer {
    next: Vec<u32>,
}

impl<T: Voxel> Visitor<T> for Numberer {
    const NUMBERS: bool = true;

    fn vertex(&mut self, label: T, _: [usize; 3]) -> u32 {
        let number = self.next[label.index()];
        self.next[label.index()] += 1;
        number
    }

    fn cell(&mut self, _: T, _: &Case, _: &Edges, _: u8, _: usize) {}
}

struct Writer<'a> {
    output: Output<'a>,
    /// Where the voxels of each label are.
    frames: &'a [Frame],
    /// Whether the grid is left-handed.
    flip: bool,
}

impl<T: Voxel> Visitor<T> for Writer<'_> {
    const NUMBERS: bool = true;

    fn vertex(&mut self, label: T, at: [usize; 3]) -> u32 {
        let label = label.index();
        if let Some(vertex) = self.output.vertices[label].next() {
            // From twice the framed index to the index in the label's frame, exactly; then to mm.
            let Frame { first, rows } = &self.frames[label];
            let [x, y, z] = [0, 1, 2].map(|a| at[a] as f64 * 0.5 - 1.0 - first[a]);
            *vertex = rows.map(|r| (r[0] * x + r[1] * y + r[2] * z + r[3]) as f32);
        }
        let next = &mut self.output.next[label].vertices;
        *next += 1;
        (*next - 1) as u32
    }

    fn cell(&mut self, label: T, case: &Case, edges: &Edges, inside: u8, i: usize) {
        let faces = &mut self.output.faces[label.index()];
        for triangle in &case.triangles[..case.count as usize] {
            let number = |e: u8| {
                // The label sits at the lower end of the edge or at the upper one.
                let upper = inside >> super::cases::EDGES[e as usize].0 & 1 == 0;
                edges.numbers[edges.row[e as usize] + i][usize::from(upper)]
            };
            let [a, b, c] = triangle.map(number);
            if let Some(face) = faces.next() {
                *face = if self.flip { [a, c, b] } else { [a, b, c] };
            }
        }
    }
}
