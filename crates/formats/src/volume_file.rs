//! One front for all volume formats: which they are, and reading any of them as labels or as values.
//!
//! What a file is, is decided by its content, and by its extension only where the content does not say (`MetaImage`
//! headers have no mark of their own; a `NIfTI` header may lie apart from its voxels).

use std::io::Write;
use std::path::Path;

use medshape_shape::{Affine, LabelMap};

use crate::error::{FormatError, quoted};
use crate::input::{Input, Source};
use crate::segmentation::{Segment, Segmentation};
use crate::voxels::{self, Layout, Limits};
use crate::{metaimage, mgh, nifti, npy, nrrd};

/// A volume file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum VolumeFormat {
    Nifti,
    Nrrd,
    MetaImage,
    Mgh,
    Npy,
    Npz,
}

impl VolumeFormat {
    /// All formats.
    pub const ALL: [Self; 6] = [Self::Nifti, Self::Nrrd, Self::MetaImage, Self::Mgh, Self::Npy, Self::Npz];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nifti => "NIfTI",
            Self::Nrrd => "NRRD",
            Self::MetaImage => "MetaImage",
            Self::Mgh => "MGH",
            Self::Npy => "NPY",
            Self::Npz => "NPZ",
        }
    }

    /// Its file name extensions without the leading dot, the usual one first. A data file beside a header (`.img`,
    /// `.raw`, `.zraw`) is none: its header is what is read.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Nifti => &["nii.gz", "nii", "hdr", "hdr.gz"],
            Self::Nrrd => &["nrrd", "nhdr", "seg.nrrd", "seg.nhdr"],
            Self::MetaImage => &["mha", "mhd"],
            Self::Mgh => &["mgz", "mgh", "mgh.gz"],
            Self::Npy => &["npy"],
            Self::Npz => &["npz"],
        }
    }

    /// The format of a file name by its longest known extension, in any case; `None` for any other name.
    pub fn from_path(path: &Path) -> Option<Self> {
        Self::split(path).map(|(format, _)| format)
    }

    /// The file name without the extension of its format: `liver` for `liver.seg.nrrd`. `None` for any other name.
    pub fn stem(path: &Path) -> Option<&str> {
        Self::split(path).map(|(_, stem)| stem)
    }

    fn split(path: &Path) -> Option<(Self, &str)> {
        let name = path.file_name()?.to_str()?;
        let ends = |extension: &str| {
            let (stem, end) = name.split_at_checked(name.len().checked_sub(extension.len() + 1)?)?;
            (end.starts_with('.') && end.get(1..)?.eq_ignore_ascii_case(extension) && !stem.is_empty()).then_some(stem)
        };
        Self::ALL
            .into_iter()
            .flat_map(|format| format.extensions().iter().filter_map(move |e| Some((format, ends(e)?))))
            .min_by_key(|(_, stem)| stem.len())
    }
}

/// Which axis of an array (as numpy shows its shape) is which axis of the volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AxisOrder {
    /// The first axis is i: arrays of nibabel, pynrrd and most collections.
    #[default]
    Ijk,
    /// The first axis is k: arrays of `SimpleITK`, pydicom and most training pipelines.
    Kji,
}

/// How a volume is read. The last four are for NPY and NPZ, which state no geometry; other formats ignore them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadVolume {
    /// What the reader may use.
    pub limits: Limits,
    /// Voxel index (i, j, k) to RAS+ mm. Goes before [`Self::spacing`].
    pub affine: Option<Affine>,
    /// Size of a voxel along i, j, k, mm.
    pub spacing: Option<[f64; 3]>,
    /// Which array of an NPZ file, by name; further names after a `/` lead into nested dictionaries and lists
    /// (`data/liver/mask`). Without it, the only volume of the file is taken, or the one called `mask`.
    pub array: Option<String>,
    /// Which volume of an array of volumes: its number along the first axis.
    pub item: Option<usize>,
    /// Which axis of the array is i.
    pub axis_order: AxisOrder,
}

/// A volume of values: a probability map, a signed distance field, an image.
#[derive(Debug, Clone, PartialEq)]
pub struct ScalarVolume {
    /// The values after scaling, `i` fastest (Fortran order).
    pub values: Vec<f32>,
    /// Voxels along i, j, k.
    pub shape: [usize; 3],
    /// Voxel centre index to RAS+ mm.
    pub affine: Affine,
    /// What was assumed or left out while reading, in plain words; empty for most files.
    pub notes: Vec<String>,
}

