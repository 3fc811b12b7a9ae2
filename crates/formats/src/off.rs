//! OFF (Geomview's object file format): text and binary, with colours (`COFF`) and normals (`NOFF`) at the vertices.
//! Refused: `4OFF` and `nOFF`, whose coordinates are not three. Colours of faces are left out.

use std::path::Path;

use crate::error::FormatError;
use crate::numbers::NumberType;
use crate::polygons::Triangles;
use crate::scan::Scan;
use crate::scene::{Frame, Raw, Soup, unit_stated_in};
use crate::text::{coordinate, number, words};

/// Whether the first word is a keyword of the format.
pub(crate) fn is_off(bytes: &[u8]) -> bool {
    let head = bytes.get(..16).unwrap_or(bytes);
    keyword(head.trim_ascii_start())
        .is_some_and(|(_, rest)| rest.first().is_some_and(|b| b.is_ascii_whitespace() || b.is_ascii_digit()))
}

/// The letters before `OFF`, and what follows it.
fn keyword(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.windows(3).position(|w| w == b"OFF")?;
    let (prefix, rest) = line.split_at(at);
    prefix.iter().all(|b| b"STCN4n".contains(b)).then(|| (prefix, rest.get(3..).unwrap_or_default()))
}

/// What stands at each vertex behind its position.
#[derive(Clone, Copy)]
struct Has {
    normals: bool,
    colours: bool,
}

pub(crate) fn read(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    let mut scan = Scan::new(file, bytes);
    let mut raw = Raw::default();
    let first = next_line(&mut scan, &mut raw).unwrap_or_default();
    // The keyword may be missing, and the counts may follow it without a blank.
    let (prefix, rest) = keyword(first).unwrap_or((b"", first));
    if prefix.iter().any(|b| b"4n".contains(b)) {
        return Err(FormatError::Unsupported {
            file: file.to_owned(),
            what: "OFF with coordinates that are not three".into(),
            advice: "write it again with x, y and z",
        });
    }
    let has = Has { normals: prefix.contains(&b'N'), colours: prefix.contains(&b'C') };
    let soup = if rest.trim_ascii().starts_with(b"BINARY") {
        binary(&mut scan, has, &mut raw)?
    } else {
        let counts =
            if rest.trim_ascii().is_empty() { next_line(&mut scan, &mut raw).unwrap_or_default() } else { rest };
        text(&mut scan, has, counts, &mut raw)?
    };
    raw.parts.push(soup);
    Ok(raw)
}

/// The next line that says something, without its comment.
fn next_line<'a>(scan: &mut Scan<'a>, raw: &mut Raw) -> Option<&'a [u8]> {
    loop {
        let line = scan.line()?;
        let end = line.iter().position(|&b| b == b'#').unwrap_or(line.len());
        let (content, comment) = line.split_at(end);
        raw.frame = raw.frame.or(Frame::stated_in(comment));
        raw.unit = raw.unit.or(unit_stated_in(comment));
        if !content.trim_ascii().is_empty() {
            return Some(content.trim_ascii());
        }
    }
}

