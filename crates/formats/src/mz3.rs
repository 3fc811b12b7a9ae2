//! Surfice's mz3 (github.com/neurolabusc/surf-ice, folder mz3): a little-endian header of 16 bytes, triangles, vertices,
//! colours, scalars; usually gzipped as a whole, which the caller has undone. Refused: overlays without a surface.
//!
//! The format states neither unit nor frame.

use std::path::Path;

use crate::error::FormatError;
use crate::numbers::{NumberType, triples};
use crate::polygons::Triangles;
use crate::scan::Scan;
use crate::scene::{Raw, Soup, VertexData};

const HAS_FACES: u16 = 1;
const HAS_VERTICES: u16 = 2;
const HAS_COLOURS: u16 = 4;
const HAS_SCALARS: u16 = 8;
const HAS_DOUBLES: u16 = 16;

pub(crate) fn read(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    let mut scan = Scan::new(file, bytes);
    let magic: [u8; 2] = scan.chunk("the mz3 header")?;
    if magic != *b"MZ" {
        let found = crate::error::quoted(&magic);
        return Err(FormatError::NotThisFormat { file: file.to_owned(), expected: "mz3", found });
    }
    let has = u16::from_le_bytes(scan.chunk("the mz3 header")?);
    let mut count = || scan.chunk("the mz3 header").map(|b| u64::from(u32::from_le_bytes(b)));
    let (faces, vertices, skip) = (count()?, count()?, count()?);
    scan.take(skip, "the part of the mz3 file to be skipped")?;
    if has & HAS_FACES == 0 || has & HAS_VERTICES == 0 {
        return Err(FormatError::Empty { file: file.to_owned(), what: "surface: it is an overlay for another file" });
    }
    let corners: Vec<i64> = scan.binary(faces * 3, NumberType::I32, false, "the triangles")?;
    let positions: Vec<f32> = scan.binary(vertices * 3, NumberType::F32, false, "the vertices")?;
    let mut triangles = Triangles::new(file, vertices as usize);
    corners.chunks_exact(3).try_for_each(|c| triangles.polygon(c))?;
    let mut soup = Soup { vertices: triples(&positions), faces: triangles.faces, ..Soup::default() };
    if has & HAS_COLOURS != 0 {
        soup.colours = Some(scan.take(vertices * 4, "the colours")?.as_chunks::<4>().0.to_vec());
    }
    let kind = if has & HAS_DOUBLES != 0 { NumberType::F64 } else { NumberType::F32 };
    if has & (HAS_SCALARS | HAS_DOUBLES) != 0 {
        // There may be several layers.
        let layers = scan.rest().len() as u64 / (vertices * kind.bytes() as u64).max(1);
        for layer in 0..layers.max(1) {
            let values: Vec<f32> = scan.binary(vertices, kind, false, "the scalars")?;
            // With colours, the scalars are the regions that they stand for.
            let whole = values.iter().all(|v| *v >= 0.0 && v.fract() == 0.0);
            if layer == 0 && has & HAS_COLOURS != 0 && whole {
                soup.labels = Some(values.iter().map(|&v| v as u32).collect());
            }
            soup.data.push(VertexData { name: format!("scalar_{layer}"), components: 1, values });
        }
    }
    Ok(Raw::one(soup))
}
