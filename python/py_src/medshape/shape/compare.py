"""Metrics: numbers that compare two shapes."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from medshape import _medshape
from medshape.errors import ShapeError
from medshape.shape._arrays import label_volume, mask_volume, rows
from medshape.shape.mesh import Mesh
from medshape.shape.points import Points

Definition = Literal["surfels", "border_voxels", "mesh"]


def compare(
    reference: npt.ArrayLike | Mesh,
    prediction: npt.ArrayLike | Mesh,
    affine: npt.ArrayLike | None = None,
    *,
    definition: Definition = "surfels",
    tolerance_mm: float = 2.0,
    border_mm: float | None = None,
    samples: int = 20_000,
    seed: int = 0,
) -> dict[str, Any]:
    """Compare two masks on one grid, or two meshes.

    Args:
        reference: (I, J, K) mask, every value but 0 inside; or a `Mesh`.
        prediction: the same.
        affine: (4, 4) of both masks, index to RAS+ mm; none: one millimetre a voxel.
        definition: which points stand for a mask's surface: ``"surfels"`` (DeepMind's surface-distance: weighted by
            area), ``"border_voxels"`` (MedPy, MONAI: voxels with a background neighbour) or ``"mesh"`` (the smooth
            surfaces). The three give different distances.
        tolerance_mm: of the surface Dice and the F-score.
        border_mm: also give the Dice of the voxels within this distance of the reference's border.
        samples: points on each mesh; 0: the vertices.
        seed: of these points.

    Returns:
        Of masks: ``dice``, ``iou``, ``sensitivity``, ``precision``, volumes and their differences, ``hausdorff_mm``,
        ``hausdorff95_mm`` (the larger direction; ``hausdorff95_pooled_mm`` pools both), ``assd_mm``,
        ``surface_dice``, both directions by themselves, ``definition``, and ``border_dice`` if asked for. Of meshes:
        the distances, ``chamfer_mm`` (sum of both mean distances, not squared), ``chamfer_squared_mm2``,
        ``f_score``, ``precision``, ``recall``, ``normal_consistency``.

        Two empty shapes agree perfectly (Dice 1, distances 0). If one is empty, every Dice is 0 and every distance
        the diagonal of the grid, or of the other mesh's box: a missing structure is the worst value, never NaN.

    Raises:
        ShapeError: when the grids differ, or for a tolerance that is negative or not finite.
    """
    if isinstance(reference, Mesh) or isinstance(prediction, Mesh):
        if not (isinstance(reference, Mesh) and isinstance(prediction, Mesh)):
            raise ShapeError("a mesh can only be compared with a mesh: turn the mask into one with extract_meshes")
        return _medshape.compare_meshes(reference._core, prediction._core, samples, seed, tolerance_mm)
    first, second = _alike(reference, prediction)
    volumes = mask_volume(first, affine), mask_volume(second, affine)
    return _medshape.compare_masks(*volumes, definition, tolerance_mm, border_mm)


def compare_labels(
    reference: npt.ArrayLike,
    prediction: npt.ArrayLike,
    affine: npt.ArrayLike | None = None,
    *,
    definition: Definition = "surfels",
    tolerance_mm: float = 2.0,
    border_mm: float | None = None,
) -> dict[int, dict[str, Any]]:
    """Compare every label other than 0 that either of two label maps on one grid has; see `compare`.

    Returns:
        The measures by label. A label that one map lacks gets the worst values.
    """
    first, second = _alike(reference, prediction)
    volumes = label_volume(first, affine), label_volume(second, affine)
    return dict(_medshape.compare_labels(*volumes, definition, tolerance_mm, border_mm))


def compare_points(
    reference: npt.ArrayLike | Points, prediction: npt.ArrayLike | Points, *, tolerance_mm: float = 2.0
) -> dict[str, Any]:
    """Compare two sets of points.

    Args:
        reference: (n, 3) mm, or `Points` with normals.
        prediction: (m, 3) mm, or `Points` with normals.
        tolerance_mm: of the F-score.

    Returns:
        ``chamfer_mm`` (sum of both mean distances, not squared), ``chamfer_squared_mm2`` (sum of both mean squares),
        ``f_score``, ``precision``, ``recall``, ``hausdorff_mm``, ``hausdorff95_mm`` and, if both have normals,
        ``normal_consistency`` (else None).

    Raises:
        ShapeError: for a set without points, or a coordinate that is not finite.
    """
    normals = None
    if isinstance(reference, Points) and isinstance(prediction, Points):
        normals = rows(reference.normals, np.float32, "normals"), rows(prediction.normals, np.float32, "normals")
    sets = rows(np.asarray(reference), np.float32, "points"), rows(np.asarray(prediction), np.float32, "points")
    return _medshape.compare_points(*sets, normals, tolerance_mm)


def border_dice(
    reference: npt.ArrayLike,
    prediction: npt.ArrayLike,
    anchor: npt.ArrayLike,
    affine: npt.ArrayLike | None = None,
    *,
    distance_mm: float = 10.0,
) -> float:
    """Give the Dice of the voxels within a distance of an anchor mask, as AutoImplant's border Dice.

    Args:
        reference: (I, J, K) mask.
        prediction: (I, J, K) mask on the same grid.
        anchor: (I, J, K) mask on the same grid, such as the defective skull.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel.
        distance_mm: how near.
    """
    masks = [mask_volume(np.asfortranarray(m), affine) for m in (reference, prediction, anchor)]
    return _medshape.border_dice(masks[0], masks[1], masks[2], distance_mm)


def _alike(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Give both arrays in one order in memory, copied only where they differ."""
    a, b = np.asarray(first), np.asarray(second)
    if (a.flags.f_contiguous and b.flags.f_contiguous) or (a.flags.c_contiguous and b.flags.c_contiguous):
        return a, b
    return np.asfortranarray(a), np.asfortranarray(b)
