//! OBJ input: positions, faces, objects and groups.

use std::path::Path;

use super::groups::Groups;
use crate::error::FormatError;
use crate::scene::{Frame, Raw, Soup, unit_stated_in};
use crate::text::{coordinate, lines, number, words};

/// Letters of a name that are kept.
const MAX_NAME: usize = 200;

/// Reads all faces; polygons become fans. Vertices keep the file's order. If `split`, every object (`o`) and group (`g`)
/// becomes a part with the vertices that it uses, still in the file's order.
pub(crate) fn read(file: &Path, bytes: &[u8], split: bool) -> Result<Raw, FormatError> {
    let mut raw = Raw::default();
    let mut soup = Soup::default();
    let mut colours = Vec::new();
    let mut groups = Groups::default();
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
                colours.extend(colour(rest));
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
                if split {
                    groups.face_at(soup.faces.len());
                }
                soup.faces.extend(others.windows(2).map(|w| [*first, w[0], w[1]]));
            }
            Some(b"o") => groups.object = name(text),
            Some(b"g") => groups.group = name(text),
            Some(comment) if comment.starts_with(b"#") => {
                raw.frame = raw.frame.or(Frame::stated_in(text));
                raw.unit = raw.unit.or(unit_stated_in(text));
            }
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
        raw.notes.push(format!("split {not_triangles} polygons into triangles"));
    }
    soup.colours = Some(colours).filter(|c| !c.is_empty() && c.len() == soup.vertices.len());
    raw.parts = if split { groups.parts(&soup) } else { vec![soup] };
    Ok(raw)
}

/// The three numbers behind a position, from 0 to 1: a colour, as most programs write it.
fn colour<'a>(mut rest: impl Iterator<Item = &'a [u8]>) -> Option<[u8; 4]> {
    let mut next = || number::<f32>(rest.next()).filter(|v| (0.0..=1.0).contains(v));
    let [r, g, b] = [next()?, next()?, next()?].map(|v| (v * 255.0).round() as u8);
    Some([r, g, b, 255])
}

fn name(text: &[u8]) -> Option<String> {
    let name = String::from_utf8_lossy(text.get(1..).unwrap_or_default());
    // An object's name is repeated in each of its groups, so it must not be endless.
    let name: String = name.trim().chars().take(MAX_NAME).collect();
    (!name.is_empty()).then_some(name)
}

/// What an OBJ line may begin with and a shape does not need. Anything else means that this is no OBJ file.
fn is_known(word: &[u8]) -> bool {
    const KNOWN: [&[u8]; 20] = [
        b"vt",
        b"vn",
        b"vp",
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
    let stated = digits.and_then(plain).or_else(|| number(digits));
    let stated: i64 = stated.ok_or_else(|| FormatError::syntax(file, line, "a vertex number of a face", word))?;
    let index = if stated < 0 { vertices as i64 + stated } else { stated - 1 };
    u32::try_from(index).map_err(|_| FormatError::FaceIndex {
        file: file.to_owned(),
        face,
        vertex: index,
        vertices: vertices as u64,
    })
}

/// A number of digits only, and not too many of them.
fn plain(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| 10 * n + i64::from(b - b'0')))
}
