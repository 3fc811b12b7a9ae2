//! The `Segment` fields that 3D Slicer writes into a NRRD.
//!
//! Segment `n` has the keys `Segment<n>_Name`, `_Color`, `_LabelValue`, `_Layer`, `_Tags` and others. Files of Slicer
//! before 4.11 have neither label values nor layers: segment `n` is then the value 1 of layer `n`. The extents and the
//! reference image's offset tell how the file was cropped; the space origin has that in it, so they are not needed.

use std::collections::BTreeMap;

use super::header::Header;
use crate::error::FormatError;
use crate::segmentation::{Code, Method, Segment};

/// Fields of each segment by its number.
pub(super) type Fields<'a> = BTreeMap<u32, BTreeMap<&'a str, &'a str>>;

pub(super) fn fields(header: &Header) -> Fields<'_> {
    let mut fields = Fields::new();
    for (key, value) in &header.pairs {
        let Some((number, name)) = key.strip_prefix("Segment").and_then(|rest| rest.split_once('_')) else { continue };
        if let Ok(number) = number.parse() {
            fields.entry(number).or_default().insert(name, value.as_str());
        }
    }
    fields
}

pub(super) fn segments(header: &Header, fields: &Fields<'_>, layers: usize) -> Result<Vec<Segment>, FormatError> {
    fields.iter().map(|(&number, fields)| segment(header, number, fields, layers)).collect()
}

fn segment(header: &Header, number: u32, fields: &BTreeMap<&str, &str>, layers: usize) -> Result<Segment, FormatError> {
    let whole = |name: &str, field: &'static str, missing: u32| match fields.get(name) {
        None => Ok(missing),
        Some(text) => text.trim().parse().map_err(|_| {
            let found = format!("`{text}` for segment {number}");
            FormatError::header(&header.file, field, found, "a whole number from 0")
        }),
    };
    let layer = whole("Layer", "Segment_Layer", if layers == 1 { 0 } else { number })? as usize;
    if layer >= layers {
        let found = format!("{layer} for segment {number}");
        return Err(FormatError::header(
            &header.file,
            "Segment_Layer",
            found,
            format!("below {layers}, the layers there are"),
        ));
    }
    let text = |name: &str| fields.get(name).map(|t| t.trim()).filter(|t| !t.is_empty());
    let mut segment = Segment {
        layer,
        value: whole("LabelValue", "Segment_LabelValue", 1)?,
        name: text("Name").or(text("ID")).map(str::to_owned),
        colour: text("Color").and_then(colour),
        ..Segment::default()
    };
    for tag in text("Tags").unwrap_or_default().split('|') {
        match tag.split_once(':') {
            Some(("TerminologyEntry", entry)) => terminology(entry, &mut segment),
            Some(("DICOM.SegmentAlgorithmType", kind)) => {
                segment.method = match kind {
                    "MANUAL" => Some(Method::Manual),
                    "SEMIAUTOMATIC" => Some(Method::SemiAutomatic),
                    "AUTOMATIC" => Some(Method::Automatic),
                    _ => None,
                };
            }
            _ => {}
        }
    }
    Ok(segment)
}

/// Three numbers from 0 to 1.
fn colour(text: &str) -> Option<[u8; 3]> {
    let values: Option<Vec<f64>> = text.split_whitespace().map(|w| w.parse().ok()).collect();
    let rgb: [f64; 3] = values?.try_into().ok()?;
    rgb.iter().all(|v| (0.0..=1.0).contains(v)).then(|| rgb.map(|v| (v * 255.0).round() as u8))
}

/// `context~category~type~type modifier~anatomic context~region~region modifier`, each code `scheme^value^meaning`.
fn terminology(entry: &str, segment: &mut Segment) {
    let parts: Vec<&str> = entry.split('~').collect();
    let code = |at: usize| parts.get(at).and_then(|text| code(text));
    segment.category = code(1);
    segment.kind = code(2);
    segment.modifier = code(3);
    segment.region = code(5);
    segment.region_modifier = code(6);
}

fn code(text: &str) -> Option<Code> {
    let mut parts = text.splitn(3, '^').map(str::trim);
    let [scheme, value, meaning] = [parts.next()?, parts.next()?, parts.next()?].map(str::to_owned);
    (!scheme.is_empty() && !value.is_empty()).then_some(Code { scheme, value, meaning })
}
