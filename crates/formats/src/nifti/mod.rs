//! `NIfTI`-1 and `NIfTI`-2 label volumes, plain or gzip-compressed (decided by content, not by name).
//!
//! Read: every integer and float type in either byte order, provided that all values are whole numbers from 0 to
//! 2^32 - 1 after scaling. The affine follows nibabel's rules (see [`AffineOrigin`]); headers in metres or microns are
//! converted to millimetres. Written: `NIfTI`-1, little endian, sform and qform, the same bytes every time.
//!
//! Sizes in the header are checked against the file and against [`Limits`] before memory is asked for.

mod datatype;
mod header;
mod label_table;
mod orientation;
mod values;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use medshape_shape::{Affine, LabelMap};

pub use datatype::Datatype;
pub use orientation::AffineOrigin;
pub use write::{write_label_map, write_label_map_gz, write_mask, write_mask_gz};

use crate::error::FormatError;
use crate::input::Input;

/// What a reader may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most voxels of a volume. Default 2^32: 4 GB of 8-bit labels, four times the largest CT in use.
    pub max_voxels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_voxels: 1 << 32 }
    }
}

/// What a `NIfTI` header says, checked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NiftiInfo {
    /// 1 or 2.
    pub version: u8,
    /// Whether numbers are stored most significant byte first.
    pub big_endian: bool,
    /// Voxels along i, j, k.
    pub shape: [usize; 3],
    /// Type of a voxel as stored.
    pub datatype: Datatype,
    /// Voxel index to RAS+ mm.
    pub affine: Affine,
    /// Which of the header's transforms the affine is.
    pub affine_origin: AffineOrigin,
    /// Millimetres a unit of the header: 1, or 1000 (metres) or 0.001 (microns), which was multiplied in.
    pub mm_per_unit: f64,
    /// Slope and intercept applied to the stored values, if any.
    pub scaling: Option<[f64; 2]>,
    /// Names of labels, when an extension of the header holds them (as `TotalSegmentator` writes).
    pub label_table: BTreeMap<u32, String>,
}

impl NiftiInfo {
    /// Size of a voxel along i, j, k, mm.
    pub fn spacing(&self) -> [f64; 3] {
        self.affine.spacing()
    }
}

/// A label volume and what its header said.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelVolume {
    /// The labels, as narrow as they fit.
    pub map: LabelMap,
    /// The header it came with.
    pub header: NiftiInfo,
}

/// Reads a label volume within the default [`Limits`].
///
/// # Errors
/// [`FormatError`] for a file that is no label volume, is damaged, cut short or too large.
pub fn read_label_map(path: &Path) -> Result<LabelVolume, FormatError> {
    read_label_map_within(path, Limits::default())
}

/// Reads a label volume within limits of your own.
///
/// # Errors
/// As [`read_label_map`].
pub fn read_label_map_within(path: &Path, limits: Limits) -> Result<LabelVolume, FormatError> {
    read_volume(Input::from_path(path)?, limits)
}

/// Reads a label volume from memory; `name` is used in messages only.
///
/// # Errors
/// As [`read_label_map`].
pub fn read_label_map_bytes(name: &Path, bytes: &[u8], limits: Limits) -> Result<LabelVolume, FormatError> {
    read_volume(Input::from_bytes(name, bytes)?, limits)
}

/// Reads only the header: shape, type, affine and label names. The size of a plain file is still checked.
///
/// # Errors
/// As [`read_label_map`], except for what only the voxels can show.
pub fn read_info(path: &Path) -> Result<NiftiInfo, FormatError> {
    read_header(&mut Input::from_path(path)?, Limits::default())
}

fn read_volume(mut input: Input<'_>, limits: Limits) -> Result<LabelVolume, FormatError> {
    let header = read_header(&mut input, limits)?;
    let layout = values::Layout {
        shape: header.shape,
        datatype: header.datatype,
        big_endian: header.big_endian,
        scaling: header.scaling,
    };
    let labels = values::read_labels(&mut input, &layout)?;
    input.finish()?;
    let map = LabelMap::new(header.shape, header.affine, labels)
        .map_err(|e| FormatError::header(input.file(), "dim", e, "a usable grid"))?;
    Ok(LabelVolume { map, header })
}

/// Reads up to the first voxel and checks that the voxels can be there.
fn read_header(input: &mut Input<'_>, limits: Limits) -> Result<NiftiInfo, FormatError> {
    let file = input.file();
    let mut bytes = Vec::with_capacity(4);
    input.read_into(&mut bytes, 4)?;
    let (size, big_endian) = header::size_and_order(file, &bytes)?;
    bytes.reserve_exact(size - 4);
    input.read_exact(&mut bytes, size - 4, "header")?;
    let raw = header::parse(file, &bytes, big_endian)?;
    let shape = raw.shape(file, limits.max_voxels)?;
    let (affine, affine_origin) = orientation::affine(file, &raw, shape)?;

    let data_bytes = shape.iter().map(|&n| n as u64).product::<u64>() * raw.datatype.bytes() as u64;
    let needed = raw.vox_offset + data_bytes;
    if needed > input.upper_bound() {
        return Err(FormatError::Truncated {
            file: file.to_owned(),
            what: "the volume that its header describes (if gzip, at the best possible compression)",
            expected: needed,
            found: input.upper_bound(),
        });
    }
    let extension_bytes = raw.vox_offset as usize - size;
    let mut extensions = Vec::new();
    crate::input::reserve(file, &mut extensions, extension_bytes as u64)?;
    input.read_exact(&mut extensions, extension_bytes, "header extensions")?;

    Ok(NiftiInfo {
        version: raw.version,
        big_endian,
        shape,
        datatype: raw.datatype,
        affine,
        affine_origin,
        mm_per_unit: raw.mm_per_unit(),
        scaling: raw.scaling(file)?,
        label_table: label_table::parse(&extensions),
    })
}
