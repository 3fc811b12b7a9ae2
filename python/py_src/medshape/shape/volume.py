"""What is computed on volumes of labels. They are indexed ``[i, j, k]`` as nibabel gives them."""

from __future__ import annotations

from typing import Literal

import numpy.typing as npt

from medshape import _medshape
from medshape.shape._arrays import label_volume
from medshape.shape.mesh import Mesh

Surface = Literal["smooth", "exact", "shared"]


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
