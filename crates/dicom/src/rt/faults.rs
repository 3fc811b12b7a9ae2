//! What is worth a note about a region's contours.

use std::fmt::Write as _;

use super::Roi;
use crate::error::first_few;

/// Distance of a plane from its slice, in slices, that is worth a note.
const OFF_SLICE: f64 = 0.05;

/// What was found while a region was filled; contours are counted from 1.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) open: Vec<usize>,
    pub(super) small: Vec<usize>,
    pub(super) crossing: Vec<usize>,
    /// Planes in which contours cross each other.
    pub(super) mutual: usize,
    /// Contours beyond the first or last slice.
    pub(super) outside: usize,
    /// Slices that more than one plane fell into.
    pub(super) shared: usize,
    /// Largest distance of a plane from its slice, in slices.
    pub(super) farthest: f64,
}

impl Faults {
    /// All of it in one note, if there is any; `empty` tells that no voxel was set.
    pub(super) fn note(&self, roi: &Roi, empty: bool) -> Option<String> {
        let mut note = String::new();
        if roi.contours.is_empty() {
            note += "; has no contour";
        } else if empty {
            note += "; encloses no voxel's centre";
        }
        for (contours, what) in [
            (&self.open, "are open or points and enclose nothing"),
            (&self.small, "have fewer than 3 points and enclose nothing"),
            (&self.crossing, "cross themselves (filled by the even-odd rule)"),
        ] {
            if !contours.is_empty() {
                let _ = write!(note, "; contours {} {what}", first_few(contours));
            }
        }
        if self.mutual > 0 {
            let _ = write!(
                note,
                "; planes in which contours cross each other (what two enclose is outside): {}",
                self.mutual
            );
        }
        if self.outside > 0 {
            let _ = write!(note, "; contours lie outside of the grid: {}", self.outside);
        }
        if self.shared > 0 {
            let _ = write!(note, "; planes lie closer than slices: slices in which they were united: {}", self.shared);
        }
        if self.farthest > OFF_SLICE {
            let _ = write!(note, "; planes lie up to {:.2} slices beside the slice they were put into", self.farthest);
        }
        let note = note.strip_prefix("; ")?;
        Some(format!("ROI {} ({}): {note}", roi.number, roi.title()))
    }
}
