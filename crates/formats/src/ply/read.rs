//! PLY into a mesh or a point cloud.
//!
//! Of the vertices, positions, normals (`nx ny nz`), colours (`red green blue`, with `alpha` if it is there) and labels
//! (`label`, whole numbers) are known by name; all other scalars are handed on as data.

use std::path::Path;

use medshape_shape::PointCloud;

use super::body::Body;
use super::header::{self, Element, Kind, Scalar};
use crate::error::FormatError;
use crate::input::{read_file, reserve};
use crate::point_file::{PointFile, read_points_bytes};
use crate::polygons::Triangles;
use crate::scene::{Raw, Soup, VertexData};

pub(crate) fn is_ply(bytes: &[u8]) -> bool {
    bytes.starts_with(b"ply\n") || bytes.starts_with(b"ply\r")
}

/// Reads the faces as triangles: polygons become fans, lines and points are left out.
pub(crate) fn read_mesh(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    read(file, bytes)
}

/// Reads the vertices as points.
pub(crate) fn read_points(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    read(file, bytes)
}

/// Reads the vertices of a PLY file as a point cloud, with normals and labels if it has them; faces are not used.
///
/// Coordinates are RAS, in millimetres if a comment says `UNIT=mm`, else in the file's unit; a file that says
/// `SPACE=LPS` in a comment is turned.
///
/// # Errors
/// [`FormatError`] for a file that is no PLY, is damaged or cut short, or holds no points.
pub fn read_points_ply(path: &Path) -> Result<PointCloud, FormatError> {
    read_points_ply_bytes(path, &read_file(path)?)
}

/// [`read_points_ply`] from memory; `name` is used in messages only.
///
/// # Errors
/// As [`read_points_ply`].
pub fn read_points_ply_bytes(name: &Path, bytes: &[u8]) -> Result<PointCloud, FormatError> {
    // Refuses what is not PLY before the general reader would guess.
    header::parse(name, bytes)?;
    read_points_bytes(name, bytes).map(|PointFile { cloud, .. }| cloud)
}

fn read(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    let header = header::parse(file, bytes)?;
    let mut body = Body::new(file, bytes, &header);
    let mut soup = Soup::default();
    let mut raw = Raw { frame: header.frame, unit: header.unit, ..Raw::default() };
    let vertices = header.elements.iter().find(|e| e.name == b"vertex").map_or(0, |e| e.count);
    for element in &header.elements {
        match element.name.as_slice() {
            b"vertex" => read_vertices(file, element, &mut body, &mut soup)?,
            b"face" => read_faces(file, element, vertices, &mut body, &mut soup, &mut raw.notes)?,
            b"tristrips" if element.count > 0 => {
                return Err(FormatError::Unsupported {
                    file: file.to_owned(),
                    what: "PLY with triangle strips".into(),
                    advice: "write it again with separate faces",
                });
            }
            _ => body.each(element, None, |_, _, _| Ok(()))?,
        }
    }
    raw.parts.push(soup);
    Ok(raw)
}

