//! Triangle meshes in RAS+ millimetres.

use crate::ShapeError;

/// An indexed triangle mesh. Vertices are RAS+ mm; a face seen from outside runs counter-clockwise.
///
/// Nothing is promised of the topology: [`crate::check`] tells whether a mesh is closed and manifold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mesh {
    vertices: Vec<[f32; 3]>,
    faces: Vec<[u32; 3]>,
    normals: Option<Vec<[f32; 3]>>,
    labels: Option<Vec<u32>>,
    colours: Option<Vec<[u8; 4]>>,
}

impl Mesh {
    /// `vertices` in RAS+ mm, `faces` as indices into them.
    ///
    /// # Errors
    /// [`ShapeError::Vertex`] for a coordinate that is not finite, [`ShapeError::FaceIndex`] for an index out of range.
    pub fn new(vertices: Vec<[f32; 3]>, faces: Vec<[u32; 3]>) -> Result<Self, ShapeError> {
        if let Some(vertex) = vertices.iter().position(|v| !v.iter().all(|c| c.is_finite())) {
            return Err(ShapeError::Vertex { vertex });
        }
        for (face, f) in faces.iter().enumerate() {
            if let Some(&vertex) = f.iter().find(|&&v| v as usize >= vertices.len()) {
                return Err(ShapeError::FaceIndex { face, vertex, vertices: vertices.len() });
            }
        }
        Ok(Self { vertices, faces, ..Self::default() })
    }

    /// For algorithms of this crate whose output is valid by construction.
    pub(crate) fn new_unchecked(vertices: Vec<[f32; 3]>, faces: Vec<[u32; 3]>) -> Self {
        debug_assert!(faces.iter().flatten().all(|&v| (v as usize) < vertices.len()));
        Self { vertices, faces, ..Self::default() }
    }

    /// Vertex positions, RAS+ mm.
    pub fn vertices(&self) -> &[[f32; 3]] {
        &self.vertices
    }

    /// Vertex indices of each triangle.
    pub fn faces(&self) -> &[[u32; 3]] {
        &self.faces
    }

    /// The same mesh with a unit normal for each vertex.
    ///
    /// # Errors
    /// [`ShapeError::AttributeLength`] unless there is one for each vertex.
    pub fn with_normals(mut self, normals: Vec<[f32; 3]>) -> Result<Self, ShapeError> {
        self.check_length("normals", normals.len())?;
        self.normals = Some(normals);
        Ok(self)
    }

    /// The same mesh with a label for each vertex.
    ///
    /// # Errors
    /// [`ShapeError::AttributeLength`] unless there is one for each vertex.
    pub fn with_labels(mut self, labels: Vec<u32>) -> Result<Self, ShapeError> {
        self.check_length("labels", labels.len())?;
        self.labels = Some(labels);
        Ok(self)
    }

    /// The same mesh with a colour (sRGB and opacity, 0 to 255) for each vertex.
    ///
    /// # Errors
    /// [`ShapeError::AttributeLength`] unless there is one for each vertex.
    pub fn with_colours(mut self, colours: Vec<[u8; 4]>) -> Result<Self, ShapeError> {
        self.check_length("colours", colours.len())?;
        self.colours = Some(colours);
        Ok(self)
    }

    /// Replaces what the vertices carry, for algorithms of this crate whose lengths are right by construction.
    pub(crate) fn set_attributes(
        &mut self,
        normals: Option<Vec<[f32; 3]>>,
        labels: Option<Vec<u32>>,
        colours: Option<Vec<[u8; 4]>>,
    ) {
        (self.normals, self.labels, self.colours) = (normals, labels, colours);
    }

    fn check_length(&self, attribute: &'static str, len: usize) -> Result<(), ShapeError> {
        let expected = self.vertices.len();
        if len == expected { Ok(()) } else { Err(ShapeError::AttributeLength { attribute, len, expected }) }
    }

    /// Unit normals of the vertices, if they are known. [`crate::vertex_normals`] computes them.
    pub fn normals(&self) -> Option<&[[f32; 3]]> {
        self.normals.as_deref()
    }

    /// Labels of the vertices, if they have any.
    pub fn labels(&self) -> Option<&[u32]> {
        self.labels.as_deref()
    }

    /// Colours of the vertices (sRGB and opacity), if they have any.
    pub fn colours(&self) -> Option<&[[u8; 4]]> {
        self.colours.as_deref()
    }

    /// Gives the arrays away without a copy.
    pub fn into_parts(self) -> (Vec<[f32; 3]>, Vec<[u32; 3]>) {
        (self.vertices, self.faces)
    }

    /// Corner positions of a face, mm.
    #[inline]
    pub fn triangle(&self, face: usize) -> [[f32; 3]; 3] {
        let [a, b, c] = self.faces[face];
        [self.vertices[a as usize], self.vertices[b as usize], self.vertices[c as usize]]
    }

    /// Lower and upper corner of the axis-aligned box around the vertices, mm; `None` without vertices.
    pub fn bounds(&self) -> Option<[[f32; 3]; 2]> {
        let first = *self.vertices.first()?;
        Some(self.vertices.iter().fold([first, first], |[lo, hi], v| {
            [[0, 1, 2].map(|a| lo[a].min(v[a])), [0, 1, 2].map(|a| hi[a].max(v[a]))]
        }))
    }

    /// Every vertex mapped by `f`; faces are turned round when `mirrored` says that `f` swaps handedness. Labels and
    /// colours stay; normals, which `f` may bend in ways unknown here, go.
    #[must_use]
    pub fn transformed(mut self, mirrored: bool, f: impl Fn([f32; 3]) -> [f32; 3]) -> Self {
        self.normals = None;
        for v in &mut self.vertices {
            *v = f(*v);
        }
        if mirrored {
            for face in &mut self.faces {
                face.swap(1, 2);
            }
        }
        self
    }
}
