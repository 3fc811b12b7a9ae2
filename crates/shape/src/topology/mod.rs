//! How the faces of a mesh hang together: faults, and what mends them.

pub(crate) mod adjacency;
mod check;
mod close;

pub use check::{MeshCheck, check};
pub use close::{Closing, close};