/// Reads the segments of a volume file of any format.
///
/// # Errors
/// [`FormatError`] for a file that is no volume of labels, is damaged, cut short, larger than the limits, or names data
/// outside its folder.
pub fn read_segmentation(path: &Path, options: &ReadVolume) -> Result<Segmentation, FormatError> {
    segmentation(Source::open(path)?, options)
}

/// Reads the segments of a volume file from memory; the extension of `name` counts as in [`read_segmentation`], and
/// messages show it. A header without its data file is an error.
///
/// # Errors
/// As [`read_segmentation`].
pub fn read_segmentation_bytes(name: &Path, bytes: &[u8], options: &ReadVolume) -> Result<Segmentation, FormatError> {
    segmentation(Source::bytes(name, bytes), options)
}

/// Reads the values of a volume file of any format and numeric type, with the scaling that the file asks for.
///
/// # Errors
/// As [`read_segmentation`], but any finite or infinite value or NaN is fine; [`FormatError::SeveralVolumes`] for a file
/// of several layers.
pub fn read_scalars(path: &Path, options: &ReadVolume) -> Result<ScalarVolume, FormatError> {
    scalars(Source::open(path)?, options)
}

/// [`read_scalars`] from memory.
///
/// # Errors
/// As [`read_scalars`].
pub fn read_scalars_bytes(name: &Path, bytes: &[u8], options: &ReadVolume) -> Result<ScalarVolume, FormatError> {
    scalars(Source::bytes(name, bytes), options)
}

/// Writes a label map, compressed where the format can be: `.nii.gz`, `.nrrd` (gzip), `.mha` (zlib), `.npz` (arrays
/// `mask` and `affine`); `.npy` holds the voxels only.
///
/// # Errors
/// [`FormatError::Write`] if the writer fails; [`FormatError::NotWritable`] for MGH, which is only read.
pub fn write_label_map(format: VolumeFormat, map: &LabelMap, out: &mut impl Write) -> Result<(), FormatError> {
    match format {
        VolumeFormat::Nifti => nifti::write_label_map_gz(map, 6, out),
        VolumeFormat::Nrrd => nrrd::write_label_map(map, out),
        VolumeFormat::MetaImage => metaimage::write_label_map(map, out),
        VolumeFormat::Npy => npy::write_npy(&npy::NpyArray::from_label_map(map), out),
        VolumeFormat::Npz => npy::write_npz(&npy::label_map_arrays(map), out),
        VolumeFormat::Mgh => Err(FormatError::ReadOnly { format: "MGH", instead: "nii.gz, nrrd, mha or npz" }),
    }
}

/// A file whose header was read and checked, before its first voxel.
pub(crate) struct Opened<'a> {
    pub(crate) input: Input<'a>,
    pub(crate) layout: Layout,
    pub(crate) affine: Affine,
    pub(crate) segments: Vec<Segment>,
    pub(crate) notes: Vec<String>,
}

fn segmentation(source: Source<'_>, options: &ReadVolume) -> Result<Segmentation, FormatError> {
    let mut opened = open(source, options)?;
    let layers = voxels::label_maps(&mut opened)?;
    Ok(Segmentation { layers, segments: opened.segments, notes: opened.notes })
}

fn scalars(source: Source<'_>, options: &ReadVolume) -> Result<ScalarVolume, FormatError> {
    let mut opened = open(source, options)?;
    let values = voxels::scalar_values(&mut opened)?;
    Ok(ScalarVolume { values, shape: opened.layout.shape, affine: opened.affine, notes: opened.notes })
}

fn open<'a>(mut source: Source<'a>, options: &ReadVolume) -> Result<Opened<'a>, FormatError> {
    let head = source.peek(16)?;
    if head.starts_with(b"NRRD") {
        return nrrd::open(source, options.limits);
    }
    if head.starts_with(b"\x93NUMPY") {
        return npy::open_npy(source, options);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return npy::open_npz(source, options);
    }
    let by_name = VolumeFormat::from_path(source.file());
    if by_name == Some(VolumeFormat::MetaImage) || metaimage::looks_like(&head) {
        return metaimage::open(source, options.limits);
    }
    let mut input = Input::detect(source)?;
    let head = input.peek(4)?.to_vec();
    if mgh::looks_like(&head) {
        return mgh::open(input, options.limits);
    }
    if nifti::looks_like(&head) {
        return nifti::open(input, options.limits);
    }
    Err(FormatError::NotThisFormat {
        file: input.file().to_owned(),
        expected: "a volume (NIfTI, NRRD, MetaImage, MGH, NPY or NPZ)",
        found: format!("it starts with {}", quoted(&head)),
    })
}
