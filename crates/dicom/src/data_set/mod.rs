//! DICOM data sets (PS3.5) as slices of the file's bytes.
//!
//! Element headers are decoded by `dicom-encoding`; the walk over them is here, because it must hold on any bytes: every
//! length is checked against what is left of its parent before it is used, nesting is bounded, and values are borrowed,
//! so a data set takes memory in proportion to the file, whatever the file claims.

mod encoding;
mod file;
mod item;
mod parse;
mod text;

pub(crate) use file::{Content, read_bytes, read_head};
pub(crate) use item::{Item, Value, decimal};
