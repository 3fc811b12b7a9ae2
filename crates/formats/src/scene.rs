//! What a mesh file holds: named parts, what their vertices carry, the unit and frame that the file states.

use std::path::Path;

use medshape_shape::Mesh;
use serde_json::Value;

use crate::MeshFormat;
use crate::error::FormatError;

/// The parts of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The parts in the order of the file, all with triangles. Coordinates are RAS; in millimetres if [`Self::unit`] is
    /// stated, else as in the file.
    pub parts: Vec<Part>,
    /// What was changed, assumed or left out while reading, in plain words; empty for most files.
    pub notes: Vec<String>,
    /// The format, by content.
    pub format: MeshFormat,
    /// The unit that the file (or its format) states; coordinates have been turned into millimetres from it.
    pub unit: Option<LengthUnit>,
    /// The frame that the file (or its format) states; coordinates have been turned from it into RAS.
    pub frame: Frame,
}

/// One part of a scene.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its name, as the file has it.
    pub name: Option<String>,
    /// Names of the groups it lies in, outermost first.
    pub parents: Vec<String>,
    /// Its surface; labels, colours and normals of vertices where the file has them.
    pub mesh: Mesh,
    /// The one colour of the whole part, sRGB and opacity.
    pub colour: Option<[u8; 4]>,
    /// Further numbers at each vertex.
    pub data: Vec<VertexData>,
    /// What else the file says of it (ontology codes, label names); `Null` if nothing.
    pub extras: Value,
}

/// Numbers at the vertices of a part: a scalar each, or a vector.
#[derive(Debug, Clone, PartialEq)]
pub struct VertexData {
    /// Name of the array, as the file has it.
    pub name: String,
    /// Numbers at each vertex.
    pub components: usize,
    /// All numbers, vertex by vertex.
    pub values: Vec<f32>,
}

/// A unit of length that a file states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum LengthUnit {
    Micrometre,
    Millimetre,
    Centimetre,
    Metre,
    Inch,
    Foot,
}

impl LengthUnit {
    /// Its length.
    pub fn millimetres(self) -> f64 {
        match self {
            Self::Micrometre => 0.001,
            Self::Millimetre => 1.0,
            Self::Centimetre => 10.0,
            Self::Metre => 1000.0,
            Self::Inch => 25.4,
            Self::Foot => 304.8,
        }
    }
}

/// The frame that a file states for its coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Frame {
    /// x to the patient's right, y to the front, z to the head.
    Ras,
    /// x to the patient's left, y to the back, z to the head, as in DICOM and ITK.
    Lps,
    /// glTF: y up, z to the front, and so x to the patient's left.
    GltfFront,
    /// glTF as medshape writes it, which the file says: y up, z to the back, x to the patient's right.
    GltfBack,
    /// The file does not say; coordinates are as they came.
    #[default]
    Unstated,
}

impl Frame {
    /// What a text such as a comment says with `SPACE=RAS` or `SPACE=LPS` (as 3D Slicer and ITK write it).
    pub(crate) fn stated_in(text: &[u8]) -> Self {
        let says = |what: &[u8]| text.windows(what.len()).any(|w| w.eq_ignore_ascii_case(what));
        if says(b"SPACE=LPS") {
            Self::Lps
        } else if says(b"SPACE=RAS") {
            Self::Ras
        } else {
            Self::Unstated
        }
    }

    /// This frame, or the other if this says nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        if self == Self::Unstated { other } else { self }
    }

    /// A rotation, so triangles keep their order.
    pub(crate) fn to_ras(self, [x, y, z]: [f32; 3]) -> [f32; 3] {
        match self {
            Self::Ras | Self::Unstated => [x, y, z],
            // 0 - x and not -x, which would turn 0 into -0.
            Self::Lps => [0.0 - x, 0.0 - y, z],
            Self::GltfFront => [0.0 - x, z, y],
            Self::GltfBack => [x, 0.0 - z, y],
        }
    }
}

/// What a comment says of the unit, as our writers put it: `UNIT=mm`.
pub(crate) fn unit_stated_in(text: &[u8]) -> Option<LengthUnit> {
    text.windows(7).any(|w| w.eq_ignore_ascii_case(b"UNIT=mm")).then_some(LengthUnit::Millimetre)
}

/// A part as a reader collected it, before it is checked as a whole.
#[derive(Debug, Default)]
pub(crate) struct Soup {
    pub(crate) name: Option<String>,
    pub(crate) parents: Vec<String>,
    pub(crate) vertices: Vec<[f32; 3]>,
    /// Indices are within `vertices`: every reader checks its own, where it can name the place.
    pub(crate) faces: Vec<[u32; 3]>,
    /// These three are one for each vertex.
    pub(crate) normals: Option<Vec<[f32; 3]>>,
    pub(crate) labels: Option<Vec<u32>>,
    pub(crate) colours: Option<Vec<[u8; 4]>>,
    pub(crate) colour: Option<[u8; 4]>,
    pub(crate) data: Vec<VertexData>,
    pub(crate) extras: Value,
}

/// A file as a reader collected it.
#[derive(Debug, Default)]
pub(crate) struct Raw {
    pub(crate) parts: Vec<Soup>,
    pub(crate) notes: Vec<String>,
    pub(crate) unit: Option<LengthUnit>,
    pub(crate) frame: Frame,
}

impl Raw {
    pub(crate) fn one(part: Soup) -> Self {
        Self { parts: vec![part], ..Self::default() }
    }

