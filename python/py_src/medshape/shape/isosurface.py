"""Surfaces of scalar fields."""

from __future__ import annotations

import numpy.typing as npt

from medshape import _medshape
from medshape.shape._arrays import scalar_volume
from medshape.shape.mesh import Mesh


def isosurface(field: npt.ArrayLike, affine: npt.ArrayLike | None = None, value: float = 0.0) -> Mesh:
    """Give the closed, 2-manifold, outward surface around the grid points whose value is below ``value``.

    Args:
        field: (I, J, K) scalars. Of a probability map, give ``1 - p``, so that inside is below.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel.
        value: where the surface runs, by linear interpolation along the grid's edges.

    Raises:
        ShapeError: for a NaN, or an affine that is singular.
    """
    return Mesh._of(_medshape.isosurface(scalar_volume(field, affine), value))
