//! One piece of a VTK XML PolyData file.

use super::arrays::{Description, Storage};
use super::cells::{Faces, Kind, Role, attach};
use crate::error::FormatError;
use crate::numbers::{NumberType, triples};
use crate::scene::{Raw, Soup};
use crate::xml::{Element, Node, Xml};

/// Reads up to the end of the element that has just begun.
pub(super) fn read(
    xml: &mut Xml<'_>,
    piece: &Element<'_>,
    storage: &Storage<'_>,
    raw: &mut Raw,
) -> Result<(), FormatError> {
    let mut soup = Soup::default();
    let mut arrays: Vec<(Description, Vec<f32>)> = Vec::new();
    let mut lists: Vec<(Kind, Vec<i64>, Vec<i64>)> = Vec::new();
    let mut normals = String::new();
    loop {
        match xml.next()? {
            Node::Start(element) => match element.name() {
                "Points" => each_array(xml, |array, text| {
                    soup.vertices = triples(&storage.read(&array, text)?);
                    Ok(())
                })?,
                "PointData" => {
                    normals = element.get("Normals").unwrap_or_default();
                    each_array(xml, |array, text| {
                        if array.kind.is_some() {
                            let values = storage.read(&array, text)?;
                            arrays.push((array, values));
                        }
                        Ok(())
                    })?;
                }
                "Polys" => lists.push(cells(xml, storage, Kind::Polygons)?),
                "Strips" => lists.push(cells(xml, storage, Kind::Strips)?),
                "Verts" | "Lines" => lists.push(cells(xml, storage, Kind::Other)?),
                "CellData" => {
                    let mut count = 0;
                    each_array(xml, |_, _| {
                        count += 1;
                        Ok(())
                    })?;
                    if count > 0 {
                        raw.notes.push(format!("left out {count} arrays of values of cells"));
                    }
                }
                _ => xml.skip()?,
            },
            Node::End | Node::Eof => break,
            Node::Text(_) => {}
        }
    }
    let stated = piece.get("NumberOfPoints").and_then(|n| n.trim().parse::<u64>().ok());
    if stated.is_some_and(|n| n != soup.vertices.len() as u64) {
        let found = soup.vertices.len();
        return Err(FormatError::header(storage.file, "NumberOfPoints", stated.unwrap_or(0), found));
    }
    let mut faces = Faces::new(storage.file, soup.vertices.len());
    for (kind, ends, points) in &lists {
        faces.ended(&|_| *kind, ends, points)?;
    }
    soup.faces = faces.finish(&mut raw.notes);
    for (array, values) in arrays {
        let role = role(&array, &normals);
        attach(&mut soup, &array.name, array.components, role, values);
    }
    raw.parts.push(soup);
    Ok(())
}

fn role(array: &Description, normals: &str) -> Role {
    let whole = array.kind.is_some_and(|k| !k.is_float());
    match array.name.to_ascii_lowercase().as_str() {
        _ if !normals.is_empty() && array.name == normals => Role::Normals,
        "normals" => Role::Normals,
        "label" | "labels" if whole => Role::Labels,
        "rgb" | "rgba" | "colors" if array.kind == Some(NumberType::U8) => Role::Colours,
        _ => Role::Plain,
    }
}

/// Ends and points of a list of cells.
fn cells(xml: &mut Xml<'_>, storage: &Storage<'_>, kind: Kind) -> Result<(Kind, Vec<i64>, Vec<i64>), FormatError> {
    let (mut ends, mut points) = (Vec::new(), Vec::new());
    each_array(xml, |array, text| {
        match array.name.as_str() {
            "offsets" => ends = storage.read(&array, text)?,
            "connectivity" => points = storage.read(&array, text)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok((kind, ends, points))
}

/// Every array up to the end of the element that has just begun.
fn each_array(
    xml: &mut Xml<'_>,
    mut f: impl FnMut(Description, &str) -> Result<(), FormatError>,
) -> Result<(), FormatError> {
    loop {
        match xml.next()? {
            Node::Start(element) if element.name() == "DataArray" => {
                let array = Description::of(&element);
                let text = xml.text()?;
                // An empty list may leave its arrays empty.
                if text.trim().is_empty() && !array.is_appended() {
                    continue;
                }
                f(array, &text)?;
            }
            Node::Start(_) => xml.skip()?,
            Node::End | Node::Eof => return Ok(()),
            Node::Text(_) => {}
        }
    }
}
