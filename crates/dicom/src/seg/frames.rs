//! Where each frame lies, and which segment it shows.

use dicom_dictionary_std::tags;
use medshape_shape::Affine;

use super::SegKind;
use crate::data_set::Item;
use crate::error::DicomError;
use crate::geometry::{PlaneGrid, StatedStep, position, stack};
use crate::groups::Groups;
use crate::limits::Limits;
use crate::pixels::Layout;

/// The grid of a segmentation object and the place of its frames in it.
pub(super) struct Placed {
    pub(super) shape: [usize; 3],
    pub(super) voxels: usize,
    pub(super) affine: Affine,
    /// Slice of each frame.
    pub(super) slice_of: Vec<usize>,
    /// Number of the segment of each frame; empty for label maps.
    pub(super) segment_of: Vec<u32>,
    pub(super) notes: Vec<String>,
}

impl Placed {
    pub(super) fn read(root: Item<'_>, layout: &Layout, kind: SegKind, limits: Limits) -> Result<Self, DicomError> {
        let groups = Groups::read(root, layout.frames)?;
        let mut grid: Option<(PlaneGrid, StatedStep)> = None;
        let mut positions = Vec::with_capacity(layout.frames);
        let mut segment_of = Vec::new();
        for frame in 0..layout.frames {
            let measures = groups.require(frame, tags::PIXEL_MEASURES_SEQUENCE)?;
            let own = PlaneGrid::read(&groups.require(frame, tags::PLANE_ORIENTATION_SEQUENCE)?, &measures)?;
            match &grid {
                None => grid = Some((own, StatedStep::read(&measures)?)),
                Some((first, _)) if first.is_like(&own) => {}
                Some(_) => {
                    let reason = format!("frames 1 and {} differ in orientation or pixel spacing", frame + 1);
                    return Err(DicomError::planes(root.file, reason));
                }
            }
            positions.push(position(&groups.require(frame, tags::PLANE_POSITION_SEQUENCE)?)?);
            if kind != SegKind::LabelMap {
                let group = groups.require(frame, tags::SEGMENT_IDENTIFICATION_SEQUENCE)?;
                let need = "the frame's segment is unknown without it";
                segment_of.push(group.require_integer(tags::REFERENCED_SEGMENT_NUMBER, 1..=65535, need)? as u32);
            }
        }
        let Some((grid, stated)) = grid else { return Err(DicomError::planes(root.file, "there are none")) };
        let mut stack = stack(root.file, &grid, &positions, stated)?;
        let size = [layout.columns as u64, layout.rows as u64, stack.slices];
        let (shape, voxels) = limits.check(root.file, size)?;
        let mut covered = vec![false; shape[2]];
        for &k in &stack.slice_of {
            if let Some(slice) = covered.get_mut(k) {
                *slice = true;
            }
        }
        let empty = covered.iter().filter(|&&c| !c).count();
        if empty > 0 {
            let step = stack.affine.spacing()[2];
            stack.notes.push(format!("slices without a frame, left empty: {empty} (a slice every {step:.4} mm)"));
        }
        Ok(Self { shape, voxels, affine: stack.affine, slice_of: stack.slice_of, segment_of, notes: stack.notes })
    }
}
