//! LABELMAP objects: pixels hold segment numbers; Pixel Padding Value is background, else 0 is.

use std::collections::BTreeSet;

use dicom_dictionary_std::tags;
use medshape_formats::{Segment, Segmentation};
use medshape_shape::{LabelMap, Labels};

use super::frames::Placed;
use super::segments::Described;
use crate::data_set::Item;
use crate::error::{DicomError, first_few, zeros};
use crate::pixels::Frames;

/// The term for background, which is no shape: DCM 125040.
const BACKGROUND: &str = "125040";

pub(super) fn read(
    root: &Item<'_>,
    pixels: &Frames<'_>,
    placed: &Placed,
    mut described: Described,
) -> Result<Segmentation, DicomError> {
    let mut notes = Vec::new();
    let padding = root.integer(tags::PIXEL_PADDING_VALUE)?;
    let background = padding.unwrap_or(0);
    described.segments.retain(|&number, segment| {
        i64::from(number) != background && segment.kind.as_ref().is_none_or(|kind| kind.value != BACKGROUND)
    });
    // A segment numbered 0 beside another background needs a number that label maps have.
    let moved = described.segments.remove(&0).map(|segment| {
        let last = described.segments.keys().next_back().copied().unwrap_or(0);
        let number = (last + 1).max(background as u32 + 1);
        notes.push(format!("segment 0 has the value {number}, because 0 is background in a label map"));
        described.segments.insert(number, Segment { value: number, ..segment });
        number
    });
    let is_background = |stored: i64| stored == background || (stored == 0 && moved.is_none());
    let mut labels: Vec<u16> = zeros(root.file, placed.voxels)?;
    let mut used = BTreeSet::new();
    let mut frame_at = vec![None; placed.shape[2]];
    let per_slice = pixels.layout.pixels();
    for (frame, &slice) in placed.slice_of.iter().enumerate() {
        if let Some(other) = frame_at[slice].replace(frame) {
            let found = format!("the same for frames {} and {}", other + 1, frame + 1);
            return Err(root.wrong(tags::PLANE_POSITION_SEQUENCE, &found, "a place of its own for each frame"));
        }
        let mut before = 0;
        let mut too_large = None;
        let slice = labels.get_mut(slice * per_slice..).unwrap_or_default();
        pixels.samples(frame, |pixel, stored| {
            if is_background(stored) {
                return;
            }
            let value = if stored == 0 { moved.unwrap_or(0) } else { stored as u32 };
            match (u16::try_from(value), slice.get_mut(pixel)) {
                (Ok(value), Some(label)) => *label = value,
                _ => too_large = Some(stored),
            }
            if value != before {
                used.insert(value);
                before = value;
            }
        })?;
        if let Some(stored) = too_large {
            return Err(root.wrong(tags::PIXEL_DATA, &format!("label {stored}"), "labels from 0 to 65535"));
        }
    }
    let unnamed: Vec<u32> = used.iter().copied().filter(|value| !described.segments.contains_key(value)).collect();
    if !unnamed.is_empty() {
        notes.push(format!("labels that no segment describes: {}", first_few(&unnamed)));
    }
    for value in unnamed {
        described.segments.insert(value, Segment { value, ..Segment::default() });
    }
    for (value, segment) in described.segments.iter().filter(|(value, _)| !used.contains(value)) {
        notes.push(format!("segment {value} ({}) has no voxel", segment.name.as_deref().unwrap_or("unnamed")));
    }
    let labels = if used.last().is_none_or(|&v| v <= 255) {
        Labels::U8(labels.into_iter().map(|v| v as u8).collect())
    } else {
        Labels::U16(labels)
    };
    let map = LabelMap::new(placed.shape, placed.affine, labels).map_err(DicomError::shape(root.file))?;
    Ok(Segmentation { layers: vec![map], segments: described.segments.into_values().collect(), notes })
}
