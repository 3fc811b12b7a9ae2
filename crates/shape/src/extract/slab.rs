//! One slab of the sweep: counts, then writes, the vertices and triangles of its slices.

use super::cases::CASES;
use super::edges::Edges;
use super::plane::{Grid, Plane, Voxel, diff_rows};
use super::sweep::Frame;
use super::visit::{Count, Counter, Numberer, Output, Vertex, Visitor, Writer};

/// A range of planes of the framed volume. Framed plane `p` is slice `p - 1`; planes 0 and `nz + 1` are background.
/// A slab owns the edges within its planes and, with the cells, those up to the next plane.
pub(super) struct Slab {
    first: usize,
    end: usize,
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
    pub(super) fn write<T: Voxel, P: Vertex>(
        &self,
        shape: [usize; 3],
        voxels: &[T],
        output: Output<'_, P>,
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
    let at = Edges::across(grid);
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
        let row = j * words;
        let at_corner = |w: usize| {
            let (a, b) = (row + w, row + words + w);
            lower.along_j[a] | upper.along_j[a] | across[a] | across[b]
        };
        let mut next = at_corner(0);
        for w in 0..words {
            let corner = next;
            next = if w + 1 < words { at_corner(w + 1) } else { 0 };
            let (a, b) = (row + w, row + words + w);
            let along = lower.along_i[a] | lower.along_i[b] | upper.along_i[a] | upper.along_i[b];
            let mut active = corner | corner >> 1 | next << 63 | along;
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
