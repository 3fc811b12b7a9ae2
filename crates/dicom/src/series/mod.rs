//! Image series: the grid that the slices of one series make, and their values.
//!
//! Read: single-frame images and enhanced multi-frame ones, of any transfer syntax (pixels are looked at only by
//! [`read_series_values`]). Slices are ordered along their normal. Files of a folder that are no DICOM images are
//! counted in a note; several series, another orientation or size, planes that lie twice in one place (time series) and
//! uneven distances are errors. Missing slices leave a gap in the grid and are named in a note.

mod header;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use medshape_shape::Affine;
use walkdir::WalkDir;

use crate::data_set::{Content, read_bytes, read_head};
use crate::error::{DicomError, first_few};
use crate::geometry::{StatedStep, stack};
use crate::limits::Limits;
use header::{Image, images};

pub use values::{SeriesValues, read_series_values};

/// The grid of an image series and the slices that lie in it.
///
/// UIDs and paths are here because references need them; they are identifiers and belong in no record.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Voxels along i (columns), j (rows), k (slices, along the normal).
    pub shape: [usize; 3],
    /// Voxel centre to RAS+ mm.
    pub affine: Affine,
    /// Kind of scanner: `CT`, `MR`, ...
    pub modality: String,
    /// UID of the study.
    pub study_instance_uid: String,
    /// UID of the series.
    pub series_instance_uid: String,
    /// UID of the space in which positions of this series mean the same as those of others with the same UID.
    pub frame_of_reference_uid: Option<String>,
    /// Slices in ascending order of `k`.
    pub slices: Vec<Slice>,
    /// What was left out or had to be assumed, in plain words.
    pub notes: Vec<String>,
}

/// One image of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// The file.
    pub file: PathBuf,
    /// Frame in the file, counted from 0.
    pub frame: usize,
    /// Place along the third axis of the grid.
    pub k: usize,
    /// UID of the kind of object.
    pub sop_class_uid: String,
    /// UID of the image.
    pub sop_instance_uid: String,
}

/// Reads the geometry of the only image series in a folder (its subfolders left out).
///
/// # Errors
/// [`DicomError::SeveralSeries`] if there are several: choose with [`read_series_files`] or [`read_series_of`];
/// [`DicomError::Planes`] if the images make no volume; any error of a file that is a DICOM image but cannot be read.
pub fn read_series(folder: &Path, limits: Limits) -> Result<Series, DicomError> {
    series(folder, &files_of(folder)?, None, limits)
}

/// As [`read_series`], of the series with this Series Instance UID.
///
/// # Errors
/// As [`read_series`].
pub fn read_series_of(folder: &Path, series_instance_uid: &str, limits: Limits) -> Result<Series, DicomError> {
    series(folder, &files_of(folder)?, Some(series_instance_uid), limits)
}

/// As [`read_series`], of these files.
///
/// # Errors
/// As [`read_series`].
pub fn read_series_files(files: &[PathBuf], limits: Limits) -> Result<Series, DicomError> {
    let name = files.first().cloned().unwrap_or_default();
    series(&name, files, None, limits)
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>, DicomError> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1).max_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|e| DicomError::Read { file: folder.to_owned(), source: e.into() })?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn series(folder: &Path, files: &[PathBuf], wanted: Option<&str>, limits: Limits) -> Result<Series, DicomError> {
    let mut notes = Vec::new();
    let mut by_series: BTreeMap<String, Vec<Image>> = BTreeMap::new();
    let mut others = Vec::new();
    for file in files {
        match read_images(file, limits) {
            Ok(images) if images.is_empty() => others.push(file_name(file)),
            Ok(images) if images.iter().any(|image| image.localizer) => {
                notes.push(format!("{}: a localizer, left out", file_name(file)));
            }
            Ok(images) => {
                for image in images {
                    by_series.entry(image.series_instance_uid.clone()).or_default().push(image);
                }
            }
            Err(DicomError::NotThisKind { .. }) => others.push(file_name(file)),
            Err(error) => return Err(error),
        }
    }
    if !others.is_empty() {
        notes.push(format!("left out, no images with a place in the patient: {}", first_few(&others)));
    }
    if let Some(uid) = wanted {
        by_series.retain(|series, _| series == uid);
    }
    if by_series.len() > 1 {
        let series = by_series.iter().map(|(uid, images)| format!("{uid}: {} images", images.len())).collect();
        return Err(DicomError::SeveralSeries { file: folder.to_owned(), series });
    }
    let Some((_, images)) = by_series.pop_first() else {
        let found = format!("{} other files", others.len());
        return Err(DicomError::NotThisKind { file: folder.to_owned(), expected: "a DICOM image series", found });
    };
    assemble(folder, &images, notes, limits)
}

