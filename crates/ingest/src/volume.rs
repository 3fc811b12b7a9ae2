//! One file of masks: read once, each label a shape.

use std::collections::BTreeMap;

use medshape_collection::{ProcessingStep, SourceFile};
use medshape_shape::{
    LabelMap, LabelStatistics, Labels, Mesh, ShapeError, crop_label, extract_crops, label_statistics,
};
use medshape_sources::{Input, InputKind, Note};
use rayon::prelude::*;
use serde_json::json;

use crate::case::{Job, reason, source_file};
use crate::derived::{self, Derived};
use crate::image::looks_like_image;
use crate::naming::resolve;
use crate::read::{self, Layer};
use crate::shape::{self, Head, step};
use crate::summary::Summary;

/// How the labels of a file get their names.
pub(crate) enum Naming<'a> {
    /// Any value but zero is this structure.
    Binary(&'a str),
    /// By value. `strict`: the table should name every value.
    Table { table: &'a BTreeMap<u32, String>, strict: bool },
    /// Binary if there is one value and no name for it, else by value.
    Auto { name: &'a str, table: &'a BTreeMap<u32, String> },
    /// Each value is another specimen of this structure.
    Instances(&'a str),
}

/// A label of the file that becomes a shape.
struct Wanted {
    label: u32,
    statistics: LabelStatistics,
    head: Head,
}

/// Imports the labels of one file.
pub(crate) fn import(job: &Job<'_>, input: &Input, naming: &Naming<'_>) -> Summary {
    let mut summary = Summary::default();
    let note = |reason: String| Note { file: input.relative.clone(), label: None, reason };
    let volume = match read::labels(&input.path, &input.reading) {
        Ok(volume) => volume,
        // Structure sets lie among the slices they are drawn on.
        Err(e) if e.is_image() && (matches!(naming, Naming::Auto { .. }) || input.kind == InputKind::Contours) => {
            summary.skipped.push(note(reason(&e, input)));
            return summary;
        }
        Err(e) => {
            summary.failed.push(note(reason(&e, input)));
            return summary;
        }
    };
    summary.warnings.extend(volume.notes.iter().map(|n| note(n.clone())));
    let steps = if volume.notes.is_empty() { Vec::new() } else { vec![step("read", json!({ "notes": volume.notes }))] };
    let layers = volume.layers.len();
    for (number, layer) in volume.layers.into_iter().enumerate() {
        if layers > 1 && label_statistics(&layer.map).is_empty() {
            continue;
        }
        let part = (number > 0).then_some(number + 1);
        summary.add(import_layer(job, input, naming, layer, part, &steps));
    }
    summary
}

/// Imports one label map of a file.
fn import_layer(
    job: &Job<'_>,
    input: &Input,
    naming: &Naming<'_>,
    layer: Layer,
    part: Option<usize>,
    steps: &[ProcessingStep],
) -> Summary {
    let mut summary = Summary::default();
    let note = |label: Option<String>, reason: String| Note { file: input.relative.clone(), label, reason };
    let Layer { mut map, table: own_table } = layer;
    let mut statistics = label_statistics(&map);
    if statistics.is_empty() {
        summary.skipped.push(note(None, "the mask is empty: the structure is absent".to_string()));
        return summary;
    }
    let table = match naming {
        Naming::Table { table, .. } | Naming::Auto { table, .. } if !table.is_empty() => (*table).clone(),
        _ => own_table,
    };
    if matches!(naming, Naming::Auto { .. }) && table.is_empty() && looks_like_image(&map, statistics.len()) {
        let reason = format!(
            "it looks like an image, not a segmentation: {} different values that change from voxel to voxel",
            statistics.len()
        );
        summary.skipped.push(note(None, reason));
        return summary;
    }
    let binary = match naming {
        Naming::Binary(name) => Some(*name),
        Naming::Auto { name, .. } if statistics.len() == 1 && !statistics.keys().any(|l| table.contains_key(l)) => {
            Some(*name)
        }
        _ => None,
    };
    if binary.is_some() && statistics.len() > 1 {
        let reason = format!("{} different values in a binary mask were taken as one", statistics.len());
        summary.warnings.push(note(None, reason));
    }
    if binary.is_some() && !statistics.keys().eq([&1]) {
        map = match as_binary(&map) {
            Ok(map) => map,
            Err(e) => {
                summary.failed.push(note(None, e.to_string()));
                return summary;
            }
        };
        statistics = label_statistics(&map);
    }

    let file = match source_file(input) {
        Ok(file) => file,
        Err(reason) => {
            summary.failed.push(note(None, reason));
            return summary;
        }
    };
    let strict = matches!(naming, Naming::Table { strict: true, .. });
    let mut wanted = Vec::new();
    for (&label, &statistics) in &statistics {
        let source_name = match (binary, naming) {
            (Some(name), _) => name.to_string(),
            (None, Naming::Instances(name)) => (*name).to_string(),
            _ => table.get(&label).cloned().unwrap_or_else(|| {
                if strict || !table.is_empty() {
                    let reason = "the label table has no name for this value; it keeps its number".to_string();
                    summary.warnings.push(note(Some(label.to_string()), reason));
                }
                format!("label_{label}")
            }),
        };
        let value = binary.is_none().then_some(label);
        // What is made of several labels, or has to be parted first, is made below.
        if derived::takes_over(&input.reading, &source_name) {
            continue;
        }
        match job.head_as(&source_name, None, value, part, input, &file, &mut summary) {
            Some(head) if job.is_done(&head) => summary.shapes_unchanged += 1,
            Some(mut head) => {
                head.steps.extend_from_slice(steps);
                wanted.push(Wanted { label, statistics, head });
            }
            None => {}
        }
    }
    if job.options.dry_run {
        summary.shapes_written += wanted.len();
    } else if !wanted.is_empty() {
        summary.add(make(job, input, &map, wanted));
    }
    let name_of = |label: u32| match binary {
        Some(name) => Some(name.to_string()),
        None => table.get(&label).cloned(),
    };
    for made in derived::all(&input.reading, &map, &statistics.keys().copied().collect::<Vec<_>>(), name_of) {
        match made {
            Ok(made) => summary.add(import_derived(job, input, &file, &made)),
            Err(reason) => summary.failed.push(note(None, reason)),
        }
    }
    summary
}

/// Imports a mask that was made of a file's labels.
pub(crate) fn import_derived(job: &Job<'_>, input: &Input, file: &SourceFile, made: &Derived) -> Summary {
    let mut summary = Summary::default();
    let whole = resolve(&job.plan.recipe, &made.name).structure;
    let structure = made.side.map(|side| format!("{whole}_{side}"));
    let Some(mut head) = job.head_as(&made.name, structure.as_deref(), made.label, None, input, file, &mut summary)
    else {
        return summary;
    };
    head.steps = vec![made.step.clone()];
    if job.is_done(&head) {
        summary.shapes_unchanged += 1;
    } else if job.options.dry_run {
        summary.shapes_written += 1;
    } else if let Some((&label, &statistics)) = label_statistics(&made.mask).iter().next() {
        summary.add(make(job, input, &made.mask, vec![Wanted { label, statistics, head }]));
    }
    summary
}

/// Extracts, measures and stores the labels, the largest first so that no thread is left alone with it.
fn make(job: &Job<'_>, input: &Input, map: &LabelMap, wanted: Vec<Wanted>) -> Summary {
    let labels = wanted.iter().map(|w| (w.label, w.statistics)).collect();
    let mut meshes = extract_crops(map, &labels);
    let mut work: Vec<(Wanted, Mesh)> = wanted
        .into_iter()
        .map(|w| {
            let mesh = meshes.remove(&w.label).unwrap_or_default();
            (w, mesh)
        })
        .collect();
    drop(meshes);
    work.sort_by_key(|(w, mesh)| (std::cmp::Reverse(mesh.faces().len()), w.label));
    work.into_par_iter()
        .with_max_len(1)
        .map(|(wanted, mesh)| {
            let mut part = Summary::default();
            if job.is_stopped() {
                return part;
            }
            let Wanted { label, statistics, head } = wanted;
            let touches = statistics.touches_border(map.shape());
            let made = crop_label(map, label, &statistics)
                .ok_or_else(|| "the label's box does not lie in the volume".to_string())
                .and_then(|mask| {
                    shape::from_mask(&head, &mask, &mesh, statistics.first, touches).map_err(|e| e.to_string())
                });
            job.store(made, &input.relative, &head, &mut part);
            part
        })
        .reduce(Summary::default, |mut a, b| {
            a.add(b);
            a
        })
}

/// Every value but zero as one.
fn as_binary(map: &LabelMap) -> Result<LabelMap, ShapeError> {
    let voxels = match map.labels() {
        Labels::U8(v) => v.iter().map(|&l| u8::from(l != 0)).collect(),
        Labels::U16(v) => v.iter().map(|&l| u8::from(l != 0)).collect(),
        Labels::U32(v) => v.iter().map(|&l| u8::from(l != 0)).collect(),
    };
    LabelMap::new(map.shape(), *map.affine(), Labels::U8(voxels))
}
