//! Operations on voxel grids, each against its definition written out.

mod distance;
mod volumes;
