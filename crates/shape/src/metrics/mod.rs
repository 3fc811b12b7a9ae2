//! Metrics: numbers that compare two shapes.

mod bit_grid;
mod compare;
mod distances;
mod lattice;
mod overlap;
mod points;
mod surfels;

pub use compare::{CompareOptions, MaskMetrics, compare, compare_labels};
pub use distances::{DirectedDistances, SurfaceDistance, SurfaceMetrics};
pub use overlap::Overlap;
pub use points::{Chamfer, PointMetrics, chamfer, compare_points};
