"""Shape features ("shapeomics")."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from medshape import _medshape
from medshape.shape._arrays import mask_volume
from medshape.shape.mesh import Mesh


def measure(
    shape: npt.ArrayLike | Mesh,
    affine: npt.ArrayLike | None = None,
    groups: Iterable[str] | None = None,
    seed: int = 0,
) -> dict[str, float]:
    """Measure a mask or a mesh.

    Args:
        shape: (I, J, K) mask, every value but 0 inside; or a `Mesh`.
        affine: (4, 4) of the mask, index to RAS+ mm; none: one millimetre a voxel. A mesh needs none.
        groups: some of ``size``, ``pyradiomics``, ``ibsi``, ``topology``, ``fractal``, ``curvature``, ``roughness``,
            ``thickness``, ``distribution``; none: all.
        seed: of the random points of ``distribution``.

    Returns:
        Values by name, in a fixed order; all finite. Units are in the names: ``surface_area_mm2``. Names that begin
        with ``pyradiomics:`` and ``ibsi:`` follow those definitions, in mm, mm2 and mm3. What is not defined for the
        shape is left out. ``docs/features.md`` describes every row.

    Raises:
        ShapeError: for an empty mask, a mesh without area, or an unknown group.
    """
    names = None if groups is None else list(groups)
    if isinstance(shape, Mesh):
        rows = _medshape.measure_mesh(shape._core, names, seed)
    else:
        # The planes of PyRadiomics' 2D diameters follow the axes as given, so i must be the fastest.
        rows = _medshape.measure_mask(mask_volume(np.asfortranarray(shape), affine), names, seed)
    return {name: value for name, value, _ in rows}
