//! The affine from voxel indices to patient space.
//!
//! Convention of the whole project: index `(i, j, k)` names the *centre* of a voxel, and the affine maps it to
//! RAS+ patient coordinates (x to the patient's Right, y Anterior, z Superior) in millimetres, as in `NIfTI`.

use crate::error::ShapeError;

/// A finite, invertible affine map from voxel index `(i, j, k)` to RAS+ millimetres.
///
/// Oblique, anisotropic and left-handed (negative determinant) maps are all valid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    rows: [[f64; 4]; 3],
}

impl Affine {
    /// Voxel index = millimetre.
    pub const IDENTITY: Self = Self { rows: [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]] };

    /// Builds an affine from its first three rows (millimetres); the fourth is `0 0 0 1`.
    ///
    /// # Errors
    /// [`ShapeError::Affine`] if a value is not finite or the three columns do not span space.
    pub fn from_rows(rows: [[f64; 4]; 3]) -> Result<Self, ShapeError> {
        if rows.iter().flatten().any(|v| !v.is_finite()) {
            return Err(ShapeError::Affine { rows, reason: "it holds a value that is not finite" });
        }
        let affine = Self { rows };
        let scale: f64 = affine.spacing().iter().product();
        // A determinant a billion times below the product of the column lengths is a plane, not a volume.
        if !(scale > 0.0 && scale.is_finite()) || affine.determinant().abs() < 1e-9 * scale {
            return Err(ShapeError::Affine { rows, reason: "it is singular" });
        }
        Ok(affine)
    }

    /// Axis-aligned RAS affine with the given voxel spacing (mm) and the position (mm) of voxel `(0, 0, 0)`.
    pub fn from_spacing(spacing: [f64; 3], origin: [f64; 3]) -> Result<Self, ShapeError> {
        let [x, y, z] = spacing;
        let [a, b, c] = origin;
        Self::from_rows([[x, 0.0, 0.0, a], [0.0, y, 0.0, b], [0.0, 0.0, z, c]])
    }

    /// The first three rows.
    pub fn rows(&self) -> [[f64; 4]; 3] {
        self.rows
    }

    /// The full 4x4 matrix, row by row.
    pub fn matrix(&self) -> [[f64; 4]; 4] {
        [self.rows[0], self.rows[1], self.rows[2], [0.0, 0.0, 0.0, 1.0]]
    }

    /// Length of a voxel step along i, j and k, mm.
    pub fn spacing(&self) -> [f64; 3] {
        [0, 1, 2].map(|c| self.rows.iter().map(|r| r[c] * r[c]).sum::<f64>().sqrt())
    }

    /// Determinant of the linear part: signed volume of a voxel, mm³; negative when left-handed.
    pub fn determinant(&self) -> f64 {
        let [a, b, c] = self.rows;
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    }

    /// Volume of one voxel, mm³.
    pub fn voxel_volume(&self) -> f64 {
        self.determinant().abs()
    }

    /// Maps a (possibly fractional) voxel index to RAS+ mm.
    pub fn apply(&self, ijk: [f64; 3]) -> [f64; 3] {
        self.rows.map(|r| r[0] * ijk[0] + r[1] * ijk[1] + r[2] * ijk[2] + r[3])
    }

    /// The map from RAS+ mm back to fractional voxel indices.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let [a, b, c] = self.rows;
        let det = self.determinant();
        let m = [
            [b[1] * c[2] - b[2] * c[1], a[2] * c[1] - a[1] * c[2], a[1] * b[2] - a[2] * b[1]],
            [b[2] * c[0] - b[0] * c[2], a[0] * c[2] - a[2] * c[0], a[2] * b[0] - a[0] * b[2]],
            [b[0] * c[1] - b[1] * c[0], a[1] * c[0] - a[0] * c[1], a[0] * b[1] - a[1] * b[0]],
        ]
        .map(|r| r.map(|v| v / det));
        let t = [a[3], b[3], c[3]];
        Self { rows: m.map(|r| [r[0], r[1], r[2], -(r[0] * t[0] + r[1] * t[1] + r[2] * t[2])]) }
    }

    /// Every entry as near as 32 bits come, which is how `NIfTI`-1 stores it: what is computed with the rounded affine is
    /// the same before writing and after reading.
    #[must_use]
    pub fn rounded(&self) -> Self {
        Self { rows: self.rows.map(|r| r.map(|v| f64::from(v as f32))) }
    }

    /// The same places with the axes named in the order k, j, i: what a volume in C order is as one in Fortran order.
    #[must_use]
    pub fn reversed_axes(&self) -> Self {
        Self { rows: self.rows.map(|[i, j, k, t]| [k, j, i, t]) }
    }

    /// The affine of a crop whose voxel `(0, 0, 0)` is this one's `start`.
    #[must_use]
    pub fn cropped(&self, start: [usize; 3]) -> Self {
        let origin = self.apply(start.map(|v| v as f64));
        let mut rows = self.rows;
        for (row, o) in rows.iter_mut().zip(origin) {
            row[3] = o;
        }
        Self { rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_undoes_an_oblique_left_handed_affine() {
        let a = Affine::from_rows([[-0.8, 0.1, 0.3, 12.0], [0.2, 0.9, -0.4, -7.0], [0.0, 0.5, 2.5, 100.0]]).unwrap();
        assert!(a.determinant() < 0.0);
        let p = a.inverse().apply(a.apply([3.0, -4.0, 5.5]));
        for (got, want) in p.into_iter().zip([3.0, -4.0, 5.5]) {
            assert!((got - want).abs() < 1e-12);
        }
    }

    #[test]
    fn refuses_singular_and_not_finite() {
        assert!(Affine::from_rows([[1.0, 0.0, 0.0, 0.0], [2.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]).is_err());
        assert!(Affine::from_rows([[f64::NAN, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]).is_err());
        assert!(Affine::from_spacing([1.0, 0.0, 1.0], [0.0; 3]).is_err());
    }
}
