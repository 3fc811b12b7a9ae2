//! A mesh with a label for each vertex: a shape for each label, cut from the faces whose three vertices all have it.
//!
//! The labels are a list `labels` in a JSON file, one for each vertex in the order of the mesh file (`Teeth3DS`). Faces
//! between two labels belong to neither, so that the parts are open surfaces.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use medshape_formats::read_mesh;
use medshape_shape::Mesh;
use medshape_sources::{Axes, DataFile, Input, Note, Unit};
use serde::Deserialize;
use serde_json::json;

use crate::case::{Job, reason, source_file};
use crate::shape::{self, step};
use crate::summary::Summary;
use crate::surface::place;

/// Bytes of a file of labels: more than a label for each of ten million vertices needs.
const LARGEST_LABELS: u64 = 64 << 20;

/// What is read of the JSON file.
#[derive(Deserialize)]
struct VertexLabels {
    labels: Vec<u32>,
}

/// What names the parts, and the frame of the mesh.
pub(crate) struct Parts<'a> {
    pub labels: &'a DataFile,
    pub table: &'a Arc<BTreeMap<u32, String>>,
    pub unit: Unit,
    pub axes: &'a Axes,
}

/// Imports every part of the mesh.
pub(crate) fn import(job: &Job<'_>, input: &Input, parts: &Parts<'_>) -> Summary {
    let mut summary = Summary::default();
    let note = |label: Option<String>, reason: String| Note { file: input.relative.clone(), label, reason };
    let read = source_file(input).and_then(|file| {
        let mesh = read_mesh(&input.path).map_err(|e| reason(&e, input))?;
        let labels = vertex_labels(parts.labels)?;
        let vertices = mesh.mesh.vertices().len();
        if labels.len() != vertices {
            return Err(format!(
                "{} has {} labels for {vertices} vertices; there must be one for each",
                parts.labels.relative,
                labels.len()
            ));
        }
        Ok((file, mesh.mesh, labels))
    });
    let (file, mesh, labels) = match read {
        Ok(read) => read,
        Err(reason) => {
            summary.failed.push(note(None, reason));
            return summary;
        }
    };
    let present: BTreeSet<u32> = labels.iter().copied().filter(|label| *label != 0).collect();
    for label in present {
        if job.is_stopped() {
            break;
        }
        let name = parts.table.get(&label).cloned().unwrap_or_else(|| format!("label_{label}"));
        let Some(head) = job.head(&name, Some(label), input, &file, &mut summary) else { continue };
        if job.is_done(&head) {
            summary.shapes_unchanged += 1;
            continue;
        }
        let Some(part) = cut(&mesh, &labels, label) else {
            summary.skipped.push(note(Some(name), "no face has all three vertices in the part".to_owned()));
            continue;
        };
        if job.options.dry_run {
            summary.shapes_written += 1;
            continue;
        }
        let cut =
            json!({ "labels": parts.labels.relative, "label": label, "faces": "all three vertices have the label" });
        let mut steps = vec![step("cut", cut)];
        let part = place(part, parts.unit, job.judged_unit, parts.axes, &mut steps);
        let made = shape::from_mesh(&head, &part, steps).map_err(|e| e.to_string());
        job.store(made, &input.relative, &head, &mut summary);
    }
    summary
}

fn vertex_labels(file: &DataFile) -> Result<Vec<u32>, String> {
    let about = |reason: String| format!("{}: {reason}", file.relative);
    let fetched = file.fetch().map_err(|e| about(e.to_string()))?;
    let size = std::fs::metadata(fetched.path()).map_err(|e| about(e.to_string()))?.len();
    if size > LARGEST_LABELS {
        return Err(about(format!("{size} bytes are more than the {LARGEST_LABELS} that labels may have")));
    }
    let bytes = std::fs::read(fetched.path()).map_err(|e| about(e.to_string()))?;
    let read: VertexLabels =
        serde_json::from_slice(&bytes).map_err(|e| about(format!("holds no vertex labels: {e}")))?;
    Ok(read.labels)
}

/// The faces of one label, with the vertices they use in their order; `None` when there are none.
fn cut(mesh: &Mesh, labels: &[u32], label: u32) -> Option<Mesh> {
    let has = |vertex: u32| labels.get(vertex as usize) == Some(&label);
    let faces: Vec<[u32; 3]> = mesh.faces().iter().copied().filter(|face| face.iter().all(|v| has(*v))).collect();
    let used: BTreeSet<u32> = faces.iter().flatten().copied().collect();
    let number: BTreeMap<u32, u32> = used.iter().copied().zip(0..).collect();
    let vertices = used.iter().filter_map(|v| mesh.vertices().get(*v as usize).copied()).collect();
    let faces: Vec<[u32; 3]> =
        faces.iter().map(|face| face.map(|v| number.get(&v).copied().unwrap_or_default())).collect();
    if faces.is_empty() { None } else { Mesh::new(vertices, faces).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_between_labels_belong_to_neither() {
        let vertices = vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [2.0, 1.0, 0.0]];
        let mesh = Mesh::new(vertices, vec![[0, 1, 2], [1, 3, 2], [1, 4, 3]]).unwrap();
        let part = cut(&mesh, &[0, 11, 11, 11, 12], 11).unwrap();
        assert_eq!(part.faces(), [[0, 2, 1]]);
        assert_eq!(part.vertices(), [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]]);
        assert!(cut(&mesh, &[0, 11, 11, 11, 12], 12).is_none());
    }
}
