//! Metrics: numbers that compare two shapes.

mod bit_grid;
mod border_dice;
mod compare;
mod distances;
mod lattice;
mod meshes;
mod overlap;
mod points;
mod surface_tree;
mod surfels;

pub use border_dice::border_dice;
pub use compare::{CompareOptions, MaskMetrics, compare, compare_labels};
pub use distances::{DirectedDistances, SurfaceDistance, SurfaceMetrics};
pub use meshes::{MeshCompareOptions, MeshMetrics, compare_meshes};
pub use overlap::Overlap;
pub use points::{Chamfer, PointMetrics, chamfer, compare_points};
pub(crate) use surface_tree::SurfaceTree;
