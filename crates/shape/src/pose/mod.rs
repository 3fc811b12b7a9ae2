//! Position, direction and symmetry of shapes.

mod convex_hull;
mod directions;
mod eigen;
mod mirror;
mod moments;
mod normalize;
mod oriented_box;
mod principal_axes;
mod rectangle;
mod similarity;
mod symmetry;

pub use convex_hull::convex_hull;
pub(crate) use convex_hull::hull;
pub(crate) use eigen::eigen;
pub use mirror::{Plane, mirror};
pub(crate) use moments::mesh_moments;
pub use normalize::{Normalization, normalize, normalize_points};
pub use oriented_box::{OrientedBox, oriented_box};
pub use principal_axes::{PrincipalAxes, principal_axes};
pub use similarity::Similarity;
pub use symmetry::{SymmetryPlane, symmetry_plane};
