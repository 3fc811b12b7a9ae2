//! Label maps and binary masks: voxel grids in patient space.

use crate::{Affine, MAX_AXIS, ShapeError};

/// Label values, `i` fastest, then `j`, then `k` (Fortran order, as `NIfTI` stores them).
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Labels {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Labels {
    /// Number of voxels.
    pub fn len(&self) -> usize {
        match self {
            Self::U8(v) => v.len(),
            Self::U16(v) => v.len(),
            Self::U32(v) => v.len(),
        }
    }

    /// Whether there are no voxels.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The label at a linear index.
    pub fn get(&self, index: usize) -> u32 {
        match self {
            Self::U8(v) => v[index].into(),
            Self::U16(v) => v[index].into(),
            Self::U32(v) => v[index],
        }
    }
}

/// A volume of labels (0 is background) and the affine from its voxel centres to RAS+ mm.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelMap {
    shape: [usize; 3],
    affine: Affine,
    labels: Labels,
}

impl LabelMap {
    /// `shape` counts voxels along i, j, k; `labels` are in Fortran order (`i` fastest).
    ///
    /// # Errors
    /// [`ShapeError::GridShape`] or [`ShapeError::GridSize`] when shape and values do not fit.
    pub fn new(shape: [usize; 3], affine: Affine, labels: Labels) -> Result<Self, ShapeError> {
        check_grid(shape, labels.len())?;
        Ok(Self { shape, affine, labels })
    }

    /// Voxels along i, j, k.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// Voxel centre index to RAS+ mm.
    pub fn affine(&self) -> &Affine {
        &self.affine
    }

    /// The values, `i` fastest.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }
}

/// A binary volume (0 or 1) and the affine from its voxel centres to RAS+ mm.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask {
    shape: [usize; 3],
    affine: Affine,
    voxels: Vec<u8>,
}

impl Mask {
    /// `shape` counts voxels along i, j, k; `voxels` are in Fortran order (`i` fastest). Every value other than 0
    /// becomes 1.
    ///
    /// # Errors
    /// [`ShapeError::GridShape`] or [`ShapeError::GridSize`] when shape and values do not fit.
    pub fn new(shape: [usize; 3], affine: Affine, mut voxels: Vec<u8>) -> Result<Self, ShapeError> {
        check_grid(shape, voxels.len())?;
        for v in &mut voxels {
            *v = u8::from(*v != 0);
        }
        Ok(Self { shape, affine, voxels })
    }

    /// Voxels along i, j, k.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// Voxel centre index to RAS+ mm.
    pub fn affine(&self) -> &Affine {
        &self.affine
    }

    /// The values (0 or 1), `i` fastest.
    pub fn voxels(&self) -> &[u8] {
        &self.voxels
    }

    /// Gives the values away without a copy.
    pub fn into_voxels(self) -> Vec<u8> {
        self.voxels
    }

    /// Number of voxels set.
    pub fn count(&self) -> u64 {
        self.voxels.iter().map(|&v| u64::from(v)).sum()
    }

    /// Volume of the set voxels, mm³.
    pub fn volume_mm3(&self) -> f64 {
        self.count() as f64 * self.affine.voxel_volume()
    }

    /// The mask as a label map with the single label 1.
    pub fn into_label_map(self) -> LabelMap {
        LabelMap { shape: self.shape, affine: self.affine, labels: Labels::U8(self.voxels) }
    }
}

fn check_grid(shape: [usize; 3], len: usize) -> Result<(), ShapeError> {
    if shape.iter().any(|&n| n == 0 || n > MAX_AXIS) {
        return Err(ShapeError::GridShape { shape });
    }
    // MAX_AXIS cubed fits in u128 and, compared as such, cannot overflow.
    if shape.iter().map(|&n| n as u128).product::<u128>() != len as u128 {
        return Err(ShapeError::GridSize { shape, len });
    }
    Ok(())
}
