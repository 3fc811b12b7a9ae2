//! The fixed header of a `NIfTI`-1 (348 bytes) or `NIfTI`-2 (540 bytes) file, checked before anything is allocated.

use std::path::Path;

use medshape_shape::MAX_AXIS;

use super::datatype::{Datatype, name_of_unusable};
use crate::error::{FormatError, quoted};

/// Header of version 1, with the four extension bytes that follow it in a single file.
pub(super) const SIZE_1: usize = 348;
pub(super) const SIZE_2: usize = 540;

/// The fields needed here, in the machine's byte order.
#[derive(Debug, Clone)]
pub(super) struct RawHeader {
    pub(super) version: u8,
    /// The voxels are in a file of their own (`.hdr` and `.img`).
    pub(super) pair: bool,
    pub(super) intent_code: i32,
    pub(super) dim: [i64; 8],
    pub(super) datatype: Datatype,
    pub(super) pixdim: [f64; 8],
    pub(super) vox_offset: u64,
    pub(super) slope: f64,
    pub(super) inter: f64,
    pub(super) xyzt_units: u8,
    pub(super) qform_code: i32,
    pub(super) sform_code: i32,
    /// Quaternion b, c, d.
    pub(super) quaternion: [f64; 3],
    pub(super) q_offset: [f64; 3],
    pub(super) srow: [[f64; 4]; 3],
}

/// How many bytes the header has and in which order, from its first four bytes.
pub(super) fn size_and_order(file: &Path, head: &[u8]) -> Result<(usize, bool), FormatError> {
    let not_nifti = || FormatError::NotThisFormat {
        file: file.to_owned(),
        expected: "a NIfTI file (nor gzip)",
        found: format!("it starts with {}", quoted(head)),
    };
    let first: [u8; 4] = head.get(..4).and_then(|b| b.try_into().ok()).ok_or_else(not_nifti)?;
    for (size, value) in [(SIZE_1, 348_i32), (SIZE_2, 540)] {
        if first == value.to_le_bytes() {
            return Ok((size, false));
        }
        if first == value.to_be_bytes() {
            return Ok((size, true));
        }
    }
    Err(not_nifti())
}

/// Reads numbers at fixed offsets; offsets are constants below the header's checked length.
struct Fields<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Fields<'_> {
    fn take<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut raw: [u8; N] = self.bytes.get(at..at + N).and_then(|b| b.try_into().ok()).unwrap_or([0; N]);
        if self.big_endian {
            raw.reverse();
        }
        raw
    }
    fn i16(&self, at: usize) -> i16 {
        i16::from_le_bytes(self.take(at))
    }
    fn i32(&self, at: usize) -> i32 {
        i32::from_le_bytes(self.take(at))
    }
    fn i64(&self, at: usize) -> i64 {
        i64::from_le_bytes(self.take(at))
    }
    fn f32(&self, at: usize) -> f64 {
        f32::from_le_bytes(self.take(at)).into()
    }
    fn f64(&self, at: usize) -> f64 {
        f64::from_le_bytes(self.take(at))
    }
}

pub(super) fn parse(file: &Path, bytes: &[u8], big_endian: bool) -> Result<RawHeader, FormatError> {
    let f = Fields { bytes, big_endian };
    if bytes.len() == SIZE_2 {
        let pair = is_pair(file, bytes.get(4..8), b"n+2\0", b"ni2\0")?;
        return Ok(RawHeader {
            version: 2,
            pair,
            intent_code: f.i32(504),
            dim: std::array::from_fn(|a| f.i64(16 + 8 * a)),
            datatype: datatype(file, f.i16(12))?,
            pixdim: std::array::from_fn(|a| f.f64(104 + 8 * a)),
            vox_offset: vox_offset(file, f.i64(168) as f64, if pair { 0 } else { SIZE_2 as u64 + 4 })?,
            slope: f.f64(176),
            inter: f.f64(184),
            qform_code: f.i32(344),
            sform_code: f.i32(348),
            quaternion: std::array::from_fn(|a| f.f64(352 + 8 * a)),
            q_offset: std::array::from_fn(|a| f.f64(376 + 8 * a)),
            srow: std::array::from_fn(|r| std::array::from_fn(|c| f.f64(400 + 32 * r + 8 * c))),
            xyzt_units: (f.i32(500) & 0xff) as u8,
        });
    }
    let pair = is_pair(file, bytes.get(344..348), b"n+1\0", b"ni1\0")?;
    Ok(RawHeader {
        version: 1,
        pair,
        intent_code: f.i16(68).into(),
        dim: std::array::from_fn(|a| f.i16(40 + 2 * a).into()),
        datatype: datatype(file, f.i16(70))?,
        pixdim: std::array::from_fn(|a| f.f32(76 + 4 * a)),
        vox_offset: vox_offset(file, f.f32(108), if pair { 0 } else { SIZE_1 as u64 + 4 })?,
        slope: f.f32(112),
        inter: f.f32(116),
        qform_code: f.i16(252).into(),
        sform_code: f.i16(254).into(),
        quaternion: std::array::from_fn(|a| f.f32(256 + 4 * a)),
        q_offset: std::array::from_fn(|a| f.f32(268 + 4 * a)),
        srow: std::array::from_fn(|r| std::array::from_fn(|c| f.f32(280 + 16 * r + 4 * c))),
        xyzt_units: f.take::<1>(123)[0],
    })
}

