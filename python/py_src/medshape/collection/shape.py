"""A shape of a collection and its views as arrays."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from medshape.shape import Mask, Mesh, Points

if TYPE_CHECKING:
    from medshape.collection.collection import Collection

Resolution = Literal["full", "core"]


class Shape:
    """One structure of one case. Nothing is read before it is asked for."""

    def __init__(self, collection: Collection, shape_id: str) -> None:
        self._collection = collection
        self._id = shape_id

    @property
    def id(self) -> str:
        """``dataset/case/structure``."""
        return self._id

    @cached_property
    def record(self) -> dict[str, Any]:
        """Everything known of the shape: the content of its ``shape.json``."""
        record: dict[str, Any] = json.loads(self._collection._core.record(self._id))
        return record

    @property
    def dataset(self) -> str:
        """The dataset's name."""
        return self._id.split("/")[0]

    @property
    def case(self) -> str:
        """The case's name."""
        return self._id.split("/")[1]

    @property
    def structure(self) -> str:
        """The canonical name of the structure, or the source's own where that is not in the vocabulary."""
        return str(self.record["structure"])

    @property
    def label(self) -> str:
        """What the source calls it."""
        return str(self.record["label"])

    @property
    def subject(self) -> dict[str, Any]:
        """``id``, ``sex``, ``age_years`` and further ``attributes`` of the person."""
        return dict(self.record["subject"])

    @property
    def features(self) -> dict[str, Any]:
        """Measures of the full mesh, units in the names."""
        return dict(self.record["features"])

    @property
    def quality(self) -> dict[str, Any]:
        """What was checked."""
        return dict(self.record["quality"])

    @property
    def files(self) -> dict[str, Path]:
        """Absolute paths of the stored files, by name."""
        folder = Path(self._collection._core.folder(self._id)).absolute()
        return {name: folder / name for name in self.record["files"]}

    def mesh(self, resolution: Resolution = "full") -> Mesh:
        """Give the surface.

        Args:
            resolution: ``"full"`` as it was measured, or ``"core"`` with at most 20,000 triangles.

        Returns:
            ``vertices`` (N, 3) float32 in RAS+ mm and ``faces`` (M, 3) uint32.

        Raises:
            ValueError: for any other resolution.
        """
        if resolution not in ("full", "core"):
            raise ValueError(f"resolution is 'full' or 'core', not {resolution!r}")
        return Mesh._of(self._collection._core.mesh(self._id, resolution == "core"))

    def mask(self) -> Mask:
        """Give the voxels, cropped to the structure.

        Returns:
            ``array`` (I, J, K) uint8 and ``affine`` (4, 4) float64 to RAS+ mm.

        Raises:
            NotAvailableError: for a shape that came as a mesh.
        """
        voxels, shape, affine = self._collection._core.mask(self._id)
        return Mask(voxels.reshape(shape, order="F"), np.asarray(affine, dtype=np.float64))

    def points(self, n: int = 10_000, seed: int = 0) -> Points:
        """Give points spread evenly over the full mesh; the same seed gives the same points.

        Args:
            n: how many.
            seed: of the random numbers.

        Returns:
            ``points`` and ``normals``, (n, 3) float32 each, in RAS+ mm.
        """
        return Points(*self._collection._core.points(self._id, n, seed))

    def thumbnail(self) -> bytes:
        """Give a picture of the shape, 256 x 256 pixels, PNG."""
        return self._collection._core.thumbnail(self._id)

    def _repr_png_(self) -> bytes:
        return self.thumbnail()

    def __repr__(self) -> str:
        return f"Shape({self._id!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shape) and (self._id, self._collection) == (other._id, other._collection)

    def __hash__(self) -> int:
        return hash((self._id, self._collection))

    def __reduce__(self) -> tuple[type[Shape], tuple[Collection, str]]:
        return Shape, (self._collection, self._id)
