//! A shape's views: mask, mesh, core, points, picture. What came in is read, the rest is derived from it, the same
//! every time.

use std::path::Path;
use std::sync::OnceLock;

use medshape_formats::nifti::Limits;
use medshape_formats::{FormatError, MeshFormat, MeshMeta};
use medshape_shape::{Affine, Mask, Mesh, PointCloud, SampleMethod, ShapeError, Surface, extract_mesh, sample_surface};

use crate::CollectionError;
use crate::id::ShapeId;
use crate::record::{CORE_FILE, CameAs, MASK_FILE, MESH_FILE, Record, THUMBNAIL_FILE};
use crate::store::Collection;

/// Points of a cloud when nobody says how many.
pub const DEFAULT_POINTS: usize = 10_000;

/// Which of a shape's meshes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Resolution {
    /// The one that was measured.
    #[default]
    Full,
    /// The light one: at most 20,000 triangles.
    Core,
}

/// A shape of a collection, with its record.
#[derive(Debug, Clone)]
pub struct Shape {
    collection: Collection,
    id: ShapeId,
    record: Record,
    /// The full mesh, once something was made of it: several formats of one shape share it.
    full: OnceLock<Mesh>,
}

impl Collection {
    /// The shape with this id.
    ///
    /// # Errors
    /// [`CollectionError::NoShape`], or [`CollectionError::Record`] when its record is damaged.
    pub fn shape(&self, id: &ShapeId) -> Result<Shape, CollectionError> {
        let record = self.read_record(id)?;
        Ok(Shape { collection: self.clone(), id: id.clone(), record, full: OnceLock::new() })
    }
}

impl Shape {
    /// Its id.
    pub fn id(&self) -> &ShapeId {
        &self.id
    }

    /// Everything known of it.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The stored bytes of one of its files (`core.ply`, ...).
    pub fn file(&self, name: &str) -> Result<Vec<u8>, CollectionError> {
        self.collection.read_blob(&self.record, name)
    }

    /// Its mask: binary, cropped to the structure.
    ///
    /// # Errors
    /// [`CollectionError::NotAvailable`] for a shape that came as a mesh.
    pub fn mask(&self) -> Result<Mask, CollectionError> {
        let bytes = self.mask_bytes()?;
        let path = self.path(MASK_FILE);
        let volume = medshape_formats::nifti::read_label_map_bytes(&path, &bytes, Limits::default())
            .map_err(CollectionError::blob(&path))?;
        let map = volume.map;
        let damaged = |reason: &str| CollectionError::Record { path: self.path("shape.json"), reason: reason.into() };
        let grid = self.record.grid.as_ref().ok_or_else(|| damaged("a shape that came as a mask needs a grid"))?;
        if grid.shape != map.shape() {
            return Err(damaged("its grid has another shape than mask.nii.gz"));
        }
        // NIfTI holds the affine with 7 digits, the record with all: so the derived mesh is bit for bit the one that
        // was measured.
        let [a, b, c, _] = grid.affine;
        let affine = Affine::from_rows([a, b, c]).map_err(|e| damaged(&e.to_string()))?;
        let set: Vec<u8> = (0..map.labels().len()).map(|i| u8::from(map.labels().get(i) != 0)).collect();
        Mask::new(map.shape(), affine, set).map_err(CollectionError::blob(&path))
    }

    /// Its full mesh, RAS+ mm: extracted from the mask, or as it came.
    pub fn mesh(&self) -> Result<Mesh, CollectionError> {
        match self.record.came_as {
            CameAs::Mask => Ok(extract_mesh(&self.mask()?, Surface::Exact)),
            CameAs::Mesh => self.read_mesh(MESH_FILE),
        }
    }

    /// As [`mesh`](Self::mesh), made once.
    fn full(&self) -> Result<&Mesh, CollectionError> {
        if let Some(mesh) = self.full.get() {
            return Ok(mesh);
        }
        let mesh = self.mesh()?;
        Ok(self.full.get_or_init(|| mesh))
    }

    /// Its light mesh, RAS+ mm: at most 20,000 triangles.
    ///
    /// # Errors
    /// [`CollectionError::NotAvailable`] when none could be made.
    pub fn core(&self) -> Result<Mesh, CollectionError> {
        self.read_mesh(CORE_FILE)
    }

