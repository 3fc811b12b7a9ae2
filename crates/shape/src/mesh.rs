//! Triangle meshes and point clouds in RAS+ millimetres.

use crate::ShapeError;

/// An indexed triangle mesh. Vertices are RAS+ mm; a face seen from outside runs counter-clockwise.
///
/// Nothing is promised of the topology: [`crate::check`] tells whether a mesh is closed and manifold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mesh {
    vertices: Vec<[f32; 3]>,
    faces: Vec<[u32; 3]>,
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
        Ok(Self { vertices, faces })
    }

    /// For algorithms of this crate whose output is valid by construction.
    pub(crate) fn new_unchecked(vertices: Vec<[f32; 3]>, faces: Vec<[u32; 3]>) -> Self {
        debug_assert!(faces.iter().flatten().all(|&v| (v as usize) < vertices.len()));
        Self { vertices, faces }
    }

    /// Vertex positions, RAS+ mm.
    pub fn vertices(&self) -> &[[f32; 3]] {
        &self.vertices
    }

    /// Vertex indices of each triangle.
    pub fn faces(&self) -> &[[u32; 3]] {
        &self.faces
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

    /// Every vertex mapped by `f`; faces are turned round when `mirrored` says that `f` swaps handedness.
    #[must_use]
    pub fn transformed(mut self, mirrored: bool, f: impl Fn([f32; 3]) -> [f32; 3]) -> Self {
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

/// Points in RAS+ mm, with unit normals when they were taken from a surface.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PointCloud {
    points: Vec<[f32; 3]>,
    normals: Option<Vec<[f32; 3]>>,
}

impl PointCloud {
    /// `points` in RAS+ mm; `normals`, if given, one unit vector a point.
    ///
    /// # Errors
    /// [`ShapeError::Vertex`] for a coordinate that is not finite, [`ShapeError::AttributeLength`] for a wrong count.
    pub fn new(points: Vec<[f32; 3]>, normals: Option<Vec<[f32; 3]>>) -> Result<Self, ShapeError> {
        if let Some(vertex) = points.iter().position(|v| !v.iter().all(|c| c.is_finite())) {
            return Err(ShapeError::Vertex { vertex });
        }
        if let Some(n) = normals.as_ref().filter(|n| n.len() != points.len()) {
            return Err(ShapeError::AttributeLength { attribute: "normals", len: n.len(), expected: points.len() });
        }
        Ok(Self { points, normals })
    }

    /// Positions, RAS+ mm.
    pub fn points(&self) -> &[[f32; 3]] {
        &self.points
    }

    /// Gives the arrays away without a copy.
    pub fn into_parts(self) -> (Vec<[f32; 3]>, Option<Vec<[f32; 3]>>) {
        (self.points, self.normals)
    }

    /// Unit normals, pointing outward, if known.
    pub fn normals(&self) -> Option<&[[f32; 3]]> {
        self.normals.as_deref()
    }
}
