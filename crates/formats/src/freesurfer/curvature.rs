//! Values at the vertices of a FreeSurfer surface: `curv`, `sulc`, `thickness`, `area`.

use std::path::Path;

use super::three;
use crate::error::FormatError;
use crate::input::read_file;
use crate::numbers::NumberType;
use crate::scan::Scan;

/// Reads one value for each vertex, in the unit that FreeSurfer gives it (1/mm for curvature, mm for thickness).
///
/// # Errors
/// [`FormatError`] for a file that is damaged or cut short, or has several values a vertex.
pub fn read(path: &Path) -> Result<Vec<f32>, FormatError> {
    from_bytes(path, &read_file(path)?)
}

fn from_bytes(file: &Path, bytes: &[u8]) -> Result<Vec<f32>, FormatError> {
    let mut scan = Scan::new(file, bytes);
    let head = scan.chunk("the header of the values")?;
    if head != [0xff; 3] {
        // The first version: hundredths in two bytes.
        let vertices = three(head);
        scan.chunk::<3>("the header of the values")?;
        let values: Vec<f32> = scan.binary(vertices.into(), NumberType::I16, true, "the values")?;
        return Ok(values.into_iter().map(|v| v / 100.0).collect());
    }
    let vertices = u32::from_be_bytes(scan.chunk("the header of the values")?);
    scan.chunk::<4>("the header of the values")?;
    let each = u32::from_be_bytes(scan.chunk("the header of the values")?);
    if each != 1 {
        return Err(FormatError::header(file, "values per vertex", each, 1));
    }
    scan.binary(vertices.into(), NumberType::F32, true, "the values")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions() {
        let new = [
            &[0xff; 3][..],
            &2_u32.to_be_bytes(),
            &1_u32.to_be_bytes(),
            &1_u32.to_be_bytes(),
            &0.5_f32.to_be_bytes(),
            &(-2.0_f32).to_be_bytes(),
        ]
        .concat();
        assert_eq!(from_bytes(Path::new("x"), &new).unwrap(), [0.5, -2.0]);
        let old = [0, 0, 2, 0, 0, 1, 0, 50, 0xff, 0x38];
        assert_eq!(from_bytes(Path::new("x"), &old).unwrap(), [0.5, -2.0]);
        for length in 0..new.len() {
            assert!(from_bytes(Path::new("x"), &new[..length]).is_err(), "{length}");
        }
    }
}
