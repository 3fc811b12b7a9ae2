"""The geometry of medshape on numpy arrays.

Space is RAS+ patient space in millimetres: x to the patient's right, y anterior, z superior. Volumes are indexed
``[i, j, k]`` as nibabel gives them, in C or Fortran order, with the affine from the index of a voxel's centre to RAS+
mm. Every call runs without the interpreter lock, and its result does not depend on the number of threads
(``RAYON_NUM_THREADS``).
"""

from medshape.errors import ShapeError
from medshape.shape.mask import Mask
from medshape.shape.mesh import Mesh
from medshape.shape.points import Points
from medshape.shape.volume import extract_meshes

__all__ = ["Mask", "Mesh", "Points", "ShapeError", "extract_meshes"]
