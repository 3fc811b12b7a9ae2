//! The vertex numbers that the cells of two planes look up.

use super::plane::{Grid, Voxel};
use super::visit::Visitor;

/// Vertex numbers on the edges of the two current planes and between them: for each edge, of its lower and its upper
/// end's label.
pub(super) struct Edges {
    numbers: Vec<[u32; 2]>,
    /// Start of the current cell row for each of a cell's twelve edges.
    row: [usize; 12],
}

impl Edges {
    pub(super) fn new(grid: &Grid, numbers: bool) -> Self {
        let len = if numbers { 5 * grid.height * grid.stride } else { 0 };
        Self { numbers: vec![[0; 2]; len], row: [0; 12] }
    }

    /// Start of the edges of plane `p` along i (`axis` 0) or j (1); two planes are kept.
    pub(super) fn plane(grid: &Grid, axis: usize, p: usize) -> usize {
        (axis * 2 + p % 2) * grid.height * grid.stride
    }

    pub(super) fn across(grid: &Grid) -> usize {
        4 * grid.height * grid.stride
    }

    /// The vertex on edge `e` of the cell at `i` that belongs to the label at the edge's upper or lower end.
    #[inline]
    pub(super) fn number(&self, e: u8, i: usize, upper: bool) -> u32 {
        self.numbers[self.row[e as usize] + i][usize::from(upper)]
    }

    pub(super) fn enter_row(&mut self, grid: &Grid, j: usize, p: usize) {
        let (row, next) = (j * grid.stride, (j + 1) * grid.stride);
        let [i0, i1] = [p, p + 1].map(|p| Self::plane(grid, 0, p));
        let [j0, j1] = [p, p + 1].map(|p| Self::plane(grid, 1, p) + row);
        let k = Self::across(grid);
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

    pub(super) fn put<T: Voxel, V: Visitor<T>>(&mut self, edge: usize, ends: [T; 2], visitor: &mut V, at: [usize; 3]) {
        let mut number = |side: usize| {
            let label = ends[side];
            if label == T::default() { 0 } else { visitor.vertex(label, at, side == 1) }
        };
        let numbers = [number(0), number(1)];
        if V::NUMBERS {
            self.numbers[edge] = numbers;
        }
    }
}
