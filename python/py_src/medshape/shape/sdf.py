"""Signed distance fields and other scalar fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from medshape import _medshape
from medshape.shape._arrays import scalar_volume
from medshape.shape.mesh import Mesh


@dataclass(frozen=True, eq=False)
class Sdf:
    """Signed distances on a grid, negative inside.

    Attributes:
        array: (I, J, K) float32, mm, indexed ``[i, j, k]``.
        affine: (4, 4) float64, index to RAS+ mm.
    """

    array: npt.NDArray[np.float32]
    affine: npt.NDArray[np.float64]

    def to_mesh(self, value: float = 0.0) -> Mesh:
        """Give the closed, 2-manifold, outward surface around the values below ``value`` (mm); see `isosurface`."""
        return isosurface(self.array, self.affine, value)

    def __iter__(self) -> Iterator[npt.NDArray[Any]]:
        """Unpack as ``array, affine``."""
        return iter((self.array, self.affine))

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Give the distances, so that ``np.asarray(sdf)`` works."""
        return np.array(self.array, dtype=dtype) if copy else np.asarray(self.array, dtype=dtype)

    def __repr__(self) -> str:
        return f"Sdf({' x '.join(map(str, self.array.shape))})"


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
