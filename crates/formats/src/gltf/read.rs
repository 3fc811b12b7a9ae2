//! glTF input: every node with a mesh becomes a part.

use std::path::Path;

use serde_json::Value;

use super::document::{self, Document};
use super::srgb;
use super::transform::Transform;
use super::write::AXES;
use crate::error::FormatError;
use crate::numbers::triples;
use crate::polygons::Triangles;
use crate::scene::{Frame, LengthUnit, Raw, Soup, VertexData};
use crate::weld::Corners;

/// Nodes within nodes that are accepted.
const MAX_DEPTH: usize = 100;

pub(crate) fn read(file: &Path, bytes: &[u8], keep_corners: bool) -> Result<Raw, FormatError> {
    let document = document::open(file, bytes)?;
    let mut reader = Reader { document: &document, keep_corners, raw: Raw::default(), lines: 0, morphs: 0, skins: 0 };
    reader.walk()?;
    let mut raw = reader.finished();
    raw.unit = Some(LengthUnit::Metre);
    raw.frame = if document.json["asset"]["extras"]["axes"] == AXES { Frame::GltfBack } else { Frame::GltfFront };
    if raw.frame == Frame::GltfFront {
        raw.notes.push("turned to RAS from glTF's axes (y up, z to the front of the body, x to its left)".into());
    }
    Ok(raw)
}

struct Reader<'a> {
    document: &'a Document<'a>,
    keep_corners: bool,
    raw: Raw,
    lines: u64,
    morphs: u64,
    skins: u64,
}

impl Reader<'_> {
    /// Visits the nodes of the scene, parents first, in the file's order.
    fn walk(&mut self) -> Result<(), FormatError> {
        let document = self.document;
        let count = document.json["nodes"].as_array().map_or(0, Vec::len);
        let mut seen = vec![false; count];
        let mut stack: Vec<(u64, Transform, Vec<String>)> =
            self.roots(count).into_iter().rev().map(|n| (n, Transform::IDENTITY, Vec::new())).collect();
        while let Some((number, outer, parents)) = stack.pop() {
            let node = document.item("nodes", number)?;
            let again = seen.get_mut(number as usize).is_none_or(|s| std::mem::replace(s, true));
            if again || parents.len() > MAX_DEPTH {
                let expected = "a tree: every node once, at most 100 within each other";
                return Err(FormatError::header(document.file, "nodes.children", number, expected));
            }
            let transform = outer.after(&Transform::of_node(node));
            if let Some(mesh) = node["mesh"].as_u64() {
                self.skins += u64::from(node.get("skin").is_some());
                let mesh = document.item("meshes", mesh)?;
                self.add_part(node, mesh, &transform, &parents)?;
            }
            let children = node["children"].as_array().map(Vec::as_slice).unwrap_or_default();
            if !children.is_empty() {
                let mut inner = parents;
                inner.push(node["name"].as_str().unwrap_or_default().to_owned());
                // Names are copied for every child, so they count.
                let names: usize = inner.iter().map(|n| 8 + n.len()).sum();
                document.charge((names as u64).saturating_mul(children.len() as u64) / 4)?;
                for child in children.iter().rev() {
                    let child = child.as_u64();
                    let child = child
                        .ok_or_else(|| FormatError::header(document.file, "nodes.children", "no number", "nodes"))?;
                    stack.push((child, transform, inner.clone()));
                }
            }
        }
        Ok(())
    }

    /// The nodes of the scene that is to be shown; without scenes, those that are no one's children.
    fn roots(&self, count: usize) -> Vec<u64> {
        let json = &self.document.json;
        let scene = json["scene"].as_u64().unwrap_or(0);
        if let Some(nodes) = usize::try_from(scene).ok().and_then(|s| json["scenes"].get(s)) {
            return nodes["nodes"].as_array().map(|n| n.iter().filter_map(Value::as_u64).collect()).unwrap_or_default();
        }
        let mut is_child = vec![false; count];
        let nodes = json["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        for child in nodes.iter().filter_map(|n| n["children"].as_array()).flatten().filter_map(Value::as_u64) {
            if let Some(flag) = is_child.get_mut(child as usize) {
                *flag = true;
            }
        }
        (0..count as u64).filter(|&n| !is_child[n as usize]).collect()
    }

    /// All primitives of a mesh as one part.
    fn add_part(
        &mut self,
        node: &Value,
        mesh: &Value,
        transform: &Transform,
        parents: &[String],
    ) -> Result<(), FormatError> {
        let name = node["name"].as_str().or_else(|| mesh["name"].as_str()).map(str::to_owned);
        let extras = node.get("extras").or_else(|| mesh.get("extras")).cloned().unwrap_or_default();
        if mesh.get("extras").is_some() || mesh.get("name").is_some() {
            // Many nodes may share them.
            let shared = mesh["name"].as_str().map_or(0, str::len) + mesh["extras"].to_string().len();
            self.document.charge(shared as u64 / 4)?;
        }
        let mut whole: Option<Soup> = None;
        for primitive in mesh["primitives"].as_array().map(Vec::as_slice).unwrap_or_default() {
            self.morphs += u64::from(primitive.get("targets").is_some());
            let Some(soup) = self.primitive(primitive)? else {
                self.lines += 1;
                continue;
            };
            match &mut whole {
                Some(whole) => append(whole, soup),
                None => whole = Some(soup),
            }
        }
        let mut soup = whole.unwrap_or_default();
        if *transform != Transform::IDENTITY {
            soup.vertices.iter_mut().for_each(|v| *v = transform.point(*v));
            soup.normals.iter_mut().flatten().for_each(|n| *n = transform.normal(*n));
            if transform.is_mirrored() {
                soup.faces.iter_mut().for_each(|f| f.swap(1, 2));
            }
        }
        self.raw.parts.push(Soup { name, parents: parents.to_vec(), extras, ..soup });
        Ok(())
    }

    /// A primitive's triangles; `None` for points and lines.
    fn primitive(&self, primitive: &Value) -> Result<Option<Soup>, FormatError> {
        let document = self.document;
        let mode = primitive["mode"].as_u64().unwrap_or(4);
        if !(4..=6).contains(&mode) {
            return Ok(None);
        }
        let attributes = &primitive["attributes"];
        let position = attributes["POSITION"].as_u64();
        let position = position
            .ok_or_else(|| FormatError::header(document.file, "primitive.attributes", "no POSITION", "POSITION"))?;
        let mut soup = Soup { vertices: triples(&document.floats(position, &[3])?.0), ..Soup::default() };
        let count = soup.vertices.len();
        if let Some(normal) = attributes["NORMAL"].as_u64() {
            soup.normals = Some(triples(&document.floats(normal, &[3])?.0)).filter(|n| n.len() == count);
        }
        if let Some(colour) = attributes["COLOR_0"].as_u64() {
            let (values, components) = document.floats(colour, &[3, 4])?;
            let colours = values.chunks_exact(components).map(rgba).collect::<Vec<_>>();
            soup.colours = Some(colours).filter(|c| c.len() == count);
        }
        // Attributes of an application's own begin with an underscore.
        for (name, accessor) in attributes.as_object().into_iter().flatten().filter(|(n, _)| n.starts_with('_')) {
            let accessor = accessor.as_u64().unwrap_or(u64::MAX);
            let (values, components) = document.floats(accessor, &[1, 2, 3, 4])?;
            soup.data.push(VertexData { name: name.clone(), components, values });
        }
        if let Some(material) = primitive["material"].as_u64() {
            let factor = &document.item("materials", material)?["pbrMetallicRoughness"]["baseColorFactor"];
            let factor = factor.as_array().map(Vec::as_slice).unwrap_or_default();
            let values: Vec<f32> = factor.iter().filter_map(Value::as_f64).map(|v| v as f32).collect();
            soup.colour = (values.len() >= 3).then(|| rgba(&values));
        }
        let corners: Vec<i64> = match primitive["indices"].as_u64() {
            Some(indices) => document.indices(indices)?,
            None => (0..count as i64).collect(),
        };
        let mut triangles = Triangles::new(document.file, count);
        match (mode, corners.as_slice()) {
            (5, _) => triangles.strip(&corners)?,
            (6, _) if corners.len() >= 3 => triangles.polygon(&corners)?,
            (6, _) => {}
            _ => corners.chunks_exact(3).try_for_each(|c| triangles.polygon(c))?,
        }
        soup.faces = triangles.faces;
        // Only bare positions can be joined without losing what the corners carry.
        let bare = soup.normals.is_none() && soup.colours.is_none() && soup.data.is_empty();
        if primitive.get("indices").is_none() && bare && !self.keep_corners {
            join(&mut soup)?;
        }
        Ok(Some(soup))
    }

    fn finished(self) -> Raw {
        let mut raw = self.raw;
        for (count, what) in [
            (self.lines, "primitives of points or lines"),
            (self.morphs, "sets of morph targets"),
            (self.skins, "skins (parts are in their rest pose)"),
        ] {
            if count > 0 {
                raw.notes.push(format!("left out {count} {what}"));
            }
        }
        raw
    }
}

