//! Patient and study: nothing, or what the source says.

use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::object::put;
use crate::data_set::{Content, read_bytes};
use crate::error::DicomError;
use crate::limits::Limits;
use crate::series::Series;

/// Attributes of patient and study that must be there, if empty.
const REQUIRED: [(Tag, VR); 9] = [
    (tags::PATIENT_NAME, VR::PN),
    (tags::PATIENT_ID, VR::LO),
    (tags::PATIENT_BIRTH_DATE, VR::DA),
    (tags::PATIENT_SEX, VR::CS),
    (tags::STUDY_DATE, VR::DA),
    (tags::STUDY_TIME, VR::TM),
    (tags::STUDY_ID, VR::SH),
    (tags::ACCESSION_NUMBER, VR::SH),
    (tags::REFERRING_PHYSICIAN_NAME, VR::PN),
];
/// Those that are copied when they are there.
const OPTIONAL: [(Tag, VR); 2] = [(tags::PATIENT_AGE, VR::AS), (tags::STUDY_DESCRIPTION, VR::LO)];

/// Writes that nobody is named.
pub(super) fn anonymous(object: &mut InMemDicomObject) {
    for (tag, vr) in REQUIRED {
        put(object, tag, vr, "");
    }
    put(object, tags::PATIENT_NAME, VR::PN, "Anonymous");
    put(object, tags::PATIENT_IDENTITY_REMOVED, VR::CS, "YES");
    put(object, tags::DEIDENTIFICATION_METHOD, VR::LO, "No attribute of patient or study was copied");
}

/// Copies patient and study from the first image of the source.
pub(super) fn copy(object: &mut InMemDicomObject, source: &Series) -> Result<(), DicomError> {
    let Some(slice) = source.slices.first() else {
        return Err(DicomError::Write { reason: "the source has no images to copy from".to_owned() });
    };
    let bytes = read_bytes(&slice.file)?;
    let content = Content::open(&slice.file, &bytes, Limits::default())?;
    let parsed = content.parse_header()?;
    let root = parsed.root();
    for (tag, vr) in REQUIRED {
        put(object, tag, vr, root.text(tag).unwrap_or_default());
    }
    for (tag, vr) in OPTIONAL {
        if let Some(text) = root.text(tag) {
            put(object, tag, vr, text);
        }
    }
    Ok(())
}