    /// Checks the parts, turns them into RAS and millimetres, leaves out what has no triangles.
    pub(crate) fn into_scene(mut self, file: &Path, format: MeshFormat) -> Result<Scene, FormatError> {
        let before: usize = self.parts.iter().map(|p| p.faces.len()).sum();
        for part in &mut self.parts {
            part.faces.retain(|[a, b, c]| a != b && b != c && c != a);
        }
        let dropped = before - self.parts.iter().map(|p| p.faces.len()).sum::<usize>();
        if dropped > 0 {
            self.notes.push(format!("left out {dropped} of {before} triangles that had two equal corners"));
        }
        let all = self.parts.len();
        let points = self.parts.iter().any(|p| !p.vertices.is_empty());
        self.parts.retain(|p| !p.faces.is_empty());
        if self.parts.is_empty() {
            let what = if points { "triangles: it is a point cloud or lines" } else { "triangles" };
            return Err(FormatError::Empty { file: file.to_owned(), what });
        }
        if self.parts.len() < all {
            self.notes.push(format!("left out {} of {all} parts that had no triangles", all - self.parts.len()));
        }
        if self.frame == Frame::Lps {
            self.notes.push("turned from LPS to RAS, as the file says SPACE=LPS".into());
        }
        let scale = self.unit.map_or(1.0, LengthUnit::millimetres);
        let (frame, notes) = (self.frame, &mut self.notes);
        let parts = self.parts.into_iter().map(|p| p.into_part(file, scale, frame, notes));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(Scene { parts, notes: self.notes, format, unit: self.unit, frame: self.frame })
    }
}

impl Soup {
    fn into_part(
        mut self,
        file: &Path,
        scale: f64,
        frame: Frame,
        notes: &mut Vec<String>,
    ) -> Result<Part, FormatError> {
        if scale != 1.0 || !matches!(frame, Frame::Ras | Frame::Unstated) {
            for v in &mut self.vertices {
                *v = frame.to_ras(*v).map(|c| (f64::from(c) * scale) as f32);
            }
            for n in self.normals.iter_mut().flatten() {
                *n = frame.to_ras(*n);
            }
        }
        let vertices = self.vertices.len();
        let bad = |e: medshape_shape::ShapeError| match e {
            medshape_shape::ShapeError::Vertex { vertex } => {
                FormatError::NotFinite { file: file.to_owned(), element: "vertex", index: vertex as u64 }
            }
            other => FormatError::header(file, "mesh", other, "valid faces"),
        };
        let mut mesh = Mesh::new(self.vertices, self.faces).map_err(bad)?;
        // Broken normals are worth less than none; the surface is still good.
        if let Some(normals) = self.normals.filter(|n| n.iter().flatten().all(|c| c.is_finite())) {
            mesh = mesh.with_normals(normals).map_err(bad)?;
        }
        if let Some(labels) = self.labels {
            mesh = mesh.with_labels(labels).map_err(bad)?;
        }
        if let Some(colours) = self.colours {
            mesh = mesh.with_colours(colours).map_err(bad)?;
        }
        let count = self.data.len();
        self.data.retain(|d| d.components > 0 && d.values.len() == d.components * vertices);
        if self.data.len() < count {
            notes.push(format!("left out {} arrays that are not one entry a vertex", count - self.data.len()));
        }
        let (name, parents, colour, data, extras) = (self.name, self.parents, self.colour, self.data, self.extras);
        Ok(Part { name, parents, mesh, colour, data, extras })
    }
}

impl Scene {
    /// All parts as one mesh, with a note if there were several. Labels, colours and normals stay if all parts have
    /// them; vertices are not joined.
    ///
    /// # Errors
    /// [`FormatError::FormatLimit`] for more than 2^32 - 1 vertices.
    pub(crate) fn merged(mut self, file: &Path) -> Result<(Mesh, Vec<String>), FormatError> {
        if self.parts.len() == 1 {
            return Ok((self.parts.swap_remove(0).mesh, self.notes));
        }
        let total: usize = self.parts.iter().map(|p| p.mesh.vertices().len()).sum();
        if u32::try_from(total).is_err() {
            let limit = u32::MAX.into();
            return Err(FormatError::FormatLimit { format: "a mesh", what: "the number of vertices", limit });
        }
        self.notes.push(format!("joined {} parts into one mesh", self.parts.len()));
        let mut vertices = Vec::with_capacity(total);
        let mut faces = Vec::with_capacity(self.parts.iter().map(|p| p.mesh.faces().len()).sum());
        for part in &self.parts {
            let start = vertices.len() as u32;
            vertices.extend_from_slice(part.mesh.vertices());
            faces.extend(part.mesh.faces().iter().map(|f| f.map(|v| v + start)));
        }
        let bad = |e: medshape_shape::ShapeError| FormatError::header(file, "mesh", e, "valid parts");
        let mut mesh = Mesh::new(vertices, faces).map_err(bad)?;
        if let Some(normals) = self.gathered(Mesh::normals) {
            mesh = mesh.with_normals(normals).map_err(bad)?;
        }
        if let Some(labels) = self.gathered(Mesh::labels) {
            mesh = mesh.with_labels(labels).map_err(bad)?;
        }
        if let Some(colours) = self.gathered(Mesh::colours) {
            mesh = mesh.with_colours(colours).map_err(bad)?;
        }
        Ok((mesh, self.notes))
    }

    fn gathered<T: Copy>(&self, of: impl Fn(&Mesh) -> Option<&[T]>) -> Option<Vec<T>> {
        let slices = self.parts.iter().map(|p| of(&p.mesh)).collect::<Option<Vec<_>>>()?;
        Some(slices.concat())
    }
}
