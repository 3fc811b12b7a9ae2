"""Binary volumes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Mask:
    """A binary volume, cropped to the structure.

    Attributes:
        array: (I, J, K) uint8, 0 or 1, indexed ``[i, j, k]`` as nibabel gives it, in Fortran order.
        affine: (4, 4) float64, from the index of a voxel's centre to RAS+ millimetres.
    """

    array: npt.NDArray[np.uint8]
    affine: npt.NDArray[np.float64]

    def __iter__(self) -> Iterator[npt.NDArray[Any]]:
        """Unpack as ``array, affine``."""
        return iter((self.array, self.affine))

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Give the voxels, so that ``np.asarray(mask)`` works."""
        return np.array(self.array, dtype=dtype) if copy else np.asarray(self.array, dtype=dtype)

    def __repr__(self) -> str:
        return f"Mask({' x '.join(map(str, self.array.shape))} voxels)"
