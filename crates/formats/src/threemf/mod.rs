//! 3MF (3MF Consortium, core specification 1.3; base materials and colour groups), in and out.
//!
//! Read: every item of the build with its transform and components, also those in other models of the package
//! (production extension); units; the colour of an object. Refused: encrypted files, entity declarations, archives that
//! unpack to absurd sizes, components that multiply without end. Left out: colours of single triangles, textures, beam
//! lattices, slices, supports.

mod model;
mod package;
mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
