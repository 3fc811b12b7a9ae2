//! Voxels of any type and order to labels or to 32-bit floats: what every volume format ends in.

mod arrange;
mod labels;
mod scalars;
mod text;
mod types;
mod write;

use std::path::Path;

use medshape_shape::{LabelMap, MAX_AXIS};

pub(crate) use labels::read_labels;
pub(crate) use scalars::{read_scalars, to_f64};
pub(crate) use text::{hex_to_bytes, numbers_to_bytes};
pub use types::ScalarType;
pub(crate) use write::{label_width, write_labels};

use crate::error::FormatError;
use crate::volume_file::Opened;

/// What a reader may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most voxels of a volume. Default 2^32: 4 GB of 8-bit labels, four times the largest CT in use.
    pub max_voxels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_voxels: 1 << 32 }
    }
}

/// Where and how the voxels are stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    /// Voxels along i, j, k.
    pub(crate) shape: [usize; 3],
    /// How many stored values lie between neighbours along i, j, k.
    pub(crate) strides: [usize; 3],
    /// Volumes in one run of values, and how many values lie between the same voxel of two of them.
    pub(crate) layers: usize,
    pub(crate) layer_stride: usize,
    pub(crate) scalar: ScalarType,
    pub(crate) big_endian: bool,
    /// Slope and intercept.
    pub(crate) scaling: Option<[f64; 2]>,
}

impl Layout {
    /// One volume with i fastest, least significant byte first, unscaled.
    pub(crate) fn new(shape: [usize; 3], scalar: ScalarType) -> Self {
        Self {
            shape,
            strides: [1, shape[0], shape[0] * shape[1]],
            layers: 1,
            layer_stride: shape.iter().product(),
            scalar,
            big_endian: false,
            scaling: None,
        }
    }

    /// Stored values: all voxels of all layers. Shapes are checked, so that this cannot overflow.
    pub(crate) fn count(&self) -> usize {
        self.shape.iter().product::<usize>() * self.layers
    }

    /// Voxel (i, j, k) of the stored value with this number.
    fn voxel(&self, index: usize) -> [usize; 3] {
        let at = |stride: usize, length: usize| index / stride.max(1) % length.max(1);
        [0, 1, 2].map(|a| at(self.strides[a], self.shape[a]))
    }
}

/// Three axes within bounds, and not more voxels (times layers) than the limit.
pub(crate) fn checked_shape(
    file: &Path,
    field: &'static str,
    axes: [u64; 3],
    layers: u64,
    limits: Limits,
) -> Result<[usize; 3], FormatError> {
    if let Some(n) = axes.into_iter().find(|n| !(1..=MAX_AXIS as u64).contains(n)) {
        return Err(FormatError::header(file, field, n, format!("1 to {MAX_AXIS} voxels along each axis")));
    }
    let shape = axes.map(|n| n as usize);
    // Three axes of at most 32767 cannot overflow 64 bits.
    if layers == 0 || axes.iter().product::<u64>().checked_mul(layers).is_none_or(|n| n > limits.max_voxels) {
        return Err(FormatError::TooLarge { file: file.to_owned(), shape, max_voxels: limits.max_voxels });
    }
    Ok(shape)
}

/// Checks that what a header describes can be in what there is, before memory is asked for.
pub(crate) fn check_room(file: &Path, needed: u64, upper_bound: u64) -> Result<(), FormatError> {
    if needed > upper_bound {
        return Err(FormatError::Truncated {
            file: file.to_owned(),
            what: "the volume that its header describes (if packed, at the best possible compression)",
            expected: needed,
            found: upper_bound,
        });
    }
    Ok(())
}

/// The label maps of an opened file, one for each layer.
pub(crate) fn label_maps(opened: &mut Opened<'_>) -> Result<Vec<LabelMap>, FormatError> {
    let layout = &opened.layout;
    check_room(opened.input.file(), layout.count() as u64 * layout.scalar.bytes() as u64, opened.input.upper_bound())?;
    let labels = read_labels(&mut opened.input, layout)?;
    opened.input.finish()?;
    let file = opened.input.file();
    let layers = arrange::label_layers(file, labels, layout)?;
    layers
        .into_iter()
        .map(|labels| {
            LabelMap::new(layout.shape, opened.affine, labels)
                .map_err(|e| FormatError::header(file, "shape", e, "a usable grid"))
        })
        .collect()
}

/// The values of an opened file that holds one volume, in Fortran order.
pub(crate) fn scalar_values(opened: &mut Opened<'_>) -> Result<Vec<f32>, FormatError> {
    let layout = &opened.layout;
    let file = opened.input.file().to_owned();
    if layout.layers != 1 {
        let shape = layout.shape.iter().chain([&layout.layers]).map(|&n| n as u64).collect();
        return Err(FormatError::SeveralVolumes { file, shape, volumes: layout.layers as u64 });
    }
    check_room(&file, layout.count() as u64 * layout.scalar.bytes() as u64, opened.input.upper_bound())?;
    let values = read_scalars(&mut opened.input, layout)?;
    opened.input.finish()?;
    arrange::layer(&file, values, layout, 0)
}
