//! Operations on voxel grids, each against its definition written out.

mod components;
mod distance;
mod holes;
mod morphology;
mod peers;
mod resample;
mod volumes;
