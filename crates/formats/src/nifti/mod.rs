//! `NIfTI`-1 and `NIfTI`-2 label volumes, plain or gzip-compressed (decided by content, not by name), in one file or as a
//! pair of `.hdr` and `.img`.
//!
//! Read: every integer and float type in either byte order, provided that all values are whole numbers from 0 to
//! 2^32 - 1 after scaling. The affine follows nibabel's rules (see [`AffineOrigin`]); headers in metres or microns are
//! converted to millimetres. Refused: colours (RGB, RGBA), complex numbers, several volumes in one file, Analyze 7.5.
//! Written: `NIfTI`-1, little endian, sform and qform, the same bytes every time.
//!
//! Sizes in the header are checked against the file and against [`Limits`] before memory is asked for.

mod datatype;
mod header;
mod label_table;
mod orientation;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use medshape_shape::{Affine, LabelMap};

pub use datatype::Datatype;
pub use orientation::AffineOrigin;
pub use write::{write_label_map, write_label_map_gz, write_mask, write_mask_gz};

use crate::error::FormatError;
use crate::input::{Input, Source, reserve};
use crate::segmentation::Segment;
use crate::volume_file::Opened;
pub use crate::voxels::Limits;
use crate::voxels::{self, Layout};

/// The intent that says that voxels are labels (`NIFTI_INTENT_LABEL`).
const INTENT_LABEL: i32 = 1002;
/// The most bytes of header extensions that are looked at: they hold text.
const MAX_EXTENSIONS: u64 = 1 << 29;

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
    /// What the voxels are meant to be, as a number of the standard; 0 if the header does not say.
    pub intent_code: i32,
    /// Names of labels, when an extension of the header holds them (as `TotalSegmentator` writes).
    pub label_table: BTreeMap<u32, String>,
}

impl NiftiInfo {
    /// Size of a voxel along i, j, k, mm.
    pub fn spacing(&self) -> [f64; 3] {
        self.affine.spacing()
    }

    /// Whether the header says that the voxels are labels (intent 1002).
    pub fn says_labels(&self) -> bool {
        self.intent_code == INTENT_LABEL
    }

    /// What was assumed, in plain words.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.affine_origin == AffineOrigin::VoxelSizes {
            notes.push(
                "the header states no orientation; the first axis is taken as running left, the middle as the origin"
                    .into(),
            );
        }
        if self.mm_per_unit != 1.0 {
            notes.push(format!("lengths were multiplied by {}, as the header's unit asks for", self.mm_per_unit));
        }
        notes
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
    read_header(&mut Input::from_path(path)?, Limits::default()).map(|(info, _)| info)
}

fn read_volume(input: Input<'_>, limits: Limits) -> Result<LabelVolume, FormatError> {
    let (mut opened, header) = begin(input, limits)?;
    // A NIfTI file of several volumes is refused, so that there is exactly one layer.
    let map = voxels::label_maps(&mut opened)?
        .pop()
        .ok_or_else(|| FormatError::Empty { file: opened.input.file().to_owned(), what: "volume" })?;
    Ok(LabelVolume { map, header })
}

/// Whether the first four bytes are those of a header.
pub(crate) fn looks_like(head: &[u8]) -> bool {
    header::size_and_order(Path::new(""), head).is_ok()
}

/// Reads up to the first voxel; the label table becomes segments.
pub(crate) fn open(input: Input<'_>, limits: Limits) -> Result<Opened<'_>, FormatError> {
    begin(input, limits).map(|(opened, _)| opened)
}

fn begin(mut input: Input<'_>, limits: Limits) -> Result<(Opened<'_>, NiftiInfo), FormatError> {
    let (header, voxels) = read_header(&mut input, limits)?;
    let input = match voxels {
        Some(voxels) => voxels,
        None => input,
    };
    let layout = Layout {
        big_endian: header.big_endian,
        scaling: header.scaling,
        ..Layout::new(header.shape, header.datatype.scalar())
    };
    let named = |(&value, name): (&u32, &String)| Segment { value, name: Some(name.clone()), ..Segment::default() };
    let segments = header.label_table.iter().map(named).collect();
    Ok((Opened { input, layout, affine: header.affine, segments, notes: header.notes() }, header))
}

/// Reads up to the first voxel and checks that the voxels can be there. The voxels of a pair are in the input that comes
/// back, those of a single file follow in the one given.
fn read_header<'a>(input: &mut Input<'a>, limits: Limits) -> Result<(NiftiInfo, Option<Input<'a>>), FormatError> {
    let file = input.file().to_owned();
    let mut bytes = Vec::with_capacity(4);
    input.read_into(&mut bytes, 4)?;
    let (size, big_endian) = header::size_and_order(&file, &bytes)?;
    bytes.reserve_exact(size - 4);
    input.read_exact(&mut bytes, size - 4, "header")?;
    let raw = header::parse(&file, &bytes, big_endian)?;
    let shape = raw.shape(&file, limits.max_voxels)?;
    let (affine, affine_origin) = orientation::affine(&file, &raw, shape)?;

    let mut other = if raw.pair { Some(image_of_pair(input.source())?) } else { None };
    let data_bytes = shape.iter().map(|&n| n as u64).product::<u64>() * raw.datatype.bytes() as u64;
    voxels::check_room(
        other.as_ref().map_or(&file, |o| o.file()),
        raw.vox_offset + data_bytes,
        other.as_ref().unwrap_or(input).upper_bound(),
    )?;
    let mut extensions = Vec::new();
    if let Some(image) = &mut other {
        let rest = input.upper_bound().saturating_sub(size as u64).min(MAX_EXTENSIONS);
        reserve(&file, &mut extensions, rest)?;
        input.read_into(&mut extensions, rest as usize)?;
        image.skip(raw.vox_offset)?;
    } else {
        let rest = raw.vox_offset as usize - size;
        reserve(&file, &mut extensions, rest as u64)?;
        input.read_exact(&mut extensions, rest, "header extensions")?;
    }

    let info = NiftiInfo {
        version: raw.version,
        big_endian,
        shape,
        datatype: raw.datatype,
        affine,
        affine_origin,
        mm_per_unit: raw.mm_per_unit(),
        scaling: raw.scaling(&file)?,
        intent_code: raw.intent_code,
        label_table: label_table::parse(&extensions),
    };
    Ok((info, other))
}

/// The `.img` or `.img.gz` beside a `.hdr`.
fn image_of_pair(header: &Source<'_>) -> Result<Input<'static>, FormatError> {
    let name = header.file().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let plain = name.strip_suffix(".gz").or(name.strip_suffix(".GZ")).unwrap_or(&name);
    let (stem, image) = match plain.strip_suffix(".HDR") {
        Some(stem) => (stem, "IMG"),
        None => (plain.strip_suffix(".hdr").unwrap_or(plain), "img"),
    };
    let packed = header.neighbour(&format!("{stem}.{image}.gz"));
    match header.neighbour(&format!("{stem}.{image}")) {
        Err(FormatError::Read { .. }) if packed.is_ok() => Input::detect(packed?),
        plain => Input::detect(plain?),
    }
}