fn text(scan: &mut Scan<'_>, has: Has, counts: &[u8], raw: &mut Raw) -> Result<Soup, FormatError> {
    let mut words_of_counts = words(counts);
    let mut count = || number::<u64>(words_of_counts.next());
    let (Some(vertices), Some(faces)) = (count(), count()) else {
        return Err(scan.wrong("`OFF`, then the numbers of vertices and faces", counts));
    };
    // A line of a vertex has at least six bytes, one of a face two.
    scan.check_words(vertices.saturating_mul(3).saturating_add(faces), "the OFF file, by its counts,")?;
    let mut soup = Soup::default();
    let (mut normals, mut colours) = (Vec::new(), Vec::new());
    for index in 0..vertices as usize {
        let line = next_line(scan, raw).ok_or_else(|| scan.wrong("a vertex", b"the end of the file"))?;
        let mut rest = words(line);
        let mut next = || coordinate(scan.file, 0, rest.next(), "vertex", index).map_err(|e| located(scan, e, line));
        soup.vertices.push([next()?, next()?, next()?]);
        if has.normals {
            normals.push([next()?, next()?, next()?]);
        }
        if has.colours {
            colours.extend(colour(rest));
        }
    }
    soup.normals = has.normals.then_some(normals);
    soup.colours = Some(colours).filter(|c| !c.is_empty() && c.len() == soup.vertices.len());
    let mut triangles = Triangles::new(scan.file, soup.vertices.len());
    let mut corners = Vec::new();
    for _ in 0..faces {
        let line = next_line(scan, raw).ok_or_else(|| scan.wrong("a face", b"the end of the file"))?;
        let mut rest = words(line);
        let length = number::<usize>(rest.next()).ok_or_else(|| scan.wrong("the number of corners", line))?;
        corners.clear();
        corners.extend(rest.map_while(|w| number::<i64>(Some(w))).take(length));
        if corners.len() != length {
            return Err(scan.wrong("as many corners as the face says", line));
        }
        triangles.polygon(&corners)?;
    }
    raw.notes.extend(triangles.notes());
    soup.faces = triangles.faces;
    Ok(soup)
}

/// Gives a syntax error its line.
fn located(scan: &Scan<'_>, error: FormatError, line: &[u8]) -> FormatError {
    match error {
        FormatError::Syntax { expected, .. } => scan.wrong(expected, line),
        other => other,
    }
}

/// Three or four numbers: from 0 to 255 if they are whole, else from 0 to 1.
fn colour<'a>(rest: impl Iterator<Item = &'a [u8]>) -> Option<[u8; 4]> {
    let rest: Vec<&[u8]> = rest.take(4).collect();
    let whole = rest.iter().all(|w| !w.contains(&b'.'));
    let values: Vec<f32> = rest.iter().map(|w| number(Some(w))).collect::<Option<_>>()?;
    let byte = |v: f32| if whole { v as u8 } else { (v * 255.0).round() as u8 };
    match values.as_slice() {
        [r, g, b] => Some([byte(*r), byte(*g), byte(*b), 255]),
        [r, g, b, a] => Some([*r, *g, *b, *a].map(byte)),
        _ => None,
    }
}

/// Big-endian numbers behind the first line; each face has its colours behind its corners.
fn binary(scan: &mut Scan<'_>, has: Has, raw: &mut Raw) -> Result<Soup, FormatError> {
    let mut count = || scan.chunk("the counts of the OFF file").map(|b| u64::from(u32::from_be_bytes(b)));
    let (vertices, faces, _) = (count()?, count()?, count()?);
    let width = 3 + 3 * u64::from(has.normals) + 4 * u64::from(has.colours);
    let values: Vec<f32> = scan.binary(vertices.saturating_mul(width), NumberType::F32, true, "the vertices")?;
    let mut soup = Soup::default();
    let rows = values.chunks_exact(width as usize);
    soup.vertices = rows.clone().map(|r| [r[0], r[1], r[2]]).collect();
    if has.normals {
        soup.normals = Some(rows.clone().map(|r| [r[3], r[4], r[5]]).collect());
    }
    if has.colours {
        let start = width as usize - 4;
        let byte = |v: f32| (v * 255.0).round() as u8;
        soup.colours = Some(rows.map(|r| [0, 1, 2, 3].map(|c| byte(r[start + c]))).collect());
    }
    let mut triangles = Triangles::new(scan.file, soup.vertices.len());
    for _ in 0..faces {
        let length = u64::from(u32::from_be_bytes(scan.chunk("a face")?));
        let corners: Vec<i64> = scan.binary(length, NumberType::I32, true, "a face")?;
        let colours = u64::from(u32::from_be_bytes(scan.chunk("a face")?));
        scan.take(colours.saturating_mul(4), "the colours of a face")?;
        triangles.polygon(&corners)?;
    }
    raw.notes.extend(triangles.notes());
    soup.faces = triangles.faces;
    Ok(soup)
}
