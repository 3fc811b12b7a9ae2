//! One file of surfaces: one shape, or one for each named part.

use std::collections::BTreeMap;
use std::path::Path;

use medshape_formats::{FormatError, Frame, MeshFile, MeshFormat, Part, Scene, read_mesh, read_scene};
use medshape_shape::Mesh;
use medshape_sources::{Axes, Input, Note, Unit};
use serde_json::{Value, json};

use crate::case::{Job, reason, source_file};
use crate::naming::resolve;
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

/// Imports the surfaces of one file: one, or one for each named part of a scene.
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
    let scene = match scene(&input.path) {
        Ok(scene) => scene,
        Err(e) => {
            summary.failed.push(note(reason(&e, input)));
            return summary;
        }
    };
    // A file that states its unit and its frame has been turned into RAS+ mm already.
    let unit = if scene.unit.is_some() { Unit::Millimetre } else { unit };
    let stated = Axes::default();
    let axes = if scene.frame == Frame::Unstated { axes } else { &stated };
    let several = scene.parts.len() > 1;
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for part in scene.parts {
        let name = part.name.as_deref().filter(|_| several).unwrap_or(name);
        // Parts of one name are shapes of their own.
        let times = seen.entry(resolve(&job.plan.recipe, name).structure).or_default();
        *times += 1;
        let again = (*times > 1).then_some(*times);
        let Some(head) = job.head_as(name, None, None, again, input, &file, &mut summary) else { continue };
        if job.is_done(&head) {
            summary.shapes_unchanged += 1;
        } else if job.options.dry_run {
            summary.shapes_written += 1;
        } else {
            let mut steps = Vec::new();
            if several {
                steps.push(step("part", json!({ "name": part.name, "groups": part.parents })));
            }
            if !scene.notes.is_empty() {
                steps.push(step("read", json!({ "notes": scene.notes })));
            }
            let mesh = place(part.mesh, unit, job.judged_unit, axes, &mut steps);
            let made = shape::from_mesh(&head, &mesh, steps).map_err(|e| e.to_string());
            job.store(made, &input.relative, &head, &mut summary);
        }
    }
    summary
}

/// The parts of a scene. Groups of OBJ and solids of STL are pieces of one surface (a material, a patch) more often than
/// structures, so they stay together.
fn scene(path: &Path) -> Result<Scene, FormatError> {
    let scene = read_scene(path)?;
    if scene.parts.len() == 1 || matches!(scene.format, MeshFormat::Glb | MeshFormat::Gltf | MeshFormat::ThreeMf) {
        return Ok(scene);
    }
    let MeshFile { mesh, notes, format, unit, frame } = read_mesh(path)?;
    let part = Part { name: None, parents: Vec::new(), mesh, colour: None, data: Vec::new(), extras: Value::Null };
    Ok(Scene { parts: vec![part], notes, format, unit, frame })
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
