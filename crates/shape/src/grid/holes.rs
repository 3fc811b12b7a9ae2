//! Filling what a label encloses: cavities, and other labels if asked.
//!
//! Two pieces of the volume (see `pieces`) are neighbours if voxels of theirs are. A cavity is a piece of background that
//! does not reach the border and whose neighbours all have one label. That a label encloses more than
//! background means that it cuts pieces off from the border: it is an articulation point of the graph of pieces, found for
//! all of them in one depth-first search from the border (Hopcroft & Tarjan 1973, doi:10.1145/362248.362272). Cost: that
//! of the components, and the number of contacts; with labels to be filled as well, sorting these.

use super::components::zeroed_like;
use super::pieces::{Connectivity, Pieces};
use super::runs::Voxel;
use crate::{LabelMap, LabelSlice, LabelView, Labels, Mask, MaskView, ShapeError};

/// What is filled of that which a label encloses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Enclosed {
    /// Background only; other labels and what lies between several labels stay.
    Background,
    /// Everything that one component of a label cuts off from the border of the volume, other labels included. The
    /// outermost label wins.
    Everything,
}

/// Fills what labels enclose; 0 is background. `connectivity` says which voxels of the background (and of what is
/// enclosed) are joined, so [`Connectivity::Faces6`] closes most. What touches the border of the volume is open; in a
/// volume one voxel thick, everything does.
///
/// # Errors
/// As [`crate::connected_components`].
pub fn fill_holes<'a>(
    labels: impl Into<LabelView<'a>>,
    connectivity: Connectivity,
    enclosed: Enclosed,
) -> Result<LabelMap, ShapeError> {
    let view = labels.into();
    let labels = match view.labels() {
        LabelSlice::U8(v) => Labels::U8(fill(view.shape(), v, connectivity, enclosed)?),
        LabelSlice::U16(v) => Labels::U16(fill(view.shape(), v, connectivity, enclosed)?),
        LabelSlice::U32(v) => Labels::U32(fill(view.shape(), v, connectivity, enclosed)?),
    };
    LabelMap::new(view.shape(), *view.affine(), labels)
}

/// Fills the cavities of a mask; see [`fill_holes`].
///
/// # Errors
/// As [`crate::connected_components`].
pub fn fill_mask_holes<'a>(mask: impl Into<MaskView<'a>>, connectivity: Connectivity) -> Result<Mask, ShapeError> {
    let view = mask.into();
    let voxels = fill(view.shape(), view.voxels(), connectivity, Enclosed::Background)?;
    Mask::new(view.shape(), *view.affine(), voxels)
}

fn fill<T: Voxel>(
    shape: [usize; 3],
    voxels: &[T],
    connectivity: Connectivity,
    enclosed: Enclosed,
) -> Result<Vec<T>, ShapeError> {
    let [nx, ny, nz] = shape;
    let pieces = Pieces::new(shape, voxels, connectivity, |_| true)?;
    let mut values = vec![T::default(); pieces.count as usize];
    let mut open = vec![false; pieces.count as usize];
    for (row, run, piece) in pieces.iter() {
        let (j, k) = (row % ny, row / ny);
        let at_border = run.start == 0 || run.end as usize == nx || j == 0 || j + 1 == ny || k == 0 || k + 1 == nz;
        open[piece as usize] |= at_border;
        values[piece as usize] = run.value;
    }
    let mut filled = values.clone();
    if enclosed == Enclosed::Everything {
        let mut contacts = Vec::new();
        pieces.for_each_contact(ny, connectivity, |a, b| {
            // The same two pieces mostly meet many times in a row.
            if contacts.last() != Some(&(a, b)) {
                contacts.push((a, b));
            }
        });
        cut_off(&Graph::new(contacts, &open), &values, &mut filled);
    }
    let mut around = vec![Around::Nothing; values.len()];
    pieces.for_each_contact(ny, connectivity, |a, b| {
        for (piece, other) in [(a as usize, b as usize), (b as usize, a as usize)] {
            around[piece].add(values[other]);
        }
    });
    for ((value, around), open) in filled.iter_mut().zip(around).zip(open) {
        if let Around::One(label) = around
            && !open
            && *value == T::default()
        {
            *value = label;
        }
    }
    let mut out = zeroed_like(voxels);
    pieces.paint(nx, &mut out, |_, _, piece| Some(filled[piece as usize]).filter(|&v| v != T::default()));
    Ok(out)
}

/// The values around a piece.
#[derive(Clone, Copy)]
enum Around<T> {
    Nothing,
    One(T),
    Several,
}

impl<T: Voxel> Around<T> {
    fn add(&mut self, value: T) {
        *self = match *self {
            Self::Nothing => Self::One(value),
            Self::One(one) if one == value => *self,
            _ => Self::Several,
        };
    }
}

/// Pieces and their neighbours; the last node is what lies beyond the border.
struct Graph {
    starts: Vec<usize>,
    neighbours: Vec<u32>,
}

impl Graph {
    fn new(contacts: Vec<(u32, u32)>, open: &[bool]) -> Self {
        let outside = open.len() as u32;
        let mut edges = contacts;
        edges.extend((0..outside).filter(|&piece| open[piece as usize]).map(|piece| (piece, outside)));
        edges.extend(edges.clone().into_iter().map(|(a, b)| (b, a)));
        edges.sort_unstable();
        edges.dedup();
        let mut starts = vec![0; open.len() + 2];
        for &(a, _) in &edges {
            starts[a as usize + 1] += 1;
        }
        for n in 1..starts.len() {
            starts[n] += starts[n - 1];
        }
        Self { starts, neighbours: edges.into_iter().map(|(_, b)| b).collect() }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }
}

/// Gives each piece that a label cuts off from the outside the value of the outermost such label.
fn cut_off<T: Voxel>(graph: &Graph, values: &[T], filled: &mut [T]) {
    let outside = graph.len() - 1;
    let mut order = Vec::with_capacity(graph.len());
    let mut entered = vec![u32::MAX; graph.len()];
    let mut parents = vec![outside; graph.len()];
    // The earliest piece that one below in the tree is a neighbour of.
    let mut lowest = vec![u32::MAX; graph.len()];
    let mut next = graph.starts.clone();
    let mut stack = vec![outside];
    (entered[outside], lowest[outside]) = (0, 0);
    order.push(outside);
    while let Some(&node) = stack.last() {
        if next[node] == graph.starts[node + 1] {
            stack.pop();
            lowest[parents[node]] = lowest[parents[node]].min(lowest[node]);
            continue;
        }
        let other = graph.neighbours[next[node]] as usize;
        next[node] += 1;
        if entered[other] == u32::MAX {
            (entered[other], lowest[other]) = (order.len() as u32, order.len() as u32);
            parents[other] = node;
            order.push(other);
            stack.push(other);
        } else {
            lowest[node] = lowest[node].min(entered[other]);
        }
    }
    // From the outside inwards, so that the outermost label comes first.
    let mut inside = vec![false; graph.len()];
    for &node in &order[1..] {
        let parent = parents[node];
        if inside[parent] {
            inside[node] = true;
            filled[node] = filled[parent];
        } else if parent != outside && values[parent] != T::default() && lowest[node] >= entered[parent] {
            inside[node] = true;
            filled[node] = values[parent];
        }
    }
}
