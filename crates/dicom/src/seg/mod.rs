//! Segmentation objects (PS3.3 A.51 and A.101): frames of one segment each, or of labels, put into label maps.
//!
//! Read: BINARY (one bit a pixel, packed across the ends of frames), FRACTIONAL (8 bits, cut at a threshold) and
//! LABELMAP (8 or 16 bits), native or in the compressions of `pixels`; frames in any order, with slices left out, of one
//! orientation, any tilt. Segments that overlap go to different layers. Refused: tiled whole-slide objects, planes that
//! make no even grid, frames without a place or a segment.

mod bits;
mod frames;
mod label_map;
mod layers;
mod segments;

use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use medshape_formats::Segmentation;

use crate::data_set::{Content, Item, read_bytes};
use crate::error::DicomError;
use crate::limits::Limits;
use crate::pixels::{Frames, Layout};
use frames::Placed;
use segments::Described;

/// How segmentation objects are read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SegOptions {
    /// Least fraction (0 to 1) of Maximum Fractional Value at which a voxel of a FRACTIONAL object belongs to its
    /// segment. Default 0.5. Zero never belongs.
    pub threshold: f64,
    /// What may be used.
    pub limits: Limits,
}

impl Default for SegOptions {
    fn default() -> Self {
        Self { threshold: 0.5, limits: Limits::default() }
    }
}

/// A segmentation object.
#[derive(Debug, Clone, PartialEq)]
pub struct SegObject {
    /// Its segments and their label maps: a segment's value is its number in the file.
    pub segmentation: Segmentation,
    /// What its voxels say.
    pub kind: SegKind,
    /// UIDs of the image series that it was made on; identifiers, which belong in no record.
    pub referenced_series: Vec<String>,
    /// UID of the space that positions are in.
    pub frame_of_reference_uid: Option<String>,
}

/// Segmentation Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegKind {
    /// In or out.
    Binary,
    /// The probability that a voxel belongs to the segment.
    Probability,
    /// The part of a voxel that the segment fills.
    Occupancy,
    /// The number of the one segment that a voxel belongs to.
    LabelMap,
}

/// Reads a segmentation object.
///
/// # Errors
/// [`DicomError`] naming the attribute or the frame: not a segmentation object, something missing or wrong, fewer bytes
/// than the frames need, planes that make no volume, more voxels than the limit.
pub fn read_seg(path: &Path, options: SegOptions) -> Result<SegObject, DicomError> {
    read_seg_bytes(path, &read_bytes(path)?, options)
}

/// As [`read_seg`], of the bytes of a file; `name` is for messages.
///
/// # Errors
/// As [`read_seg`].
pub fn read_seg_bytes(name: &Path, bytes: &[u8], options: SegOptions) -> Result<SegObject, DicomError> {
    let content = Content::open(name, bytes, options.limits)?;
    let parsed = content.parse()?;
    let root = parsed.root();
    let class = root.text(tags::SOP_CLASS_UID).unwrap_or_default();
    if ![uids::SEGMENTATION_STORAGE, uids::LABEL_MAP_SEGMENTATION_STORAGE].contains(&class.as_str()) {
        let modality = root.text(tags::MODALITY).unwrap_or_else(|| "unknown".to_owned());
        let found = format!("its modality is {modality}, its class {class}");
        let expected = "a DICOM segmentation object";
        return Err(DicomError::NotThisKind { file: name.to_owned(), expected, found });
    }
    if root.bytes(tags::TOTAL_PIXEL_MATRIX_COLUMNS).is_some() {
        return Err(DicomError::Unsupported {
            file: name.to_owned(),
            what: "a tiled segmentation of a whole-slide image".to_owned(),
            advice: "only volumes in the patient are read",
        });
    }
    let kind = kind(&root)?;
    let layout = Layout::read(&root, options.limits)?;
    let bits: &[u32] = match kind {
        SegKind::Binary => &[1],
        SegKind::Probability | SegKind::Occupancy => &[8],
        SegKind::LabelMap => &[8, 16],
    };
    if !bits.contains(&layout.bits_allocated) {
        let expected = format!("{bits:?} for this segmentation type");
        return Err(root.wrong(tags::BITS_ALLOCATED, &layout.bits_allocated.to_string(), &expected));
    }
    let described = Described::read(&root)?;
    let pixels = Frames::open(root, layout, &content.transfer_syntax)?;
    let placed = Placed::read(root, &layout, kind, options.limits)?;
    let mut segmentation = if kind == SegKind::LabelMap {
        label_map::read(&root, &pixels, &placed, described)?
    } else {
        layers::read(&root, &pixels, &placed, described, kind, options)?
    };
    let mut notes = content.notes.clone();
    notes.extend(placed.notes);
    notes.append(&mut segmentation.notes);
    segmentation.notes = notes;
    let series = root.items(tags::REFERENCED_SERIES_SEQUENCE);
    Ok(SegObject {
        segmentation,
        kind,
        referenced_series: series.filter_map(|s| s.text(tags::SERIES_INSTANCE_UID)).collect(),
        frame_of_reference_uid: root.text(tags::FRAME_OF_REFERENCE_UID),
    })
}

fn kind(root: &Item<'_>) -> Result<SegKind, DicomError> {
    let need = "voxels mean nothing without it";
    let text = root.require_text(tags::SEGMENTATION_TYPE, need)?;
    Ok(match text.as_str() {
        "BINARY" => SegKind::Binary,
        "LABELMAP" => SegKind::LabelMap,
        "FRACTIONAL" => match root.require_text(tags::SEGMENTATION_FRACTIONAL_TYPE, need)?.as_str() {
            "PROBABILITY" => SegKind::Probability,
            "OCCUPANCY" => SegKind::Occupancy,
            other => return Err(root.wrong(tags::SEGMENTATION_FRACTIONAL_TYPE, other, "PROBABILITY or OCCUPANCY")),
        },
        other => return Err(root.wrong(tags::SEGMENTATION_TYPE, other, "BINARY, FRACTIONAL or LABELMAP")),
    })
}
