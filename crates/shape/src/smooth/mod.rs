//! Smoothing of triangle meshes. Topology, attributes other than normals, and vertices that no face uses stay.

mod taubin;
mod umbrella;
mod volume_preserving;
mod windowed_sinc;

pub use taubin::smooth_taubin;
pub use volume_preserving::smooth_volume_preserving;
pub use windowed_sinc::smooth_windowed_sinc;
