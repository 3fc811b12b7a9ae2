//! Contours to voxels.

use std::collections::BTreeMap;

use medshape_formats::{Segment, Segmentation};
use medshape_shape::Affine;

use super::crossing::edges_cross;
use super::faults::Faults;
use super::scan::fill;
use super::{ContourKind, Roi, StructureSet, gaps, grid};
use crate::error::{DicomError, zeros};
use crate::layers::{Layers, VoxelSet};
use crate::limits::Limits;
use crate::series::Series;

/// Departure of a contour's points from one plane, in slices, beyond which it does not lie along the slices.
const MOST_SLANT: f64 = 0.25;
/// Distance of two contours, in slices, below which they are in one plane.
const SAME_PLANE: f64 = 0.02;

/// How contours become voxels.
#[derive(Debug, Clone, Copy)]
pub struct ContourOptions<'a> {
    /// The grid. Default: from the contours, 1 mm.
    pub grid: ContourGrid<'a>,
    /// Most slices between two contours of a region that are filled in by their shapes. Default 0: slices without a
    /// contour are empty, and named in a note.
    pub fill_gaps: usize,
    /// What may be used.
    pub limits: Limits,
}

impl Default for ContourOptions<'_> {
    fn default() -> Self {
        Self { grid: ContourGrid::FromContours { spacing_mm: 1.0 }, fill_gaps: 0, limits: Limits::default() }
    }
}

/// On which grid.
#[derive(Debug, Clone, Copy)]
pub enum ContourGrid<'a> {
    /// One made from the contours: slices in their planes, square voxels of this spacing.
    FromContours {
        /// Distance of voxels within a slice, mm.
        spacing_mm: f64,
    },
    /// That of the images; they must be in the contours' frame of reference.
    Series(&'a Series),
    /// Any other, whose third axis steps from plane to plane.
    Given {
        /// Voxels along i, j, k.
        shape: [usize; 3],
        /// Voxel centre to RAS+ mm.
        affine: Affine,
    },
}

/// Fills the closed contours of all regions. A region's value is its number, or its place counted from 1 if a number of
/// the file is none that a label map can hold.
///
/// # Errors
/// [`DicomError::Contour`] naming region and contour for one that does not lie along the grid's slices;
/// [`DicomError::Planes`] for another frame of reference; [`DicomError::TooLarge`] above the limit.
pub fn rasterize(set: &StructureSet, options: &ContourOptions<'_>) -> Result<Segmentation, DicomError> {
    let mut notes = set.notes.clone();
    check_frames_of_reference(set, options.grid, &mut notes)?;
    let (shape, affine) = match options.grid {
        ContourGrid::FromContours { spacing_mm } => grid::from_contours(set, spacing_mm, options.limits, &mut notes)?,
        ContourGrid::Series(series) => (series.shape, series.affine),
        ContourGrid::Given { shape, affine } => (shape, affine),
    };
    let numbered = set.rois.iter().all(|roi| (1..=65535).contains(&roi.number));
    if !numbered {
        notes.push("region numbers are none of 1 to 65535: values are places in the file".to_owned());
    }
    let value = |place: usize, roi: &Roi| if numbered { roi.number as u32 } else { place as u32 + 1 };
    let largest = set.rois.iter().enumerate().map(|(place, roi)| value(place, roi)).max().unwrap_or(0);
    if largest > 65535 {
        return Err(DicomError::planes(&set.file, format!("{} regions are too many", set.rois.len())));
    }
    let mut layers = Layers::new(&set.file, shape, largest, options.limits)?;
    let target = Target { set, shape, to_index: affine.inverse(), limits: options.limits };
    let mut segments = Vec::with_capacity(set.rois.len());
    for (place, roi) in set.rois.iter().enumerate() {
        let mut runs = target.runs(roi, &mut notes)?;
        gaps::fill(&mut runs, roi, shape, affine.spacing(), options.fill_gaps, &mut notes)
            .map_err(DicomError::shape(&set.file))?;
        let layer = layers.place(value(place, roi), &runs)?;
        segments.push(Segment {
            layer: layer.unwrap_or(0),
            value: value(place, roi),
            name: roi.name.clone(),
            colour: roi.colour,
            kind: roi.kind.clone(),
            method: roi.method,
            ..Segment::default()
        });
    }
    Ok(Segmentation { layers: layers.into_maps(affine)?, segments, notes })
}

