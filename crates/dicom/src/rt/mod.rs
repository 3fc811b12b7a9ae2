//! Radiotherapy structure sets (PS3.3 A.19): regions of interest as contours, and those contours as voxels.
//!
//! [`read_rtstruct`] gives what the file says: names, colours, codes and contours in RAS+ mm. [`rasterize`] fills closed
//! planar contours by the even-odd rule, all contours of a region in one plane together, so that a contour in a contour
//! is a hole and a keyhole's channel vanishes. Open contours and points enclose nothing and are named in a note.

mod crossing;
mod faults;
mod gaps;
mod grid;
mod parse;
mod rasterize;
mod scan;

use std::path::{Path, PathBuf};

use medshape_formats::{Code, Method};

use crate::data_set::{Content, read_bytes};
use crate::error::DicomError;
use crate::limits::Limits;

pub use rasterize::{ContourGrid, ContourOptions, rasterize};

/// A structure set.
#[derive(Debug, Clone, PartialEq)]
pub struct StructureSet {
    /// The file, for messages.
    pub file: PathBuf,
    /// Regions of interest in the order of the file.
    pub rois: Vec<Roi>,
    /// UIDs of the image series that it was drawn on; identifiers, which belong in no record.
    pub referenced_series: Vec<String>,
    /// What had to be assumed, in plain words.
    pub notes: Vec<String>,
}

/// A region of interest.
#[derive(Debug, Clone, PartialEq)]
pub struct Roi {
    /// Its number in the file.
    pub number: i64,
    /// Its name.
    pub name: Option<String>,
    /// The colour it is shown in, sRGB.
    pub colour: Option<[u8; 3]>,
    /// What it is for: `ORGAN`, `PTV`, `GTV`, `EXTERNAL`, ...
    pub interpreted_type: Option<String>,
    /// What it is, as a code.
    pub kind: Option<Code>,
    /// How it was drawn.
    pub method: Option<Method>,
    /// UID of the space that its contours are in; an identifier, which belongs in no record.
    pub frame_of_reference_uid: Option<String>,
    /// Its contours in the order of the file.
    pub contours: Vec<Contour>,
}

impl Roi {
    /// Its name, or something to call it by.
    pub(crate) fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| "unnamed".to_owned())
    }
}

/// A contour.
#[derive(Debug, Clone, PartialEq)]
pub struct Contour {
    /// What its points mean.
    pub kind: ContourKind,
    /// Points, RAS+ mm.
    pub points: Vec<[f64; 3]>,
}

/// Contour Geometric Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContourKind {
    /// A closed polygon in a plane (`CLOSED_PLANAR`, and `CLOSEDPLANAR_XOR`, for which even-odd is the rule itself).
    Closed,
    /// A line in a plane or in space (`OPEN_PLANAR`, `OPEN_NONPLANAR`).
    Open,
    /// Points (`POINT`).
    Points,
}

/// Reads a structure set.
///
/// # Errors
/// [`DicomError`]: not a structure set, something missing or wrong; [`DicomError::Contour`] names region and contour
/// where the points are at fault.
pub fn read_rtstruct(path: &Path, limits: Limits) -> Result<StructureSet, DicomError> {
    read_rtstruct_bytes(path, &read_bytes(path)?, limits)
}

/// As [`read_rtstruct`], of the bytes of a file; `name` is for messages.
///
/// # Errors
/// As [`read_rtstruct`].
pub fn read_rtstruct_bytes(name: &Path, bytes: &[u8], limits: Limits) -> Result<StructureSet, DicomError> {
    let content = Content::open(name, bytes, limits)?;
    let parsed = content.parse()?;
    let mut set = parse::structure_set(&parsed.root())?;
    set.notes.splice(0..0, content.notes.iter().cloned());
    Ok(set)
}