    /// `n` points on the full mesh, spread evenly by area, with outward normals; RAS+ mm. The same seed gives the same
    /// points.
    pub fn points(&self, n: usize, seed: u64) -> Result<PointCloud, CollectionError> {
        sample_surface(self.full()?, n, SampleMethod::AreaUniform, seed)
            .map_err(|e: ShapeError| self.unavailable("points", &e.to_string()))
    }

    /// Its picture, as PNG.
    pub fn thumbnail_png(&self) -> Result<Vec<u8>, CollectionError> {
        self.file(THUMBNAIL_FILE)
    }

    /// Its mask as it is stored, a gzipped `NIfTI` file.
    pub fn mask_bytes(&self) -> Result<Vec<u8>, CollectionError> {
        if self.record.came_as == CameAs::Mesh {
            return Err(self.unavailable("mask", "it came as a mesh, and turning meshes into masks is not there yet"));
        }
        self.file(MASK_FILE)
    }

    /// One of its meshes as a file. Of a shape that came as a mask, the
    /// full mesh as PLY has the checksum that the record holds under `mesh`.
    pub fn mesh_bytes(&self, format: MeshFormat, resolution: Resolution) -> Result<Vec<u8>, CollectionError> {
        let stored = match (resolution, self.record.came_as) {
            (Resolution::Core, _) => Some(CORE_FILE),
            (Resolution::Full, CameAs::Mesh) => Some(MESH_FILE),
            (Resolution::Full, CameAs::Mask) => None,
        };
        if let (MeshFormat::Ply, Some(name)) = (format, stored) {
            return self.file(name);
        }
        let core;
        let mesh = match resolution {
            Resolution::Core => {
                core = self.core()?;
                &core
            }
            Resolution::Full => self.full()?,
        };
        // PLY is what checksums are taken of, so nothing but the geometry goes into it.
        let meta = if format == MeshFormat::Ply { MeshMeta::default() } else { self.meta() };
        let mut bytes = Vec::new();
        medshape_formats::write_mesh(format, mesh, &meta, &mut bytes)
            .map_err(|e: FormatError| self.unavailable(format.extension(), &e.to_string()))?;
        Ok(bytes)
    }

    /// [`points`](Self::points) as a binary PLY file.
    pub fn points_bytes(&self, n: usize, seed: u64) -> Result<Vec<u8>, CollectionError> {
        let cloud = self.points(n, seed)?;
        let mut bytes = Vec::new();
        medshape_formats::write_points_ply(&cloud, &mut bytes)
            .map_err(|e| self.unavailable("points", &e.to_string()))?;
        Ok(bytes)
    }

    /// What goes into mesh files beside the geometry: name, colour, whom to thank.
    fn meta(&self) -> MeshMeta {
        let licence = &self.record.licence;
        let rights = [licence.spdx.as_deref().unwrap_or(&licence.statement), &self.record.citation.text];
        let rights = rights.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(". ");
        MeshMeta {
            name: self.record.structure.clone(),
            colour: Some(medshape_anatomy::colour(self.record.structure.as_str())),
            copyright: (!rights.is_empty()).then_some(rights),
            comments: vec![format!("id {}", self.id)],
            ..MeshMeta::default()
        }
    }

    fn read_mesh(&self, name: &str) -> Result<Mesh, CollectionError> {
        let bytes = self.file(name)?;
        let path = self.path(name);
        let file = medshape_formats::read_mesh_bytes(&path, &bytes).map_err(CollectionError::blob(&path))?;
        Ok(file.mesh)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.collection.blob_path(&self.id, name)
    }

    fn unavailable(&self, what: &str, reason: &str) -> CollectionError {
        CollectionError::NotAvailable { id: self.id.to_string(), what: what.into(), reason: reason.into() }
    }
}

/// The checksum of a mesh that records hold: BLAKE3 of its binary PLY without a name or comments, hexadecimal.
///
/// # Errors
/// [`CollectionError::Blob`] for a mesh without triangles.
pub fn mesh_checksum(mesh: &Mesh) -> Result<String, CollectionError> {
    let mut hasher = blake3::Hasher::new();
    medshape_formats::write_mesh(MeshFormat::Ply, mesh, &MeshMeta::default(), &mut hasher)
        .map_err(CollectionError::blob(Path::new(MESH_FILE)))?;
    Ok(hasher.finalize().to_hex().to_string())
}
