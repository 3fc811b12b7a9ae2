//! What the header of an image says of its place.

use std::path::PathBuf;

use dicom_dictionary_std::tags;

use crate::data_set::Item;
use crate::error::DicomError;
use crate::geometry::{PlaneGrid, StatedStep, Vector, position};
use crate::groups::Groups;
use crate::limits::Limits;
use crate::pixels::Layout;

/// One plane of an image file.
#[derive(Debug, Clone)]
pub(super) struct Image {
    pub(super) file: PathBuf,
    pub(super) frame: usize,
    pub(super) sop_class_uid: String,
    pub(super) sop_instance_uid: String,
    pub(super) study_instance_uid: String,
    pub(super) series_instance_uid: String,
    pub(super) frame_of_reference_uid: Option<String>,
    pub(super) modality: String,
    pub(super) grid: PlaneGrid,
    pub(super) stated: StatedStep,
    pub(super) position: Vector,
    /// Columns and rows.
    pub(super) size: [u64; 2],
    /// An overview picture that shows where the slices lie.
    pub(super) localizer: bool,
}

/// The planes of a file; none if it holds no image with a place in the patient.
pub(super) fn images(root: &Item<'_>, limits: Limits) -> Result<Vec<Image>, DicomError> {
    let modality = root.text(tags::MODALITY).unwrap_or_default();
    if root.bytes(tags::ROWS).is_none() || ["SEG", "RTDOSE", "SM"].contains(&modality.as_str()) {
        return Ok(Vec::new());
    }
    let single = root.bytes(tags::IMAGE_POSITION_PATIENT).is_some();
    if !single && root.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE).len() == 0 {
        return Ok(Vec::new());
    }
    let layout = Layout::read(root, limits)?;
    let make = |frame, grid, stated, position| -> Result<Image, DicomError> {
        Ok(Image {
            file: root.file.to_owned(),
            frame,
            sop_class_uid: root.text(tags::SOP_CLASS_UID).unwrap_or_default(),
            sop_instance_uid: root.text(tags::SOP_INSTANCE_UID).unwrap_or_default(),
            study_instance_uid: root.text(tags::STUDY_INSTANCE_UID).unwrap_or_default(),
            series_instance_uid: root.text(tags::SERIES_INSTANCE_UID).unwrap_or_default(),
            frame_of_reference_uid: root.text(tags::FRAME_OF_REFERENCE_UID),
            modality: modality.clone(),
            grid,
            stated,
            position,
            size: [layout.columns as u64, layout.rows as u64],
            localizer: root.texts(tags::IMAGE_TYPE).iter().any(|value| value == "LOCALIZER"),
        })
    };
    if single {
        return Ok(vec![make(0, PlaneGrid::read(root, root)?, StatedStep::read(root)?, position(root)?)?]);
    }
    let groups = Groups::read(*root, layout.frames)?;
    let planes = (0..layout.frames).map(|frame| {
        let measures = groups.require(frame, tags::PIXEL_MEASURES_SEQUENCE)?;
        let grid = PlaneGrid::read(&groups.require(frame, tags::PLANE_ORIENTATION_SEQUENCE)?, &measures)?;
        let position = position(&groups.require(frame, tags::PLANE_POSITION_SEQUENCE)?)?;
        make(frame, grid, StatedStep::read(&measures)?, position)
    });
    planes.collect()
}
