//! GIFTI input.

use std::path::Path;

use serde_json::{Value, json};

use super::array::Layout;
use crate::error::FormatError;
use crate::inflate;
use crate::input::read_file;
use crate::label_table::{LabelEntry, as_extras};
use crate::numbers::triples;
use crate::polygons::Triangles;
use crate::scene::{Frame, LengthUnit, Raw, Soup, VertexData};
use crate::xml::{Element, Node, Xml};

/// The arrays of a GIFTI file that are no surface: values or labels at the vertices of one.
#[derive(Debug, Clone, PartialEq)]
pub struct GiftiData {
    /// The arrays in the file's order; surfaces are left out.
    pub arrays: Vec<GiftiArray>,
    /// The label table.
    pub labels: Vec<LabelEntry>,
}

/// One array.
#[derive(Debug, Clone, PartialEq)]
pub struct GiftiArray {
    /// What it holds, as in the file: `NIFTI_INTENT_SHAPE`, `NIFTI_INTENT_LABEL`, ...
    pub intent: String,
    /// Its name.
    pub name: Option<String>,
    /// Its extents; the first is the number of vertices.
    pub dims: Vec<u64>,
    /// All numbers, the first index slowest.
    pub values: Vec<f32>,
}

/// Reads the arrays of a GIFTI file (`.gii` or `.gii.gz`) that hold values or labels.
///
/// # Errors
/// [`FormatError`] for a file that is no GIFTI, is damaged or cut short, or holds no such arrays.
pub fn read_gifti(path: &Path) -> Result<GiftiData, FormatError> {
    read_gifti_bytes(path, &read_file(path)?)
}

/// [`read_gifti`] from memory; `name` is used in messages and to find external data.
///
/// # Errors
/// As [`read_gifti`].
pub fn read_gifti_bytes(name: &Path, bytes: &[u8]) -> Result<GiftiData, FormatError> {
    let unpacked;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        unpacked = inflate::gzip(name, bytes)?;
        &unpacked
    } else {
        bytes
    };
    let content = content(name, bytes)?;
    if content.arrays.is_empty() {
        return Err(FormatError::Empty { file: name.to_owned(), what: "values or labels" });
    }
    Ok(GiftiData { arrays: content.arrays, labels: content.labels })
}

/// Reads the surfaces, with values and labels of the same file that fit the first of them.
pub(crate) fn read(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    let content = content(file, bytes)?;
    let mut raw = Raw { unit: Some(LengthUnit::Millimetre), frame: Frame::Ras, ..Raw::default() };
    let mut triangles = content.triangles.into_iter();
    for points in content.points {
        let mut soup = Soup { name: points.name, vertices: points.vertices, extras: points.extras, ..Soup::default() };
        raw.notes.extend(points.note);
        if let Some(corners) = triangles.next() {
            let mut faces = Triangles::new(file, soup.vertices.len());
            corners.chunks_exact(3).try_for_each(|c| faces.polygon(c))?;
            soup.faces = faces.faces;
        }
        raw.parts.push(soup);
    }
    if raw.parts.is_empty() {
        let what = "surface (values and labels are read with `read_gifti`)";
        return Err(FormatError::Empty { file: file.to_owned(), what });
    }
    for (n, array) in content.arrays.into_iter().enumerate() {
        let Some(soup) = raw.parts.iter_mut().find(|p| array.dims.first() == Some(&(p.vertices.len() as u64))) else {
            raw.notes.push(format!("left out the array {n} ({}), which fits no surface", array.intent));
            continue;
        };
        let is_label = array.intent == "NIFTI_INTENT_LABEL" && array.values.iter().all(|v| *v >= 0.0);
        if is_label && soup.labels.is_none() {
            soup.labels = Some(array.values.iter().map(|&v| v as u32).collect());
            if let (Value::Object(extras), Value::Object(names)) = (&mut soup.extras, as_extras(&content.labels)) {
                extras.extend(names);
            }
        } else {
            let components = array.values.len() / soup.vertices.len().max(1);
            let name = array.name.unwrap_or_else(|| array.intent.trim_start_matches("NIFTI_INTENT_").to_lowercase());
            soup.data.push(VertexData { name, components, values: array.values });
        }
    }
    Ok(raw)
}

#[derive(Default)]
struct Content {
    points: Vec<Points>,
    triangles: Vec<Vec<i64>>,
    arrays: Vec<GiftiArray>,
    labels: Vec<LabelEntry>,
}

struct Points {
    name: Option<String>,
    vertices: Vec<[f32; 3]>,
    extras: Value,
    note: Option<String>,
}

fn content(file: &Path, bytes: &[u8]) -> Result<Content, FormatError> {
    let mut xml = Xml::new(file, bytes);
    let mut content = Content::default();
    let mut inside = false;
    loop {
        match xml.next()? {
            Node::Start(element) => match element.name() {
                "GIFTI" => inside = true,
                "LabelTable" if inside => content.labels = label_table(&mut xml)?,
                "DataArray" if inside => data_array(file, &mut xml, &element, &mut content)?,
                _ if inside => xml.skip()?,
                _ => return Err(xml.wrong("the element GIFTI", "another")),
            },
            Node::Eof if inside => return Ok(content),
            Node::Eof => return Err(xml.wrong("the element GIFTI", "nothing")),
            _ => {}
        }
    }
}

