//! The geometry of medshape: voxel masks, meshes and point clouds, and everything computed on them.
//!
//! Space is RAS+ patient space in millimetres throughout; volumes are indexed `(i, j, k)` with `i` fastest in memory.
//! This crate reads and writes no file and knows no dataset.

mod affine;
mod convert;
mod decimate;
mod error;
mod extract;
mod features;
mod grid;
mod integrals;
mod label_map;
mod mask;
mod mesh;
mod metrics;
mod normals;
mod point_cloud;
mod pose;
mod random;
mod render;
mod sample;
mod sdf;
mod smooth;
mod spatial;
mod topology;
mod vector;

pub use affine::Affine;
pub use decimate::decimate;
pub use error::ShapeError;
pub use extract::{SharedSurface, Surface, extract_crops, extract_mesh, extract_meshes, extract_shared, isosurface};
pub use grid::{LabelStatistics, crop_label, label_statistics};
pub use integrals::{Integrals, integrals, sphericity};
pub use label_map::{LabelMap, LabelSlice, LabelView, Labels};
pub use mask::{Mask, MaskView};
pub use mesh::Mesh;
pub use normals::vertex_normals;
pub use point_cloud::PointCloud;
pub use render::{Image, render};
pub use sample::sample_surface;
pub use sdf::Sdf;
pub use smooth::smooth_taubin;
pub use topology::{Closing, MeshCheck, check, close};

/// Voxels an axis may have: what a `NIfTI`-1 header can say, and more than any scanner makes.
pub const MAX_AXIS: usize = 32_767;
