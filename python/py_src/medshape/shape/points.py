"""Point clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Points:
    """Points spread evenly over a surface.

    Attributes:
        points: (n, 3) float32, RAS+ millimetres.
        normals: (n, 3) float32, outward unit normals.
    """

    points: npt.NDArray[np.float32]
    normals: npt.NDArray[np.float32]

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Give the points, so that ``np.asarray(points)`` works."""
        if copy:
            return np.array(self.points, dtype=dtype)
        return np.asarray(self.points, dtype=dtype)

    def __len__(self) -> int:
        return len(self.points)

    def __repr__(self) -> str:
        return f"Points({len(self.points)})"
