//! Vertices that slide along the grid edges they lie on.

use super::slab::Vertex;
use super::sweep::{Frame, Swept, sweep};
use crate::{Affine, LabelView, Mesh};

/// How near a vertex may come to a voxel centre, in shares of its edge: nearer, triangles would shrink to slivers.
pub(super) const MARGIN: f32 = 0.03;

/// The grid edge of a vertex.
#[derive(Clone, Copy, Default)]
pub(super) struct EdgePoint {
    /// Framed index of the edge's lower end: the voxel's index plus one.
    low: [u16; 3],
    /// Axis of the edge.
    pub axis: u8,
    /// Whether the label is at the upper end.
    pub upper: bool,
}

impl Vertex for EdgePoint {
    #[inline]
    fn new(_: &Frame, at: [u32; 3], upper: bool) -> Self {
        // Only the coordinate along the edge is odd.
        let axis = (at[1] & 1) as u8 + 2 * (at[2] & 1) as u8;
        Self { low: [(at[0] / 2) as u16, (at[1] / 2) as u16, (at[2] / 2) as u16], axis, upper }
    }
}

impl EdgePoint {
    /// Framed index of the edge's lower end along its own axis.
    pub(super) fn start(self) -> f32 {
        f32::from(self.low[self.axis as usize])
    }

    /// The voxel indices of the edge's ends, `None` beyond the volume.
    pub(super) fn ends(self, shape: [usize; 3]) -> [Option<usize>; 2] {
        let mut high = self.low;
        high[self.axis as usize] += 1;
        [self.low, high].map(|at| {
            let at = at.map(|v| usize::from(v).wrapping_sub(1));
            let inside = (0..3).all(|a| at[a] < shape[a]);
            inside.then(|| at[0] + shape[0] * (at[1] + shape[1] * at[2]))
        })
    }

    /// The middle of the edge, framed index.
    pub(super) fn middle(self) -> [f32; 3] {
        let mut at = [f32::from(self.low[0]), f32::from(self.low[1]), f32::from(self.low[2])];
        at[self.axis as usize] += 0.5;
        at
    }
}

/// The surfaces of all labels with their vertices still on their edges.
pub(super) fn sweep_edges(view: &LabelView<'_>) -> Vec<Swept<EdgePoint>> {
    sweep(view, &|_| Frame { first: [0.0; 3], rows: view.affine().rows() })
}

/// A mesh from framed indices.
pub(super) fn place(at: &[[f32; 3]], faces: Vec<[u32; 3]>, affine: &Affine) -> Mesh {
    Mesh::new_unchecked(to_mm(at, affine), faces)
}

/// RAS+ mm from framed indices.
pub(super) fn to_mm(at: &[[f32; 3]], affine: &Affine) -> Vec<[f32; 3]> {
    let rows = affine.rows();
    // In 64 bits up to the sum, as far from the origin as the patient may lie.
    let mm = |p: &[f32; 3]| {
        let (x, y, z) = (f64::from(p[0]) - 1.0, f64::from(p[1]) - 1.0, f64::from(p[2]) - 1.0);
        let along = |r: &[f64; 4]| (r[0] * x + r[1] * y + r[2] * z + r[3]) as f32;
        [along(&rows[0]), along(&rows[1]), along(&rows[2])]
    };
    at.iter().map(mm).collect()
}
