//! 3MF input: the build's items, with their components put in place.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use super::model::{Component, Model};
use super::package::Package;
use crate::error::FormatError;
use crate::scene::{Frame, Raw, Soup, unit_stated_in};

/// Components within components that are accepted.
const MAX_DEPTH: usize = 32;
/// Vertices and triangles that copies may make for each unpacked byte; one vertex takes some 30 bytes of text.
const COPIES_A_BYTE: u64 = 4;

pub(crate) fn read(file: &Path, bytes: &[u8]) -> Result<Raw, FormatError> {
    let mut package = Package::open(file, bytes)?;
    let root = package.root()?;
    let mut reader =
        Reader { file, package, models: HashMap::new(), budget: 1 << 20, supports: 0, raw: Raw::default() };
    let model = reader.model(&root)?;
    reader.raw.unit = model.unit;
    let stated = model.description.as_bytes();
    reader.raw.frame = Frame::stated_in(stated);
    reader.raw.unit = unit_stated_in(stated).or(reader.raw.unit);
    for item in &model.items {
        reader.add(&root, item, &[], &mut Vec::new())?;
    }
    if reader.supports > 0 {
        reader.raw.notes.push(format!("left out {} supports", reader.supports));
    }
    Ok(reader.raw)
}

struct Reader<'a> {
    file: &'a Path,
    package: Package<'a>,
    models: HashMap<String, Rc<Model>>,
    budget: u64,
    supports: u64,
    raw: Raw,
}

impl Reader<'_> {
    fn model(&mut self, path: &str) -> Result<Rc<Model>, FormatError> {
        let key = path.trim_start_matches('/').to_ascii_lowercase();
        if let Some(model) = self.models.get(&key) {
            return Ok(Rc::clone(model));
        }
        let part = self.package.part(path)?;
        let part = part
            .ok_or_else(|| FormatError::header(self.file, "model", format!("no part {path}"), "every model named"))?;
        self.budget = self.budget.saturating_add(part.len() as u64 * COPIES_A_BYTE);
        let model = Rc::new(Model::parse(self.file, &part)?);
        self.models.insert(key, Rc::clone(&model));
        Ok(model)
    }

    /// Adds an object and all that it is made of. `outer` are the transforms around it, innermost last.
    fn add(
        &mut self,
        path: &str,
        component: &Component,
        outer: &[[f64; 12]],
        parents: &mut Vec<String>,
    ) -> Result<(), FormatError> {
        if outer.len() + parents.len() > 2 * MAX_DEPTH || parents.len() > MAX_DEPTH {
            return Err(FormatError::header(self.file, "components", "too many within each other", "at most 32"));
        }
        let path = component.path.as_deref().unwrap_or(path);
        let model = self.model(path)?;
        let object = model
            .objects
            .get(&component.object)
            .ok_or_else(|| FormatError::header(self.file, "objectid", component.object, "an object of the model"))?;
        if object.is_support {
            self.supports += 1;
            return Ok(());
        }
        let mut transforms = outer.to_vec();
        transforms.extend(component.transform);
        let names: usize = parents.iter().chain(&object.name).map(|p| 8 + p.len()).sum();
        let made = object.vertices.len() + object.faces.len() + 16 + names;
        self.budget = self.budget.checked_sub(made as u64).ok_or_else(|| FormatError::Unsupported {
            file: self.file.to_owned(),
            what: "a 3MF file whose components multiply to many times its size".into(),
            advice: "write it again with every part once",
        })?;
        if !object.faces.is_empty() {
            let mut soup = Soup {
                name: object.name.clone(),
                parents: parents.clone(),
                vertices: object.vertices.clone(),
                faces: object.faces.clone(),
                colour: model.colour(object),
                ..Soup::default()
            };
            transforms.iter().rev().for_each(|t| apply(t, &mut soup));
            self.raw.parts.push(soup);
        }
        if !object.components.is_empty() {
            parents.push(object.name.clone().unwrap_or_default());
            for inner in &object.components {
                self.add(path, inner, &transforms, parents)?;
            }
            parents.pop();
        }
        Ok(())
    }
}

fn apply(t: &[f64; 12], soup: &mut Soup) {
    for v in &mut soup.vertices {
        let [x, y, z] = v.map(f64::from);
        *v = [0, 1, 2].map(|c| (x * t[c] + y * t[3 + c] + z * t[6 + c] + t[9 + c]) as f32);
    }
    let determinant =
        t[0] * (t[4] * t[8] - t[5] * t[7]) - t[1] * (t[3] * t[8] - t[5] * t[6]) + t[2] * (t[3] * t[7] - t[4] * t[6]);
    if determinant < 0.0 {
        soup.faces.iter_mut().for_each(|f| f.swap(1, 2));
    }
}
