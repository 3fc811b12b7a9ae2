//! One shape: everything measured and stored of it.

use medshape_collection::{
    CORE_FILE, CameAs, Citation, Features, FileInfo, Grid, Licence, MASK_FILE, MESH_FILE, MeshInfo, MeshSize,
    ProcessingStep, Quality, Record, SCHEMA_VERSION, ShapeId, Source, SourceFile, Subject, THUMBNAIL_FILE,
};
use medshape_formats::{MeshFormat, MeshMeta, nifti, png, write_mesh};
use medshape_shape::{
    Borders, Decimate, Integrals, Mask, Mesh, MeshCheck, check, close, decimate, integrals, render, smooth_taubin,
    sphericity,
};
use serde_json::{Value, json};

use crate::error::IngestError;
use crate::naming::Named;

/// Most faces of a core mesh.
pub const CORE_FACES: usize = 20_000;
/// Width and height of a thumbnail, pixels.
pub const THUMBNAIL_SIZE: usize = 256;
/// Pairs of Taubin steps that take the voxel steps off a core mesh, and their factors (pass band 0.1).
const CORE_SMOOTHING: usize = 10;
const LAMBDA: f64 = 0.5;
const MU: f64 = 1.0 / 1.9;
/// Compression of masks: the fastest; label maps hardly gain from more.
const MASK_COMPRESSION: u32 = 1;

/// What is known of a shape before its geometry is looked at.
pub(crate) struct Head {
    pub id: ShapeId,
    pub named: Named,
    pub label: String,
    pub label_value: Option<u32>,
    pub subject: Subject,
    pub licence: Licence,
    pub citation: Citation,
    pub file: SourceFile,
    /// What was done before the shape was cut out.
    pub steps: Vec<ProcessingStep>,
    pub recipe: String,
    pub recipe_version: String,
}

/// A record and the files beside it.
pub(crate) struct Made {
    pub record: Record,
    pub blobs: Vec<(&'static str, Vec<u8>)>,
}

impl Head {
    /// Whether an existing record was made by this program from the same input, and says the same of it.
    pub(crate) fn matches(&self, record: &Record) -> bool {
        let fresh = self.record(CameAs::Mask, MeshInfo { vertices: 0, faces: 0, blake3: String::new() });
        let known = |r: &Record| {
            let parts = (r.label.clone(), r.label_value, r.structure.clone(), r.anatomy.clone(), r.subject.clone());
            (parts, r.licence.clone(), r.citation.clone(), r.source.clone(), r.aliases.clone())
        };
        known(&fresh) == known(record)
    }

