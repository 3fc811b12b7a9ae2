//! Files to shapes and back: `NIfTI`, NRRD, `MetaImage`, MGH, NPY and NPZ volumes; STL, PLY, OBJ and GLB meshes; PLY point clouds; PNG pictures.
//!
//! Readers convert into RAS+ millimetres and check every size a file claims before they ask for memory; whatever the
//! bytes, the answer is a value or a [`FormatError`]. Writers give the same bytes for the same shape, every time.

mod error;
mod glb;
mod input;
mod mesh_file;
pub mod metaimage;
mod mgh;
pub mod nifti;
pub mod npy;
pub mod nrrd;
mod obj;
mod ply;
pub mod png;
mod segmentation;
mod stl;
mod text;
mod volume_file;
mod voxels;
mod weld;

pub use error::FormatError;
pub use glb::write_scene as write_glb_scene;
pub use mesh_file::{MeshFile, MeshFormat, MeshMeta, read_mesh, read_mesh_bytes, write_mesh};
pub use nifti::{LabelVolume, NiftiInfo};
pub use ply::{read_points_ply, read_points_ply_bytes, write_points_ply};
pub use segmentation::{Code, Method, Segment, Segmentation};
pub use volume_file::{
    AxisOrder, ReadVolume, ScalarVolume, VolumeFormat, read_scalars, read_scalars_bytes, read_segmentation,
    read_segmentation_bytes, write_label_map,
};
pub use voxels::{Limits, ScalarType};
