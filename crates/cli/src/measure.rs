//! `medshape measure`

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use medshape_formats::{MeshFormat, ReadVolume, read_mesh, read_segmentation};
use medshape_ingest::measure_mesh;
use medshape_shape::{Mesh, Surface, extract_meshes, label_statistics};
use serde_json::{Map, Value, json};

use crate::table::{self, count, millilitres};
use crate::{Outcome, args};

pub(crate) fn run(args: &args::Measure) -> Outcome {
    let mut rows = Vec::new();
    let mut failed = 0;
    for file in &args.files {
        match measure(file) {
            Ok(measured) => rows.extend(measured),
            Err(e) => {
                eprintln!("FAILED   {e:#}");
                failed += 1;
            }
        }
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else if args.csv {
        print_csv(&rows);
    } else {
        print_table(&rows);
    }
    if failed > 0 {
        eprintln!("{} could not be measured", count(failed, "file"));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// One row for a mesh, one for each label of a volume.
fn measure(path: &Path) -> anyhow::Result<Vec<Map<String, Value>>> {
    if is_mesh(path) {
        return Ok(vec![row(path, None, None, &read_mesh(path)?.mesh)?]);
    }
    let read = read_segmentation(path, &ReadVolume::default())?;
    let mut rows = Vec::new();
    for (layer, map) in read.layers.iter().enumerate() {
        let statistics = label_statistics(map);
        let voxel = map.affine().voxel_volume();
        for (label, mesh) in extract_meshes(map, Surface::Exact) {
            let mask = statistics.get(&label).map(|s| (s.voxels as f64 * voxel, s.touches_border(map.shape())));
            let known = read.segments.iter().find(|s| s.layer == layer && s.value == label);
            rows.push(row(path, Some((label, known.and_then(|s| s.name.clone()))), mask, &mesh)?);
        }
    }
    Ok(rows)
}

/// Whether the name ends like a mesh's; anything else is read as a volume.
pub(crate) fn is_mesh(path: &Path) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| MeshFormat::from_extension(e).is_ok())
}

fn row(
    path: &Path,
    label: Option<(u32, Option<String>)>,
    mask: Option<(f64, bool)>,
    mesh: &Mesh,
) -> anyhow::Result<Map<String, Value>> {
    let (features, mut quality) = measure_mesh(mesh);
    if let Some((volume, touches)) = mask {
        quality.mask_volume_mm3 = Some(volume);
        quality.touches_border = Some(touches);
        quality.volume_difference_percent = features.volume_mm3.map(|v| (v / volume - 1.0) * 100.0);
    }
    let mut row = Map::new();
    row.insert("file".into(), json!(path.display().to_string()));
    row.insert("label_value".into(), json!(label.as_ref().map(|l| l.0)));
    row.insert("label".into(), json!(label.and_then(|l| l.1)));
    row.insert("vertices".into(), json!(mesh.vertices().len()));
    row.insert("faces".into(), json!(mesh.faces().len()));
    row.insert("features".into(), serde_json::to_value(features).context("features")?);
    row.insert("quality".into(), serde_json::to_value(quality).context("quality")?);
    Ok(row)
}

fn print_table(rows: &[Map<String, Value>]) {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let text = |v: &Value| match v {
                Value::Null => "-".to_string(),
                Value::String(s) => s.clone(),
                Value::Number(n) => {
                    n.as_f64().filter(|f| f.fract() != 0.0).map_or(n.to_string(), |f| format!("{f:.3}"))
                }
                other => other.to_string(),
            };
            vec![
                text(&r["file"]),
                if r["label"].is_null() { text(&r["label_value"]) } else { text(&r["label"]) },
                millilitres(r["features"]["volume_mm3"].as_f64()),
                text(&r["features"]["surface_area_mm2"]),
                text(&r["features"]["sphericity"]),
                text(&r["features"]["components"]),
                text(&r["faces"]),
                if r["quality"]["closed"] == json!(true) { "yes" } else { "no" }.to_string(),
            ]
        })
        .collect();
    table::print(&["file", "label", "volume ml", "area mm2", "sphericity", "components", "faces", "closed"], &cells);
}

/// Nested objects become `features.volume_mm3`; lists become `features.extents_mm.0` and so on.
fn print_csv(rows: &[Map<String, Value>]) {
    let flat: Vec<Vec<(String, String)>> = rows
        .iter()
        .map(|r| {
            let mut out = Vec::new();
            r.iter().for_each(|(k, v)| flatten(k, v, &mut out));
            out
        })
        .collect();
    if let Some(first) = flat.first() {
        println!("{}", first.iter().map(|(k, _)| k.as_str()).collect::<Vec<_>>().join(","));
    }
    for row in &flat {
        println!("{}", row.iter().map(|(_, v)| quote(v)).collect::<Vec<_>>().join(","));
    }
}

fn flatten(key: &str, value: &Value, out: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| flatten(&format!("{key}.{k}"), v, out)),
        // The faults have any number; they share a column.
        Value::Array(list) if list.iter().all(Value::is_string) => {
            out.push((key.to_string(), list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")));
        }
        Value::Array(list) => list.iter().enumerate().for_each(|(i, v)| flatten(&format!("{key}.{i}"), v, out)),
        Value::Null => out.push((key.to_string(), String::new())),
        Value::String(s) => out.push((key.to_string(), s.clone())),
        other => out.push((key.to_string(), other.to_string())),
    }
}

fn quote(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_string() }
}
