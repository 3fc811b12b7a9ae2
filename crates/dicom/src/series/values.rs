//! The values of an image series, rescaled.

use std::collections::BTreeMap;
use std::path::Path;

use dicom_dictionary_std::tags;

use super::Series;
use crate::data_set::{Content, Item, read_bytes};
use crate::error::{DicomError, zeros};
use crate::groups::Groups;
use crate::limits::Limits;
use crate::pixels::{Frames, Layout};

/// The values of a series on its grid.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesValues {
    /// Value at (i, j, k), `i` fastest: stored value * slope + intercept of its slice; NaN where a slice is missing.
    pub values: Vec<f32>,
    /// The unit that the file states (`HU`, ...), if it does.
    pub unit: Option<String>,
}

/// Reads the values of a series.
///
/// # Errors
/// [`DicomError::Unsupported`] for pixels in JPEG 2000, JPEG-LS, JPEG XL or video; any error of a file that cannot be
/// read or is no longer what it was when the series was read.
pub fn read_series_values(series: &Series, limits: Limits) -> Result<SeriesValues, DicomError> {
    let [columns, rows, slices] = series.shape;
    let name = series.slices.first().map_or(Path::new(""), |s| s.file.as_path());
    let (_, voxels) = limits.check(name, [columns as u64, rows as u64, slices as u64])?;
    let mut values: Vec<f32> = zeros(name, voxels)?;
    let pixels = columns * rows;
    let mut present = vec![false; slices];
    let mut by_file: BTreeMap<&Path, Vec<(usize, usize)>> = BTreeMap::new();
    for slice in &series.slices {
        by_file.entry(&slice.file).or_default().push((slice.frame, slice.k));
    }
    let mut unit = None;
    for (file, frames) in by_file {
        let bytes = read_bytes(file)?;
        let content = Content::open(file, &bytes, limits)?;
        let parsed = content.parse()?;
        let root = parsed.root();
        let layout = Layout::read(&root, limits)?;
        if [layout.columns, layout.rows] != [columns, rows] {
            let found = format!("{} x {}", layout.columns, layout.rows);
            return Err(root.wrong(tags::ROWS, &found, &format!("{columns} x {rows}, as when the series was read")));
        }
        unit = unit.or_else(|| root.text(tags::RESCALE_TYPE));
        let pixel_data = Frames::open(root, layout, &content.transfer_syntax)?;
        for (frame, k) in frames {
            let (slope, intercept) = rescale(&root, layout.frames, frame)?;
            let slice = values.get_mut(k * pixels..(k + 1) * pixels).unwrap_or_default();
            pixel_data.samples(frame, |pixel, stored| {
                if let Some(value) = slice.get_mut(pixel) {
                    *value = (stored as f64 * slope + intercept) as f32;
                }
            })?;
            if let Some(p) = present.get_mut(k) {
                *p = true;
            }
        }
    }
    for k in (0..slices).filter(|&k| !present[k]) {
        values[k * pixels..(k + 1) * pixels].fill(f32::NAN);
    }
    Ok(SeriesValues { values, unit })
}

/// Slope and intercept of a frame; 1 and 0 if there are none.
fn rescale(root: &Item<'_>, frames: usize, frame: usize) -> Result<(f64, f64), DicomError> {
    let mut item = *root;
    if root.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE).len() > 0 {
        let group = Groups::read(*root, frames)?.find(frame, tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE);
        item = group.unwrap_or(item);
    }
    let [slope] = item.numbers(tags::RESCALE_SLOPE)?.unwrap_or([1.0]);
    let [intercept] = item.numbers(tags::RESCALE_INTERCEPT)?.unwrap_or([0.0]);
    Ok((slope, intercept))
}
