"""Point clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from medshape import _medshape
from medshape.shape._arrays import rows


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


def farthest_points(points: npt.ArrayLike, n: int, *, start: int = 0) -> npt.NDArray[np.uint32]:
    """Choose points, each the farthest from those before it (exact; Eldar et al. 1997, doi:10.1109/83.623193).

    Args:
        points: (N, 3), mm.
        n: how many.
        start: index of the first.

    Returns:
        (n,) uint32, different indices into ``points``, in the order of choice: the first m are a good choice for any m.

    Raises:
        ShapeError: for more points than there are, a start that is none of them, or a coordinate that is not finite.
    """
    return _medshape.farthest_points(rows(points, np.float32, "points"), n, start)


def nearest_points(
    points: npt.ArrayLike, queries: npt.ArrayLike
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float32]]:
    """Find the nearest of ``points`` to each query.

    Args:
        points: (N, 3), mm.
        queries: (Q, 3), mm.

    Returns:
        (Q,) uint32 indices into ``points``, of equally near ones the lowest; (Q,) float32 distances, mm.

    Raises:
        ShapeError: if there are no points, or for a coordinate that is not finite.
    """
    return _medshape.nearest_points(rows(points, np.float32, "points"), rows(queries, np.float32, "queries"))
