//! Wavefront OBJ: positions and faces; texture, normals, groups and materials are not used.

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
