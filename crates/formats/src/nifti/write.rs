//! Writes `NIfTI`-1: one header, no extensions, voxels from byte 352.
//!
//! `NIfTI`-1 stores the affine as 32-bit floats, so positions keep about seven digits. The gzip variants carry no time
//! and no name, so that equal volumes give equal bytes.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use medshape_shape::{Affine, LabelMap, Labels, Mask};

use super::datatype::Datatype;
use super::orientation::to_qform;
use crate::error::FormatError;
use crate::voxels::write_labels;

const VOX_OFFSET: usize = 352;
/// Scanner anatomical coordinates, the code for "this is patient space".
const SCANNER: i16 = 1;
const UNIT_MM: u8 = 2;

/// Writes a mask as an 8-bit volume of 0 and 1.
///
/// # Errors
/// [`FormatError::Write`] if the writer fails.
pub fn write_mask(mask: &Mask, mut out: impl Write) -> Result<(), FormatError> {
    let head = header(mask.shape(), mask.affine(), Datatype::U8);
    out.write_all(&head).and_then(|()| out.write_all(mask.voxels())).map_err(FormatError::write("NIfTI"))
}

/// Writes a label map in the type it has in memory (8, 16 or 32 bits, unsigned).
///
/// # Errors
/// [`FormatError::Write`] if the writer fails.
pub fn write_label_map(map: &LabelMap, mut out: impl Write) -> Result<(), FormatError> {
    let datatype = match map.labels() {
        Labels::U8(_) => Datatype::U8,
        Labels::U16(_) => Datatype::U16,
        Labels::U32(_) => Datatype::U32,
    };
    let head = header(map.shape(), map.affine(), datatype);
    let written = out.write_all(&head).and_then(|()| write_labels(map.labels(), &mut out));
    written.map_err(FormatError::write("NIfTI"))
}

/// [`write_mask`] through gzip. Level 1 (fastest) to 9 (smallest); 1 suits labels, 6 halves the size again at five times
/// the time.
///
/// # Errors
/// [`FormatError::Write`] if the writer fails.
pub fn write_mask_gz(mask: &Mask, level: u32, out: impl Write) -> Result<(), FormatError> {
    let mut gzip = GzBuilder::new().write(out, Compression::new(level.min(9)));
    write_mask(mask, &mut gzip)?;
    gzip.finish().map(drop).map_err(FormatError::write("NIfTI"))
}

/// [`write_label_map`] through gzip; levels as for [`write_mask_gz`].
///
/// # Errors
/// [`FormatError::Write`] if the writer fails.
pub fn write_label_map_gz(map: &LabelMap, level: u32, out: impl Write) -> Result<(), FormatError> {
    let mut gzip = GzBuilder::new().write(out, Compression::new(level.min(9)));
    write_label_map(map, &mut gzip)?;
    gzip.finish().map(drop).map_err(FormatError::write("NIfTI"))
}

fn header(shape: [usize; 3], affine: &Affine, datatype: Datatype) -> [u8; VOX_OFFSET] {
    let mut h = [0_u8; VOX_OFFSET];
    let mut put = |at: usize, bytes: &[u8]| h[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348_i32.to_le_bytes());
    put(38, b"r");
    // LabelMap and Mask keep every axis within MAX_AXIS, which is what an i16 holds.
    let dim = [3, shape[0] as i16, shape[1] as i16, shape[2] as i16, 1, 1, 1, 1];
    for (a, n) in dim.into_iter().enumerate() {
        put(40 + 2 * a, &n.to_le_bytes());
    }
    put(70, &datatype.code().to_le_bytes());
    put(72, &(8 * datatype.bytes() as i16).to_le_bytes());

    let qform = to_qform(affine);
    let spacing = affine.spacing();
    let pixdim = [qform.map_or(1.0, |q| q.qfac), spacing[0], spacing[1], spacing[2]];
    for (a, v) in pixdim.into_iter().enumerate() {
        put(76 + 4 * a, &(v as f32).to_le_bytes());
    }
    put(108, &(VOX_OFFSET as f32).to_le_bytes());
    put(112, &1_f32.to_le_bytes());
    put(123, &[UNIT_MM]);
    put(148, b"medshape");

    let rows = affine.rows();
    if let Some(q) = qform {
        put(252, &SCANNER.to_le_bytes());
        for a in 0..3 {
            put(256 + 4 * a, &(q.bcd[a] as f32).to_le_bytes());
            put(268 + 4 * a, &(rows[a][3] as f32).to_le_bytes());
        }
    }
    put(254, &SCANNER.to_le_bytes());
    for (r, row) in rows.iter().enumerate() {
        for (c, v) in row.iter().enumerate() {
            put(280 + 16 * r + 4 * c, &(*v as f32).to_le_bytes());
        }
    }
    put(344, b"n+1\0");
    h
}
