//! Points on surfaces.

mod area_uniform;

pub use area_uniform::sample_surface;
