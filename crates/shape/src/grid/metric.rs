//! The unit in which squared distances on a grid are exact.
//!
//! A squared distance is `Σ wₐ nₐ²` with whole steps `nₐ`. Rounding the weights `wₐ` (squared spacings) to whole multiples
//! of a small enough unit makes it an integer below 2⁵⁰, which 64-bit floats add without error, whatever the order of
//! the axes. The unit is at most 2⁻²² of the smallest weight, which changes distances by less than one part in 10⁷;
//! spacings so different that this is impossible keep their weights as they are.

use crate::{Affine, ShapeError, vector};

/// Cosine of the angle between two axes above which they do not count as orthogonal.
const SHEAR: f64 = 1e-3;

pub(super) struct Metric {
    weights: [f64; 3],
    unit: f64,
}

impl Metric {
    /// # Errors
    /// [`ShapeError::Affine`] when the axes are not orthogonal.
    pub(super) fn new(affine: &Affine, shape: [usize; 3]) -> Result<Self, ShapeError> {
        let (rows, spacing) = (affine.rows(), affine.spacing());
        let axes = [0, 1, 2].map(|a| rows.map(|r| r[a] / spacing[a]));
        if [(0, 1), (0, 2), (1, 2)].iter().any(|&(a, b)| vector::dot(axes[a], axes[b]).abs() > SHEAR) {
            return Err(ShapeError::Affine {
                rows,
                reason: "distances need axes at right angles, but these are sheared",
            });
        }
        let largest = spacing.into_iter().fold(0.0, f64::max);
        let relative = spacing.map(|s| (s / largest) * (s / largest));
        if relative == [1.0; 3] {
            return Ok(Self { weights: relative, unit: largest });
        }
        let farthest: f64 = relative.iter().zip(shape).map(|(w, n)| w * (n as f64 + 1.0).powi(2)).sum();
        let scale = (2f64.powi(50) / farthest).log2().floor().exp2();
        let weights = relative.map(|w| (w * scale).round());
        let is_fine = weights.iter().all(|&w| w >= 2f64.powi(22));
        Ok(Self { weights: if is_fine { weights } else { relative.map(|w| w * scale) }, unit: largest / scale.sqrt() })
    }

    /// What a step along each axis adds to a squared distance, per step squared.
    pub(super) fn weights(&self) -> [f64; 3] {
        self.weights
    }

    /// The length (mm) whose square is the unit of squared distances.
    pub(super) fn unit(&self) -> f64 {
        self.unit
    }
}
