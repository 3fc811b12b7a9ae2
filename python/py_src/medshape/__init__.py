"""One curated, searchable collection of 3D medical shapes, as numpy arrays.

>>> import medshape
>>> collection = medshape.open("collection")        # doctest: +SKIP
>>> shape = collection.search("left kidney")[0]     # doctest: +SKIP
>>> shape.mesh().vertices                           # (N, 3) float32, RAS+ millimetres  # doctest: +SKIP

Space is RAS+ patient space in millimetres throughout: x to the patient's right, y anterior, z superior. Volumes are
indexed ``[i, j, k]`` as nibabel gives them, with the affine from voxel index to RAS+ mm.
"""

from medshape import formats, shape
from medshape._medshape import __version__
from medshape.collection import Collection, SearchResult, Shape, open_collection
from medshape.errors import (
    CollectionError,
    FormatError,
    MedshapeError,
    NotAvailableError,
    QueryError,
    ShapeError,
    ShapeNotFoundError,
)
from medshape.shape import Mask, Mesh, Points

open = open_collection

__all__ = [
    "Collection",
    "CollectionError",
    "FormatError",
    "Mask",
    "MedshapeError",
    "Mesh",
    "NotAvailableError",
    "Points",
    "QueryError",
    "SearchResult",
    "Shape",
    "ShapeError",
    "ShapeNotFoundError",
    "__version__",
    "formats",
    "open",
    "shape",
]
