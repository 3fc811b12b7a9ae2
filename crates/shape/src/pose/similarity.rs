//! Maps that turn, move, scale and perhaps mirror space without bending it.

use crate::{Mesh, PointCloud, ShapeError, vector::dot};

/// `x -> scale * turn * x + shift`: every shape keeps its form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Similarity {
    scale: f64,
    /// Rows of unit length at right angles; left-handed in a reflection.
    turn: [[f64; 3]; 3],
    shift: [f64; 3],
}

impl Similarity {
    /// Everything stays where it is.
    pub const IDENTITY: Self = Self { scale: 1.0, turn: Self::UPRIGHT, shift: [0.0; 3] };

    /// The rotation that turns nothing.
    pub(super) const UPRIGHT: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

    /// A map from its parts. The rows of `turn` are of unit length and at right angles to 1e-6; with determinant -1 the
    /// map is a reflection.
    ///
    /// # Errors
    /// [`ShapeError::Parameter`] for a scale that is not over 0, a value that is not finite, or rows that are no rotation.
    pub fn new(scale: f64, turn: [[f64; 3]; 3], shift: [f64; 3]) -> Result<Self, ShapeError> {
        if !(scale > 0.0 && scale.is_finite()) {
            return Err(ShapeError::Parameter { name: "scale", value: scale, expected: "finite and over 0" });
        }
        if let Some(&value) = shift.iter().find(|v| !v.is_finite()) {
            return Err(ShapeError::Parameter { name: "shift", value, expected: "finite" });
        }
        for (i, j) in [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)] {
            let value = dot(turn[i], turn[j]) - f64::from(u8::from(i == j));
            if value.is_nan() || value.abs() > 1e-6 {
                let expected = "0: rows of a rotation have length 1 and right angles";
                return Err(ShapeError::Parameter { name: "error of the rotation", value, expected });
            }
        }
        Ok(Self { scale, turn, shift })
    }

    /// For maps of this crate that are valid by construction: `scale * turn * (x - origin)`.
    pub(super) fn about(origin: [f64; 3], scale: f64, turn: [[f64; 3]; 3]) -> Self {
        Self { scale, turn, shift: turn.map(|row| -scale * dot(row, origin)) }
    }

    /// By how much lengths grow.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The rotation (with a reflection, if it is one), row by row.
    pub fn rotation(&self) -> [[f64; 3]; 3] {
        self.turn
    }

    /// Where the origin goes.
    pub fn translation(&self) -> [f64; 3] {
        self.shift
    }

    /// Whether left and right are exchanged.
    pub fn is_reflection(&self) -> bool {
        let [a, b, c] = self.turn;
        dot(a, crate::vector::cross(b, c)) < 0.0
    }

    /// The 4 x 4 matrix, row by row.
    pub fn matrix(&self) -> [[f64; 4]; 4] {
        let row = |i: usize| {
            let [a, b, c] = self.turn[i].map(|v| v * self.scale);
            [a, b, c, self.shift[i]]
        };
        [row(0), row(1), row(2), [0.0, 0.0, 0.0, 1.0]]
    }

    /// Maps a point.
    pub fn apply(&self, p: [f64; 3]) -> [f64; 3] {
        [0, 1, 2].map(|i| self.scale * dot(self.turn[i], p) + self.shift[i])
    }

    /// The map back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let turn = [0, 1, 2].map(|i| [0, 1, 2].map(|j| self.turn[j][i]));
        let scale = 1.0 / self.scale;
        Self { scale, turn, shift: turn.map(|row| -scale * dot(row, self.shift)) }
    }

    /// This map, then `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let columns = [0, 1, 2].map(|j| [0, 1, 2].map(|i| self.turn[i][j]));
        Self {
            scale: self.scale * next.scale,
            turn: next.turn.map(|row| columns.map(|column| dot(row, column))),
            shift: next.apply(self.shift),
        }
    }

    /// A mesh mapped, with its normals, labels and colours; faces are turned round by a reflection, so that they still
    /// look outwards.
    ///
    /// # Errors
    /// [`ShapeError::Vertex`] for a vertex that leaves the range of 32-bit coordinates.
    pub fn apply_mesh(&self, mesh: &Mesh) -> Result<Mesh, ShapeError> {
        let vertices = self.apply_points(mesh.vertices())?;
        let mut faces = mesh.faces().to_vec();
        if self.is_reflection() {
            for face in &mut faces {
                face.swap(1, 2);
            }
        }
        let mut mapped = Mesh::new_unchecked(vertices, faces);
        if let Some(normals) = mesh.normals() {
            mapped = mapped.with_normals(self.apply_normals(normals))?;
        }
        if let Some(labels) = mesh.labels() {
            mapped = mapped.with_labels(labels.to_vec())?;
        }
        if let Some(colours) = mesh.colours() {
            mapped = mapped.with_colours(colours.to_vec())?;
        }
        Ok(mapped)
    }

    /// A point cloud mapped, with its normals and labels.
    ///
    /// # Errors
    /// [`ShapeError::Vertex`] for a point that leaves the range of 32-bit coordinates.
    pub fn apply_cloud(&self, cloud: &PointCloud) -> Result<PointCloud, ShapeError> {
        let normals = cloud.normals().map(|n| self.apply_normals(n));
        let mapped = PointCloud::new(self.apply_points(cloud.points())?, normals)?;
        match cloud.labels() {
            Some(labels) => mapped.with_labels(labels.to_vec()),
            None => Ok(mapped),
        }
    }

    /// Points mapped.
    ///
    /// # Errors
    /// [`ShapeError::Vertex`] for a point that leaves the range of 32-bit coordinates.
    pub fn apply_points(&self, points: &[[f32; 3]]) -> Result<Vec<[f32; 3]>, ShapeError> {
        let mapped: Vec<[f32; 3]> = points.iter().map(|p| self.apply(p.map(f64::from)).map(|v| v as f32)).collect();
        match mapped.iter().position(|p| !p.iter().all(|c| c.is_finite())) {
            Some(vertex) => Err(ShapeError::Vertex { vertex }),
            None => Ok(mapped),
        }
    }

    fn apply_normals(&self, normals: &[[f32; 3]]) -> Vec<[f32; 3]> {
        normals.iter().map(|n| self.turn.map(|row| dot(row, n.map(f64::from)) as f32)).collect()
    }
}
