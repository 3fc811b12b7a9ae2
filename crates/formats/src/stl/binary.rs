//! Binary STL.

use std::path::Path;

use super::{HEADER, START, TRIANGLE};
use crate::error::FormatError;
use crate::scene::{Frame, Raw, Soup, unit_stated_in};
use crate::weld::Corners;

/// The triangle count the header claims.
pub(super) fn count(bytes: &[u8]) -> Option<u64> {
    bytes.get(HEADER..START)?.try_into().ok().map(|b| u32::from_le_bytes(b).into())
}

pub(super) fn read(file: &Path, bytes: &[u8], keep_corners: bool) -> Result<Raw, FormatError> {
    let size = bytes.len() as u64;
    let claimed = count(bytes).ok_or(FormatError::Truncated {
        file: file.to_owned(),
        what: "the STL header",
        expected: START as u64,
        found: size,
    })?;
    let end = START as u64 + claimed * TRIANGLE as u64;
    if size < end {
        return Err(FormatError::Truncated {
            file: file.to_owned(),
            what: "the number of triangles in its STL header",
            expected: end,
            found: size,
        });
    }
    let header = bytes.get(..HEADER).unwrap_or_default();
    let mut raw = Raw { frame: Frame::stated_in(header), unit: unit_stated_in(header), ..Raw::default() };
    if size > end {
        let extra = size - end;
        raw.notes.push(format!("ignored {extra} bytes behind the {claimed} triangles that the header counts"));
    }
    let (triangles, _) = bytes.get(START..end as usize).unwrap_or_default().as_chunks::<TRIANGLE>();
    let mut vertices = Corners::new(keep_corners, 3 * triangles.len());
    let mut soup = Soup::default();
    soup.faces.reserve_exact(triangles.len());
    for (index, t) in triangles.iter().enumerate() {
        let corners = corners(t);
        if !corners.iter().flatten().all(|c| c.is_finite()) {
            return Err(FormatError::NotFinite { file: file.to_owned(), element: "triangle", index: index as u64 });
        }
        let [a, b, c] = corners;
        soup.faces.push([vertices.add(a)?, vertices.add(b)?, vertices.add(c)?]);
    }
    soup.vertices = vertices.into_vertices();
    raw.parts.push(soup);
    Ok(raw)
}

/// The three corners; the stored normal is not used, as the corners' order says the same and is more often right.
fn corners(t: &[u8; TRIANGLE]) -> [[f32; 3]; 3] {
    let float = |at: usize| f32::from_le_bytes([t[at], t[at + 1], t[at + 2], t[at + 3]]);
    [12, 24, 36].map(|at| [float(at), float(at + 4), float(at + 8)])
}
