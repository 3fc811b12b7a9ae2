//! Items of the Segment Sequence.

use dicom_core::{PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use medshape_formats::{Code, Method, Segment};

use super::object::{put, put_items};
use crate::colour::lab_from_srgb;
use crate::error::DicomError;

/// Longest code that fits Code Value.
const SHORT_CODE: usize = 16;

/// The item of segment `number`.
pub(super) fn item(segment: &Segment, number: u16, algorithm: &str) -> Result<InMemDicomObject, DicomError> {
    let missing = |what: &str| DicomError::Segment {
        segment: usize::from(number),
        reason: format!("it has no {what}, which a segmentation object must state"),
    };
    let category = segment.category.as_ref().ok_or_else(|| missing("category (a code, e.g. SCT 123037004)"))?;
    let kind = segment.kind.as_ref().ok_or_else(|| missing("kind (a code, e.g. SCT 10200004)"))?;
    let method = segment.method.ok_or_else(|| missing("method (manual, semi-automatic or automatic)"))?;
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::SEGMENT_NUMBER, VR::US, PrimitiveValue::from(number));
    put(&mut item, tags::SEGMENT_LABEL, VR::LO, text(segment.name.as_deref().unwrap_or(&kind.meaning)));
    let method = match method {
        Method::Manual => "MANUAL",
        Method::SemiAutomatic => "SEMIAUTOMATIC",
        Method::Automatic => "AUTOMATIC",
    };
    put(&mut item, tags::SEGMENT_ALGORITHM_TYPE, VR::CS, method);
    if method != "MANUAL" {
        put(&mut item, tags::SEGMENT_ALGORITHM_NAME, VR::LO, text(algorithm));
    }
    if let Some(colour) = segment.colour {
        let lab = PrimitiveValue::U16(lab_from_srgb(colour).into_iter().collect());
        put(&mut item, tags::RECOMMENDED_DISPLAY_CIE_LAB_VALUE, VR::US, lab);
    }
    put_items(&mut item, tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE, vec![code(category)]);
    let modifier = (tags::SEGMENTED_PROPERTY_TYPE_MODIFIER_CODE_SEQUENCE, segment.modifier.as_ref());
    put_items(&mut item, tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE, vec![modified(kind, modifier)]);
    if let Some(region) = &segment.region {
        let modifier = (tags::ANATOMIC_REGION_MODIFIER_SEQUENCE, segment.region_modifier.as_ref());
        put_items(&mut item, tags::ANATOMIC_REGION_SEQUENCE, vec![modified(region, modifier)]);
    }
    Ok(item)
}

/// A code's item.
pub(super) fn code(code: &Code) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    let (tag, vr) =
        if code.value.len() <= SHORT_CODE { (tags::CODE_VALUE, VR::SH) } else { (tags::LONG_CODE_VALUE, VR::UC) };
    put(&mut item, tag, vr, text(&code.value));
    put(&mut item, tags::CODING_SCHEME_DESIGNATOR, VR::SH, text(&code.scheme));
    put(&mut item, tags::CODE_MEANING, VR::LO, text(&code.meaning));
    item
}

fn modified(main: &Code, (tag, modifier): (Tag, Option<&Code>)) -> InMemDicomObject {
    let mut item = code(main);
    if let Some(modifier) = modifier {
        put_items(&mut item, tag, vec![code(modifier)]);
    }
    item
}

/// As much of a text as LO holds, without what separates values.
pub(super) fn text(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).map(|c| if c == '\\' { '/' } else { c }).take(64).collect()
}
