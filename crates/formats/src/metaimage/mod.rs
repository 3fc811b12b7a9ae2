//! `MetaImage` volumes: `.mha` (header and voxels in one file) and `.mhd` (voxels in others), read; `.mha` written.
//!
//! Source: the `MetaIO` library's documentation, and what ITK's reader makes of the fields. Coordinates are LPS. Read:
//! binary and text voxels, either byte order, zlib, a header in front of raw data, one data file, a list or numbered ones.
//! `AnatomicalOrientation` only describes (its letters say where an axis comes *from*: RAI is LPS): the transform decides, as
//! in ITK, and a note says where they differ. Refused: several channels, data files outside the header's folder.

mod header;
mod place;
mod write;

pub use write::write_label_map;

use crate::error::FormatError;
use crate::input::{Input, Packing, Source, reserve};
use crate::nrrd::numbered_names;
use crate::volume_file::Opened;
use crate::voxels::{Layout, Limits, check_room, checked_shape, numbers_to_bytes};
use header::Header;

/// Whether the first bytes are those of a header; any of its fields may come first, these two do in practice.
pub(crate) fn looks_like(head: &[u8]) -> bool {
    ["ObjectType", "NDims"].iter().any(|name| {
        head.strip_prefix(name.as_bytes())
            .is_some_and(|rest| rest.trim_ascii_start().first().is_some_and(|&b| b == b'='))
    })
}

/// Reads up to the first voxel.
pub(crate) fn open(mut source: Source<'_>, limits: Limits) -> Result<Opened<'_>, FormatError> {
    let header = header::read(&mut source)?;
    let file = header.file.clone();
    let mut notes = Vec::new();
    let shape = checked_shape(&file, "DimSize", header.sizes()?, 1, limits)?;
    let layout = Layout {
        big_endian: header.flag(&["BinaryDataByteOrderMSB", "ElementByteOrderMSB"])?,
        ..Layout::new(shape, header.scalar()?)
    };
    let affine = place::affine(&header, &mut notes)?;
    let (input, big_endian) = voxels(source, &header, &layout, &mut notes)?;
    Ok(Opened { input, layout: Layout { big_endian, ..layout }, affine, segments: Vec::new(), notes })
}

/// The voxels as a stream of bytes, and whether their most significant byte comes first.
fn voxels<'a>(
    source: Source<'a>,
    header: &Header,
    layout: &Layout,
    notes: &mut Vec<String>,
) -> Result<(Input<'a>, bool), FormatError> {
    let name = header.required("ElementDataFile")?;
    let text = !header.flag_or(&["BinaryData"], true)?;
    let input = match files(header, name, layout)?.as_slice() {
        [] => one(source, header, layout, layout.count(), notes)?,
        [file] => one(source.neighbour(file)?, header, layout, layout.count(), notes)?,
        several => joined(&source, several, header, layout, notes)?,
    };
    Ok((input, layout.big_endian && !text))
}

/// The data files that a header names, in order; none if the voxels follow the header.
fn files(header: &Header, name: &str, layout: &Layout) -> Result<Vec<String>, FormatError> {
    if name.eq_ignore_ascii_case("LOCAL") {
        return Ok(Vec::new());
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    if words.first() == Some(&"LIST") {
        return match words.get(1) {
            // Each file holds one slice; volumes that are split across other axes are not seen in practice.
            None | Some(&"2" | &"2D") => Ok(header.list.clone()),
            Some(other) => Err(FormatError::header(&header.file, "ElementDataFile", format!("LIST {other}"), "LIST 2")),
        };
    }
    if let [pattern, numbers @ ..] = words.as_slice()
        && pattern.contains('%')
    {
        let numbers: Option<Vec<i64>> = numbers.iter().map(|w| w.parse().ok()).collect();
        let names = match numbers.as_deref() {
            Some([]) => numbered_names(pattern, 1, layout.shape[2] as i64, 1),
            Some(&[first, last]) => numbered_names(pattern, first, last, 1),
            Some(&[first, last, step]) => numbered_names(pattern, first, last, step),
            _ => None,
        };
        return names.ok_or_else(|| {
            let expected = "a pattern such as slice%03d.raw, first, last, step";
            FormatError::header(&header.file, "ElementDataFile", name, expected)
        });
    }
    Ok(vec![name.to_owned()])
}

/// One file's values as bytes.
fn one<'a>(
    mut source: Source<'a>,
    header: &Header,
    layout: &Layout,
    count: usize,
    notes: &mut Vec<String>,
) -> Result<Input<'a>, FormatError> {
    let needed = (count * layout.scalar.bytes()) as u64;
    let packed = header.flag(&["CompressedData"])?;
    if !header.flag_or(&["BinaryData"], true)? {
        let text = source.read_to_end()?;
        let bytes = numbers_to_bytes(source.file(), &text, layout.scalar, count)?;
        return Ok(Input::new(Source::owned(source.file(), bytes), Packing::Plain));
    }
    match header.integer("HeaderSize")? {
        None | Some(0) => {}
        Some(-1) if packed => {
            return Err(FormatError::header(&header.file, "HeaderSize", -1, "0 or more where data are compressed"));
        }
        Some(-1) => {
            check_room(source.file(), needed, source.left())?;
            source.skip(source.left() - needed)?;
        }
        Some(size) => {
            let size = u64::try_from(size)
                .map_err(|_| FormatError::header(&header.file, "HeaderSize", size, "-1, 0 or more bytes"))?;
            source.skip(size)?;
        }
    }
    note_size(header, packed, source.left(), notes);
    let input = Input::new(source, if packed { Packing::Zlib } else { Packing::Plain });
    check_room(input.file(), needed, input.upper_bound())?;
    Ok(input)
}

/// Notes a stated size of the packed voxels that is not the one there is; what is there is read.
fn note_size(header: &Header, packed: bool, size: u64, notes: &mut Vec<String>) {
    let stated = header.get("CompressedDataSize").and_then(|text| text.parse::<u64>().ok());
    if let Some(stated) = stated.filter(|stated| packed && *stated != size) {
        notes.push(format!(
            "the header states {stated} bytes of compressed data, {size} are there; all of them are read"
        ));
    }
}

/// Files of one slice each, one behind the other.
fn joined<'a>(
    source: &Source<'_>,
    files: &[String],
    header: &Header,
    layout: &Layout,
    notes: &mut Vec<String>,
) -> Result<Input<'a>, FormatError> {
    let (count, parts) = (layout.count(), files.len());
    if parts != layout.shape[2] {
        let found = format!("{parts} files");
        return Err(FormatError::header(
            source.file(),
            "ElementDataFile",
            found,
            format!("{} slices", layout.shape[2]),
        ));
    }
    let each = count / parts;
    let size = each * layout.scalar.bytes();
    let mut bytes = Vec::new();
    for name in files {
        let mut input = one(source.neighbour(name)?, header, layout, each, notes)?;
        reserve(source.file(), &mut bytes, size as u64)?;
        input.read_exact(&mut bytes, size, "voxel data")?;
        input.finish()?;
    }
    Ok(Input::new(Source::owned(source.file(), bytes), Packing::Plain))
}