fn read_vertices(file: &Path, element: &Element, body: &mut Body<'_>, out: &mut Soup) -> Result<(), FormatError> {
    let columns = |names: [&[u8]; 3]| -> Option<[usize; 3]> {
        let [a, b, c] = names.map(|n| element.find(n));
        Some([a?, b?, c?])
    };
    let Some(xyz) = columns([b"x", b"y", b"z"]) else {
        return Err(FormatError::header(file, "element vertex", "without x, y or z", "properties x, y and z"));
    };
    if xyz == [0, 1, 2]
        && let Some(found) = body.positions(element)
    {
        out.vertices = found;
        return Ok(());
    }
    let scalar = |c: usize| element.properties.get(c).map(|p| p.kind);
    let normal = columns([b"nx", b"ny", b"nz"]);
    let colour = columns([b"red", b"green", b"blue"]).filter(|c| scalar(c[0]) == Some(Kind::Scalar(Scalar::U8)));
    let alpha = element.find(b"alpha").filter(|&c| scalar(c) == Some(Kind::Scalar(Scalar::U8)));
    let is_whole = |c: &usize| !matches!(scalar(*c), Some(Kind::Scalar(Scalar::F32 | Scalar::F64) | Kind::List { .. }));
    let label = element.find(b"label").filter(is_whole);
    let used: Vec<usize> = [xyz]
        .into_iter()
        .chain(normal)
        .chain(colour)
        .flatten()
        .chain(alpha.filter(|_| colour.is_some()))
        .chain(label)
        .collect();
    let other: Vec<usize> = (0..element.properties.len())
        .filter(|c| !used.contains(c) && matches!(scalar(*c), Some(Kind::Scalar(_))))
        .collect();

    body.check_room(element)?;
    reserve(file, &mut out.vertices, element.count)?;
    let (mut normals, mut colours, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    let mut data: Vec<Vec<f32>> = vec![Vec::new(); other.len()];
    body.each(element, None, |index, scalars, _| {
        let get = |c: usize| scalars.get(c).copied().unwrap_or(f64::NAN);
        let pick = |columns: [usize; 3]| columns.map(|c| get(c) as f32);
        let position = pick(xyz);
        if !position.iter().all(|c| c.is_finite()) {
            return Err(FormatError::NotFinite { file: file.to_owned(), element: "vertex", index: index as u64 });
        }
        out.vertices.push(position);
        normals.extend(normal.map(pick));
        colours.extend(colour.map(|c| {
            let [r, g, b] = c.map(|c| get(c) as u8);
            [r, g, b, alpha.map_or(255, |a| get(a) as u8)]
        }));
        labels.extend(label.map(get));
        for (values, &c) in data.iter_mut().zip(&other) {
            values.push(get(c) as f32);
        }
        Ok(())
    })?;
    out.normals = normal.map(|_| normals);
    out.colours = colour.map(|_| colours);
    // Negative numbers are no labels.
    let is_label = |v: &f64| *v >= 0.0 && *v <= f64::from(u32::MAX);
    if label.is_some() && labels.iter().all(is_label) {
        out.labels = Some(labels.into_iter().map(|v| v as u32).collect());
    }
    for (values, c) in data.into_iter().zip(other) {
        let name = element.properties.get(c).map(|p| String::from_utf8_lossy(&p.name).into_owned()).unwrap_or_default();
        out.data.push(VertexData { name, components: 1, values });
    }
    Ok(())
}

fn read_faces(
    file: &Path,
    element: &Element,
    vertices: u64,
    body: &mut Body<'_>,
    out: &mut Soup,
    notes: &mut Vec<String>,
) -> Result<(), FormatError> {
    let Some(column) = element.find(b"vertex_indices").or_else(|| element.find(b"vertex_index")) else {
        return Err(FormatError::header(file, "element face", "without indices", "a list `vertex_indices`"));
    };
    if let Some(faces) = body.triangles(element) {
        let mut triangles = Triangles::new(file, vertices as usize);
        triangles.all(faces)?;
        out.faces = triangles.faces;
        return Ok(());
    }
    body.check_room(element)?;
    let mut triangles = Triangles::new(file, vertices as usize);
    reserve(file, &mut triangles.faces, element.count)?;
    let mut corners = Vec::new();
    body.each(element, Some(column), |face, _, polygon| {
        if let Some(&bad) = polygon.iter().find(|v| v.fract() != 0.0) {
            let (face, vertex) = (face as u64, bad as i64);
            return Err(FormatError::FaceIndex { file: file.to_owned(), face, vertex, vertices });
        }
        corners.clear();
        corners.extend(polygon.iter().map(|&v| v as i64));
        triangles.polygon(&corners)
    })?;
    notes.extend(triangles.notes());
    out.faces = triangles.faces;
    Ok(())
}
