//! A surface with a label for each vertex, cut into a surface for each label.

use std::collections::BTreeMap;

use medshape_formats::{ReadOptions, read_mesh_with};
use medshape_shape::Mesh;
use medshape_sources::{Axes, DataFile, Input, Note, Unit};
use serde_json::json;

use crate::case::{Job, reason, source_file};
use crate::shape::{self, step};
use crate::summary::Summary;
use crate::surface::place;

/// What the recipe says of the labels and of the coordinates.
pub(crate) struct Parts<'a> {
    pub labels: &'a DataFile,
    pub table: &'a BTreeMap<u32, String>,
    pub unit: Unit,
    pub axes: &'a Axes,
}

/// Imports each label's part: the faces whose vertices all have it.
pub(crate) fn import(job: &Job<'_>, input: &Input, parts: &Parts<'_>) -> Summary {
    let mut summary = Summary::default();
    let note = |label: Option<String>, reason: String| Note { file: input.relative.clone(), label, reason };
    let read = source_file(input).and_then(|file| {
        let bytes = std::fs::read(&input.path).map_err(|e| format!("cannot read the file: {e}"))?;
        // A label belongs to the vertex of its place in the file, so none may be joined or left out.
        let options = ReadOptions { keep_corners: true };
        let mesh = read_mesh_with(&input.path, &bytes, options).map_err(|e| reason(&e, input))?.mesh;
        let labels = labels(parts.labels)?;
        if labels.len() != mesh.vertices().len() {
            let (found, expected) = (labels.len(), mesh.vertices().len());
            return Err(format!("{} has {found} labels for {expected} vertices", parts.labels.relative));
        }
        Ok((file, mesh, labels))
    });
    let (file, mesh, labels) = match read {
        Ok(read) => read,
        Err(reason) => {
            summary.failed.push(note(None, reason));
            return summary;
        }
    };
    let mut faces: BTreeMap<u32, Vec<[u32; 3]>> = BTreeMap::new();
    for face in mesh.faces() {
        let [a, b, c] = face.map(|v| labels[v as usize]);
        if a == b && b == c && a != 0 {
            faces.entry(a).or_default().push(*face);
        }
    }
    for (label, faces) in faces {
        let name = parts.table.get(&label).cloned().unwrap_or_else(|| {
            let reason = "the label table has no name for this value; it keeps its number".to_string();
            summary.warnings.push(note(Some(label.to_string()), reason));
            format!("label_{label}")
        });
        let Some(mut head) = job.head(&name, Some(label), input, &file, &mut summary) else { continue };
        let cut = step("cut", json!({ "by": "vertex labels", "labels": parts.labels.relative, "label": label }));
        head.steps.push(cut);
        if job.is_done(&head) {
            summary.shapes_unchanged += 1;
        } else if job.options.dry_run {
            summary.shapes_written += 1;
        } else {
            let mut steps = Vec::new();
            let made = part(&mesh, &faces)
                .map(|mesh| place(mesh, parts.unit, job.judged_unit, parts.axes, &mut steps))
                .and_then(|mesh| shape::from_mesh(&head, &mesh, steps).map_err(|e| e.to_string()));
            job.store(made, &input.relative, &head, &mut summary);
        }
    }
    summary
}

/// The numbers of the list `labels`.
fn labels(file: &DataFile) -> Result<Vec<u32>, String> {
    let fail = |reason: String| format!("{}: {reason}", file.relative);
    let fetched = file.fetch().map_err(|e| fail(e.to_string()))?;
    let bytes = std::fs::read(fetched.path()).map_err(|e| fail(e.to_string()))?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|e| fail(e.to_string()))?;
    let list = value.get("labels").and_then(|l| l.as_array()).ok_or_else(|| fail("has no list `labels`".into()))?;
    let number = |v: &serde_json::Value| v.as_u64().and_then(|n| u32::try_from(n).ok());
    list.iter()
        .enumerate()
        .map(|(n, v)| number(v).ok_or_else(|| fail(format!("label {n} is {v}, not a whole number"))))
        .collect()
}

/// The faces with the vertices they use.
fn part(mesh: &Mesh, faces: &[[u32; 3]]) -> Result<Mesh, String> {
    let mut number = BTreeMap::new();
    let mut vertices = Vec::new();
    let faces = faces
        .iter()
        .map(|face| {
            face.map(|v| {
                *number.entry(v).or_insert_with(|| {
                    vertices.push(mesh.vertices()[v as usize]);
                    vertices.len() as u32 - 1
                })
            })
        })
        .collect();
    Mesh::new(vertices, faces).map_err(|e| e.to_string())
}
