//! The data set of a segmentation object (PS3.3 A.51).

use std::collections::BTreeMap;

use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use medshape_formats::Code;

use super::fit::Grid;
use super::frames::Frames;
use super::segment::{code, item, text};
use super::uid::Content;
use super::{NewSegment, WriteSegOptions, identity};
use crate::error::DicomError;
use crate::series::{Series, Slice};

pub(super) fn write(
    segments: &[NewSegment<'_>],
    grid: &Grid,
    frames: &Frames,
    options: &WriteSegOptions<'_>,
) -> Result<Vec<u8>, DicomError> {
    let mut object = InMemDicomObject::new_empty();
    match options.source.filter(|_| options.keep_identity) {
        Some(source) => identity::copy(&mut object, source)?,
        None => identity::anonymous(&mut object),
    }
    let mut items = Vec::with_capacity(segments.len());
    for (number, new) in (1..).zip(segments) {
        items.push(item(new.segment, number, options.algorithm_name)?);
    }
    put_items(&mut object, tags::SEGMENT_SEQUENCE, items);
    pixels(&mut object, grid, frames);
    groups(&mut object, grid, frames, options.source);
    general(&mut object, options);
    if let Some(series) = options.source {
        referenced_series(&mut object, series, frames);
    }
    // UIDs stand for everything else that is in the file.
    let mut content = Content::new();
    content.add(&frames.bits);
    content.add(&encoded(&object)?);
    let own = |purpose| content.uid(purpose);
    let source = options.source;
    let study = source.map(|s| s.study_instance_uid.clone()).filter(|uid| !uid.is_empty());
    let reference = source.and_then(|s| s.frame_of_reference_uid.clone());
    let organization = own("dimension organization");
    put(&mut object, tags::SOP_INSTANCE_UID, VR::UI, own("instance"));
    put(&mut object, tags::SERIES_INSTANCE_UID, VR::UI, own("series"));
    put(&mut object, tags::STUDY_INSTANCE_UID, VR::UI, study.unwrap_or_else(|| own("study")));
    put(&mut object, tags::FRAME_OF_REFERENCE_UID, VR::UI, reference.unwrap_or_else(|| own("frame of reference")));
    dimensions(&mut object, &organization);
    put(&mut object, tags::PIXEL_DATA, VR::OB, PrimitiveValue::U8(frames.bits.as_slice().into()));
    let failed = |e: &dyn std::fmt::Display| DicomError::Write { reason: e.to_string() };
    let meta = FileMetaTableBuilder::new().transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let file = object.with_meta(meta).map_err(|e| failed(&e))?;
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).map_err(|e| failed(&e))?;
    Ok(bytes)
}

fn encoded(object: &InMemDicomObject) -> Result<Vec<u8>, DicomError> {
    let mut bytes = Vec::new();
    let syntax = dicom_transfer_syntax_registry::entries::EXPLICIT_VR_LITTLE_ENDIAN.erased();
    let written = object.write_dataset_with_ts(&mut bytes, &syntax);
    written.map_err(|e| DicomError::Write { reason: e.to_string() })?;
    Ok(bytes)
}

