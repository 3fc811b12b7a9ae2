//! What a reader may use.

use std::path::Path;

use medshape_shape::MAX_AXIS;

use crate::error::DicomError;

/// What a reader may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most voxels of a volume, all its layers together. Default 2^32.
    pub max_voxels: u64,
    /// Most bytes that a deflated data set may become. Default 2^32.
    pub max_inflated: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_voxels: 1 << 32, max_inflated: 1 << 32 }
    }
}

impl Limits {
    /// The grid's sizes and their product, if a volume may have them.
    pub(crate) fn check(&self, file: &Path, shape: [u64; 3]) -> Result<([usize; 3], usize), DicomError> {
        let voxels = shape.iter().try_fold(1_u64, |all, &n| all.checked_mul(n));
        match voxels {
            Some(n) if n > 0 && n <= self.max_voxels && shape.iter().all(|&a| a <= MAX_AXIS as u64) => {
                Ok((shape.map(|a| a as usize), n as usize))
            }
            _ => Err(DicomError::TooLarge { file: file.to_owned(), shape, max_voxels: self.max_voxels }),
        }
    }
}
