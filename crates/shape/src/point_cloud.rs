//! Point clouds in RAS+ millimetres.

use crate::ShapeError;

/// Points in RAS+ mm, with unit normals when they were taken from a surface.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PointCloud {
    points: Vec<[f32; 3]>,
    normals: Option<Vec<[f32; 3]>>,
    labels: Option<Vec<u32>>,
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
        Ok(Self { points, normals, labels: None })
    }

    /// The same points with a label for each.
    ///
    /// # Errors
    /// [`ShapeError::AttributeLength`] unless there is one for each point.
    pub fn with_labels(mut self, labels: Vec<u32>) -> Result<Self, ShapeError> {
        if labels.len() != self.points.len() {
            let (len, expected) = (labels.len(), self.points.len());
            return Err(ShapeError::AttributeLength { attribute: "labels", len, expected });
        }
        self.labels = Some(labels);
        Ok(self)
    }

    /// Labels of the points, if they have any.
    pub fn labels(&self) -> Option<&[u32]> {
        self.labels.as_deref()
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
