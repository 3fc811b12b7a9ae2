//! `medshape convert`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use medshape_formats::{
    MeshFormat, MeshMeta, ReadVolume, VolumeFormat, nifti, read_mesh, read_segmentation, write_label_map, write_mesh,
    write_points_ply, write_scene,
};
use medshape_shape::{
    Affine, Mask, Mesh, SampleMethod, Surface, crop_label, decimate, extract_mesh, extract_meshes, label_statistics,
    mesh_to_mask, sample_surface,
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
    if let Some(format) = VolumeFormat::from_path(&args.output) {
        return write_volume(args, format, create()?);
    }
    let extension = args.output.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let format = MeshFormat::from_extension(extension)?;
    let mut meshes = read_meshes(args)?;
    if let Some(faces) = args.faces {
        meshes = meshes.into_iter().map(|(n, mesh)| (n, decimate(&mesh, faces))).collect();
    }
    if meshes.len() != 1 {
        if matches!(format, MeshFormat::Glb | MeshFormat::ThreeMf | MeshFormat::Obj) && args.points.is_none() {
            let metas: Vec<MeshMeta> = meshes.keys().map(|n| meta(n)).collect();
            let nodes: Vec<(&Mesh, &MeshMeta)> = meshes.values().zip(&metas).collect();
            let mut out = create()?;
            write_scene(format, &nodes, &mut out)?;
            out.flush()?;
            return Ok(());
        }
        let names: Vec<&str> = meshes.keys().map(String::as_str).collect();
        bail!(
            "{} has {} labels ({}): choose one with --label, or write a .glb, .3mf or .obj, which hold them all",
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
    let read = read_segmentation(&args.input, &ReadVolume::default())?;
    let mut meshes = BTreeMap::new();
    for (layer, map) in read.layers.iter().enumerate() {
        for (label, mesh) in extract_meshes(map, Surface::Exact) {
            let known = read.segments.iter().find(|s| s.layer == layer && s.value == label);
            let name = known.and_then(|s| s.name.clone()).unwrap_or_else(|| format!("label_{label}"));
            // Names need not differ, and layers may have the same values.
            let unique = if meshes.contains_key(&name) { format!("{name} {layer}.{label}") } else { name };
            meshes.insert(unique, mesh);
        }
    }
    Ok(meshes)
}

fn one_label(path: &Path, label: u32) -> anyhow::Result<Mask> {
    let layers = read_segmentation(path, &ReadVolume::default())?.layers;
    let found = layers.iter().find_map(|map| {
        let statistics = label_statistics(map);
        statistics.get(&label).and_then(|s| crop_label(map, label, s))
    });
    found.ok_or_else(|| {
        let there: Vec<String> = layers.iter().flat_map(label_statistics).map(|(l, _)| l.to_string()).collect();
        anyhow!("{} has no label {label}; it has {}", path.display(), there.join(", "))
    })
}

fn write_volume(args: &args::Convert, format: VolumeFormat, mut out: BufWriter<File>) -> anyhow::Result<()> {
    let map = match (args.label, is_mesh(&args.input)) {
        (_, true) => voxelise(args)?.into_label_map(),
        (Some(label), _) => one_label(&args.input, label)?.into_label_map(),
        (None, _) => {
            let mut layers = read_segmentation(&args.input, &ReadVolume::default())?.layers;
            if layers.len() > 1 {
                bail!(
                    "{} holds {} overlapping label maps: choose one label with --label",
                    args.input.display(),
                    layers.len()
                );
            }
            layers.pop().ok_or_else(|| anyhow!("{} holds no label map", args.input.display()))?
        }
    };
    let packed = args.output.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
    if format == VolumeFormat::Nifti && !packed {
        nifti::write_label_map(&map, &mut out)?;
    } else {
        write_label_map(format, &map, &mut out)?;
    }
    out.flush()?;
    Ok(())
}

/// The inside of a mesh, on the grid of another volume or on one along the axes with two voxels around the mesh.
fn voxelise(args: &args::Convert) -> anyhow::Result<Mask> {
    let mesh = read_mesh(&args.input)?.mesh;
    if let Some(like) = &args.like {
        let grid = read_segmentation(like, &ReadVolume::default())?.layers;
        let grid = grid.first().ok_or_else(|| anyhow!("{} holds no label map", like.display()))?;
        return Ok(mesh_to_mask(&mesh, grid.affine(), grid.shape())?);
    }
    let spacing = args.spacing;
    let [low, high] = mesh.bounds().ok_or_else(|| anyhow!("{} has no vertices", args.input.display()))?;
    let margin = 2.0 * spacing;
    let origin = low.map(|c| f64::from(c) - margin);
    let voxels = [0, 1, 2].map(|a| ((f64::from(high[a]) + margin - origin[a]) / spacing).ceil() as usize + 1);
    Ok(mesh_to_mask(&mesh, &Affine::from_spacing([spacing; 3], origin)?, voxels)?)
}
