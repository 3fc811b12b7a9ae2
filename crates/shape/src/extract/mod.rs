//! Label map to meshes: marching cubes over all labels at once.
//!
//! One sweep through the volume ([`sweep`]) finds the grid edges whose ends differ; each gives a vertex to the mesh of
//! either end's label, and each cell that has such an edge gives triangles to every label among its corners ([`cases`]).
//! Work grows with the voxels read once plus the surface, never with labels x voxels. The volume is framed by
//! background, so a structure cut by the border is closed there.
//!
//! The surfaces differ only in where on its edge a vertex lies: in the middle (exact), where neighbours agree best
//! ([`smooth`]), or where a scalar field has a value ([`isosurface`]). Wherever that is, the triangles do not cross.

mod activity;
pub(crate) mod cases;
mod cells;
mod exact;
mod isosurface;
mod relax;
mod shared;
mod slab;
mod sliding;
mod smooth;
mod sweep;

use std::collections::BTreeMap;

use crate::{LabelView, MaskView, Mesh};

pub use exact::extract_crops;
pub use isosurface::{isosurface, probability_surface};
pub use shared::{SharedSurface, extract_shared};

/// Which surface stands for a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Surface {
    /// Marching cubes on the binary mask: every vertex half-way between two voxel centres. Shows each voxel's steps.
    Exact,
    /// The same triangles with the steps smoothed away. A vertex never leaves its grid edge, so each is within half a
    /// voxel of the exact surface, every voxel centre stays on its side, and the surface does not cross itself; the
    /// enclosed volume is made that of the mask's voxels.
    #[default]
    Smooth,
    /// Cut from the surface that all labels share ([`extract_shared`]): neighbours meet without gap or overlap, for scenes
    /// of the whole body. Vertices of parts of a label that only touch coincide.
    Shared,
}

/// The surface of every label other than 0, RAS+ mm.
///
/// Each mesh is closed, 2-manifold and outward, whatever the labels: at the border, at diagonal contacts (voxels that
/// touch only by an edge or corner are apart) and around cavities. But in [`Surface::Shared`] no two of its vertices
/// coincide.
pub fn extract_meshes<'a>(labels: impl Into<LabelView<'a>>, surface: Surface) -> BTreeMap<u32, Mesh> {
    let view = labels.into();
    match surface {
        Surface::Exact => exact::meshes(&view),
        Surface::Smooth => smooth::meshes(&view),
        Surface::Shared => extract_shared(view).meshes(),
    }
}

/// The surface of a mask; see [`extract_meshes`]. An empty mask gives an empty mesh.
pub fn extract_mesh<'a>(mask: impl Into<MaskView<'a>>, surface: Surface) -> Mesh {
    let mask = mask.into();
    extract_meshes(mask.labels(), surface).remove(&1).unwrap_or_default()
}
