"""Collections of shapes on disk, and the shapes in them."""

from medshape.collection.collection import Collection, SearchResult, open_collection
from medshape.collection.shape import Shape

__all__ = ["Collection", "SearchResult", "Shape", "open_collection"]
