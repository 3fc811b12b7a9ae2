//! Label maps: voxel grids of integers in patient space.

use crate::{Affine, ShapeError, grid::check_grid};

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

    /// Of a mask, whose parts fit already.
    pub(crate) fn from_mask(shape: [usize; 3], affine: Affine, voxels: Vec<u8>) -> Self {
        Self { shape, affine, labels: Labels::U8(voxels) }
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

    /// Gives the values away without a copy.
    pub fn into_labels(self) -> Labels {
        self.labels
    }

    /// The same volume, borrowed.
    pub fn view(&self) -> LabelView<'_> {
        let labels = match &self.labels {
            Labels::U8(v) => LabelSlice::U8(v),
            Labels::U16(v) => LabelSlice::U16(v),
            Labels::U32(v) => LabelSlice::U32(v),
        };
        LabelView { shape: self.shape, affine: self.affine, labels }
    }
}

/// Borrowed label values, `i` fastest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum LabelSlice<'a> {
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
}

impl LabelSlice<'_> {
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
}

/// A volume of labels that lies in someone else's memory, such as a numpy array.
///
/// An array in C order (`k` fastest) is the same memory as one in Fortran order with its axes reversed: see
/// [`LabelView::from_c_order`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelView<'a> {
    shape: [usize; 3],
    affine: Affine,
    labels: LabelSlice<'a>,
}

impl<'a> LabelView<'a> {
    /// `shape` counts voxels along i, j, k; `labels` are in Fortran order (`i` fastest).
    ///
    /// # Errors
    /// [`ShapeError::GridShape`] or [`ShapeError::GridSize`] when shape and values do not fit.
    pub fn new(shape: [usize; 3], affine: Affine, labels: LabelSlice<'a>) -> Result<Self, ShapeError> {
        check_grid(shape, labels.len())?;
        Ok(Self { shape, affine, labels })
    }

    /// A volume in C order (`k` fastest), read without a copy: the view has the axes in the order k, j, i, and the
    /// affine that places them where they are.
    ///
    /// # Errors
    /// As [`LabelView::new`].
    pub fn from_c_order(shape: [usize; 3], affine: Affine, labels: LabelSlice<'a>) -> Result<Self, ShapeError> {
        Self::new([shape[2], shape[1], shape[0]], affine.reversed_axes(), labels)
    }

    /// Of a mask, whose parts fit already.
    pub(crate) fn from_mask(shape: [usize; 3], affine: Affine, labels: LabelSlice<'a>) -> Self {
        Self { shape, affine, labels }
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
    pub fn labels(&self) -> LabelSlice<'a> {
        self.labels
    }
}

impl<'a> From<&'a LabelMap> for LabelView<'a> {
    fn from(map: &'a LabelMap) -> Self {
        map.view()
    }
}
