//! From the header's transforms to the affine, by the rules of nibabel, and back to a qform.
//!
//! The sform counts if its code is valid (1 to 5), else the qform if its code is, else only the voxel sizes: then, as
//! in nibabel, the first axis runs to the left and the middle of the grid is the origin.

use std::path::Path;

use medshape_shape::Affine;

use super::header::RawHeader;
use crate::error::FormatError;

/// Which of the header's transforms gave the affine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AffineOrigin {
    /// The sform (`srow_x`, `srow_y`, `srow_z`).
    Sform,
    /// The qform (quaternion, offset, voxel sizes).
    Qform,
    /// Voxel sizes only; orientation and position are assumed.
    VoxelSizes,
}

impl AffineOrigin {
    /// Short name for messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sform => "sform",
            Self::Qform => "qform",
            Self::VoxelSizes => "voxel size (pixdim)",
        }
    }
}

pub(super) fn affine(file: &Path, h: &RawHeader, shape: [usize; 3]) -> Result<(Affine, AffineOrigin), FormatError> {
    let valid = |code: i32| (1..=5).contains(&code);
    let (rows, origin) = if valid(h.sform_code) {
        (h.srow, AffineOrigin::Sform)
    } else if valid(h.qform_code) {
        (qform_rows(file, h)?, AffineOrigin::Qform)
    } else {
        (base_rows(voxel_sizes(h), shape), AffineOrigin::VoxelSizes)
    };
    let mm = h.mm_per_unit();
    Affine::from_rows(rows.map(|r| r.map(|v| v * mm))).map(|a| (a, origin)).map_err(|e| FormatError::Affine {
        file: file.to_owned(),
        origin: origin.name(),
        source: Box::new(e),
    })
}

/// Absolute values, 0 read as 1: nibabel repairs headers so when it loads them.
fn voxel_sizes(h: &RawHeader) -> [f64; 3] {
    [h.pixdim[1], h.pixdim[2], h.pixdim[3]].map(|v| if v == 0.0 { 1.0 } else { v.abs() })
}

fn base_rows(size: [f64; 3], shape: [usize; 3]) -> [[f64; 4]; 3] {
    let [x, y, z] = [-size[0], size[1], size[2]];
    let [a, b, c] = shape.map(|n| (n as f64 - 1.0) / 2.0);
    [[x, 0.0, 0.0, -a * x], [0.0, y, 0.0, -b * y], [0.0, 0.0, z, -c * z]]
}

#[expect(clippy::float_cmp, reason = "qfac is a flag stored as a float")]
fn qform_rows(file: &Path, h: &RawHeader) -> Result<[[f64; 4]; 3], FormatError> {
    let [b, c, d] = h.quaternion;
    let size = voxel_sizes(h);
    let rest = 1.0 - (b * b + c * c + d * d);
    let tolerance = 3.0 * if h.version == 1 { f64::from(f32::EPSILON) } else { f64::EPSILON };
    if rest <= -tolerance {
        return Err(FormatError::Quaternion { file: file.to_owned(), bcd: h.quaternion });
    }
    let a = if rest < tolerance { 0.0 } else { rest.sqrt() };
    let r = rotation([a, b, c, d]);
    // qfac: -1 turns the third axis round; anything else than 1 and -1 is read as 1.
    let qfac = if h.pixdim[0] == -1.0 { -1.0 } else { 1.0 };
    let scale = [size[0], size[1], size[2] * qfac];
    Ok(std::array::from_fn(|i| [r[i][0] * scale[0], r[i][1] * scale[1], r[i][2] * scale[2], h.q_offset[i]]))
}

/// Rotation matrix of a quaternion (a, b, c, d), normalised.
fn rotation([a, b, c, d]: [f64; 4]) -> [[f64; 3]; 3] {
    let s = 2.0 / (a * a + b * b + c * c + d * d);
    [
        [1.0 - s * (c * c + d * d), s * (b * c - a * d), s * (b * d + a * c)],
        [s * (b * c + a * d), 1.0 - s * (b * b + d * d), s * (c * d - a * b)],
        [s * (b * d - a * c), s * (c * d + a * b), 1.0 - s * (b * b + c * c)],
    ]
}

/// A qform: quaternion b, c, d and qfac.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Qform {
    pub(super) bcd: [f64; 3],
    pub(super) qfac: f64,
}

/// The qform of an affine without shear; `None` for a sheared one, which a qform cannot say.
pub(super) fn to_qform(affine: &Affine) -> Option<Qform> {
    let (rows, size) = (affine.rows(), affine.spacing());
    let qfac = affine.determinant().signum();
    let m: [[f64; 3]; 3] =
        std::array::from_fn(|i| [rows[i][0] / size[0], rows[i][1] / size[1], rows[i][2] / size[2] * qfac]);
    for (p, q) in [(0, 1), (0, 2), (1, 2)] {
        if m.iter().map(|r| r[p] * r[q]).sum::<f64>().abs() > 1e-5 {
            return None;
        }
    }
    let q = quaternion(&m);
    Some(Qform { bcd: [q[1], q[2], q[3]], qfac })
}

/// Unit quaternion (a >= 0) of a rotation, by its largest component (Shepperd 1978), which keeps it accurate.
fn quaternion(m: &[[f64; 3]; 3]) -> [f64; 4] {
    let [[m00, m01, m02], [m10, m11, m12], [m20, m21, m22]] = *m;
    let squares = [1.0 + m00 + m11 + m22, 1.0 + m00 - m11 - m22, 1.0 - m00 + m11 - m22, 1.0 - m00 - m11 + m22];
    let largest = (1..4).fold(0, |best, i| if squares[i] > squares[best] { i } else { best });
    let q = match largest {
        0 => [squares[0], m21 - m12, m02 - m20, m10 - m01],
        1 => [m21 - m12, squares[1], m10 + m01, m02 + m20],
        2 => [m02 - m20, m10 + m01, squares[2], m21 + m12],
        _ => [m10 - m01, m02 + m20, m21 + m12, squares[3]],
    };
    let length = q.iter().map(|v| v * v).sum::<f64>().sqrt();
    let sign = if q[0] < 0.0 { -1.0 } else { 1.0 };
    q.map(|v| sign * v / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotation_survives_the_way_through_its_quaternion() {
        // The last three are half turns, where a is 0.
        for q in [
            [0.5, 0.5, -0.5, 0.5],
            [0.9, 0.1, -0.2, 0.3],
            [0.0, 1.0, 0.0, 0.0],
            [0.0, 0.6, 0.8, 0.0],
            [0.0, 0.0, 0.0, 1.0],
        ] {
            let m = rotation(q);
            let back = rotation(quaternion(&m));
            for (got, want) in back.iter().flatten().zip(m.iter().flatten()) {
                assert!((got - want).abs() < 1e-12, "{q:?}");
            }
        }
    }

    #[test]
    fn a_sheared_affine_has_no_qform() {
        let sheared = Affine::from_rows([[1.0, 0.3, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]).unwrap();
        assert_eq!(to_qform(&sheared), None);
        let mirrored = Affine::from_rows([[-2.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 3.0, 0.0]]).unwrap();
        assert_eq!(to_qform(&mirrored).map(|q| q.qfac), Some(-1.0));
    }
}
