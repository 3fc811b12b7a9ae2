//! The geometry of medshape: voxel masks, meshes and point clouds, and everything computed on them.
//!
//! Space is RAS+ patient space in millimetres throughout; volumes are indexed `(i, j, k)` with `i` fastest in memory.
//! This crate reads and writes no file and knows no dataset.

mod adjacency;
mod affine;
mod check;
mod close;
mod decimate;
mod error;
mod extract;
mod label_map;
mod mesh;
mod normals;
mod random;
mod render;
mod sample;
mod smooth;
mod statistics;
mod vector;
mod volume;

pub use affine::Affine;
pub use check::{MeshCheck, check};
pub use close::{Closing, close};
pub use decimate::decimate;
pub use error::ShapeError;
pub use extract::{extract_crops, extract_mesh, extract_meshes};
pub use label_map::{LabelMap, Labels, Mask};
pub use mesh::{Mesh, PointCloud};
pub use normals::vertex_normals;
pub use render::{Image, render};
pub use sample::sample_surface;
pub use smooth::smooth_taubin;
pub use statistics::{LabelStatistics, crop_label, label_statistics};
pub use volume::{Integrals, integrals, sphericity};

/// Voxels an axis may have: what a `NIfTI`-1 header can say, and more than any scanner makes.
pub const MAX_AXIS: usize = 32_767;
