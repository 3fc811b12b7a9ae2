//! Search structures over triangles and points.

mod grid_search;
mod kd_batch;
mod kd_layout;
mod kd_tree;
mod triangle;
mod triangle_lanes;
mod triangle_tree;
mod wide_boxes;
mod wide_discs;
mod winding;

pub(crate) use grid_search::{BLOCK, GridSearch, prepared_triangles};
pub(crate) use kd_layout::{Bounds, Item, Layout, box_distance2};
pub(crate) use kd_tree::check_points;
pub use kd_tree::{KdTree, Neighbour};
pub use triangle::TrianglePart;
pub use triangle_tree::{ClosestPoint, RayHit, TriangleTree};
pub(crate) use winding::Winding;