/// Series, equipment, image and segmentation modules.
fn general(object: &mut InMemDicomObject, options: &WriteSegOptions<'_>) {
    put(object, tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192");
    put(object, tags::SOP_CLASS_UID, VR::UI, uids::SEGMENTATION_STORAGE);
    put(object, tags::MODALITY, VR::CS, "SEG");
    put(object, tags::SERIES_NUMBER, VR::IS, options.series_number.to_string());
    put(object, tags::SERIES_DESCRIPTION, VR::LO, text(options.series_description));
    put(object, tags::POSITION_REFERENCE_INDICATOR, VR::LO, "");
    put(object, tags::MANUFACTURER, VR::LO, "medshape");
    put(object, tags::MANUFACTURER_MODEL_NAME, VR::LO, "medshape");
    put(object, tags::DEVICE_SERIAL_NUMBER, VR::LO, "0");
    put(object, tags::SOFTWARE_VERSIONS, VR::LO, env!("CARGO_PKG_VERSION"));
    put(
        object,
        tags::IMAGE_TYPE,
        VR::CS,
        PrimitiveValue::Strs(["DERIVED".into(), "PRIMARY".into()].into_iter().collect()),
    );
    put(object, tags::INSTANCE_NUMBER, VR::IS, "1");
    put(object, tags::CONTENT_DATE, VR::DA, options.content_date);
    put(object, tags::CONTENT_TIME, VR::TM, "000000");
    put(object, tags::CONTENT_LABEL, VR::CS, "SEGMENTATION");
    put(object, tags::CONTENT_DESCRIPTION, VR::LO, "");
    put(object, tags::CONTENT_CREATOR_NAME, VR::PN, "");
    put(object, tags::SEGMENTATION_TYPE, VR::CS, "BINARY");
    put(object, tags::LOSSY_IMAGE_COMPRESSION, VR::CS, "00");
}

fn pixels(object: &mut InMemDicomObject, grid: &Grid, frames: &Frames) {
    let [columns, rows, _] = grid.shape.map(|n| n as u16);
    put(object, tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
    put(object, tags::NUMBER_OF_FRAMES, VR::IS, frames.places.len().to_string());
    put(object, tags::SEGMENTS_OVERLAP, VR::CS, if frames.overlap { "YES" } else { "NO" });
    for (tag, value) in [
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::ROWS, rows),
        (tags::COLUMNS, columns),
        (tags::BITS_ALLOCATED, 1),
        (tags::BITS_STORED, 1),
        (tags::HIGH_BIT, 0),
        (tags::PIXEL_REPRESENTATION, 0),
    ] {
        put(object, tag, VR::US, PrimitiveValue::from(value));
    }
}

/// Frames are ordered by segment and by position.
fn dimensions(object: &mut InMemDicomObject, organization: &str) {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::DIMENSION_ORGANIZATION_UID, VR::UI, organization);
    put_items(object, tags::DIMENSION_ORGANIZATION_SEQUENCE, vec![item]);
    let pointers = [
        (tags::REFERENCED_SEGMENT_NUMBER, tags::SEGMENT_IDENTIFICATION_SEQUENCE, "ReferencedSegmentNumber"),
        (tags::IMAGE_POSITION_PATIENT, tags::PLANE_POSITION_SEQUENCE, "ImagePositionPatient"),
    ];
    let items = pointers.map(|(attribute, group, label)| {
        let mut item = InMemDicomObject::new_empty();
        put(&mut item, tags::DIMENSION_ORGANIZATION_UID, VR::UI, organization);
        put(&mut item, tags::DIMENSION_INDEX_POINTER, VR::AT, PrimitiveValue::from(attribute));
        put(&mut item, tags::FUNCTIONAL_GROUP_POINTER, VR::AT, PrimitiveValue::from(group));
        put(&mut item, tags::DIMENSION_DESCRIPTION_LABEL, VR::LO, label);
        item
    });
    put_items(object, tags::DIMENSION_INDEX_SEQUENCE, items.into());
}

/// Shared and per-frame functional groups.
fn groups(object: &mut InMemDicomObject, grid: &Grid, frames: &Frames, source: Option<&Series>) {
    let (row, column, [between_columns, between_rows]) = grid.plane();
    let mut orientation = InMemDicomObject::new_empty();
    put(&mut orientation, tags::IMAGE_ORIENTATION_PATIENT, VR::DS, decimals(row.into_iter().chain(column)));
    let mut measures = InMemDicomObject::new_empty();
    put(&mut measures, tags::SLICE_THICKNESS, VR::DS, decimals([grid.slice_spacing()]));
    put(&mut measures, tags::SPACING_BETWEEN_SLICES, VR::DS, decimals([grid.slice_spacing()]));
    put(&mut measures, tags::PIXEL_SPACING, VR::DS, decimals([between_rows, between_columns]));
    let mut shared = InMemDicomObject::new_empty();
    put_items(&mut shared, tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation]);
    put_items(&mut shared, tags::PIXEL_MEASURES_SEQUENCE, vec![measures]);
    put_items(object, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared]);

    // Position indices count the slices that have a frame, from 1.
    let mut index_of: BTreeMap<usize, u32> = frames.places.iter().map(|&(_, slice)| (slice, 0)).collect();
    (1..).zip(index_of.values_mut()).for_each(|(n, index)| *index = n);
    let items = frames.places.iter().map(|&(segment, slice)| {
        let mut content = InMemDicomObject::new_empty();
        let indices = [u32::from(segment), index_of.get(&slice).copied().unwrap_or(0)];
        let indices = PrimitiveValue::U32(indices.into_iter().collect());
        put(&mut content, tags::DIMENSION_INDEX_VALUES, VR::UL, indices);
        let mut position = InMemDicomObject::new_empty();
        put(&mut position, tags::IMAGE_POSITION_PATIENT, VR::DS, decimals(grid.position(slice)));
        let mut identification = InMemDicomObject::new_empty();
        put(&mut identification, tags::REFERENCED_SEGMENT_NUMBER, VR::US, PrimitiveValue::from(segment));
        let mut frame = InMemDicomObject::new_empty();
        put_items(&mut frame, tags::FRAME_CONTENT_SEQUENCE, vec![content]);
        put_items(&mut frame, tags::PLANE_POSITION_SEQUENCE, vec![position]);
        put_items(&mut frame, tags::SEGMENT_IDENTIFICATION_SEQUENCE, vec![identification]);
        if let Some(series) = source {
            let image = image_of(series, slice).map(|image| derivation(series, image));
            put_items(&mut frame, tags::DERIVATION_IMAGE_SEQUENCE, image.into_iter().collect());
        }
        frame
    });
    let items = items.collect();
    put_items(object, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, items);
}

