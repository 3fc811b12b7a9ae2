//! One model part: its objects, colours and build items.

use std::collections::HashMap;
use std::path::Path;

use crate::error::FormatError;
use crate::polygons::Triangles;
use crate::scene::LengthUnit;
use crate::xml::{Element, Node, Xml};

#[derive(Default)]
pub(super) struct Model {
    pub(super) unit: Option<LengthUnit>,
    pub(super) description: String,
    pub(super) objects: HashMap<u32, Object>,
    pub(super) items: Vec<Component>,
    colours: HashMap<u32, Vec<[u8; 4]>>,
}

#[derive(Default)]
pub(super) struct Object {
    pub(super) name: Option<String>,
    pub(super) is_support: bool,
    pub(super) vertices: Vec<[f32; 3]>,
    pub(super) faces: Vec<[u32; 3]>,
    pub(super) components: Vec<Component>,
    /// Property group and index of the whole object.
    property: Option<(u32, usize)>,
}

/// A reference to an object, with where it is put.
pub(super) struct Component {
    pub(super) object: u32,
    /// The model part it lies in, if another.
    pub(super) path: Option<String>,
    /// Four rows of three: a point as a row times this.
    pub(super) transform: Option<[f64; 12]>,
}

impl Model {
    pub(super) fn parse(file: &Path, bytes: &[u8]) -> Result<Self, FormatError> {
        let mut xml = Xml::new(file, bytes);
        let mut model = Self::default();
        loop {
            match xml.next()? {
                Node::Start(element) => match element.name() {
                    "model" => model.unit = Some(unit(file, element.get("unit").as_deref())?),
                    "metadata" if element.get("name").as_deref() == Some("Description") => {
                        model.description = xml.text()?.into_owned();
                    }
                    "object" => {
                        let id = whole(&xml, &element, "id")?;
                        let object = object(&mut xml, &element)?;
                        model.objects.insert(id, object);
                    }
                    "basematerials" | "colorgroup" => {
                        let id = whole(&xml, &element, "id")?;
                        let colours = colours(&mut xml)?;
                        model.colours.insert(id, colours);
                    }
                    "item" => model.items.push(component(&xml, &element)?),
                    "resources" | "build" => {}
                    _ => xml.skip()?,
                },
                Node::Eof => return Ok(model),
                _ => {}
            }
        }
    }

    pub(super) fn colour(&self, object: &Object) -> Option<[u8; 4]> {
        let (group, index) = object.property?;
        self.colours.get(&group)?.get(index).copied()
    }
}

fn unit(file: &Path, name: Option<&str>) -> Result<LengthUnit, FormatError> {
    Ok(match name {
        None | Some("millimeter") => LengthUnit::Millimetre,
        Some("micron") => LengthUnit::Micrometre,
        Some("centimeter") => LengthUnit::Centimetre,
        Some("meter") => LengthUnit::Metre,
        Some("inch") => LengthUnit::Inch,
        Some("foot") => LengthUnit::Foot,
        Some(other) => return Err(FormatError::header(file, "unit", other, "a unit of 3MF, such as millimeter")),
    })
}

fn whole(xml: &Xml<'_>, element: &Element<'_>, name: &str) -> Result<u32, FormatError> {
    let text = element.get(name).unwrap_or_default();
    text.trim().parse().map_err(|_| xml.wrong("the number of a resource", &text))
}

fn object(xml: &mut Xml<'_>, start: &Element<'_>) -> Result<Object, FormatError> {
    let index = |name: &str| start.get(name).and_then(|v| v.trim().parse::<u32>().ok());
    let mut object = Object {
        name: start.get("name").or_else(|| start.get("partnumber")).filter(|n| !n.trim().is_empty()),
        is_support: start.get("type").is_some_and(|t| t == "support"),
        property: index("pid").map(|pid| (pid, index("pindex").unwrap_or(0) as usize)),
        ..Object::default()
    };
    loop {
        match xml.next()? {
            Node::Start(element) => match element.name() {
                "mesh" => mesh(xml, &mut object)?,
                "components" => loop {
                    match xml.next()? {
                        Node::Start(element) => {
                            object.components.push(component(xml, &element)?);
                            xml.skip()?;
                        }
                        Node::End | Node::Eof => break,
                        Node::Text(_) => {}
                    }
                },
                _ => xml.skip()?,
            },
            Node::End | Node::Eof => return Ok(object),
            Node::Text(_) => {}
        }
    }
}

