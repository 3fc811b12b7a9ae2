//! FreeSurfer: surfaces, values (`curv`, `thickness`, ...) and annotations. Source: FreeSurfer's own readers as described
//! in its wiki, and nibabel's account of them. All big-endian. Refused: ASCII surfaces and patches.

mod annotation;
mod curvature;
mod surface;

pub use annotation::{Annotation, read as read_annotation};
pub use curvature::read as read_curvature;
pub(crate) use surface::{is_surface, read as read_surface};

/// A number of three bytes, as the first files had it.
fn three([a, b, c]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, a, b, c])
}