/// Positions mean the same in one frame of reference only.
fn check_frames_of_reference(
    set: &StructureSet,
    grid: ContourGrid<'_>,
    notes: &mut Vec<String>,
) -> Result<(), DicomError> {
    let drawn = || set.rois.iter().filter(|roi| !roi.contours.is_empty());
    let expected = match grid {
        ContourGrid::Given { .. } => return Ok(()),
        ContourGrid::Series(series) => series.frame_of_reference_uid.as_deref(),
        ContourGrid::FromContours { .. } => drawn().find_map(|roi| roi.frame_of_reference_uid.as_deref()),
    };
    for roi in drawn() {
        match (roi.frame_of_reference_uid.as_deref(), expected) {
            (Some(own), Some(expected)) if own != expected => {
                let other = if matches!(grid, ContourGrid::Series(_)) { "the images" } else { "the first region" };
                let reason =
                    format!("ROI {} ({}) is in another frame of reference than {other}", roi.number, roi.title());
                return Err(DicomError::planes(&set.file, reason));
            }
            (None, Some(_)) | (Some(_), None) => {
                notes.push(format!("ROI {} ({}): one frame of reference assumed", roi.number, roi.title()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Runs of voxels of a region, by slice.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// Slice to runs: linear index in the volume, length.
    pub(super) by_slice: BTreeMap<usize, Vec<(usize, usize)>>,
}

impl VoxelSet for Runs {
    fn runs(&self, mut visit: impl FnMut(usize, usize) -> bool) {
        self.by_slice.values().flatten().all(|&(start, length)| visit(start, length));
    }
}

/// The contours of one plane, on the grid: height in slices, polygons in columns and rows.
struct Sheet {
    height: f64,
    polygons: Vec<Vec<[f64; 2]>>,
}

struct Target<'a> {
    set: &'a StructureSet,
    shape: [usize; 3],
    to_index: Affine,
    limits: Limits,
}

impl Target<'_> {
    /// The voxels inside the contours of a region.
    fn runs(&self, roi: &Roi, notes: &mut Vec<String>) -> Result<Runs, DicomError> {
        let mut faults = Faults::default();
        let sheets = self.sheets(roi, &mut faults)?;
        let [columns, rows, slices] = self.shape;
        let mut by_slice: BTreeMap<usize, Vec<&Sheet>> = BTreeMap::new();
        for sheet in &sheets {
            let slice = sheet.height.round();
            faults.farthest = faults.farthest.max((sheet.height - slice).abs());
            if slice >= 0.0 && slice < slices as f64 {
                by_slice.entry(slice as usize).or_default().push(sheet);
            } else {
                faults.outside += sheet.polygons.len();
            }
        }
        let mut runs = Runs::default();
        for (slice, sheets) in by_slice {
            let start = slice * columns * rows;
            let out: &mut Vec<(usize, usize)> = runs.by_slice.entry(slice).or_default();
            if let [sheet] = sheets.as_slice() {
                fill(&sheet.polygons, columns, rows, |row, from, to| {
                    out.push((start + row * columns + from, to - from));
                });
                continue;
            }
            // Planes closer than slices: what is inside in one of them is inside.
            faults.shared += 1;
            let mut inside: Vec<u8> = zeros(&self.set.file, columns * rows)?;
            for sheet in sheets {
                fill(&sheet.polygons, columns, rows, |row, from, to| {
                    inside[row * columns + from..row * columns + to].fill(1);
                });
            }
            out.extend(inside.iter().enumerate().filter(|&(_, &v)| v == 1).map(|(pixel, _)| (start + pixel, 1)));
        }
        runs.by_slice.retain(|_, runs| !runs.is_empty());
        notes.extend(faults.note(roi, runs.by_slice.is_empty()));
        Ok(runs)
    }

    fn sheets(&self, roi: &Roi, faults: &mut Faults) -> Result<Vec<Sheet>, DicomError> {
        let mut placed = Vec::new();
        let mut crossings = 0_u64;
        for (index, contour) in roi.contours.iter().enumerate() {
            if contour.kind != ContourKind::Closed {
                faults.open.push(index + 1);
                continue;
            }
            if contour.points.len() < 3 {
                faults.small.push(index + 1);
                continue;
            }
            let points: Vec<[f64; 3]> = contour.points.iter().map(|&p| self.to_index.apply(p)).collect();
            let low = points.iter().map(|p| p[2]).fold(f64::INFINITY, f64::min);
            let high = points.iter().map(|p| p[2]).fold(f64::NEG_INFINITY, f64::max);
            // Written so that what is not a number is refused.
            if !(high - low <= MOST_SLANT && (low + high).abs() < 1e9) {
                let reason =
                    format!("it does not lie along the slices of the grid: it spans {:.2} of them", high - low);
                return Err(wrong(self.set, roi, index, reason));
            }
            let polygon: Vec<[f64; 2]> = points.iter().map(|&[i, j, _]| [i, j]).collect();
            crossings += polygon.windows(2).map(|e| rows_crossed(e[0][1], e[1][1], self.shape[1])).sum::<u64>();
            if crossings > self.limits.max_voxels {
                let reason = "the edges up to here cross more rows than the limit has voxels".to_owned();
                return Err(wrong(self.set, roi, index, reason));
            }
            let polygon = [polygon];
            if edges_cross(&polygon) {
                faults.crossing.push(index + 1);
            }
            let [polygon] = polygon;
            placed.push((f64::midpoint(low, high), polygon));
        }
        placed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut sheets: Vec<Sheet> = Vec::new();
        for (height, polygon) in placed {
            match sheets.last_mut() {
                Some(sheet) if height - sheet.height < SAME_PLANE => sheet.polygons.push(polygon),
                _ => sheets.push(Sheet { height, polygons: vec![polygon] }),
            }
        }
        if faults.crossing.is_empty() {
            let several = sheets.iter().filter(|sheet| sheet.polygons.len() > 1);
            faults.mutual = several.filter(|sheet| edges_cross(&sheet.polygons)).count();
        }
        Ok(sheets)
    }
}

fn rows_crossed(from: f64, to: f64, rows: usize) -> u64 {
    let inside = |v: f64| v.clamp(0.0, rows as f64);
    (inside(from) - inside(to)).abs().ceil() as u64
}

/// An error that names the contour with this index.
pub(super) fn wrong(set: &StructureSet, roi: &Roi, index: usize, reason: String) -> DicomError {
    DicomError::Contour { file: set.file.clone(), roi: roi.number, name: roi.title(), contour: index + 1, reason }
}