    fn record(&self, came_as: CameAs, mesh: MeshInfo) -> Record {
        let alias = match self.label_value {
            Some(value) => format!("{}#{value}", self.file.path),
            None => self.file.path.clone(),
        };
        Record {
            schema_version: SCHEMA_VERSION,
            id: self.id.to_string(),
            dataset: self.id.dataset().to_string(),
            case: self.id.case().to_string(),
            structure: self.named.structure.clone(),
            label: self.label.clone(),
            label_value: self.label_value,
            anatomy: self.named.anatomy.clone(),
            subject: self.subject.clone(),
            licence: self.licence.clone(),
            citation: self.citation.clone(),
            source: Source {
                files: vec![self.file.clone()],
                recipe: self.recipe.clone(),
                recipe_version: self.recipe_version.clone(),
                program_version: env!("CARGO_PKG_VERSION").to_string(),
            },
            came_as,
            grid: None,
            processing: self.steps.clone(),
            features: Features {
                volume_mm3: None,
                surface_area_mm2: 0.0,
                extents_mm: [0.0; 3],
                centroid_mm: [0.0; 3],
                sphericity: None,
                components: 0,
            },
            quality: Quality::default(),
            mesh,
            core: None,
            files: std::collections::BTreeMap::new(),
            aliases: vec![alias],
        }
    }
}

/// A step of the processing, for the record.
pub(crate) fn step(name: &str, parameters: Value) -> ProcessingStep {
    let parameters = match parameters {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    };
    ProcessingStep { step: name.to_string(), parameters }
}

/// Measures a mesh: features and quality.
pub fn measure_mesh(mesh: &Mesh) -> (Features, Quality) {
    let (found, sums) = (check(mesh), integrals(mesh));
    (features(mesh, &found, &sums), quality(&found, &sums))
}

fn features(mesh: &Mesh, found: &MeshCheck, sums: &Integrals) -> Features {
    let [lo, hi] = mesh.bounds().unwrap_or_default();
    let volume = (found.is_closed() && found.inconsistent_edges == 0).then_some(sums.volume_mm3.abs());
    Features {
        volume_mm3: volume,
        surface_area_mm2: sums.area_mm2,
        extents_mm: [0, 1, 2].map(|a| f64::from(hi[a]) - f64::from(lo[a])),
        centroid_mm: if volume.is_some() { sums.centroid_mm } else { sums.surface_centroid_mm },
        sphericity: volume.and_then(|v| sphericity(sums.area_mm2, v)),
        // Solid pieces; an open mesh has only parts of surface.
        components: if volume.is_some() { found.solids.max(1) as u64 } else { found.components as u64 },
    }
}

fn quality(found: &MeshCheck, sums: &Integrals) -> Quality {
    Quality {
        closed: found.is_closed(),
        manifold: found.is_manifold(),
        oriented: found.is_oriented(),
        components: found.components as u64,
        mesh_volume_mm3: found.is_closed().then_some(sums.volume_mm3),
        faults: found.faults(),
        ..Quality::default()
    }
}

/// A shape that came as a mask, and its full mesh as extracted.
pub(crate) fn from_mask(
    head: &Head,
    mask: &Mask,
    mesh: &Mesh,
    crop: [usize; 3],
    touches_border: bool,
) -> Result<Made, IngestError> {
    let mut record = head.record(CameAs::Mask, mesh_info(mesh)?);
    record.grid =
        Some(Grid { shape: mask.shape(), spacing_mm: mask.affine().spacing(), affine: mask.affine().matrix() });
    record.processing.push(step("crop", json!({ "first_voxel": crop, "shape": mask.shape() })));
    record.processing.push(step("extract", json!({ "surface": "exact", "method": "marching cubes" })));
    (record.features, record.quality) = measure_mesh(mesh);
    let volume = mask.volume_mm3();
    record.quality.touches_border = Some(touches_border);
    record.quality.mask_volume_mm3 = Some(volume);
    record.quality.volume_difference_percent =
        record.features.volume_mm3.map(|mesh_volume| (mesh_volume / volume - 1.0) * 100.0);

    // Smoothing follows, so that a fit to the steps of the voxels would be lost.
    let mut core = Decimate { target_faces: CORE_FACES, fit: false, ..Decimate::default() }.mesh(mesh)?;
    record.processing.push(step("core: decimate", json!({ "faces": CORE_FACES, "method": "quadric error" })));
    let smooth = smooth_taubin(&core, 2 * CORE_SMOOTHING, LAMBDA, MU, Borders::Kept)?;
    // Smoothing keeps the topology; it must also keep a small shape from losing its volume.
    let (before, after) = (integrals(&core).volume_mm3, integrals(&smooth).volume_mm3);
    if (after / before - 1.0).abs() < 0.05 {
        core = smooth;
        let change = (after / before - 1.0) * 100.0;
        let parameters = json!({ "steps": CORE_SMOOTHING, "method": "Taubin", "volume_change_percent": change });
        record.processing.push(step("core: smooth", parameters));
    }

    let mut truth = Vec::new();
    nifti::write_mask_gz(mask, MASK_COMPRESSION, &mut truth)?;
    finish(record, (MASK_FILE, truth), Some(&core), mesh, head.named.colour)
}

/// A shape that came as a mesh, already in RAS+ mm; `steps` tells how it got there.
pub(crate) fn from_mesh(head: &Head, mesh: &Mesh, steps: Vec<ProcessingStep>) -> Result<Made, IngestError> {
    let truth = ply(mesh, head)?;
    let mut record = head.record(CameAs::Mesh, mesh_info(mesh)?);
    record.processing.extend(steps);
    (record.features, record.quality) = measure_mesh(mesh);
    let sound = record.quality.closed && record.quality.manifold && record.quality.oriented;
    let closed = if sound { None } else { close(mesh) };
    if let Some((_, done)) = &closed {
        let parameters = json!({
            "dropped_faces": done.dropped_faces,
            "flipped_faces": done.flipped_faces,
            "split_vertices": done.split_vertices,
            "filled_holes": done.filled_holes,
        });
        record.processing.push(step("core: close", parameters));
    } else if !sound {
        record.quality.faults.push("no closed core could be made of it".to_string());
    }
    let core = decimate(closed.as_ref().map_or(mesh, |(m, _)| m), CORE_FACES);
    if core.faces().len() < closed.as_ref().map_or(mesh, |(m, _)| m).faces().len() {
        record.processing.push(step("core: decimate", json!({ "faces": CORE_FACES, "method": "quadric error" })));
    }
    finish(record, (MESH_FILE, truth), Some(&core), mesh, head.named.colour)
}

/// Adds core, thumbnail and checksums.
fn finish(
    mut record: Record,
    truth: (&'static str, Vec<u8>),
    core: Option<&Mesh>,
    full: &Mesh,
    colour: [u8; 3],
) -> Result<Made, IngestError> {
    let mut blobs = vec![truth];
    if let Some(core) = core {
        let found = check(core);
        record.quality.core_closed = found.is_closed() && found.is_manifold() && found.is_oriented();
        record.core = Some(MeshSize { vertices: core.vertices().len() as u64, faces: core.faces().len() as u64 });
        let mut bytes = Vec::new();
        write_mesh(MeshFormat::Ply, core, &MeshMeta { name: record.id.clone(), ..MeshMeta::default() }, &mut bytes)?;
        blobs.push((CORE_FILE, bytes));
    }
    let image = render(core.unwrap_or(full), colour, THUMBNAIL_SIZE)?;
    let mut bytes = Vec::new();
    png::write_rgba(image.width as u32, image.height as u32, &image.rgba, &mut bytes)?;
    blobs.push((THUMBNAIL_FILE, bytes));
    record.files = blobs.iter().map(|(name, bytes)| ((*name).to_string(), FileInfo::of(bytes))).collect();
    Ok(Made { record, blobs })
}

fn ply(mesh: &Mesh, head: &Head) -> Result<Vec<u8>, IngestError> {
    let mut bytes = Vec::with_capacity(mesh.vertices().len() * 12 + mesh.faces().len() * 13 + 512);
    write_mesh(MeshFormat::Ply, mesh, &MeshMeta { name: head.id.to_string(), ..MeshMeta::default() }, &mut bytes)?;
    Ok(bytes)
}

/// Size and checksum of the full mesh, as the plain binary PLY that anyone can derive again.
fn mesh_info(mesh: &Mesh) -> Result<MeshInfo, IngestError> {
    let mut hasher = blake3::Hasher::new();
    write_mesh(MeshFormat::Ply, mesh, &MeshMeta::default(), &mut hasher)?;
    Ok(MeshInfo {
        vertices: mesh.vertices().len() as u64,
        faces: mesh.faces().len() as u64,
        blake3: hasher.finalize().to_hex().to_string(),
    })
}
