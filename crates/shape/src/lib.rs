//! The geometry of medshape: voxel masks, meshes and point clouds, and everything computed on them.
//!
//! Space is RAS+ patient space in millimetres throughout; volumes are indexed `(i, j, k)` with `i` fastest in memory.
//! This crate reads and writes no file and knows no dataset.

mod affine;
mod borders;
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
pub use borders::Borders;
pub use convert::{
    MAX_VOXELS, MaskBoundary, mask_to_sdf, mesh_to_mask, mesh_to_sdf, signed_distances, winding_numbers,
};
pub use decimate::{Decimate, Decimated, Stop, decimate, level_of_detail};
pub use error::ShapeError;
pub use extract::{
    SharedSurface, Surface, extract_crops, extract_mesh, extract_meshes, extract_shared, isosurface,
    probability_surface,
};
pub use features::{Feature, Features, Group, MaskOrMesh, MeasureOptions, Unit, measure};
pub use grid::{
    Border, Component, Components, Connectivity, Element, Enclosed, Keep, LabelSampling, LabelStatistics, closing,
    connected_components, crop_label, dilate, distance_to_mask, distance_transform, erode, fill_holes, fill_mask_holes,
    interpolate_slices, label_statistics, largest_components, largest_mask_components, opening, resample_field,
    resample_labels, resample_mask,
};
pub use integrals::{Integrals, integrals, sphericity};
pub use label_map::{LabelMap, LabelSlice, LabelView, Labels};
pub use mask::{Mask, MaskView};
pub use mesh::Mesh;
pub use metrics::{
    Chamfer, CompareOptions, DirectedDistances, MaskMetrics, MeshCompareOptions, MeshMetrics, Overlap, PointMetrics,
    SurfaceDistance, SurfaceMetrics, border_dice, chamfer, compare, compare_labels, compare_meshes, compare_points,
};
pub use normals::{angle_weighted_normals, face_normals, vertex_normals};
pub use point_cloud::PointCloud;
pub use pose::{
    Normalization, OrientedBox, Plane, PrincipalAxes, Similarity, SymmetryPlane, convex_hull, mirror, normalize,
    normalize_points, oriented_box, principal_axes, symmetry_plane,
};
pub use render::{Image, Part, Projection, RenderOptions, Shading, View, render, render_scene};
pub use sample::{SampleMethod, farthest_points, sample_surface};
pub use sdf::Sdf;
pub use smooth::{smooth_taubin, smooth_volume_preserving, smooth_windowed_sinc};
pub use spatial::{ClosestPoint, KdTree, Neighbour, RayHit, TrianglePart, TriangleTree};
pub use topology::{
    Closing, FaultPlaces, MeshCheck, Repair, RepairOptions, SelfIntersections, check, check_thoroughly, close,
    connected_parts, repair, self_intersections,
};

/// Voxels an axis may have: what a `NIfTI`-1 header can say, and more than any scanner makes.
pub const MAX_AXIS: usize = 32_767;
