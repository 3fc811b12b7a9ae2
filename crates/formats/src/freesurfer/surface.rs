//! FreeSurfer surfaces: triangle files, and the quad files of old.
//!
//! Coordinates are surface RAS ("tkRAS"), whose origin is the centre of the volume it was made from. The geometry of that
//! volume stands behind the triangles of newer files; where it says `valid = 1`, the surface is moved into the scanner's
//! RAS by it (a rotation, if the volume was oblique, and the centre `cras`), and a note says so. Without it coordinates
//! stay as they are, which a note says too.

use std::path::Path;

use super::three;
use crate::error::FormatError;
use crate::input::reserve;
use crate::numbers::{NumberType, triples};
use crate::polygons::Triangles;
use crate::scan::Scan;
use crate::scene::{Frame, LengthUnit, Raw, Soup};

const TRIANGLES: [u8; 3] = [0xff, 0xff, 0xfe];
const QUADS: [u8; 3] = [0xff, 0xff, 0xff];
const NEW_QUADS: [u8; 3] = [0xff, 0xff, 0xfd];
/// Tags behind the triangles.
const USE_REAL_RAS: i32 = 2;
const GEOMETRY: i32 = 20;

pub(crate) fn is_surface(bytes: &[u8]) -> bool {
    [TRIANGLES, QUADS, NEW_QUADS].iter().any(|magic| bytes.starts_with(magic))
}

pub(crate) fn read(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    let mut scan = Scan::new(file, bytes);
    let magic = scan.chunk("the FreeSurfer header")?;
    let mut raw = Raw { unit: Some(LengthUnit::Millimetre), frame: Frame::Ras, ..Raw::default() };
    if magic == TRIANGLES {
        let mut soup = triangle_file(&mut scan)?;
        place(&mut soup, &mut scan, &mut raw.notes);
        raw.parts.push(soup);
    } else {
        raw.parts.push(quad_file(&mut scan, magic == NEW_QUADS)?);
        raw.notes.push("coordinates are FreeSurfer's surface RAS: the file does not say where the volume lay".into());
    }
    Ok(raw)
}

fn triangle_file(scan: &mut Scan<'_>) -> Result<Soup, FormatError> {
    // "created by ... on ...", and an empty line.
    scan.line();
    scan.line();
    let vertices = u32::from_be_bytes(scan.chunk("the FreeSurfer header")?);
    let faces = u32::from_be_bytes(scan.chunk("the FreeSurfer header")?);
    let values: Vec<f32> = scan.binary(u64::from(vertices) * 3, NumberType::F32, true, "the vertices")?;
    let corners: Vec<i64> = scan.binary(u64::from(faces) * 3, NumberType::I32, true, "the triangles")?;
    let mut triangles = Triangles::new(scan.file, vertices as usize);
    reserve(scan.file, &mut triangles.faces, faces.into())?;
    corners.chunks_exact(3).try_for_each(|c| triangles.polygon(c))?;
    Ok(Soup { vertices: triples(&values), faces: triangles.faces, ..Soup::default() })
}

fn quad_file(scan: &mut Scan<'_>, new: bool) -> Result<Soup, FormatError> {
    let vertices = three(scan.chunk("the FreeSurfer header")?);
    let quads = three(scan.chunk("the FreeSurfer header")?);
    let kind = if new { NumberType::F32 } else { NumberType::I16 };
    let mut values: Vec<f32> = scan.binary(u64::from(vertices) * 3, kind, true, "the vertices")?;
    if !new {
        for v in &mut values {
            *v /= 100.0;
        }
    }
    let bytes = scan.take(u64::from(quads) * 12, "the quadrangles")?;
    let mut triangles = Triangles::new(scan.file, vertices as usize);
    for quad in bytes.as_chunks::<12>().0 {
        let [a, b, c, d] = [0, 3, 6, 9].map(|at| i64::from(three([quad[at], quad[at + 1], quad[at + 2]])));
        // The diagonal goes by the first number, as in FreeSurfer.
        let halves = if a % 2 == 0 { [[a, b, d], [c, d, b]] } else { [[a, b, c], [a, c, d]] };
        halves.iter().try_for_each(|t| triangles.polygon(t))?;
    }
    Ok(Soup { vertices: triples(&values), faces: triangles.faces, ..Soup::default() })
}

/// Moves the surface into scanner RAS if the file says how.
fn place(soup: &mut Soup, scan: &mut Scan<'_>, notes: &mut Vec<String>) {
    let Some(geometry) = geometry(scan) else {
        notes.push("coordinates are FreeSurfer's surface RAS: the file does not say where the volume lay".into());
        return;
    };
    match geometry {
        Geometry::Scanner => {}
        Geometry::Volume { axes: [x, y, z], centre } => {
            // In surface RAS the volume's axes run along -x, -z and +y.
            for v in &mut soup.vertices {
                let [r, a, s] = v.map(f64::from);
                *v = [0, 1, 2].map(|i| (centre[i] - r * x[i] - s * y[i] + a * z[i]) as f32);
            }
            let [r, a, s] = centre;
            notes.push(format!("moved from surface RAS to scanner RAS by the volume's geometry (c_ras {r} {a} {s})"));
        }
    }
}

enum Geometry {
    /// Coordinates are the scanner's already.
    Scanner,
    Volume {
        axes: [[f64; 3]; 3],
        centre: [f64; 3],
    },
}

/// What the file says behind its triangles; `None` if nothing, or nothing valid.
fn geometry(scan: &mut Scan<'_>) -> Option<Geometry> {
    let mut tag = || scan.chunk("a tag").ok().map(i32::from_be_bytes);
    let mut first = tag()?;
    if first == USE_REAL_RAS {
        if tag()? != 0 {
            return Some(Geometry::Scanner);
        }
        first = tag()?;
    }
    if first != GEOMETRY {
        return None;
    }
    let mut found = [None; 4];
    let mut valid = false;
    // valid, filename, volume, voxelsize, xras, yras, zras, cras
    for _ in 0..8 {
        let line = String::from_utf8_lossy(scan.line()?);
        let (name, value) = line.split_once('=')?;
        let numbers: Vec<f64> = value.split_whitespace().filter_map(|w| w.parse().ok()).collect();
        let slot = match name.trim() {
            "valid" => {
                valid = value.trim().starts_with('1');
                continue;
            }
            "xras" => 0,
            "yras" => 1,
            "zras" => 2,
            "cras" => 3,
            _ => continue,
        };
        found[slot] = <[f64; 3]>::try_from(numbers).ok();
    }
    let [Some(x), Some(y), Some(z), Some(centre)] = found else { return None };
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let upright = [(x, x, 1.0), (y, y, 1.0), (z, z, 1.0), (x, y, 0.0), (y, z, 0.0), (z, x, 0.0)];
    let orthonormal = upright.iter().all(|&(a, b, expected)| (dot(a, b) - expected).abs() < 1e-3);
    (valid && orthonormal && centre.iter().all(|c| c.is_finite()))
        .then_some(Geometry::Volume { axes: [x, y, z], centre })
}
