//! Position, direction and symmetry of shapes.

mod convex_hull;

pub use convex_hull::convex_hull;
pub(crate) use convex_hull::hull;