/// The images of one file: none if it holds something else.
fn read_images(file: &Path, limits: Limits) -> Result<Vec<Image>, DicomError> {
    let (head, is_all) = read_head(file)?;
    let parse = |bytes: &[u8]| {
        let content = Content::open(file, bytes, limits)?;
        images(&content.parse_header()?.root(), limits)
    };
    match parse(&head) {
        // The header goes on behind the part that was read.
        Err(DicomError::Truncated { .. } | DicomError::Damaged { .. }) if !is_all => parse(&read_bytes(file)?),
        other => other,
    }
}

fn assemble(folder: &Path, images: &[Image], mut notes: Vec<String>, limits: Limits) -> Result<Series, DicomError> {
    let first = &images[0];
    if first.series_instance_uid.is_empty() {
        notes.push("no Series Instance UID: the images are taken for one series".to_owned());
    }
    for image in images {
        let differs = if image.size != first.size {
            "size"
        } else if !image.grid.is_like(&first.grid) {
            "orientation or pixel spacing"
        } else if image.frame_of_reference_uid != first.frame_of_reference_uid {
            "frame of reference"
        } else {
            continue;
        };
        let (a, b) = (file_name(&first.file), file_name(&image.file));
        return Err(DicomError::planes(folder, format!("{a} and {b} differ in {differs}")));
    }
    let positions: Vec<_> = images.iter().map(|image| image.position).collect();
    // Positions are trusted alone: what images say of their spacing is often wrong.
    let stated = StatedStep { spacing: None, thickness: first.stated.spacing.or(first.stated.thickness) };
    let stack = stack(folder, &first.grid, &positions, stated)?;
    notes.extend(stack.notes);
    let (shape, _) = limits.check(folder, [first.size[0], first.size[1], stack.slices])?;
    let mut slices: Vec<Slice> = images
        .iter()
        .zip(&stack.slice_of)
        .map(|(image, &k)| Slice {
            file: image.file.clone(),
            frame: image.frame,
            k,
            sop_class_uid: image.sop_class_uid.clone(),
            sop_instance_uid: image.sop_instance_uid.clone(),
        })
        .collect();
    slices.sort_by(|a, b| a.k.cmp(&b.k).then_with(|| a.file.cmp(&b.file)));
    if let Some(pair) = slices.windows(2).find(|pair| pair[0].k == pair[1].k) {
        let (a, b) = (file_name(&pair[0].file), file_name(&pair[1].file));
        let reason = format!("{a} and {b} lie in the same place (a time series? give the files of one volume)");
        return Err(DicomError::planes(folder, reason));
    }
    let missing: Vec<usize> = (0..shape[2]).filter(|k| slices.binary_search_by_key(k, |s| s.k).is_err()).collect();
    if !missing.is_empty() {
        notes.push(format!("missing slices: k = {}", first_few(&missing)));
    }
    Ok(Series {
        shape,
        affine: stack.affine,
        modality: first.modality.clone(),
        study_instance_uid: first.study_instance_uid.clone(),
        series_instance_uid: first.series_instance_uid.clone(),
        frame_of_reference_uid: first.frame_of_reference_uid.clone(),
        slices,
        notes,
    })
}

fn file_name(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}