fn image_of(series: &Series, slice: usize) -> Option<&Slice> {
    series.slices.binary_search_by_key(&slice, |s| s.k).ok().and_then(|at| series.slices.get(at))
}

/// That a frame was segmented on an image.
fn derivation(series: &Series, image: &Slice) -> InMemDicomObject {
    let term = |value: &str, meaning: &str| {
        code(&Code { scheme: "DCM".to_owned(), value: value.to_owned(), meaning: meaning.to_owned() })
    };
    let mut source = reference(image);
    if series.slices.iter().filter(|s| s.sop_instance_uid == image.sop_instance_uid).take(2).count() > 1 {
        put(&mut source, tags::REFERENCED_FRAME_NUMBER, VR::IS, (image.frame + 1).to_string());
    }
    put(&mut source, tags::SPATIAL_LOCATIONS_PRESERVED, VR::CS, "YES");
    let purpose = term("121322", "Source image for image processing operation");
    put_items(&mut source, tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, vec![purpose]);
    let mut derivation = InMemDicomObject::new_empty();
    put_items(&mut derivation, tags::SOURCE_IMAGE_SEQUENCE, vec![source]);
    put_items(&mut derivation, tags::DERIVATION_CODE_SEQUENCE, vec![term("113076", "Segmentation")]);
    derivation
}

fn reference(image: &Slice) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::REFERENCED_SOP_CLASS_UID, VR::UI, image.sop_class_uid.as_str());
    put(&mut item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, image.sop_instance_uid.as_str());
    item
}

fn referenced_series(object: &mut InMemDicomObject, series: &Series, frames: &Frames) {
    let slices: std::collections::BTreeSet<usize> = frames.places.iter().map(|&(_, slice)| slice).collect();
    let mut seen = std::collections::BTreeSet::new();
    let images = slices.into_iter().filter_map(|slice| image_of(series, slice));
    let images = images.filter(|image| seen.insert(image.sop_instance_uid.as_str())).map(reference);
    let mut item = InMemDicomObject::new_empty();
    let images = images.collect();
    put_items(&mut item, tags::REFERENCED_INSTANCE_SEQUENCE, images);
    put(&mut item, tags::SERIES_INSTANCE_UID, VR::UI, series.series_instance_uid.as_str());
    put_items(object, tags::REFERENCED_SERIES_SEQUENCE, vec![item]);
}

pub(super) fn put(object: &mut InMemDicomObject, tag: Tag, vr: VR, value: impl Into<PrimitiveValue>) {
    object.put(DataElement::new(tag, vr, value.into()));
}

pub(super) fn put_items(object: &mut InMemDicomObject, tag: Tag, items: Vec<InMemDicomObject>) {
    object.put(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)));
}

/// Decimal strings of at most 16 characters each.
fn decimals(values: impl IntoIterator<Item = f64>) -> PrimitiveValue {
    PrimitiveValue::Strs(values.into_iter().map(decimal).collect())
}

fn decimal(value: f64) -> String {
    const LONGEST: usize = 16;
    // What rounding leaves of a zero.
    let value = if value.abs() < 1e-12 { 0.0 } else { value };
    let shortest = value.to_string();
    if shortest.len() <= LONGEST {
        return shortest;
    }
    let fixed = (0..LONGEST).rev().map(|digits| format!("{value:.digits$}"));
    fixed.into_iter().find(|text| text.len() <= LONGEST).unwrap_or_else(|| format!("{value:.8e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_short_and_near() {
        for value in [-123.456_789_012_345_67, 0.1 + 0.2, 1.0 / 3.0, -1e-5 / 3.0, 1e15 / 7.0, 2.5, -0.0, 1e-300] {
            let text = decimal(value);
            assert!(text.len() <= 16, "{text}");
            let error = (text.parse::<f64>().unwrap() - value).abs();
            assert!(error <= 1e-11 * value.abs().max(1.0), "{text}");
        }
    }
}
