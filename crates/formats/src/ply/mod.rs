//! PLY: ascii and binary in both byte orders, meshes and point clouds.

mod body;
mod header;
mod read;
mod write;

pub(crate) use read::{is_ply, read_mesh, read_points};
pub use read::{read_points_ply, read_points_ply_bytes};
pub(crate) use write::write_mesh;
pub use write::write_points_ply;
