//! Search structures over triangles and points.

mod kd_layout;
mod kd_tree;
mod triangle;
mod triangle_tree;
mod wide_boxes;
mod winding;

pub(crate) use kd_layout::{Item, Layout, box_distance2};
pub(crate) use kd_tree::check_points;
pub use kd_tree::{KdTree, Neighbour};
pub use triangle::TrianglePart;
pub use triangle_tree::{ClosestPoint, RayHit, TriangleTree};
pub(crate) use wide_boxes::NONE as NO_TRIANGLE;
pub(crate) use winding::Winding;