/// Joins equal positions.
fn join(soup: &mut Soup) -> Result<(), FormatError> {
    let mut corners = Corners::new(false, soup.vertices.len());
    let index = soup.vertices.iter().map(|v| corners.add(*v)).collect::<Result<Vec<u32>, _>>()?;
    for face in &mut soup.faces {
        *face = face.map(|v| index[v as usize]);
    }
    soup.vertices = corners.into_vertices();
    Ok(())
}

/// Adds another primitive; what not both have at their vertices is left out.
fn append(whole: &mut Soup, other: Soup) {
    let start = whole.vertices.len() as u32;
    whole.vertices.extend(other.vertices);
    whole.faces.extend(other.faces.iter().map(|f| f.map(|v| v.saturating_add(start))));
    whole.normals = joined(whole.normals.take(), other.normals);
    whole.colours = joined(whole.colours.take(), other.colours);
    whole.colour = whole.colour.filter(|c| Some(*c) == other.colour);
    let mut data = other.data;
    whole.data.retain_mut(|mine| {
        let same = data.iter().position(|d| d.name == mine.name && d.components == mine.components);
        same.is_some_and(|n| {
            mine.values.extend(data.swap_remove(n).values);
            true
        })
    });
}

fn joined<T>(a: Option<Vec<T>>, b: Option<Vec<T>>) -> Option<Vec<T>> {
    let (mut a, b) = (a?, b?);
    a.extend(b);
    Some(a)
}

/// A linear colour with or without opacity as sRGB.
fn rgba(values: &[f32]) -> [u8; 4] {
    let at = |n: usize| values.get(n).copied().unwrap_or(1.0);
    [srgb(at(0)), srgb(at(1)), srgb(at(2)), (at(3).clamp(0.0, 1.0) * 255.0).round() as u8]
}
