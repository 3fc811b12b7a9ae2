//! Segmentation objects written: BINARY, explicit little endian, one frame for each segment and slice that has voxels.
//!
//! On the grid of the images where a series is given, so that frames name their source images; otherwise on the masks'
//! own. The same input gives the same bytes: UIDs are made from the content (`2.25.` and 128 bits of its BLAKE3 hash),
//! and the date is a fixed one unless it is given. Patient and study stay anonymous unless they are asked for; the UIDs
//! of study, series, images and frame of reference of the source are written, because the references are made of them.

mod fit;
mod frames;
mod identity;
mod object;
mod segment;
mod uid;

use medshape_formats::Segment;
use medshape_shape::MaskView;

use crate::error::DicomError;
use crate::series::Series;

/// A segment to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewSegment<'a> {
    /// Its voxels, not none.
    pub mask: MaskView<'a>,
    /// What it is: category, kind and method are needed; name (else the kind's meaning is taken), colour, modifier,
    /// region and its modifier are written if there. Layer and value are not used: segments are numbered from 1.
    pub segment: &'a Segment,
}

/// What is written around the segments.
#[derive(Debug, Clone, Copy)]
pub struct WriteSegOptions<'a> {
    /// The images that the segments were made on; masks must lie on their grid.
    pub source: Option<&'a Series>,
    /// Whether to copy name, identifier, dates and the like of patient and study from the source. Default false.
    pub keep_identity: bool,
    /// Series Description, at most 64 characters. Default `Segmentation`.
    pub series_description: &'a str,
    /// Series Number. Default 300.
    pub series_number: u32,
    /// Name of the program that made segments which are not manual, at most 64 characters. Default `unknown`.
    pub algorithm_name: &'a str,
    /// Content Date, `YYYYMMDD`. Default 19700101, because the standard demands one.
    pub content_date: &'a str,
}

impl Default for WriteSegOptions<'_> {
    fn default() -> Self {
        Self {
            source: None,
            keep_identity: false,
            series_description: "Segmentation",
            series_number: 300,
            algorithm_name: "unknown",
            content_date: "19700101",
        }
    }
}

/// The bytes of a segmentation object.
///
/// # Errors
/// [`DicomError::Segment`] naming the segment: no voxels, no code, voxels off the grid of the others or of the images
/// (resample the mask first), a grid with slanted rows; [`DicomError::Write`] if the object would be too large or a date
/// is none.
pub fn write_seg(segments: &[NewSegment<'_>], options: &WriteSegOptions<'_>) -> Result<Vec<u8>, DicomError> {
    if options.content_date.len() != 8 || !options.content_date.bytes().all(|b| b.is_ascii_digit()) {
        let reason = format!("the content date is {:?}, expected YYYYMMDD", options.content_date);
        return Err(DicomError::Write { reason });
    }
    let grid = fit::Grid::of(segments, options.source)?;
    let frames = frames::Frames::of(segments, &grid)?;
    object::write(segments, &grid, &frames, options)
}
