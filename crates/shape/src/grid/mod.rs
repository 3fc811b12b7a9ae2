//! Operations on voxel grids.

mod components;
mod distance;
mod envelope;
mod holes;
mod interpolate_slices;
mod metric;
mod morphology;
mod pieces;
mod resample;
mod runs;
mod statistics;

pub use components::{Component, Components, Keep, connected_components, largest_components, largest_mask_components};
pub use distance::{Border, distance_to_mask, distance_transform};
pub use holes::{Enclosed, fill_holes, fill_mask_holes};
pub use interpolate_slices::interpolate_slices;
pub use morphology::{Element, closing, dilate, erode, opening};
pub use pieces::Connectivity;
pub use resample::{LabelSampling, resample_field, resample_labels, resample_mask};
pub use statistics::{LabelStatistics, crop_label, label_statistics};

use crate::{MAX_AXIS, ShapeError};

/// Whether `len` values fill a grid of that shape.
pub(crate) fn check_grid(shape: [usize; 3], len: usize) -> Result<(), ShapeError> {
    if shape.iter().any(|&n| n == 0 || n > MAX_AXIS) {
        return Err(ShapeError::GridShape { shape });
    }
    // MAX_AXIS cubed fits in u128 and, compared as such, cannot overflow.
    if shape.iter().map(|&n| n as u128).product::<u128>() != len as u128 {
        return Err(ShapeError::GridSize { shape, len });
    }
    Ok(())
}
