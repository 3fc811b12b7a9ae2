//! Signed distance fields and other scalar fields on voxel grids.

use crate::{Affine, ShapeError, grid::check_grid};

/// Signed distances (mm) to a surface at the voxel centres of a grid, negative inside.
///
/// The surface is where linear interpolation between the values is zero. Any scalar field whose iso-surface is wanted
/// (a probability map, turned round so that inside is negative) can be held as well.
#[derive(Debug, Clone, PartialEq)]
pub struct Sdf {
    shape: [usize; 3],
    affine: Affine,
    values: Vec<f32>,
}

impl Sdf {
    /// `shape` counts values along i, j, k; `values` are in Fortran order (`i` fastest); `affine` maps an index to
    /// RAS+ mm.
    ///
    /// # Errors
    /// [`ShapeError::GridShape`] or [`ShapeError::GridSize`] when shape and values do not fit, [`ShapeError::Value`]
    /// for a NaN. Infinite values are allowed: nowhere near the surface.
    pub fn new(shape: [usize; 3], affine: Affine, values: Vec<f32>) -> Result<Self, ShapeError> {
        check_grid(shape, values.len())?;
        if let Some(index) = values.iter().position(|v| v.is_nan()) {
            return Err(ShapeError::Value { index });
        }
        Ok(Self { shape, affine, values })
    }

    /// Of values that are known to fit and to hold no NaN.
    pub(crate) fn from_values(shape: [usize; 3], affine: Affine, values: Vec<f32>) -> Self {
        Self { shape, affine, values }
    }

    /// Values along i, j, k.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// Index to RAS+ mm.
    pub fn affine(&self) -> &Affine {
        &self.affine
    }

    /// The distances, mm, `i` fastest; negative inside.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Gives the values away without a copy.
    pub fn into_values(self) -> Vec<f32> {
        self.values
    }
}
