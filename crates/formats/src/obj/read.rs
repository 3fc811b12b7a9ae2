//! OBJ input.

use std::path::Path;

use crate::error::FormatError;
use crate::mesh_file::{Soup, says_lps};
use crate::text::{coordinate, lines, number, words};

/// Reads all faces of all groups; polygons become fans. Vertices keep the file's order.
pub(crate) fn read(file: &Path, bytes: &[u8]) -> Result<Soup, FormatError> {
    let mut soup = Soup::default();
    let mut polygon = Vec::new();
    let (mut not_triangles, mut faces) = (0_u64, 0_u64);
    // A face may name vertices that come later, so the highest index is checked at the end.
    let mut highest: Option<(u32, u64)> = None;
    for (line, text) in lines(bytes) {
        let mut rest = words(text);
        match rest.next() {
            Some(b"v") => {
                let vertex = soup.vertices.len();
                let mut next = || coordinate(file, line, rest.next(), "vertex", vertex);
                let position = [next()?, next()?, next()?];
                soup.vertices.push(position);
            }
            Some(b"f") => {
                polygon.clear();
                for word in rest {
                    let index = index(file, line, word, faces, soup.vertices.len())?;
                    if highest.is_none_or(|(h, _)| index > h) {
                        highest = Some((index, faces));
                    }
                    polygon.push(index);
                }
                let [first, others @ ..] = polygon.as_slice() else {
                    return Err(FormatError::syntax(file, line, "at least three corners of a face", text));
                };
                if others.len() < 2 {
                    return Err(FormatError::syntax(file, line, "at least three corners of a face", text));
                }
                not_triangles += u64::from(others.len() > 2);
                faces += 1;
                soup.faces.extend(others.windows(2).map(|w| [*first, w[0], w[1]]));
            }
            Some(comment) if comment.starts_with(b"#") => soup.lps |= says_lps(text),
            Some(word) if is_known(word) => {}
            None => {}
            Some(_) => return Err(FormatError::syntax(file, line, "a line of an OBJ file", text)),
        }
    }
    let vertices = soup.vertices.len() as u64;
    if let Some((vertex, face)) = highest.filter(|&(h, _)| u64::from(h) >= vertices) {
        return Err(FormatError::FaceIndex { file: file.to_owned(), face, vertex: vertex.into(), vertices });
    }
    if not_triangles > 0 {
        soup.notes.push(format!("split {not_triangles} polygons into triangles"));
    }
    Ok(soup)
}

/// What an OBJ line may begin with and a shape does not need. Anything else means that this is no OBJ file.
fn is_known(word: &[u8]) -> bool {
    const KNOWN: [&[u8]; 22] = [
        b"vt",
        b"vn",
        b"vp",
        b"g",
        b"o",
        b"s",
        b"l",
        b"p",
        b"usemtl",
        b"mtllib",
        b"mg",
        b"lod",
        b"bevel",
        b"c_interp",
        b"d_interp",
        b"shadow_obj",
        b"trace_obj",
        b"usemap",
        b"maplib",
        b"cstype",
        b"deg",
        b"end",
    ];
    KNOWN.contains(&word)
}

/// The vertex of a corner such as `7`, `7/1`, `7//2` or `-1` (the latest vertex), counted from 0.
fn index(file: &Path, line: u64, word: &[u8], face: u64, vertices: usize) -> Result<u32, FormatError> {
    let digits = word.split(|&b| b == b'/').next();
    let stated: i64 =
        number(digits).ok_or_else(|| FormatError::syntax(file, line, "a vertex number of a face", word))?;
    let index = if stated < 0 { vertices as i64 + stated } else { stated - 1 };
    u32::try_from(index).map_err(|_| FormatError::FaceIndex {
        file: file.to_owned(),
        face,
        vertex: index,
        vertices: vertices as u64,
    })
}
