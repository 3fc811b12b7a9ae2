//! Wavefront OBJ: positions, faces, objects and groups; texture, normals and materials are not used.

mod groups;
mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
