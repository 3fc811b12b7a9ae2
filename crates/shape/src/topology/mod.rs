//! How the faces of a mesh hang together: faults, and what mends them.

mod attributes;
mod check;
mod faults;
mod intersections;
mod links;
mod parts;
mod repair;
mod union_find;
mod weld;
mod wings;

pub use check::check;
pub use faults::{FaultPlaces, MeshCheck};
pub use intersections::{SelfIntersections, check_thoroughly, self_intersections};
pub use parts::connected_parts;
pub use repair::{Closing, Repair, RepairOptions, close, repair};
