"""Triangle meshes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from medshape import _medshape
from medshape.shape._arrays import affine_matrix, rows
from medshape.shape.mask import Mask
from medshape.shape.points import Points
from medshape.shape.reports import MeshCheck, Repair, SymmetryPlane
from medshape.shape.sdf import Sdf

SampleMethod = Literal["area_uniform", "blue_noise", "farthest"]
SmoothMethod = Literal["taubin", "windowed_sinc", "volume_preserving"]
Borders = Literal["kept", "along"]
Normalization = Literal[
    "unit_sphere", "unit_cube", "signed_unit_cube", "unit_diagonal", "canonical_pose", "canonical_unit_sphere"
]


class Mesh:
    """A triangle mesh in RAS+ millimetres. It does not change; what is done to it gives a new one.

    Args:
        vertices: (N, 3), RAS+ millimetres; kept as float32.
        faces: (M, 3), indices into ``vertices``, counter-clockwise seen from outside; kept as uint32.

    Raises:
        ShapeError: for a coordinate that is not finite, or an index that is out of range; it names which.
    """

    __slots__ = ("_core",)

    _core: _medshape.Mesh

    def __init__(self, vertices: npt.ArrayLike, faces: npt.ArrayLike) -> None:
        self._core = _medshape.Mesh(rows(vertices, np.float32, "vertices"), rows(faces, np.uint32, "faces"))

    @classmethod
    def _of(cls, core: _medshape.Mesh) -> Mesh:
        mesh = cls.__new__(cls)
        mesh._core = core
        return mesh

    @property
    def vertices(self) -> npt.NDArray[np.float32]:
        """(N, 3) float32, RAS+ mm; a read-only view."""
        return self._core.vertices

    @property
    def faces(self) -> npt.NDArray[np.uint32]:
        """(M, 3) uint32, counter-clockwise seen from outside; a read-only view."""
        return self._core.faces

    @property
    def volume_mm3(self) -> float:
        """Signed volume enclosed; meaningful for a closed mesh."""
        return float(self._core.integrals()["volume_mm3"])

    @property
    def area_mm2(self) -> float:
        """Area of the surface."""
        return float(self._core.integrals()["area_mm2"])

    @property
    def vertex_normals(self) -> npt.NDArray[np.float32]:
        """(N, 3) float32, outward unit normals of the vertices."""
        return self._core.vertex_normals()

    def check(self, *, self_intersections: bool = False) -> MeshCheck:
        """Name every fault (open, non-manifold and flipped edges, fans, duplicates, degenerate faces) and the topology.

        Args:
            self_intersections: also count the pairs of faces that cross, which takes longer.
        """
        return MeshCheck(**self._core.check(self_intersections))

    def repair(
        self, *, weld_tolerance_mm: float = 0.0, min_part_faces: int = 0, max_hole_edges: int | None = None
    ) -> Mesh:
        """Close and mend the mesh; what was sound stays as it was, and nothing grows. See `repair_with_report`."""
        return self.repair_with_report(
            weld_tolerance_mm=weld_tolerance_mm, min_part_faces=min_part_faces, max_hole_edges=max_hole_edges
        )[0]

    def repair_with_report(
        self, *, weld_tolerance_mm: float = 0.0, min_part_faces: int = 0, max_hole_edges: int | None = None
    ) -> tuple[Mesh, Repair]:
        """Mend the mesh and list what was done.

        Args:
            weld_tolerance_mm: join vertices this near; 0: at the same place only.
            min_part_faces: drop parts of fewer faces.
            max_hole_edges: leave longer holes open; none: fill all.

        Returns:
            The mesh, and the count of each step with a check of the result.
        """
        core, report = self._core.repair(weld_tolerance_mm, min_part_faces, max_hole_edges)
        return Mesh._of(core), Repair(**{**report, "after": MeshCheck(**report["after"])})

    def parts(self) -> list[Mesh]:
        """Split into connected parts, the one of most faces first."""
        return [Mesh._of(core) for core in self._core.parts()]

    def smooth(
        self,
        iterations: int = 20,
        method: SmoothMethod = "taubin",
        *,
        lam: float = 0.5,
        mu: float = 0.53,
        pass_band: float = 0.1,
        borders: Borders = "kept",
    ) -> Mesh:
        """Smooth the surface; faces and their order stay.

        Args:
            iterations: single steps, as trimesh counts them.
            method: ``"taubin"`` (1995), ``"windowed_sinc"`` (Taubin, Zhang & Golub 1996, as VTK), or
                ``"volume_preserving"``, which keeps the enclosed volume to 1e-6.
            lam: shrinking factor of Taubin's filter, 0 to 1.
            mu: growing factor, 0 to 1.
            pass_band: of the windowed sinc, 0 to 2.
            borders: open borders stay, or are smoothed along themselves.

        Raises:
            ShapeError: for a factor out of range.
        """
        along = _along(borders)
        if method == "taubin":
            return Mesh._of(self._core.smooth_taubin(iterations, lam, mu, along))
        if method == "windowed_sinc":
            return Mesh._of(self._core.smooth_windowed_sinc(iterations, pass_band, along))
        if method == "volume_preserving":
            return Mesh._of(self._core.smooth_volume_preserving(iterations, along))
        raise ValueError(f"method is 'taubin', 'windowed_sinc' or 'volume_preserving', not {method!r}")

    def decimate(self, faces: int = 0, *, max_error_mm: float | None = None, borders: Borders = "kept") -> Mesh:
        """Make fewer triangles of nearly the same surface by quadric edge collapse; a closed manifold stays one.

        Args:
            faces: how many at most; 0: as few as ``max_error_mm`` allows.
            max_error_mm: no vertex of this mesh will be farther from the result.
            borders: open borders stay as they are, or are simplified along themselves.

        Raises:
            ShapeError: for a negative error.
        """
        if faces < 0:
            raise ValueError(f"faces is at least 0, not {faces}")
        return Mesh._of(self._core.decimate(faces, max_error_mm, _along(borders))[0])

    def level_of_detail(self, faces: Sequence[int]) -> list[Mesh]:
        """Decimate to several numbers of faces in one run, each from the next finer; in the order asked for."""
        return [Mesh._of(core) for core in self._core.level_of_detail(list(faces))]

    def sample(self, n: int = 10_000, method: SampleMethod = "area_uniform", seed: int = 0) -> Points:
        """Put exactly ``n`` points on the surface; the same seed gives the same points.

        Args:
            n: how many.
            method: ``"area_uniform"``: independent; ``"blue_noise"``: evenly apart; ``"farthest"``: farthest point
                sampling of eight candidates a point.
            seed: of the random numbers.

        Returns:
            ``points`` and ``normals``, (n, 3) float32, RAS+ mm.

        Raises:
            ShapeError: for a mesh without area.
        """
        if n < 0:
            raise ValueError(f"n is at least 0, not {n}")
        return Points(*self._core.sample(n, method, seed))

    def to_mask(self, affine: npt.ArrayLike, shape: Sequence[int]) -> Mask:
        """Give the voxels whose centres are inside.

        Args:
            affine: (4, 4) of the grid, index to RAS+ mm.
            shape: voxels along i, j, k.

        Returns:
            ``array`` (I, J, K) uint8, 0 or 1, in Fortran order, and ``affine``.

        Raises:
            ShapeError: for a grid that cannot be.
        """
        matrix, grid = affine_matrix(affine), _grid(shape)
        return Mask(self._core.to_mask(matrix, grid).reshape(grid, order="F"), matrix)

    def to_sdf(self, affine: npt.ArrayLike, shape: Sequence[int]) -> Sdf:
        """Give the exact signed distance (mm, negative inside) at every point of a grid.

        The sign is that of the winding number, so open and self-crossing meshes have one as well.

        Args:
            affine: (4, 4) of the grid, index to RAS+ mm.
            shape: points along i, j, k.

        Raises:
            ShapeError: for a grid that cannot be.
        """
        matrix, grid = affine_matrix(affine), _grid(shape)
        return Sdf(self._core.to_sdf(matrix, grid).reshape(grid, order="F"), matrix)

    def signed_distances(self, points: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Give the signed distance (mm, negative inside) of each of (n, 3) points, RAS+ mm."""
        return self._core.signed_distances(rows(np.asarray(points), np.float32, "points"))

    def winding_numbers(self, points: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Give the generalised winding number of each of (n, 3) points, RAS+ mm: 1 inside and 0 outside, within 0.02.

        Of an open mesh it is between the two, and half where the hole is closed best (Barill et al. 2018,
        doi:10.1145/3197517.3201337).
        """
        return self._core.winding_numbers(rows(np.asarray(points), np.float32, "points"))

    def closest_points(
        self, points: npt.ArrayLike
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.uint32]]:
        """Find the place of the mesh nearest to each of (n, 3) points, RAS+ mm.

        Returns:
            (n, 3) float64 places, mm; (n,) float64 distances, mm; (n,) uint32 faces, of equally near ones the lowest.
            All are empty if the mesh has no faces.

        Raises:
            ShapeError: for a coordinate that is not finite.
        """
        faces, places, distances = self._core.closest_points(rows(np.asarray(points), np.float32, "points"))
        return places, distances, faces

    def normalize(self, method: Normalization = "unit_sphere") -> tuple[Mesh, npt.NDArray[np.float64]]:
        """Bring the mesh to a standard place, size or pose.

        Args:
            method: ``"unit_sphere"``: mean of the vertices at the origin, the farthest at 1; ``"unit_cube"``: the box
                in [-0.5, 0.5]; ``"signed_unit_cube"``: in [-1, 1]; ``"unit_diagonal"``: the box's diagonal 1;
                ``"canonical_pose"``: principal axes along x, y, z, the size stays; ``"canonical_unit_sphere"``: both.

        Returns:
            The mesh, and the (4, 4) float64 matrix that leads back to RAS+ mm.

        Raises:
            ShapeError: for a mesh without vertices or extent.
        """
        core, _, back = self._core.normalize(method)
        return Mesh._of(core), np.asarray(back, dtype=np.float64)

    def symmetry_plane(self) -> SymmetryPlane:
        """Find the plane of best mirror symmetry, and how good it is."""
        found = self._core.symmetry_plane()
        point, normal = _triple(found["point"]), _triple(found["normal"])
        return SymmetryPlane(point, normal, found["score"], found["mean_distance_mm"])

    def mirror(self, point: Sequence[float] = (0.0, 0.0, 0.0), normal: Sequence[float] = (1.0, 0.0, 0.0)) -> Mesh:
        """Mirror at a plane (RAS+ mm); faces stay outward."""
        return Mesh._of(self._core.mirror(_triple(point), _triple(normal)))

    def principal_axes(self) -> dict[str, Any]:
        """Give ``centroid_mm``, ``axes`` (rows, largest spread first), ``moments_mm2``, ``skewness``, ``solid``."""
        return self._core.principal_axes()

    def oriented_box(self) -> dict[str, Any]:
        """Give a small box in any direction: ``centre_mm``, ``axes`` (rows, longest side first), ``size_mm``."""
        return self._core.oriented_box()

    def convex_hull(self) -> Mesh:
        """Give the convex hull of the vertices; a `ShapeError` when they lie in one plane."""
        return Mesh._of(self._core.convex_hull())

    def __iter__(self) -> Iterator[npt.NDArray[Any]]:
        """Unpack as ``vertices, faces``."""
        return iter((self.vertices, self.faces))

    def __repr__(self) -> str:
        return f"Mesh({len(self.vertices)} vertices, {len(self.faces)} faces)"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Mesh)
            and np.array_equal(self.vertices, other.vertices)
            and np.array_equal(self.faces, other.faces)
        )

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[Mesh], tuple[npt.NDArray[np.float32], npt.NDArray[np.uint32]]]:
        return Mesh, (self.vertices, self.faces)


def _along(borders: Borders) -> bool:
    if borders not in ("kept", "along"):
        raise ValueError(f"borders is 'kept' or 'along', not {borders!r}")
    return borders == "along"


def _grid(shape: Sequence[int]) -> tuple[int, int, int]:
    i, j, k = (int(n) for n in shape)
    return i, j, k


def _triple(values: Sequence[float]) -> tuple[float, float, float]:
    x, y, z = (float(v) for v in values)
    return x, y, z
