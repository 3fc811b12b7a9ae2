"""Opening and searching a collection."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, overload

from medshape import _medshape
from medshape.collection.shape import Shape


class SearchResult(Sequence[Shape]):
    """The shapes that a search found, best first. Their records are read when they are asked for."""

    def __init__(self, collection: Collection, query: str, ids: list[str], total: int) -> None:
        self._collection = collection
        self._query = query
        self._ids = ids
        self._total = total

    @property
    def total(self) -> int:
        """Number of shapes that match, also beyond the limit."""
        return self._total

    @property
    def ids(self) -> list[str]:
        """The ids alone."""
        return list(self._ids)

    @cached_property
    def facets(self) -> dict[str, list[dict[str, Any]]]:
        """All shapes that match, counted by dataset, structure, system, region, laterality, sex and closed."""
        facets: dict[str, list[dict[str, Any]]] = json.loads(self._collection._core.search(self._query, 1))["facets"]
        return facets

    @overload
    def __getitem__(self, index: int) -> Shape: ...

    @overload
    def __getitem__(self, index: slice) -> SearchResult: ...

    def __getitem__(self, index: int | slice) -> Shape | SearchResult:
        """Give a shape, or a part of the result."""
        if isinstance(index, slice):
            return SearchResult(self._collection, self._query, self._ids[index], self._total)
        return Shape(self._collection, self._ids[index])

    def __len__(self) -> int:
        return len(self._ids)

    def __repr__(self) -> str:
        return f"SearchResult({self._query!r}: {self._total} shapes)"


class Collection:
    """A folder of shapes, made by ``medshape import``."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path).absolute()
        self._core = _medshape.Collection(self._path)

    @property
    def path(self) -> Path:
        """The collection's folder."""
        return self._path

    @property
    def name(self) -> str:
        """The collection's name."""
        return self._core.name()

    def search(self, query: str = "", limit: int | None = None) -> SearchResult:
        """Find shapes.

        Args:
            query: words and filters, as ``kidney left sex:F age:40..60 volume:>100ml dataset:kits19 closed:yes``;
                nothing finds everything.
            limit: give at most so many.

        Raises:
            QueryError: when the query cannot be understood.
        """
        ids = self._core.ids(query)
        return SearchResult(self, query, ids[:limit], len(ids))

    def datasets(self) -> list[dict[str, Any]]:
        """List the datasets: name, title, cases, shapes, licence, citation."""
        datasets: list[dict[str, Any]] = json.loads(self._core.datasets())
        return datasets

    def __getitem__(self, shape_id: str) -> Shape:
        """Give the shape of an id; ``ShapeNotFoundError`` when there is none."""
        shape = Shape(self, shape_id)
        _ = shape.record
        return shape

    def __contains__(self, shape_id: object) -> bool:
        if not isinstance(shape_id, str):
            return False
        try:
            self[shape_id]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[Shape]:
        return iter(self.search())

    def __len__(self) -> int:
        return self._core.count()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Collection) and self._path == other._path

    def __hash__(self) -> int:
        return hash(self._path)

    def __reduce__(self) -> tuple[type[Collection], tuple[Path]]:
        return Collection, (self._path,)

    def __repr__(self) -> str:
        return f"Collection({str(self._path)!r}, {len(self)} shapes)"


def open_collection(path: str | os.PathLike[str] | None = None) -> Collection:
    """Open a collection.

    Args:
        path: its folder; none: ``$MEDSHAPE_COLLECTION``, else ``./collection``.

    Raises:
        CollectionError: when there is no collection.
    """
    return Collection(path if path is not None else os.environ.get("MEDSHAPE_COLLECTION", "collection"))