fn label_table(xml: &mut Xml<'_>) -> Result<Vec<LabelEntry>, FormatError> {
    let mut table = Vec::new();
    loop {
        match xml.next()? {
            Node::Start(element) => {
                // Old files say `Index`.
                let key = element.get("Key").or_else(|| element.get("Index"));
                let part = |name: &str| element.get(name).and_then(|v| v.trim().parse::<f32>().ok());
                let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
                let colour = match (part("Red"), part("Green"), part("Blue")) {
                    (Some(r), Some(g), Some(b)) => Some([r, g, b, part("Alpha").unwrap_or(1.0)].map(byte)),
                    _ => None,
                };
                let name = xml.text()?.trim().to_owned();
                // Negative keys cannot be labels here.
                if let Some(value) = key.and_then(|k| k.trim().parse().ok()) {
                    table.push(LabelEntry { value, name, colour });
                }
            }
            Node::End | Node::Eof => return Ok(table),
            Node::Text(_) => {}
        }
    }
}

fn data_array(file: &Path, xml: &mut Xml<'_>, element: &Element<'_>, content: &mut Content) -> Result<(), FormatError> {
    let layout = Layout::of(element);
    let mut name = None;
    let mut transforms = Vec::new();
    loop {
        match xml.next()? {
            Node::Start(inner) => match inner.name() {
                "MetaData" => name = meta_name(xml)?.or(name),
                "CoordinateSystemTransformMatrix" => transforms.push(transform(xml)?),
                "Data" => {
                    let text = xml.text()?;
                    match layout.intent.as_str() {
                        "NIFTI_INTENT_POINTSET" => {
                            let mut vertices = triples(&layout.values(file, &text)?);
                            let (extras, note) = placed(&mut vertices, &transforms);
                            content.points.push(Points { name: name.take(), vertices, extras, note });
                        }
                        "NIFTI_INTENT_TRIANGLE" => content.triangles.push(layout.values(file, &text)?),
                        _ => content.arrays.push(layout.array(file, name.take(), &text)?),
                    }
                }
                _ => xml.skip()?,
            },
            Node::End | Node::Eof => return Ok(()),
            Node::Text(_) => {}
        }
    }
}

/// The value of the metadata entry `Name`, or of the anatomical structure.
fn meta_name(xml: &mut Xml<'_>) -> Result<Option<String>, FormatError> {
    let (mut found, mut key) = (None, String::new());
    let mut depth = 1;
    loop {
        match xml.next()? {
            Node::Start(element) => match element.name() {
                "Name" => xml.text()?.trim().clone_into(&mut key),
                "Value" => {
                    let value = xml.text()?.trim().to_owned();
                    if !value.is_empty() && (key == "Name" || key == "AnatomicalStructurePrimary" && found.is_none()) {
                        found = Some(value);
                    }
                }
                _ => depth += 1,
            },
            Node::End => {
                depth -= 1;
                if depth == 0 {
                    return Ok(found);
                }
            }
            Node::Eof => return Ok(found),
            Node::Text(_) => {}
        }
    }
}

struct Transform {
    from: String,
    to: String,
    matrix: Vec<f64>,
}

fn transform(xml: &mut Xml<'_>) -> Result<Transform, FormatError> {
    let mut found = Transform { from: String::new(), to: String::new(), matrix: Vec::new() };
    loop {
        match xml.next()? {
            Node::Start(element) => match element.name() {
                "DataSpace" => xml.text()?.trim().clone_into(&mut found.from),
                "TransformedSpace" => xml.text()?.trim().clone_into(&mut found.to),
                "MatrixData" => {
                    found.matrix = xml.text()?.split_whitespace().filter_map(|w| w.parse().ok()).collect();
                }
                _ => xml.skip()?,
            },
            Node::End | Node::Eof => return Ok(found),
            Node::Text(_) => {}
        }
    }
}

/// Applies the transform out of an unknown space, if there is one; what there is otherwise goes into the extras.
fn placed(vertices: &mut [[f32; 3]], transforms: &[Transform]) -> (Value, Option<String>) {
    const UNKNOWN: &str = "NIFTI_XFORM_UNKNOWN";
    let described = |t: &Transform| json!({"dataSpace": t.from, "transformedSpace": t.to, "matrix": t.matrix});
    let extras = json!({"transforms": transforms.iter().map(described).collect::<Vec<_>>()});
    let identity = |t: &Transform| (0..16).all(|n| t.matrix[n] == f64::from(u8::from(n % 5 == 0)));
    let usable = |t: &&Transform| t.matrix.len() == 16 && t.from == UNKNOWN && t.to != UNKNOWN && !identity(t);
    let Some(t) = transforms.iter().find(usable) else { return (extras, None) };
    for v in vertices {
        let p = v.map(f64::from);
        let row = |r: usize| (0..3).map(|c| t.matrix[4 * r + c] * p[c]).sum::<f64>() + t.matrix[4 * r + 3];
        *v = [0, 1, 2].map(|r| row(r) as f32);
    }
    (extras, Some(format!("moved by the file's transform into {}", t.to)))
}
