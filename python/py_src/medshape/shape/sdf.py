"""Signed distance fields and other scalar fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
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
        from medshape.shape.isosurface import isosurface  # meshes give fields and fields give meshes

        return isosurface(self.array, self.affine, value)

    def __iter__(self) -> Iterator[npt.NDArray[Any]]:
        """Unpack as ``array, affine``."""
        return iter((self.array, self.affine))

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Give the distances, so that ``np.asarray(sdf)`` works."""
        return np.array(self.array, dtype=dtype) if copy else np.asarray(self.array, dtype=dtype)

    def __repr__(self) -> str:
        return f"Sdf({' x '.join(map(str, self.array.shape))})"
