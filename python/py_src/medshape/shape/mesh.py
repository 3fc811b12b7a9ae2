"""Triangle meshes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from medshape import _medshape
from medshape.shape._arrays import rows


class Mesh:
    """A triangle mesh in RAS+ millimetres. It does not change; what is done to it gives a new one.

    Args:
        vertices: (N, 3), RAS+ millimetres; kept as float32.
        faces: (M, 3), indices into ``vertices``, counter-clockwise seen from outside; kept as uint32.

    Raises:
        ShapeError: for a coordinate that is not finite, or an index that is out of range; it names which.
    """

    __slots__ = ("_core",)

    _core: _medshape.Mesh

    def __init__(self, vertices: npt.ArrayLike, faces: npt.ArrayLike) -> None:
        self._core = _medshape.Mesh(rows(vertices, np.float32, "vertices"), rows(faces, np.uint32, "faces"))

    @classmethod
    def _of(cls, core: _medshape.Mesh) -> Mesh:
        mesh = cls.__new__(cls)
        mesh._core = core
        return mesh

    @property
    def vertices(self) -> npt.NDArray[np.float32]:
        """(N, 3) float32, RAS+ mm; a read-only view."""
        return self._core.vertices

    @property
    def faces(self) -> npt.NDArray[np.uint32]:
        """(M, 3) uint32, counter-clockwise seen from outside; a read-only view."""
        return self._core.faces

    def __iter__(self) -> Iterator[npt.NDArray[Any]]:
        """Unpack as ``vertices, faces``."""
        return iter((self.vertices, self.faces))

    def __repr__(self) -> str:
        return f"Mesh({len(self.vertices)} vertices, {len(self.faces)} faces)"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Mesh)
            and np.array_equal(self.vertices, other.vertices)
            and np.array_equal(self.faces, other.faces)
        )

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[Mesh], tuple[npt.NDArray[np.float32], npt.NDArray[np.uint32]]]:
        return Mesh, (self.vertices, self.faces)
