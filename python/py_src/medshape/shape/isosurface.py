"""Surfaces of scalar fields."""

from __future__ import annotations

import numpy.typing as npt

from medshape import _medshape
from medshape.shape._arrays import scalar_volume
from medshape.shape.mesh import Mesh


def isosurface(field: npt.ArrayLike, affine: npt.ArrayLike | None = None, value: float = 0.0) -> Mesh:
    """Give the closed, 2-manifold, outward surface around the grid points whose value is below ``value``.

    Args:
        field: (I, J, K) scalars; inside is below. See `probability_surface` for the opposite.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel.
        value: where the surface runs, by linear interpolation along the grid's edges.

    Raises:
        ShapeError: for a NaN, or an affine that is singular.
    """
    return Mesh._of(_medshape.isosurface(scalar_volume(field, affine), value))


def probability_surface(
    probabilities: npt.ArrayLike, affine: npt.ArrayLike | None = None, threshold: float = 0.5
) -> Mesh:
    """Give the closed, 2-manifold, outward surface around the grid points whose value reaches ``threshold``.

    Args:
        probabilities: (I, J, K) scalars; inside is at or above.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel.
        threshold: where the surface runs, by linear interpolation along the grid's edges.

    Raises:
        ShapeError: for a NaN, or an affine that is singular.
    """
    return Mesh._of(_medshape.probability_surface(scalar_volume(probabilities, affine), threshold))
