//! NRRD volumes and 3D Slicer segmentations (`.seg.nrrd`): read, and written with gzip.
//!
//! Source: the NRRD file format definition (versions 1 to 5) of the Teem project; the `Segment` fields are those of 3D
//! Slicer's segmentation storage. Read: attached and detached headers (one data file, a list, or numbered ones), encodings
//! raw, text, hex, gzip and bzip2, line and byte skips, every integer and float type in either byte order, axes in any
//! order with one list axis of layers. Frames RAS, LAS and LPS are honoured; without one, coordinates are taken as LPS, as
//! ITK does, and a note says so. Refused: colours, vectors and other values of several numbers, `block` types, data files
//! outside the header's folder. The measurement frame does not concern scalars and is ignored.

mod axes;
mod data;
mod frame;
mod header;
mod segments;
mod write;

pub(crate) use data::numbered_names;
pub use write::{write_label_map, write_segmentation};

use crate::error::FormatError;
use crate::input::Source;
use crate::volume_file::Opened;
use crate::voxels::{Layout, Limits, ScalarType, checked_shape};

/// Reads up to the first voxel.
pub(crate) fn open(mut source: Source<'_>, limits: Limits) -> Result<Opened<'_>, FormatError> {
    let header = header::read(&mut source)?;
    let file = source.file().to_owned();
    let scalar = scalar_type(&header)?;
    let mut notes = Vec::new();
    let axes = axes::axes(&header)?;
    let placed = frame::place(&header, &axes, &mut notes)?;
    let list = segments::fields(&header);
    let (layers, layer_stride) = match placed.list {
        None => (1, placed.volume()),
        Some(list_axis) if list.is_empty() => return Err(axes::not_one_volume(&file, &axes, list_axis)),
        Some(list_axis) => (axes[list_axis].size, axes[list_axis].stride),
    };
    let shape = checked_shape(&file, "sizes", placed.sizes, layers, limits)?;
    let layout = Layout {
        shape,
        strides: placed.strides.map(|s| s as usize),
        layers: layers as usize,
        layer_stride: layer_stride as usize,
        scalar,
        big_endian: is_big_endian(&header, scalar)?,
        scaling: None,
    };
    let segments = segments::segments(&header, &list, layout.layers)?;
    if header.get("oldmin").is_some() || header.get("oldmax").is_some() {
        notes.push("the values are quantised (old min, old max); they are taken as they are".into());
    }
    let (input, big_endian) = data::open(source, &header, &layout)?;
    let layout = Layout { big_endian, ..layout };
    Ok(Opened { input, layout, affine: placed.affine, segments, notes })
}

fn scalar_type(header: &header::Header) -> Result<ScalarType, FormatError> {
    let name = header.required("type")?.to_ascii_lowercase();
    Ok(match name.split_whitespace().collect::<Vec<_>>().join(" ").as_str() {
        "signed char" | "int8" | "int8_t" => ScalarType::I8,
        "uchar" | "unsigned char" | "uint8" | "uint8_t" => ScalarType::U8,
        "short" | "short int" | "signed short" | "signed short int" | "int16" | "int16_t" => ScalarType::I16,
        "ushort" | "unsigned short" | "unsigned short int" | "uint16" | "uint16_t" => ScalarType::U16,
        "int" | "signed int" | "int32" | "int32_t" => ScalarType::I32,
        "uint" | "unsigned int" | "uint32" | "uint32_t" => ScalarType::U32,
        "longlong"
        | "long long"
        | "long long int"
        | "signed long long"
        | "signed long long int"
        | "int64"
        | "int64_t" => ScalarType::I64,
        "ulonglong" | "unsigned long long" | "unsigned long long int" | "uint64" | "uint64_t" => ScalarType::U64,
        "float" => ScalarType::F32,
        "double" => ScalarType::F64,
        "block" => {
            return Err(FormatError::Unsupported {
                file: header.file.clone(),
                what: "type block (values of any size)".into(),
                advice: "label maps need an integer or float type",
            });
        }
        other => return Err(FormatError::header(&header.file, "type", other, "a NRRD type such as `unsigned char`")),
    })
}

/// Needed where a value has several bytes; little where the header forgot it, as nearly all machines are.
fn is_big_endian(header: &header::Header, scalar: ScalarType) -> Result<bool, FormatError> {
    match header.get("endian").map(str::to_ascii_lowercase).as_deref() {
        Some("big") => Ok(true),
        Some("little") | None => Ok(false),
        Some(_) if scalar.bytes() == 1 => Ok(false),
        Some(other) => Err(FormatError::header(&header.file, "endian", other, "little or big")),
    }
}
