//! GIFTI 1.0 (NITRC `gifti.net`): surfaces, and values or labels at their vertices.
//!
//! Read: all four encodings (external files only from the same folder), both byte orders, both index orders, label
//! tables; `.gii.gz` too. Coordinates are RAS millimetres by the specification. A transform that leads from an unknown
//! space to a known one is applied; any other is left alone and kept in the part's extras, as it leads away from the
//! subject. Refused: entity declarations. Written: one surface, gzipped base64.

mod array;
mod read;
mod write;

pub(crate) use read::read;
pub use read::{GiftiArray, GiftiData, read_gifti, read_gifti_bytes};
pub(crate) use write::write;
