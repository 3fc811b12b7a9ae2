//! A file of masks, whatever its format, as label maps with the names it gives them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use medshape_dicom::{ContourOptions, DicomError, Limits, SegOptions, rasterize, read_rtstruct_bytes, read_seg_bytes};
use medshape_formats::{FormatError, ReadVolume, Segment, Segmentation, read_scalars, read_segmentation};
use medshape_shape::{Affine, LabelMap, Labels, ShapeError};
use medshape_sources::Reading;

/// One label map of a file, voxel index to RAS+ mm.
pub(crate) struct Layer {
    pub map: LabelMap,
    /// Names of its values, where the file gives them.
    pub table: BTreeMap<u32, String>,
}

/// The label maps of a file; segments that overlap lie in different ones.
pub(crate) struct Volume {
    pub layers: Vec<Layer>,
    /// What was assumed, changed or left out while reading.
    pub notes: Vec<String>,
}

/// Why a file gave no labels.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(transparent)]
    Dicom(#[from] DicomError),
    #[error(transparent)]
    Shape(#[from] ShapeError),
    #[error("cannot read the file: {0}")]
    Io(#[from] std::io::Error),
}

impl ReadError {
    /// Whether the file is sound, but an image and no segmentation.
    pub(crate) fn is_image(&self) -> bool {
        matches!(self, Self::Format(FormatError::NotLabels { .. }) | Self::Dicom(DicomError::NotThisKind { .. }))
    }
}

/// Reads a file's labels, as the recipe says how its values are to be read.
pub(crate) fn labels(path: &Path, reading: &Reading) -> Result<Volume, ReadError> {
    if is_dicom(path)? {
        return Ok(named(dicom(path, reading)?));
    }
    let options = ReadVolume { spacing: reading.spacing_mm, affine: affine(reading)?, ..ReadVolume::default() };
    let Some(threshold) = reading.threshold else { return Ok(named(read_segmentation(path, &options)?)) };
    let read = read_scalars(path, &options)?;
    let inside = read.values.iter().map(|&p| u8::from(f64::from(p) >= threshold)).collect();
    let map = LabelMap::new(read.shape, read.affine, Labels::U8(inside))?;
    Ok(Volume { layers: vec![Layer { map, table: BTreeMap::new() }], notes: read.notes })
}

/// Where the axes of a file without geometry point, and how far its voxels are apart, as the recipe says.
fn affine(reading: &Reading) -> Result<Option<Affine>, ShapeError> {
    let Some(axes) = &reading.voxel_axes else { return Ok(None) };
    let spacing = reading.spacing_mm.unwrap_or([1.0; 3]);
    let mut rows = [[0.0; 4]; 3];
    for axis in 0..3 {
        let mut step = [0.0f32; 3];
        step[axis] = 1.0;
        for (row, along) in rows.iter_mut().zip(axes.to_ras(step)) {
            row[axis] = f64::from(along) * spacing[axis];
        }
    }
    Affine::from_rows(rows).map(Some)
}

/// By content; files without the preamble, which some old ones lack, by their ending.
fn is_dicom(path: &Path) -> std::io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(132).read_to_end(&mut head)?;
    let ends = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("dcm"));
    Ok(head.get(128..) == Some(b"DICM") || ends)
}

/// A segmentation object or a structure set.
fn dicom(path: &Path, reading: &Reading) -> Result<Segmentation, ReadError> {
    let bytes = std::fs::read(path)?;
    let mut options = SegOptions::default();
    if let Some(threshold) = reading.threshold {
        options.threshold = threshold;
    }
    match read_seg_bytes(path, &bytes, options) {
        Ok(object) => Ok(object.segmentation),
        Err(DicomError::NotThisKind { .. }) => {
            let set = read_rtstruct_bytes(path, &bytes, Limits::default())?;
            Ok(rasterize(&set, &ContourOptions::default())?)
        }
        Err(error) => Err(error.into()),
    }
}

fn named(read: Segmentation) -> Volume {
    let Segmentation { layers, segments, notes } = read;
    let names = |layer: usize| {
        let own = segments.iter().filter(|s| s.layer == layer && s.value != 0);
        own.filter_map(|s| Some((s.value, name(s)?))).collect()
    };
    let layers = layers.into_iter().enumerate().map(|(n, map)| Layer { map, table: names(n) }).collect();
    Volume { layers, notes }
}

/// What a segment is called: its name, else what its code means; with the side that only a code tells.
fn name(segment: &Segment) -> Option<String> {
    let name = segment.name.clone().or_else(|| segment.kind.as_ref().map(|code| code.meaning.clone()))?;
    let side = segment.modifier.as_ref().map(|code| code.meaning.to_lowercase());
    match side.as_deref() {
        Some(side @ ("left" | "right")) if !name.to_lowercase().contains(side) => Some(format!("{side} {name}")),
        _ => Some(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use medshape_formats::Code;

    #[test]
    fn a_side_that_only_the_code_tells_is_named() {
        let code = |meaning: &str| Code { scheme: "SCT".into(), value: "0".into(), meaning: meaning.into() };
        let kidney = Segment { kind: Some(code("Kidney")), modifier: Some(code("Left")), ..Segment::default() };
        assert_eq!(name(&kidney).as_deref(), Some("left Kidney"));
        let named = Segment { name: Some("Left kidney".into()), ..kidney };
        assert_eq!(name(&named).as_deref(), Some("Left kidney"));
        assert_eq!(name(&Segment::default()), None);
    }
}
