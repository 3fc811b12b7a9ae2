//! VTK: legacy files (in) and XML PolyData (`.vtp`, in and out).
//!
//! Sources: the VTK file format pages of Kitware's documentation, VTK 9. Polygons and strips become triangles, vertices
//! and lines are left out; a file of lines only (centre lines) holds no triangles and says so. The frame is what 3D
//! Slicer writes: `SPACE=LPS` or `SPACE=RAS` in the title of a legacy file, the string array `SPACE` in the field data of
//! an XML file.

mod arrays;
mod attributes;
mod cells;
mod legacy;
mod piece;
mod vtp;
mod write;

pub(crate) use legacy::read as read_legacy;
pub(crate) use vtp::read as read_vtp;
pub(crate) use write::write as write_vtp;
