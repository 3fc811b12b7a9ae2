//! One mesh file: one shape.

use medshape_formats::read_mesh;
use medshape_shape::Mesh;
use medshape_sources::{Axes, Input, Note, Unit};
use serde_json::json;

use crate::case::{Job, reason, source_file};
use crate::shape::{self, step};
use crate::summary::Summary;

/// A folder whose largest mesh is smaller than this holds metres: no body is this many millimetres in all.
const LARGEST_IN_METRES: f32 = 3.0;

/// The unit of meshes that do not state one, judged from the largest extent in the whole dataset.
pub(crate) fn judge_unit(largest_extent: f32) -> Unit {
    if largest_extent < LARGEST_IN_METRES { Unit::Metre } else { Unit::Millimetre }
}

/// Largest extent of a mesh file along an axis, in its own unit; zero when it cannot be read.
pub(crate) fn extent(input: &Input) -> f32 {
    let read = input.fetch().ok().and_then(|fetched| read_mesh(fetched.path()).ok());
    let bounds = read.and_then(|file| file.mesh.bounds());
    bounds.map_or(0.0, |[lo, hi]| (0..3).map(|a| hi[a] - lo[a]).fold(0.0, f32::max))
}

/// Imports one mesh.
pub(crate) fn import(job: &Job<'_>, input: &Input, name: &str, unit: Unit, axes: &Axes) -> Summary {
    let mut summary = Summary::default();
    let note = |reason: String| Note { file: input.relative.clone(), label: None, reason };
    let file = match source_file(input) {
        Ok(file) => file,
        Err(reason) => {
            summary.failed.push(note(reason));
            return summary;
        }
    };
    let Some(head) = job.head(name, None, input, &file, &mut summary) else { return summary };
    if job.is_done(&head) {
        summary.shapes_unchanged += 1;
        return summary;
    }
    let read = match read_mesh(&input.path) {
        Ok(read) => read,
        Err(e) => {
            summary.failed.push(note(reason(&e, input)));
            return summary;
        }
    };
    if job.options.dry_run {
        summary.shapes_written += 1;
        return summary;
    }
    let mut steps = Vec::new();
    if !read.notes.is_empty() {
        steps.push(step("read", json!({ "notes": read.notes })));
    }
    let mesh = place(read.mesh, unit, job.judged_unit, axes, &mut steps);
    let made = shape::from_mesh(&head, &mesh, steps).map_err(|e| e.to_string());
    job.store(made, &input.relative, &head, &mut summary);
    summary
}

/// Turns a mesh into RAS+ millimetres, noting what that took.
pub(crate) fn place(
    mesh: Mesh,
    unit: Unit,
    judged: Unit,
    axes: &Axes,
    steps: &mut Vec<medshape_collection::ProcessingStep>,
) -> Mesh {
    let derived = unit == Unit::Auto;
    let unit = if derived { judged } else { unit };
    let (name, factor) = match unit {
        Unit::Millimetre | Unit::Auto => ("mm", 1.0f32),
        Unit::Centimetre => ("cm", 10.0),
        Unit::Metre => ("m", 1000.0),
    };
    steps.push(step("scale", json!({ "unit": name, "factor": factor, "unit_derived_from_size": derived })));
    if *axes == Axes::default() {
        return mesh.transformed(false, |v| v.map(|c| c * factor));
    }
    steps.push(step("turn", json!({ "axes": axes.to_string(), "to": "RAS" })));
    mesh.transformed(axes.is_mirrored(), |v| axes.to_ras(v).map(|c| c * factor))
}
