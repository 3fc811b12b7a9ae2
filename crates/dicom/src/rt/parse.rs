//! The modules of a structure set: Structure Set, ROI Contour, RT ROI Observations (PS3.3 C.8.8.5, C.8.8.6, C.8.8.8).

use std::collections::BTreeMap;

use dicom_dictionary_std::{tags, uids};
use medshape_formats::Method;

use super::{Contour, ContourKind, Roi, StructureSet};
use crate::code::read_code;
use crate::data_set::{Item, decimal};
use crate::error::DicomError;

const NEED: &str = "regions cannot be told apart without it";
/// No patient and no couch is farther from the origin, mm.
const FARTHEST: f64 = 1e5;

pub(super) fn structure_set(root: &Item<'_>) -> Result<StructureSet, DicomError> {
    let class = root.text(tags::SOP_CLASS_UID).unwrap_or_default();
    if class != uids::RT_STRUCTURE_SET_STORAGE {
        let modality = root.text(tags::MODALITY).unwrap_or_else(|| "unknown".to_owned());
        return Err(DicomError::NotThisKind {
            file: root.file.to_owned(),
            expected: "a DICOM RT structure set",
            found: format!("its modality is {modality}, its class {class}"),
        });
    }
    let items = root.items(tags::STRUCTURE_SET_ROI_SEQUENCE);
    if items.len() == 0 {
        return Err(root.missing(tags::STRUCTURE_SET_ROI_SEQUENCE, NEED));
    }
    let mut rois = Vec::with_capacity(items.len());
    let mut place_of = BTreeMap::new();
    for item in items {
        let roi = roi(&item)?;
        if place_of.insert(roi.number, rois.len()).is_some() {
            let found = format!("{} for a second region", roi.number);
            return Err(item.wrong(tags::ROI_NUMBER, &found, "a number of its own for each region"));
        }
        rois.push(roi);
    }
    let mut notes = Vec::new();
    for item in root.items(tags::ROI_CONTOUR_SEQUENCE) {
        let Some(roi) = referenced(&item, &place_of, &mut rois, &mut notes)? else { continue };
        let colour = item.numbers::<3>(tags::ROI_DISPLAY_COLOR)?;
        roi.colour = roi.colour.or(colour.map(|c| c.map(|v| v.clamp(0.0, 255.0) as u8)));
        for contour in item.items(tags::CONTOUR_SEQUENCE) {
            let contour = contour_of(&contour, roi)?;
            roi.contours.push(contour);
        }
    }
    for item in root.items(tags::RTROI_OBSERVATIONS_SEQUENCE) {
        let Some(roi) = referenced(&item, &place_of, &mut rois, &mut notes)? else { continue };
        roi.interpreted_type = roi.interpreted_type.take().or_else(|| item.text(tags::RTROI_INTERPRETED_TYPE));
        let code = || read_code(&item, tags::RTROI_IDENTIFICATION_CODE_SEQUENCE).map(|(code, _)| code);
        roi.kind = roi.kind.take().or_else(code);
    }
    let referenced_series = root
        .items(tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE)
        .flat_map(|frame| frame.items(tags::RT_REFERENCED_STUDY_SEQUENCE))
        .flat_map(|study| study.items(tags::RT_REFERENCED_SERIES_SEQUENCE))
        .filter_map(|series| series.text(tags::SERIES_INSTANCE_UID))
        .collect();
    Ok(StructureSet { file: root.file.to_owned(), rois, referenced_series, notes })
}

fn roi(item: &Item<'_>) -> Result<Roi, DicomError> {
    Ok(Roi {
        number: item.require_integer(tags::ROI_NUMBER, i64::from(i32::MIN)..=i64::from(i32::MAX), NEED)?,
        name: item.text(tags::ROI_NAME),
        colour: None,
        interpreted_type: None,
        kind: None,
        method: match item.text(tags::ROI_GENERATION_ALGORITHM).as_deref() {
            Some("MANUAL") => Some(Method::Manual),
            Some("SEMIAUTOMATIC") => Some(Method::SemiAutomatic),
            Some("AUTOMATIC") => Some(Method::Automatic),
            _ => None,
        },
        frame_of_reference_uid: item.text(tags::REFERENCED_FRAME_OF_REFERENCE_UID),
        contours: Vec::new(),
    })
}

/// The region that an item of another sequence speaks of; a note if there is none.
fn referenced<'r>(
    item: &Item<'_>,
    place_of: &BTreeMap<i64, usize>,
    rois: &'r mut [Roi],
    notes: &mut Vec<String>,
) -> Result<Option<&'r mut Roi>, DicomError> {
    let number = item.integer(tags::REFERENCED_ROI_NUMBER)?;
    let number = number.ok_or_else(|| item.missing(tags::REFERENCED_ROI_NUMBER, NEED))?;
    let roi = place_of.get(&number).and_then(|&place| rois.get_mut(place));
    if roi.is_none() {
        notes
            .push(format!("{}: {number} is no region of this file, left out", item.place(tags::REFERENCED_ROI_NUMBER)));
    }
    Ok(roi)
}

fn contour_of(item: &Item<'_>, roi: &Roi) -> Result<Contour, DicomError> {
    let wrong = |reason: String| DicomError::Contour {
        file: item.file.to_owned(),
        roi: roi.number,
        name: roi.title(),
        contour: roi.contours.len() + 1,
        reason,
    };
    let kind = match item.text(tags::CONTOUR_GEOMETRIC_TYPE).as_deref() {
        Some("CLOSED_PLANAR" | "CLOSEDPLANAR_XOR") => ContourKind::Closed,
        Some("OPEN_PLANAR" | "OPEN_NONPLANAR") => ContourKind::Open,
        Some("POINT") => ContourKind::Points,
        Some(other) => return Err(wrong(format!("its type {other} is unknown"))),
        None => return Err(wrong("it has no type (Contour Geometric Type)".to_owned())),
    };
    let data = item.bytes(tags::CONTOUR_DATA).ok_or_else(|| wrong("it has no points".to_owned()))?;
    let mut numbers = Vec::new();
    for text in data.split(|&b| b == b'\\') {
        let value = decimal(text).filter(|v| v.abs() <= FARTHEST);
        let place = numbers.len() + 1;
        numbers.push(value.ok_or_else(|| {
            wrong(format!(
                "number {place} of its points is `{}`, expected -{FARTHEST} to {FARTHEST} mm",
                text.escape_ascii()
            ))
        })?);
    }
    let (points, rest) = numbers.as_chunks::<3>();
    let stated = item.integer(tags::NUMBER_OF_CONTOUR_POINTS)?;
    if !rest.is_empty() || stated.is_some_and(|n| n != points.len() as i64) {
        let stated = stated.map_or("an unknown number of".to_owned(), |n| n.to_string());
        return Err(wrong(format!("it states {stated} points, but holds {} numbers", numbers.len())));
    }
    // LPS to RAS, without negative zeros.
    let points = points.iter().map(|&[l, p, s]| [0.0 - l, 0.0 - p, s]).collect();
    Ok(Contour { kind, points })
}
