//! What a check of a mesh can find: each kind of fault, how often, and where first.

/// At most this many places are kept of each kind of fault.
pub(super) const PLACES: usize = 16;

/// What [`crate::check`] found. Counts of zero everywhere mean a closed, oriented 2-manifold.
///
/// Edges and vertices are judged over the faces with three different corners; a degenerate face only counts as such.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeshCheck {
    /// Edges used by only one face.
    pub open_edges: usize,
    /// Edges used by more than two faces.
    pub non_manifold_edges: usize,
    /// Edges whose two faces run in the same direction.
    pub inconsistent_edges: usize,
    /// Vertices where the faces form more than one fan, or a fan with more than two ends.
    pub non_manifold_vertices: usize,
    /// Faces that name a vertex twice.
    pub degenerate_faces: usize,
    /// Faces of three different vertices whose positions lie on a line.
    pub zero_area_faces: usize,
    /// Faces with the same three vertices as an earlier face, either way round.
    pub duplicate_faces: usize,
    /// Vertices at exactly the position of an earlier vertex.
    pub duplicate_vertices: usize,
    /// Vertices that no face uses, degenerate ones left aside.
    pub unused_vertices: usize,
    /// Borders: loops of open edges, two open edges being linked where one fan of faces runs from one to the other.
    pub boundary_loops: usize,
    /// Connected parts of the surface (by shared vertices).
    pub components: usize,
    /// Parts that enclose a positive volume: for a closed outward mesh, its solid pieces.
    pub solids: usize,
    /// Parts that enclose a negative volume: cavities, or surfaces turned inside out.
    pub cavities: usize,
    /// Used vertices minus edges plus faces.
    pub euler_characteristic: i64,
    /// Handles of all parts together; `None` unless the mesh is closed, manifold and consistently oriented.
    pub genus: Option<usize>,
    /// Whether the surface as a whole encloses a positive volume.
    pub outward: bool,
    /// Pairs of faces that meet elsewhere than in a common vertex or edge; `None` unless [`crate::check_thoroughly`] was asked.
    pub self_intersections: Option<usize>,
    /// The first places of each fault.
    pub places: FaultPlaces,
}

/// Where the faults of a [`MeshCheck`] are: the first 16 of each kind. Edges are vertex pairs, the lower one first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultPlaces {
    /// Edges used by only one face.
    pub open_edges: Vec<[u32; 2]>,
    /// Edges used by more than two faces.
    pub non_manifold_edges: Vec<[u32; 2]>,
    /// Edges whose two faces run in the same direction.
    pub inconsistent_edges: Vec<[u32; 2]>,
    /// Vertices where separate fans touch.
    pub non_manifold_vertices: Vec<u32>,
    /// Faces that name a vertex twice.
    pub degenerate_faces: Vec<u32>,
    /// Faces without area.
    pub zero_area_faces: Vec<u32>,
    /// Faces that repeat an earlier face.
    pub duplicate_faces: Vec<u32>,
    /// Vertices at the position of an earlier vertex.
    pub duplicate_vertices: Vec<u32>,
    /// Vertices that no face uses.
    pub unused_vertices: Vec<u32>,
    /// Pairs of faces that meet where they should not.
    pub self_intersections: Vec<[u32; 2]>,
}

impl MeshCheck {
    /// Every edge has two faces (and there are faces).
    pub fn is_closed(&self) -> bool {
        self.components > 0 && self.open_edges == 0 && self.non_manifold_edges == 0 && self.degenerate_faces == 0
    }

    /// At most two faces an edge and one fan a vertex, and no face twice.
    pub fn is_manifold(&self) -> bool {
        self.non_manifold_edges == 0
            && self.non_manifold_vertices == 0
            && self.degenerate_faces == 0
            && self.duplicate_faces == 0
    }

    /// Neighbouring faces agree on which side is out, and for a closed mesh that is the outside.
    pub fn is_oriented(&self) -> bool {
        self.inconsistent_edges == 0 && (!self.is_closed() || self.outward)
    }

    /// The faults in words, empty when there are none.
    pub fn faults(&self) -> Vec<String> {
        let counted = [
            (self.open_edges, "open edges"),
            (self.non_manifold_edges, "edges shared by more than two faces"),
            (self.inconsistent_edges, "edges whose faces disagree on the outside"),
            (self.non_manifold_vertices, "vertices where separate fans touch"),
            (self.degenerate_faces, "degenerate faces"),
            (self.zero_area_faces, "faces without area"),
            (self.duplicate_faces, "repeated faces"),
            (self.duplicate_vertices, "repeated vertices"),
            (self.unused_vertices, "unused vertices"),
            (self.self_intersections.unwrap_or(0), "pairs of faces that intersect"),
        ];
        let mut faults: Vec<String> =
            counted.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if self.is_closed() && self.inconsistent_edges == 0 && !self.outward {
            faults.push("inside out".to_string());
        }
        faults
    }
}

/// Counts a fault and keeps its place while there is room.
pub(super) fn note<T>(count: &mut usize, places: &mut Vec<T>, place: T) {
    *count += 1;
    if places.len() < PLACES {
        places.push(place);
    }
}
