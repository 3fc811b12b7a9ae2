//! `medshape convert`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use medshape_formats::{MeshFormat, MeshMeta, nifti, read_mesh, write_glb_scene, write_mesh, write_points_ply};
use medshape_shape::{
    Mask, Mesh, SampleMethod, Surface, crop_label, decimate, extract_mesh, extract_meshes, label_statistics,
    sample_surface,
};

use crate::measure::is_mesh;
use crate::{Outcome, args};

pub(crate) fn run(args: &args::Convert) -> Outcome {
    let temporary = args.output.with_file_name(format!(
        ".{}.part",
        args.output.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    ));
    // A conversion that fails leaves no half of a file under the name asked for.
    let outcome = convert(args, &temporary)
        .and_then(|()| std::fs::rename(&temporary, &args.output).with_context(|| args.output.display().to_string()));
    if outcome.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    outcome?;
    Ok(ExitCode::SUCCESS)
}

fn convert(args: &args::Convert, to: &Path) -> anyhow::Result<()> {
    let create = || -> anyhow::Result<BufWriter<File>> {
        Ok(BufWriter::new(File::create(to).with_context(|| format!("cannot write {}", args.output.display()))?))
    };
    let name = args.output.to_string_lossy().to_lowercase();
    let mut endings = name.rsplit('.');
    match (endings.next(), endings.next()) {
        (Some("nii"), _) => return write_volume(args, false, create()?),
        (Some("gz"), Some("nii")) => return write_volume(args, true, create()?),
        _ => {}
    }
    let extension = args.output.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let format = MeshFormat::from_extension(extension)?;
    let mut meshes = read_meshes(args)?;
    if let Some(faces) = args.faces {
        meshes = meshes.into_iter().map(|(n, mesh)| (n, decimate(&mesh, faces))).collect();
    }
    if meshes.len() != 1 {
        if format == MeshFormat::Glb && args.points.is_none() {
            let metas: Vec<MeshMeta> = meshes.keys().map(|n| meta(n)).collect();
            let nodes: Vec<(&Mesh, &MeshMeta)> = meshes.values().zip(&metas).collect();
            write_glb_scene(&nodes, None, &mut create()?)?;
            return Ok(());
        }
        let names: Vec<&str> = meshes.keys().map(String::as_str).collect();
        bail!(
            "{} has {} labels ({}): choose one with --label, or write a .glb, which holds them all",
            args.input.display(),
            names.len(),
            names.join(", ")
        );
    }
    let (name, mesh) = meshes.pop_first().ok_or_else(|| anyhow!("{} holds no surface", args.input.display()))?;
    let mut out = create()?;
    match args.points {
        Some(n) if format == MeshFormat::Ply => {
            write_points_ply(&sample_surface(&mesh, n, SampleMethod::AreaUniform, args.seed)?, &mut out)?;
        }
        Some(_) => bail!("points can only be written as .ply"),
        None => write_mesh(format, &mesh, &meta(&name), &mut out)?,
    }
    out.flush()?;
    Ok(())
}

fn meta(name: &str) -> MeshMeta {
    MeshMeta { name: name.to_string(), colour: Some(medshape_anatomy::colour(name)), ..MeshMeta::default() }
}

/// The meshes of the input by name: one, or one for each label.
fn read_meshes(args: &args::Convert) -> anyhow::Result<BTreeMap<String, Mesh>> {
    if is_mesh(&args.input) {
        let stem = args.input.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        return Ok([(stem, read_mesh(&args.input)?.mesh)].into());
    }
    if let Some(label) = args.label {
        return Ok([(format!("label_{label}"), extract_mesh(&one_label(&args.input, label)?, Surface::Exact))].into());
    }
    let volume = nifti::read_label_map(&args.input)?;
    let name = |label: u32| volume.header.label_table.get(&label).cloned().unwrap_or_else(|| format!("label_{label}"));
    Ok(extract_meshes(&volume.map, Surface::Exact).into_iter().map(|(label, mesh)| (name(label), mesh)).collect())
}

fn one_label(path: &Path, label: u32) -> anyhow::Result<Mask> {
    let map = nifti::read_label_map(path)?.map;
    let statistics = label_statistics(&map);
    statistics.get(&label).and_then(|s| crop_label(&map, label, s)).ok_or_else(|| {
        let there: Vec<String> = statistics.keys().map(ToString::to_string).collect();
        anyhow!("{} has no label {label}; it has {}", path.display(), there.join(", "))
    })
}

fn write_volume(args: &args::Convert, gzip: bool, mut out: BufWriter<File>) -> anyhow::Result<()> {
    if is_mesh(&args.input) {
        bail!("a mesh cannot be turned into a mask yet: {}", args.input.display());
    }
    let map = match args.label {
        Some(label) => one_label(&args.input, label)?.into_label_map(),
        None => nifti::read_label_map(&args.input)?.map,
    };
    if gzip {
        nifti::write_label_map_gz(&map, 6, &mut out)?;
    } else {
        nifti::write_label_map(&map, &mut out)?;
    }
    out.flush()?;
    Ok(())
}