fn mesh(xml: &mut Xml<'_>, object: &mut Object) -> Result<(), FormatError> {
    let mut corners: Vec<[i64; 3]> = Vec::new();
    // The property of all triangles, as long as they agree.
    let mut property: Option<Option<(u32, usize)>> = None;
    let mut depth = 1;
    while depth > 0 {
        match xml.next()? {
            Node::Start(element) => {
                depth += 1;
                match element.name() {
                    "vertex" => {
                        let mut p = [f32::NAN; 3];
                        element.each(|name, value| {
                            if let Some(axis) = ["x", "y", "z"].iter().position(|a| *a == name) {
                                p[axis] = value.trim().parse().unwrap_or(f32::NAN);
                            }
                        });
                        if !p.iter().all(|c| c.is_finite()) {
                            return Err(xml.wrong("finite x, y and z of a vertex", "something else"));
                        }
                        object.vertices.push(p);
                    }
                    "triangle" => {
                        let (mut v, mut group, mut first) = ([-1_i64; 3], None, None);
                        element.each(|name, value| {
                            let number = value.trim().parse::<u32>().ok();
                            match name {
                                "pid" => group = number,
                                "p1" => first = number,
                                _ => {
                                    if let Some(n) = ["v1", "v2", "v3"].iter().position(|a| *a == name) {
                                        v[n] = number.map_or(-1, i64::from);
                                    }
                                }
                            }
                        });
                        corners.push(v);
                        let own = group.or(object.property.map(|(g, _)| g)).zip(first.map(|f| f as usize));
                        let own = own.or(object.property);
                        property = Some(match property {
                            None => own,
                            Some(all) => all.filter(|a| Some(*a) == own),
                        });
                    }
                    _ => {}
                }
            }
            Node::End => depth -= 1,
            Node::Eof => break,
            Node::Text(_) => {}
        }
    }
    let mut triangles = Triangles::new(xml.file(), object.vertices.len());
    corners.iter().try_for_each(|c| triangles.polygon(c))?;
    object.faces = triangles.faces;
    object.property = property.flatten();
    Ok(())
}

fn component(xml: &Xml<'_>, element: &Element<'_>) -> Result<Component, FormatError> {
    let transform = match element.get("transform") {
        None => None,
        Some(text) => {
            let numbers: Option<Vec<f64>> = text.split_whitespace().map(|w| w.parse().ok()).collect();
            let matrix =
                numbers.and_then(|n| <[f64; 12]>::try_from(n).ok()).filter(|m| m.iter().all(|v| v.is_finite()));
            Some(matrix.ok_or_else(|| xml.wrong("twelve numbers of a transform", &text))?)
        }
    };
    Ok(Component { object: whole(xml, element, "objectid")?, path: element.get("path"), transform })
}

/// The colours of a group, `#RRGGBB` or `#RRGGBBAA`; one that is none is opaque white.
fn colours(xml: &mut Xml<'_>) -> Result<Vec<[u8; 4]>, FormatError> {
    let mut found = Vec::new();
    loop {
        match xml.next()? {
            Node::Start(element) => {
                let text = element.get("displaycolor").or_else(|| element.get("color")).unwrap_or_default();
                found.push(hex(&text).unwrap_or([255; 4]));
                xml.skip()?;
            }
            Node::End | Node::Eof => return Ok(found),
            Node::Text(_) => {}
        }
    }
}

fn hex(text: &str) -> Option<[u8; 4]> {
    let digits = text.trim().strip_prefix('#')?;
    let byte = |n: usize| digits.get(2 * n..2 * n + 2).and_then(|d| u8::from_str_radix(d, 16).ok());
    match digits.len() {
        6 => Some([byte(0)?, byte(1)?, byte(2)?, 255]),
        8 => Some([byte(0)?, byte(1)?, byte(2)?, byte(3)?]),
        _ => None,
    }
}
