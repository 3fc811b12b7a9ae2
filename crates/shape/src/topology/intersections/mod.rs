//! Where a surface runs through itself.
//!
//! Candidates are the pairs of faces whose boxes meet ([`pairs`]); each is decided exactly ([`triangles`]), for the
//! answer must not depend on rounding where faces are coplanar or touch.
//! Cost: O(n log n) and a few tests a face for a surface; as many tests as there are meeting boxes for a heap of
//! triangles.

mod pairs;
mod triangles;

use crate::Mesh;

use super::{faults::PLACES, weld::first_at_position};

/// The pairs of faces of a mesh that meet elsewhere than in a common vertex or edge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelfIntersections {
    /// How many pairs there are.
    pub count: usize,
    /// Pairs of face numbers, the lower one first, in ascending order: all of them, or as many as were asked for.
    pub pairs: Vec<[u32; 2]>,
}

/// Finds pairs of faces that meet elsewhere than in a common vertex or edge: that run through one another, touch, or
/// overlap in a plane. All are counted, at most `limit` given.
///
/// Vertices at one position are one here, so that the triangles of a soup may adjoin. Faces without area are left aside.
pub fn self_intersections(mesh: &Mesh, limit: usize) -> SelfIntersections {
    let place = first_at_position(mesh.vertices());
    let decide = |f: u32, g: u32| {
        let ids = [f, g].map(|f| mesh.faces()[f as usize].map(|v| place[v as usize]));
        triangles::intersect(ids, [mesh.triangle(f as usize), mesh.triangle(g as usize)])
    };
    pairs::find(mesh, limit, decide)
}

/// A [`crate::check`] that looks for self-intersections as well.
pub fn check_thoroughly(mesh: &Mesh) -> crate::MeshCheck {
    let mut found = crate::check(mesh);
    let intersections = self_intersections(mesh, PLACES);
    found.self_intersections = Some(intersections.count);
    found.places.self_intersections = intersections.pairs;
    found
}
