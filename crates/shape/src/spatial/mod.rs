//! Search structures over triangles and points.

mod kd_layout;
mod kd_tree;

pub(crate) use kd_layout::{Item, Layout, box_distance2};
pub(crate) use kd_tree::check_points;
pub use kd_tree::{KdTree, Neighbour};
