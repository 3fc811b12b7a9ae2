//! Smoothing of triangle meshes.

mod taubin;

pub use taubin::smooth_taubin;
