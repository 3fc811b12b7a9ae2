//! What can be wrong with a shape's data.

/// Why a geometric type could not be built or an operation could not be done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// The affine is singular or not finite.
    #[error("the affine {rows:?} cannot place voxels in space: {reason}")]
    Affine {
        /// The rows as given.
        rows: [[f64; 4]; 3],
        /// What is wrong with them.
        reason: &'static str,
    },
    /// The number of values does not match the grid.
    #[error("a grid of {shape:?} voxels needs {} values, got {len}", shape.iter().map(|&v| v as u128).product::<u128>())]
    GridSize {
        /// Voxels along i, j, k.
        shape: [usize; 3],
        /// Number of values given.
        len: usize,
    },
    /// A grid has no voxels, or more along an axis than an index can name.
    #[error("a grid of {shape:?} voxels cannot be used: each axis needs 1 to {max} voxels", max = crate::MAX_AXIS)]
    GridShape {
        /// Voxels along i, j, k.
        shape: [usize; 3],
    },
    /// A mask holds a value other than 0 and 1.
    #[error("a mask holds 0 and 1 only, but voxel {index} (i fastest) is {value}: compare with 0 first")]
    NotBinary {
        /// Linear index of the voxel.
        index: usize,
        /// Its value.
        value: u8,
    },
    /// A grid value is NaN.
    #[error("grid value {index} (i fastest) is not a number")]
    Value {
        /// Linear index of the value.
        index: usize,
    },
    /// A parameter is outside what the operation can use.
    #[error("{name} is {value}, but must be {expected}")]
    Parameter {
        /// Which parameter.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// A vertex coordinate is NaN or infinite.
    #[error("vertex {vertex} is not finite")]
    Vertex {
        /// Index of the vertex.
        vertex: usize,
    },
    /// A face names a vertex that does not exist.
    #[error("face {face} names vertex {vertex}, but there are only {vertices}")]
    FaceIndex {
        /// Index of the face.
        face: usize,
        /// The vertex index it holds.
        vertex: u32,
        /// Number of vertices.
        vertices: usize,
    },
    /// An attribute (normals, labels, colours) has another length than the points.
    #[error("{attribute} has {len} entries for {expected} points")]
    AttributeLength {
        /// Which attribute.
        attribute: &'static str,
        /// Entries given.
        len: usize,
        /// Entries needed.
        expected: usize,
    },
    /// There is nothing to work on.
    #[error("{what} is empty")]
    Empty {
        /// What is empty.
        what: &'static str,
    },
    /// Two volumes that are compared voxel by voxel do not lie on one grid.
    #[error("the two volumes ({first:?} and {second:?} voxels) do not lie on one grid: {reason}")]
    Grids {
        /// Voxels of the first along i, j, k.
        first: [usize; 3],
        /// Voxels of the second.
        second: [usize; 3],
        /// What differs.
        reason: &'static str,
    },
    /// All points lie in one plane, so they enclose nothing.
    #[error("all {points} points lie in one plane, so they enclose no volume")]
    Flat {
        /// Number of points.
        points: usize,
    },
    /// A name is not one of those that exist.
    #[error("there is no {what} {name:?}: use one of {expected}")]
    Name {
        /// What is named.
        what: &'static str,
        /// The name given.
        name: String,
        /// The names that exist.
        expected: &'static str,
    },
}
