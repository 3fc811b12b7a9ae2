"""What is computed on volumes of labels. They are indexed ``[i, j, k]`` as nibabel gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from medshape import _medshape
from medshape.shape._arrays import Volume, affine_matrix, label_volume, mask_volume, scalar_volume, shaped
from medshape.shape.mesh import Mesh
from medshape.shape.sdf import Sdf

Surface = Literal["smooth", "exact", "shared"]
Connectivity = Literal[6, 18, 26]
Operation = Literal["dilate", "erode", "open", "close"]


@dataclass(frozen=True)
class LabelStatistics:
    """Size and place of a label.

    Attributes:
        voxels: how many.
        volume_mm3: their volume.
        first: lowest index ``(i, j, k)`` of the box around them.
        last: highest index of the box, inclusive.
        centroid_mm: mean of the voxels' centres, RAS+ mm.
    """

    voxels: int
    volume_mm3: float
    first: tuple[int, int, int]
    last: tuple[int, int, int]
    centroid_mm: tuple[float, float, float]


def extract_meshes(
    labels: npt.ArrayLike, affine: npt.ArrayLike | None = None, surface: Surface = "smooth"
) -> dict[int, Mesh]:
    """Turn every label other than 0 into a closed, 2-manifold, outward mesh, all in one pass over the volume.

    Args:
        labels: (I, J, K) integers or bool, in C or Fortran order.
        affine: (4, 4), from the index of a voxel's centre to RAS+ mm; none: one millimetre a voxel.
        surface: ``"exact"``: marching cubes on the binary mask, every vertex half-way between two voxel centres;
            ``"smooth"``: the same triangles without the voxels' steps; ``"shared"``: neighbouring labels have the
            same vertices on their common border, with no gap and no overlap.

    Returns:
        The meshes by label, in the order of the labels.

    Raises:
        ShapeError: for an array that is no volume of labels, or an affine that is singular.
    """
    return {label: Mesh._of(core) for label, core in _medshape.extract_meshes(label_volume(labels, affine), surface)}


@dataclass(frozen=True, eq=False)
class SharedSurface:
    """One surface between all labels of a volume.

    Attributes:
        vertices: (N, 3) float32, RAS+ mm.
        faces: (M, 3) uint32; counter-clockwise seen from the label outside.
        sides: (M, 2) uint32, the labels inside and outside each face; inside is never 0, and of two labels the lower.
    """

    vertices: npt.NDArray[np.float32]
    faces: npt.NDArray[np.uint32]
    sides: npt.NDArray[np.uint32]


def extract_shared(labels: npt.ArrayLike, affine: npt.ArrayLike | None = None) -> SharedSurface:
    """Give the one surface that runs between all labels and the background, each face with the labels on its sides.

    Args:
        labels: (I, J, K) integers or bool, in C or Fortran order.
        affine: (4, 4), from the index of a voxel's centre to RAS+ mm; none: one millimetre a voxel.

    Raises:
        ShapeError: for an array that is no volume of labels, or an affine that is singular.
    """
    return SharedSurface(*_medshape.extract_shared(label_volume(labels, affine)))


def interpolate_slices(
    labels: npt.ArrayLike, affine: npt.ArrayLike | None = None, *, target_mm: float
) -> tuple[npt.NDArray[Any], npt.NDArray[np.float64]]:
    """Add slices between thick slices, so that their spacing is about ``target_mm``; those there stay as they are.

    Args:
        labels: (I, J, K) integers or bool; slices are added along the axis of the largest spacing.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel.
        target_mm: the spacing wanted; that within the slices is a good choice.

    Returns:
        The labels on the finer grid, in the input's order of axes in memory, and the grid's affine.

    Raises:
        ShapeError: for a target that is not positive, or an axis that would become too long.
    """
    volume = label_volume(labels, affine)
    values, shape, matrix = _medshape.interpolate_slices(volume, target_mm)
    return values.reshape(shape, order="C" if volume[2] else "F"), np.array(matrix)


def distance_transform(
    labels: npt.ArrayLike, affine: npt.ArrayLike | None = None, *, border: Literal["background", "open"] = "background"
) -> npt.NDArray[np.float32]:
    """Give the exact Euclidean distance from each voxel to the nearest voxel of another label or the background.

    Args:
        labels: (I, J, K) integers or bool. Labels that touch are each other's border.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel. Its axes must be orthogonal.
        border: ``"background"``: beyond the volume is background; ``"open"``: nothing that counts.

    Returns:
        (I, J, K) float32, mm between voxel centres; 0 in the background; infinite where there is nothing to measure to.

    Raises:
        ShapeError: for sheared axes.
    """
    if border not in ("background", "open"):
        raise ValueError(f"border is 'background' or 'open', not {border!r}")
    volume = label_volume(labels, affine)
    return shaped(_medshape.distance_transform(volume, border == "open"), volume)


def mask_to_sdf(
    mask: npt.ArrayLike, affine: npt.ArrayLike | None = None, *, boundary: Literal["voxels", "smooth"] = "voxels"
) -> Sdf:
    """Give the signed distance field of a mask on its own grid, negative inside.

    Args:
        mask: (I, J, K), every value but 0 inside.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel.
        boundary: distances to the sides of the mask's voxels, or to its smooth surface.
    """
    volume = mask_volume(mask, affine)
    return Sdf(shaped(_medshape.mask_to_sdf(volume, boundary), volume), volume[3])


def connected_components(labels: npt.ArrayLike, connectivity: Connectivity = 26) -> npt.NDArray[Any]:
    """Number the connected components of every label; neighbours are joined if their labels are equal.

    Args:
        labels: (I, J, K) integers or bool; 0 is background.
        connectivity: 6: voxels that share a face; 18: an edge; 26: a corner.

    Returns:
        (I, J, K) of the narrowest unsigned type: 0 in the background, components from 1 in the order in which their
        first voxels lie in memory. ``result.max()`` is their number; `label_statistics` gives their sizes.
    """
    volume = label_volume(labels, None)
    return shaped(_medshape.connected_components(volume, connectivity), volume)


def largest_components(
    labels: npt.ArrayLike, count: int | None = 1, *, min_voxels: int = 0, connectivity: Connectivity = 26
) -> npt.NDArray[Any]:
    """Keep the largest connected components of each label; the others become background.

    Args:
        labels: (I, J, K) integers or bool; 0 is background.
        count: how many of each label; none: all of at least ``min_voxels``.
        min_voxels: smallest to keep when ``count`` is none.
        connectivity: 6, 18 or 26.
    """
    volume = label_volume(labels, None)
    return shaped(_medshape.largest_components(volume, count, min_voxels, connectivity), volume)


def fill_holes(
    labels: npt.ArrayLike,
    connectivity: Connectivity = 6,
    *,
    enclosed: Literal["background", "everything"] = "background",
) -> npt.NDArray[Any]:
    """Fill what a label encloses; what touches the border of the volume is open.

    Args:
        labels: (I, J, K) integers or bool; 0 is background.
        connectivity: of the background: 6 closes most.
        enclosed: fill only background, or also other labels that one label cuts off.

    Returns:
        (I, J, K), the type of the labels.
    """
    if enclosed not in ("background", "everything"):
        raise ValueError(f"enclosed is 'background' or 'everything', not {enclosed!r}")
    volume = label_volume(labels, None)
    return shaped(_medshape.fill_holes(volume, connectivity, enclosed == "everything"), volume)


def morphology(
    mask: npt.ArrayLike,
    operation: Operation,
    affine: npt.ArrayLike | None = None,
    *,
    radius_mm: float | None = None,
    steps: int = 1,
    connectivity: Connectivity = 6,
) -> npt.NDArray[np.uint8]:
    """Dilate, erode, open or close a mask.

    Args:
        mask: (I, J, K), every value but 0 inside.
        operation: ``"dilate"``, ``"erode"``, ``"open"`` or ``"close"``.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel.
        radius_mm: of a ball; none: ``steps`` from voxel to neighbouring voxel.
        steps: how many.
        connectivity: which voxels are neighbours: 6, 18 or 26.

    Returns:
        (I, J, K) uint8, 0 or 1. What lies beyond the volume takes no part.
    """
    volume = mask_volume(mask, affine)
    return shaped(_medshape.morphology(volume, operation, radius_mm, steps, connectivity), volume)


def label_statistics(labels: npt.ArrayLike, affine: npt.ArrayLike | None = None) -> dict[int, LabelStatistics]:
    """Give count, volume, box and centroid of every label other than 0, in one pass.

    Args:
        labels: (I, J, K) integers or bool.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel.
    """
    volume = label_volume(labels, affine)
    voxel = abs(float(np.linalg.det(volume[3][:3, :3])))
    turn = -1 if volume[2] else 1
    return {
        label: LabelStatistics(
            s["voxels"],
            s["voxels"] * voxel,
            cast("tuple[int, int, int]", tuple(s["first"][::turn])),
            cast("tuple[int, int, int]", tuple(s["last"][::turn])),
            cast("tuple[float, float, float]", tuple(s["centroid"])),
        )
        for label, s in _medshape.label_statistics(volume)
    }


def resample(
    volume: npt.ArrayLike | Sdf,
    affine: npt.ArrayLike | None = None,
    *,
    to_affine: npt.ArrayLike,
    shape: Sequence[int],
    method: Literal["nearest", "linear", "mask"] = "linear",
) -> npt.NDArray[Any] | Sdf:
    """Bring labels, a mask or a field to another grid.

    Args:
        volume: (I, J, K) labels, or an `Sdf`, which brings its own affine and is interpolated linearly.
        affine: (4, 4) of the volume, index to RAS+ mm; none: one millimetre a voxel.
        to_affine: (4, 4) of the new grid.
        shape: voxels of the new grid along i, j, k.
        method: ``"nearest"``: the label at the new centre; ``"linear"``: the label with most weight in the new voxel,
            which keeps shapes; ``"mask"``: for binary volumes, keeps the volume as well.

    Returns:
        Labels of the input's type in Fortran order, 0 beyond the old grid; or an `Sdf`.

    Raises:
        ShapeError: for a grid that cannot be.
    """
    to = (int(shape[0]), int(shape[1]), int(shape[2])), affine_matrix(to_affine)
    if isinstance(volume, Sdf):
        field = _medshape.resample_field(scalar_volume(volume.array, volume.affine), to)
        return Sdf(field.reshape(to[0], order="F"), to[1])
    if method == "mask":
        return _medshape.resample_mask(mask_volume(volume, affine), to).reshape(to[0], order="F")
    if method not in ("nearest", "linear"):
        raise ValueError(f"method is 'nearest', 'linear' or 'mask', not {method!r}")
    labels: Volume = label_volume(volume, affine)
    return _medshape.resample_labels(labels, to, method == "nearest").reshape(to[0], order="F")
