//! Binary STL.

use std::path::Path;

use super::{HEADER, START, TRIANGLE};
use crate::error::FormatError;
use crate::mesh_file::{Soup, says_lps};
use crate::weld::Welder;

/// The triangle count the header claims.
pub(super) fn count(bytes: &[u8]) -> Option<u64> {
    bytes.get(HEADER..START)?.try_into().ok().map(|b| u32::from_le_bytes(b).into())
}

pub(super) fn read(file: &Path, bytes: &[u8]) -> Result<Soup, FormatError> {
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
    let mut soup = Soup { lps: says_lps(bytes.get(..HEADER).unwrap_or_default()), ..Soup::default() };
    if size > end {
        let extra = size - end;
        soup.notes.push(format!("ignored {extra} bytes behind the {claimed} triangles that the header counts"));
    }
    let (triangles, _) = bytes.get(START..end as usize).unwrap_or_default().as_chunks::<TRIANGLE>();
    let mut welder = Welder::new(3 * triangles.len());
    soup.faces.reserve_exact(triangles.len());
    for (index, t) in triangles.iter().enumerate() {
        let corners = corners(t);
        if !corners.iter().flatten().all(|c| c.is_finite()) {
            return Err(FormatError::NotFinite { file: file.to_owned(), element: "triangle", index: index as u64 });
        }
        let [Some(a), Some(b), Some(c)] = corners.map(|p| welder.add(p)) else {
            let limit = u32::MAX.into();
            return Err(FormatError::FormatLimit { format: "a mesh", what: "the number of vertices", limit });
        };
        soup.faces.push([a, b, c]);
    }
    soup.vertices = welder.into_vertices();
    Ok(soup)
}

/// The three corners; the stored normal is not used, as the corners' order says the same and is more often right.
fn corners(t: &[u8; TRIANGLE]) -> [[f32; 3]; 3] {
    let float = |at: usize| f32::from_le_bytes([t[at], t[at + 1], t[at + 2], t[at + 3]]);
    [12, 24, 36].map(|at| [float(at), float(at + 4), float(at + 8)])
}
