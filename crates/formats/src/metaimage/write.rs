//! Writes `.mha`: header and zlib-compressed voxels in one file, coordinates in LPS.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use medshape_shape::{LabelMap, Labels};

use crate::error::FormatError;
use crate::voxels::write_labels;

/// Writes a label map in the type it has in memory (8, 16 or 32 bits, unsigned). Numbers have the digits that bring back
/// the same 64 bits.
///
/// # Errors
/// [`FormatError::Write`] if the writer fails.
pub fn write_label_map(map: &LabelMap, out: &mut impl Write) -> Result<(), FormatError> {
    write(map, out).map_err(FormatError::write("MetaImage"))
}

fn write(map: &LabelMap, out: &mut impl Write) -> io::Result<()> {
    // The size of the packed voxels stands in the header, before them.
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::new(6));
    write_labels(map.labels(), &mut zlib)?;
    let kind = match map.labels() {
        Labels::U8(_) => "MET_UCHAR",
        Labels::U16(_) => "MET_USHORT",
        Labels::U32(_) => "MET_UINT",
    };
    let voxels = zlib.finish()?;
    let [ni, nj, nk] = map.shape();
    let rows = map.affine().rows();
    let spacing = map.affine().spacing();
    // Subtracted from 0, so that no -0 is written.
    let lps = |r: usize, v: f64| if r < 2 { 0.0 - v } else { v };
    let matrix = [0, 1, 2].map(|a| [0, 1, 2].map(|r| lps(r, rows[r][a] / spacing[a]).to_string()).join(" ")).join(" ");
    let offset = [0, 1, 2].map(|r| lps(r, rows[r][3]).to_string()).join(" ");
    write!(
        out,
        "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = True\n\
         CompressedDataSize = {}\nTransformMatrix = {matrix}\nOffset = {offset}\nCenterOfRotation = 0 0 0\n\
         ElementSpacing = {} {} {}\nDimSize = {ni} {nj} {nk}\nElementType = {kind}\nElementDataFile = LOCAL\n",
        voxels.len(),
        spacing[0],
        spacing[1],
        spacing[2],
    )?;
    out.write_all(&voxels)
}
