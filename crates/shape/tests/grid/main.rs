//! Operations on voxel grids, each against its definition written out.

mod components;
mod distance;
mod holes;
mod morphology;
mod resample;
mod volumes;
