"""The geometry of medshape on numpy arrays.

Space is RAS+ patient space in millimetres: x to the patient's right, y anterior, z superior. Volumes are indexed
``[i, j, k]`` as nibabel gives them, in C or Fortran order, with the affine from the index of a voxel's centre to RAS+
mm. Every call runs without the interpreter lock, and its result does not depend on the number of threads
(``RAYON_NUM_THREADS``).
"""

from medshape.errors import ShapeError
from medshape.shape.compare import border_dice, compare, compare_labels, compare_points
from medshape.shape.features import measure
from medshape.shape.isosurface import isosurface, probability_surface
from medshape.shape.mask import Mask
from medshape.shape.mesh import Mesh
from medshape.shape.pictures import render
from medshape.shape.points import Points, farthest_points, nearest_points
from medshape.shape.reports import MeshCheck, Repair, SymmetryPlane
from medshape.shape.sdf import Sdf
from medshape.shape.volume import (
    LabelStatistics,
    SharedSurface,
    connected_components,
    distance_transform,
    extract_meshes,
    extract_shared,
    fill_holes,
    interpolate_slices,
    label_statistics,
    largest_components,
    mask_to_sdf,
    morphology,
    resample,
)

__all__ = [
    "LabelStatistics",
    "Mask",
    "Mesh",
    "MeshCheck",
    "Points",
    "Repair",
    "Sdf",
    "ShapeError",
    "SharedSurface",
    "SymmetryPlane",
    "border_dice",
    "compare",
    "compare_labels",
    "compare_points",
    "connected_components",
    "distance_transform",
    "extract_meshes",
    "extract_shared",
    "farthest_points",
    "fill_holes",
    "interpolate_slices",
    "isosurface",
    "label_statistics",
    "largest_components",
    "mask_to_sdf",
    "measure",
    "morphology",
    "nearest_points",
    "probability_surface",
    "render",
    "resample",
]
