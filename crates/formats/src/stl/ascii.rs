//! ASCII STL, read tolerantly: any case, any line ending, several solids, facets with more than three corners.

use std::path::Path;

use crate::error::FormatError;
use crate::scene::{Frame, Raw, Soup, unit_stated_in};
use crate::text::{coordinate, lines, words};
use crate::weld::Corners;

/// Reads all solids into one part, or each into its own if they are to be `split`.
pub(super) fn read(file: &Path, bytes: &[u8], split: bool, keep_corners: bool) -> Result<Raw, FormatError> {
    let mut raw = Raw::default();
    let mut soup = Soup::default();
    // A facet takes at least some 80 characters; a wrong guess only costs a rehash.
    let mut vertices = Corners::new(keep_corners, bytes.len() / 80);
    let mut solids = 0_u32;
    let mut in_solid = false;
    let mut facet: Option<Vec<u32>> = None;
    let mut last_line = 0;

    for (line, text) in lines(bytes) {
        last_line = line;
        let mut rest = words(text);
        let Some(keyword) = rest.next() else { continue };
        if !in_solid && !keyword.eq_ignore_ascii_case(b"solid") {
            let expected = "`solid` (the start of an ASCII STL; this is other text or a fragment)";
            return Err(FormatError::syntax(file, line, expected, text));
        }
        match keyword.to_ascii_lowercase().as_slice() {
            b"solid" => {
                if in_solid {
                    return Err(FormatError::syntax(file, line, "`endsolid` before another solid", text));
                }
                in_solid = true;
                solids += 1;
                raw.frame = raw.frame.or(Frame::stated_in(text));
                raw.unit = raw.unit.or(unit_stated_in(text));
                let name = String::from_utf8_lossy(text.get(5..).unwrap_or_default().trim_ascii()).into_owned();
                soup.name = Some(name).filter(|n| !n.is_empty() && (split || solids == 1));
            }
            b"endsolid" => {
                if facet.is_some() {
                    return Err(FormatError::syntax(file, line, "`endfacet`", text));
                }
                in_solid = false;
                if split {
                    let mut done = std::mem::take(&mut soup);
                    done.vertices = std::mem::replace(&mut vertices, Corners::new(keep_corners, 0)).into_vertices();
                    raw.parts.push(done);
                }
            }
            b"facet" => {
                if facet.replace(Vec::with_capacity(3)).is_some() {
                    return Err(FormatError::syntax(file, line, "`endfacet` before another facet", text));
                }
            }
            b"vertex" => {
                let triangle = soup.faces.len();
                let mut next = || coordinate(file, line, rest.next(), "triangle", triangle);
                let position = [next()?, next()?, next()?];
                let Some(corners) = facet.as_mut() else {
                    return Err(FormatError::syntax(file, line, "`facet` before a vertex", text));
                };
                let index = vertices.add(position)?;
                corners.push(index);
            }
            b"endfacet" => match facet.take().as_deref() {
                Some([first, rest @ ..]) if rest.len() >= 2 => {
                    soup.faces.extend(rest.windows(2).map(|w| [*first, w[0], w[1]]));
                }
                _ => return Err(FormatError::syntax(file, line, "three vertices in a facet", text)),
            },
            b"outer" | b"endloop" | b"end" | b"color" => {}
            _ => return Err(FormatError::syntax(file, line, "`facet`, `vertex` or `endsolid`", text)),
        }
    }
    if in_solid {
        return Err(FormatError::syntax(file, last_line, "`endsolid` (the file is cut short)", b"the end of the file"));
    }
    if split {
        return Ok(raw);
    }
    if solids > 1 {
        raw.notes.push(format!("joined {solids} solids into one mesh"));
        soup.name = None;
    }
    soup.vertices = vertices.into_vertices();
    raw.parts.push(soup);
    Ok(raw)
}
