//! The pipeline: a folder of masks or meshes in, checked shapes in a collection out.
//!
//! A [plan](medshape_sources::plan) says which files hold which structures of which case. Each file is read once; each
//! label of it becomes a shape: the truth as it came, the measured full mesh, the light core mesh and a thumbnail.
//! Work runs in parallel over cases, files and labels. What fails is noted and the rest goes on; a shape that is
//! there already, made by the same program from the same input, is left untouched.

mod case;
mod consensus;
mod derived;
mod error;
mod image;
mod import;
mod naming;
mod parts;
mod read;
mod shape;
mod summary;
mod surface;
mod volume;

pub use error::IngestError;
pub use import::{ImportOptions, Progress, Silent, import};
pub use shape::{CORE_FACES, THUMBNAIL_SIZE, measure_mesh};
pub use summary::Summary;
