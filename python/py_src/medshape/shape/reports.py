"""What checks and searches on meshes report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MeshCheck:
    """Faults and topology of a mesh. Counts of zero mean a closed, oriented 2-manifold.

    Attributes:
        closed: every edge has two faces.
        manifold: at most two faces an edge and one fan a vertex, and no face twice.
        oriented: neighbours agree on the outside and, for a closed mesh, it is the outside.
        faults: the faults in words; empty when there are none.
        places: the first 16 places of each fault: vertex pairs, vertices or faces.
        genus: handles of all parts together; none unless closed, manifold and consistent.
        self_intersections: pairs of faces that cross; none unless asked for.
    """

    closed: bool
    manifold: bool
    oriented: bool
    outward: bool
    open_edges: int
    non_manifold_edges: int
    inconsistent_edges: int
    non_manifold_vertices: int
    degenerate_faces: int
    zero_area_faces: int
    duplicate_faces: int
    duplicate_vertices: int
    unused_vertices: int
    boundary_loops: int
    components: int
    solids: int
    cavities: int
    euler_characteristic: int
    genus: int | None
    self_intersections: int | None
    faults: list[str]
    places: dict[str, list[Any]]


@dataclass(frozen=True)
class Repair:
    """What a repair did, step by step, and what the result is (``after``)."""

    welded_vertices: int
    dropped_degenerate_faces: int
    dropped_duplicate_faces: int
    dropped_lone_faces: int
    dropped_small_part_faces: int
    flipped_faces: int
    parted_edges: int
    cut_edges: int
    split_vertices: int
    split_edges: int
    zipped_edges: int
    filled_holes: int
    longest_filled_hole: int
    holes_left: int
    added_faces: int
    added_vertices: int
    dropped_vertices: int
    after: MeshCheck


@dataclass(frozen=True)
class SymmetryPlane:
    """The plane of best mirror symmetry.

    Attributes:
        point: of the plane, nearest to the centroid, RAS+ mm.
        normal: unit vector, RAS+; its largest component is positive.
        score: share of the surface whose mirror image is within 1 % of the shape's size from it, 0 to 1.
        mean_distance_mm: between mirror image and surface.
    """

    point: tuple[float, float, float]
    normal: tuple[float, float, float]
    score: float
    mean_distance_mm: float
