//! What the file says of its segments (PS3.3 C.8.20.2 and C.8.20.4).

use std::collections::BTreeMap;

use dicom_dictionary_std::tags;
use medshape_formats::{Method, Segment};

use crate::code::read_code;
use crate::colour::srgb_from_lab;
use crate::data_set::Item;
use crate::error::DicomError;

/// The segments of a file by number, in order.
pub(super) struct Described {
    pub(super) segments: BTreeMap<u32, Segment>,
}

impl Described {
    pub(super) fn read(root: &Item<'_>) -> Result<Self, DicomError> {
        let need = "voxels mean nothing without it";
        let mut segments = BTreeMap::new();
        let items = root.items(tags::SEGMENT_SEQUENCE);
        if items.len() == 0 {
            return Err(root.missing(tags::SEGMENT_SEQUENCE, need));
        }
        for item in items {
            let number = item.require_integer(tags::SEGMENT_NUMBER, 0..=65535, need)? as u32;
            if segments.insert(number, segment(&item, number)).is_some() {
                let found = format!("{number} for a second segment");
                return Err(item.wrong(tags::SEGMENT_NUMBER, &found, "a number of its own for each segment"));
            }
        }
        Ok(Self { segments })
    }
}

fn segment(item: &Item<'_>, number: u32) -> Segment {
    let kind = read_code(item, tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE);
    let modifier =
        kind.as_ref().and_then(|(_, inner)| read_code(inner, tags::SEGMENTED_PROPERTY_TYPE_MODIFIER_CODE_SEQUENCE));
    let region = read_code(item, tags::ANATOMIC_REGION_SEQUENCE);
    let region_modifier =
        region.as_ref().and_then(|(_, inner)| read_code(inner, tags::ANATOMIC_REGION_MODIFIER_SEQUENCE));
    let lab = item.shorts(tags::RECOMMENDED_DISPLAY_CIE_LAB_VALUE);
    Segment {
        layer: 0,
        value: number,
        name: item.text(tags::SEGMENT_LABEL),
        colour: <[u16; 3]>::try_from(lab).ok().map(srgb_from_lab),
        category: read_code(item, tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE).map(|(code, _)| code),
        kind: kind.map(|(code, _)| code),
        modifier: modifier.map(|(code, _)| code),
        region: region.map(|(code, _)| code),
        region_modifier: region_modifier.map(|(code, _)| code),
        method: match item.text(tags::SEGMENT_ALGORITHM_TYPE).as_deref() {
            Some("MANUAL") => Some(Method::Manual),
            Some("SEMIAUTOMATIC") => Some(Method::SemiAutomatic),
            Some("AUTOMATIC") => Some(Method::Automatic),
            _ => None,
        },
    }
}
