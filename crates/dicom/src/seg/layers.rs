//! BINARY and FRACTIONAL objects: each segment goes to the first layer in which none of its voxels is taken.

use std::collections::BTreeMap;

use dicom_dictionary_std::tags;
use medshape_formats::Segmentation;

use super::bits::runs_of_bits;
use super::frames::Placed;
use super::segments::Described;
use super::{SegKind, SegOptions};
use crate::data_set::Item;
use crate::error::DicomError;
use crate::layers::{Layers, VoxelSet};
use crate::pixels::{Frame, Frames};

pub(super) fn read(
    root: &Item<'_>,
    pixels: &Frames<'_>,
    placed: &Placed,
    described: Described,
    kind: SegKind,
    options: SegOptions,
) -> Result<Segmentation, DicomError> {
    let mut notes = Vec::new();
    let least = if kind == SegKind::Binary { None } else { Some(least_value(root, options.threshold, &mut notes)?) };
    let mut frames_of: BTreeMap<u32, BTreeMap<usize, usize>> = BTreeMap::new();
    for (frame, (&segment, &slice)) in placed.segment_of.iter().zip(&placed.slice_of).enumerate() {
        let tag = tags::REFERENCED_SEGMENT_NUMBER;
        if !described.segments.contains_key(&segment) {
            let found = format!("{segment} for frame {}", frame + 1);
            return Err(root.wrong(tag, &found, "the number of a segment of this file"));
        }
        if let Some(other) = frames_of.entry(segment).or_default().insert(slice, frame) {
            let found = format!("{segment} for frames {} and {}, which lie in one place", other + 1, frame + 1);
            return Err(root.wrong(tag, &found, "one frame for a segment and a place"));
        }
    }
    let largest = described.segments.keys().next_back().copied().unwrap_or(0);
    let mut layers = Layers::new(root.file, placed.shape, largest, options.limits)?;
    let mut layer_of = BTreeMap::new();
    for (&segment, frames) in &frames_of {
        let decoded = frames.iter().map(|(&slice, &frame)| Ok((slice, pixels.frame(frame)?)));
        let frames = decoded.collect::<Result<Vec<_>, DicomError>>()?;
        let set = SegmentFrames { frames, pixels: pixels.layout.pixels(), least };
        if let Some(layer) = layers.place(segment, &set)? {
            layer_of.insert(segment, layer);
        }
    }
    let mut segments: Vec<_> = described.segments.into_values().collect();
    for segment in &mut segments {
        match layer_of.get(&segment.value) {
            Some(&layer) => segment.layer = layer,
            None => notes.push(format!(
                "segment {} ({}) has no voxel",
                segment.value,
                segment.name.as_deref().unwrap_or("unnamed")
            )),
        }
    }
    let layers = layers.into_maps(placed.affine)?;
    Ok(Segmentation { layers, segments, notes })
}

/// The least stored value that belongs to a segment.
fn least_value(root: &Item<'_>, threshold: f64, notes: &mut Vec<String>) -> Result<u8, DicomError> {
    let tag = tags::MAXIMUM_FRACTIONAL_VALUE;
    let maximum = root.require_integer(tag, 1..=255, "fractions cannot be computed without it")?;
    let least = (threshold * maximum as f64).ceil().clamp(1.0, 255.0);
    notes
        .push(format!("fractions are cut at {threshold}: stored values from {least} of {maximum} belong to a segment"));
    Ok(least as u8)
}

/// The frames of one segment.
struct SegmentFrames<'a> {
    /// With the slice that each is.
    frames: Vec<(usize, Frame<'a>)>,
    /// Pixels of a frame.
    pixels: usize,
    /// The least value that belongs to the segment, of FRACTIONAL objects.
    least: Option<u8>,
}

impl VoxelSet for SegmentFrames<'_> {
    fn runs(&self, mut visit: impl FnMut(usize, usize) -> bool) {
        self.frames.iter().all(|(slice, Frame { bytes, first_bit })| {
            let start = slice * self.pixels;
            match self.least {
                None => runs_of_bits(bytes, *first_bit, self.pixels, |p, length| visit(start + p, length)),
                Some(least) => {
                    let set = bytes.iter().take(self.pixels).enumerate().filter(|&(_, &v)| v >= least);
                    set.map(|(p, _)| p).all(|p| visit(start + p, 1))
                }
            }
        });
    }
}
