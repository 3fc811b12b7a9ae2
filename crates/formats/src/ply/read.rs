//! PLY into a mesh or a point cloud.

use std::path::Path;

use medshape_shape::PointCloud;

use super::body::Body;
use super::header::{self, Element};
use crate::error::FormatError;
use crate::input::{read_file, reserve};
use crate::mesh_file::Soup;

pub(crate) fn is_ply(bytes: &[u8]) -> bool {
    bytes.starts_with(b"ply\n") || bytes.starts_with(b"ply\r")
}

/// Reads the faces as triangles: polygons become fans, lines and points are left out.
pub(crate) fn read_mesh(file: &Path, bytes: &[u8]) -> Result<Soup, FormatError> {
    let content = read(file, bytes)?;
    if content.faces.is_empty() && !content.vertices.is_empty() {
        return Err(FormatError::Empty { file: file.to_owned(), what: "triangles: it is a point cloud" });
    }
    Ok(Soup { vertices: content.vertices, faces: content.faces, lps: content.lps, notes: content.notes })
}

/// Reads the vertices of a PLY file as a point cloud, with normals if it has them; faces are not used.
///
/// Coordinates are RAS in the file's unit; a file that says `SPACE=LPS` in a comment is turned.
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
    let mut content = read(name, bytes)?;
    if content.vertices.is_empty() {
        return Err(FormatError::Empty { file: name.to_owned(), what: "points" });
    }
    if content.lps {
        for v in content.vertices.iter_mut().chain(content.normals.iter_mut().flatten()) {
            *v = [-v[0], -v[1], v[2]];
        }
    }
    PointCloud::new(content.vertices, content.normals)
        .map_err(|e| FormatError::header(name, "vertex", e, "finite points"))
}

#[derive(Default)]
struct Content {
    vertices: Vec<[f32; 3]>,
    normals: Option<Vec<[f32; 3]>>,
    faces: Vec<[u32; 3]>,
    lps: bool,
    notes: Vec<String>,
}

fn read(file: &Path, bytes: &[u8]) -> Result<Content, FormatError> {
    let header = header::parse(file, bytes)?;
    let mut body = Body::new(file, bytes, &header);
    let mut content = Content { lps: header.lps, ..Content::default() };
    let vertices = header.elements.iter().find(|e| e.name == b"vertex").map_or(0, |e| e.count);
    for element in &header.elements {
        match element.name.as_slice() {
            b"vertex" => read_vertices(file, element, &mut body, &mut content)?,
            b"face" => read_faces(file, element, vertices, &mut body, &mut content)?,
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
    Ok(content)
}

fn read_vertices(file: &Path, element: &Element, body: &mut Body<'_>, out: &mut Content) -> Result<(), FormatError> {
    let columns = |names: [&[u8]; 3]| -> Option<[usize; 3]> {
        let [a, b, c] = names.map(|n| element.find(n));
        Some([a?, b?, c?])
    };
    let Some(xyz) = columns([b"x", b"y", b"z"]) else {
        return Err(FormatError::header(file, "element vertex", "without x, y or z", "properties x, y and z"));
    };
    let normal = columns([b"nx", b"ny", b"nz"]);
    body.check_room(element)?;
    reserve(file, &mut out.vertices, element.count)?;
    let mut normals = Vec::new();
    if normal.is_some() {
        reserve(file, &mut normals, element.count)?;
    }
    body.each(element, None, |index, scalars, _| {
        let pick = |columns: [usize; 3]| columns.map(|c| scalars.get(c).map_or(f32::NAN, |&v| v as f32));
        let position = pick(xyz);
        if !position.iter().all(|c| c.is_finite()) {
            return Err(FormatError::NotFinite { file: file.to_owned(), element: "vertex", index: index as u64 });
        }
        out.vertices.push(position);
        normals.extend(normal.map(pick));
        Ok(())
    })?;
    // Broken normals are worth less than none; the points are still good.
    out.normals = normal.is_some().then_some(normals).filter(|n| n.iter().flatten().all(|c| c.is_finite()));
    Ok(())
}

fn read_faces(
    file: &Path,
    element: &Element,
    vertices: u64,
    body: &mut Body<'_>,
    out: &mut Content,
) -> Result<(), FormatError> {
    let Some(column) = element.find(b"vertex_indices").or_else(|| element.find(b"vertex_index")) else {
        return Err(FormatError::header(file, "element face", "without indices", "a list `vertex_indices`"));
    };
    body.check_room(element)?;
    reserve(file, &mut out.faces, element.count)?;
    let (mut not_triangles, mut too_short) = (0_u64, 0_u64);
    body.each(element, Some(column), |face, _, polygon| {
        if let Some(&bad) = polygon.iter().find(|&&v| !(v >= 0.0 && v < vertices as f64 && v.fract() == 0.0)) {
            let (face, vertex) = (face as u64, bad as i64);
            return Err(FormatError::FaceIndex { file: file.to_owned(), face, vertex, vertices });
        }
        match polygon {
            [first, rest @ ..] if rest.len() >= 2 => {
                not_triangles += u64::from(rest.len() > 2);
                out.faces.extend(rest.windows(2).map(|w| [*first, w[0], w[1]].map(|v| v as u32)));
            }
            _ => too_short += 1,
        }
        Ok(())
    })?;
    if not_triangles > 0 {
        out.notes.push(format!("split {not_triangles} polygons into triangles"));
    }
    if too_short > 0 {
        out.notes.push(format!("left out {too_short} faces with fewer than three corners"));
    }
    Ok(())
}
