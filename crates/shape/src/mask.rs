//! Binary masks: one structure's voxels in patient space.

use crate::{Affine, LabelMap, LabelSlice, LabelView, ShapeError, grid::check_grid};

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
        LabelMap::from_mask(self.shape, self.affine, self.voxels)
    }

    /// The same mask, borrowed.
    pub fn view(&self) -> MaskView<'_> {
        MaskView { shape: self.shape, affine: self.affine, voxels: &self.voxels }
    }
}

/// A binary volume that lies in someone else's memory, such as a numpy array.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaskView<'a> {
    shape: [usize; 3],
    affine: Affine,
    voxels: &'a [u8],
}

impl<'a> MaskView<'a> {
    /// `shape` counts voxels along i, j, k; `voxels` are 0 or 1 in Fortran order (`i` fastest).
    ///
    /// # Errors
    /// [`ShapeError::GridShape`] or [`ShapeError::GridSize`] when shape and values do not fit,
    /// [`ShapeError::NotBinary`] for a value other than 0 and 1.
    pub fn new(shape: [usize; 3], affine: Affine, voxels: &'a [u8]) -> Result<Self, ShapeError> {
        check_grid(shape, voxels.len())?;
        // Whole blocks are looked at together; only a faulty one is searched.
        if let Some(block) = voxels.chunks(4096).position(|b| b.iter().fold(0, |all, v| all | v) > 1) {
            let index = (block * 4096..voxels.len()).find(|&i| voxels[i] > 1).unwrap_or_default();
            return Err(ShapeError::NotBinary { index, value: voxels[index] });
        }
        Ok(Self { shape, affine, voxels })
    }

    /// A mask in C order (`k` fastest), read without a copy; see [`LabelView::from_c_order`].
    ///
    /// # Errors
    /// As [`MaskView::new`].
    pub fn from_c_order(shape: [usize; 3], affine: Affine, voxels: &'a [u8]) -> Result<Self, ShapeError> {
        Self::new([shape[2], shape[1], shape[0]], affine.reversed_axes(), voxels)
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
    pub fn voxels(&self) -> &'a [u8] {
        self.voxels
    }

    /// Number of voxels set.
    pub fn count(&self) -> u64 {
        self.voxels.iter().map(|&v| u64::from(v)).sum()
    }

    /// The mask as a label volume with the single label 1.
    pub fn labels(&self) -> LabelView<'a> {
        LabelView::from_mask(self.shape, self.affine, LabelSlice::U8(self.voxels))
    }

    /// A copy that owns its values.
    pub fn to_mask(&self) -> Mask {
        Mask { shape: self.shape, affine: self.affine, voxels: self.voxels.to_vec() }
    }
}

impl<'a> From<&'a Mask> for MaskView<'a> {
    fn from(mask: &'a Mask) -> Self {
        mask.view()
    }
}

impl<'a> From<&'a Mask> for LabelView<'a> {
    fn from(mask: &'a Mask) -> Self {
        mask.view().labels()
    }
}

impl<'a> From<MaskView<'a>> for LabelView<'a> {
    fn from(mask: MaskView<'a>) -> Self {
        mask.labels()
    }
}