fn is_pair(file: &Path, found: Option<&[u8]>, single: &[u8], pair: &[u8]) -> Result<bool, FormatError> {
    let found = found.unwrap_or_default();
    if found == single || found == pair {
        Ok(found == pair)
    } else if found.iter().all(|&b| b == 0) {
        Err(FormatError::Unsupported {
            file: file.to_owned(),
            what: "an Analyze 7.5 header, which has no orientation,".into(),
            advice: "convert it to NIfTI with the right orientation",
        })
    } else {
        Err(FormatError::header(file, "magic", quoted(found), quoted(single)))
    }
}

fn datatype(file: &Path, code: i16) -> Result<Datatype, FormatError> {
    Datatype::from_code(code).ok_or_else(|| match name_of_unusable(code) {
        Some(name) => FormatError::Unsupported {
            file: file.to_owned(),
            what: format!("voxel type {name} (code {code})"),
            advice: "label maps need an integer or float type",
        },
        None => FormatError::header(file, "datatype", code, "a NIfTI type code such as 2 (uint8)"),
    })
}

/// 0 stands for "right behind the header", as some old writers leave it (in a pair: at the start of the other file).
fn vox_offset(file: &Path, value: f64, least: u64) -> Result<u64, FormatError> {
    if value == 0.0 {
        return Ok(least);
    }
    // Extensions hold text; half a gigabyte of it is no extension.
    let most = (1_u64 << 29) as f64;
    if value.fract() != 0.0 || !(value >= least as f64 && value <= most) {
        return Err(FormatError::header(file, "vox_offset", value, format!("a whole number from {least} to {most}")));
    }
    Ok(value as u64)
}

impl RawHeader {
    /// Voxels along i, j, k. One or two axes and further axes of length 1 are accepted.
    pub(super) fn shape(&self, file: &Path, max_voxels: u64) -> Result<[usize; 3], FormatError> {
        let [ndim, axes @ ..] = self.dim;
        let used = usize::try_from(ndim)
            .ok()
            .filter(|n| (1..=7).contains(n))
            .and_then(|n| axes.get(..n))
            .ok_or_else(|| FormatError::header(file, "dim[0]", ndim, "1 to 7 axes"))?;
        let mut shape = [1_usize; 3];
        for (a, &n) in used.iter().enumerate() {
            const NAMES: [&str; 7] = ["dim[1]", "dim[2]", "dim[3]", "dim[4]", "dim[5]", "dim[6]", "dim[7]"];
            let most = if a < 3 { MAX_AXIS as i64 } else { i64::from(i32::MAX) };
            if !(1..=most).contains(&n) {
                let field = NAMES.get(a).copied().unwrap_or("dim");
                return Err(FormatError::header(file, field, n, format!("1 to {most}")));
            }
            if let Some(s) = shape.get_mut(a) {
                *s = n as usize;
            }
        }
        let volumes = used.iter().skip(3).fold(1_u64, |p, &n| p.saturating_mul(n as u64));
        if volumes > 1 {
            let shape = used.iter().map(|&n| n as u64).collect();
            return Err(FormatError::SeveralVolumes { file: file.to_owned(), shape, volumes });
        }
        // Three axes of at most 32767 cannot overflow 64 bits.
        if shape.iter().map(|&n| n as u64).product::<u64>() > max_voxels {
            return Err(FormatError::TooLarge { file: file.to_owned(), shape, max_voxels });
        }
        Ok(shape)
    }

    /// Slope and intercept when values must be scaled, by nibabel's rules: a slope of 0 or not finite means none.
    #[expect(clippy::float_cmp, reason = "exactly 1 and 0 mean that there is nothing to do")]
    pub(super) fn scaling(&self, file: &Path) -> Result<Option<[f64; 2]>, FormatError> {
        if self.slope == 0.0 || !self.slope.is_finite() {
            return Ok(None);
        }
        if !self.inter.is_finite() {
            return Err(FormatError::header(file, "scl_inter", self.inter, "a finite number"));
        }
        Ok(Some([self.slope, self.inter]).filter(|s| *s != [1.0, 0.0]))
    }

    /// Millimetres a unit of the header; an unknown unit is taken as millimetres.
    pub(super) fn mm_per_unit(&self) -> f64 {
        match self.xyzt_units & 7 {
            1 => 1000.0,
            3 => 0.001,
            _ => 1.0,
        }
    }
}
