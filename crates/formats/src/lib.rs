//! Files to shapes and back: volumes, meshes and point clouds in the formats of the field; PNG pictures.
//!
//! Readers convert into RAS+ millimetres and check every size a file claims before they ask for memory; whatever the
//! bytes, the answer is a value or a [`FormatError`]. Writers give the same bytes for the same shape, every time.

mod base64;
mod error;
mod freesurfer;
mod gifti;
mod gltf;
mod inflate;
mod input;
mod label_table;
mod mesh_file;
mod mesh_format;
pub mod metaimage;
mod mgh;
mod mz3;
pub mod nifti;
pub mod npy;
pub mod nrrd;
mod numbers;
mod obj;
mod off;
mod ply;
pub mod png;
mod point_file;
mod polygons;
mod scan;
mod scene;
mod segmentation;
mod side_file;
mod stl;
mod text;
mod threemf;
mod volume_file;
mod voxels;
mod vtk;
mod weld;
mod xml;

pub use error::FormatError;
pub use freesurfer::{Annotation, read_annotation, read_curvature};
pub use gifti::{GiftiArray, GiftiData, read_gifti, read_gifti_bytes};
pub use gltf::write_scene as write_glb_scene;
pub use label_table::LabelEntry;
pub use mesh_file::{
    MeshFile, MeshMeta, ReadOptions, read_mesh, read_mesh_bytes, read_mesh_with, read_scene, read_scene_bytes,
    write_mesh, write_scene,
};
pub use mesh_format::{MeshFormat, Support};
pub use nifti::{LabelVolume, NiftiInfo};
pub use ply::{read_points_ply, read_points_ply_bytes, write_points_ply};
pub use point_file::{PointFile, read_points, read_points_bytes};
pub use scene::{Frame, LengthUnit, Part, Scene, VertexData};
pub use segmentation::{Code, Method, Segment, Segmentation};
pub use volume_file::{
    AxisOrder, ReadVolume, ScalarVolume, VolumeFormat, read_scalars, read_scalars_bytes, read_segmentation,
    read_segmentation_bytes, write_label_map,
};
pub use voxels::{Limits, ScalarType};
