"""Pictures of meshes, drawn without a GPU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from medshape import _medshape
from medshape.shape.mesh import Mesh

View = Literal["oblique", "anterior", "posterior", "left", "right", "superior", "inferior"]
Colour = tuple[int, int, int]

#: Colours for meshes that get none: told apart also by those who see red and green alike.
_COLOURS: tuple[Colour, ...] = (
    (222, 184, 155),
    (86, 180, 233),
    (230, 159, 0),
    (0, 158, 115),
    (204, 121, 167),
    (240, 228, 66),
    (213, 94, 0),
    (0, 114, 178),
)


def render(
    meshes: Mesh | Sequence[Mesh] | Mapping[int, Mesh],
    size: int | tuple[int, int] = 256,
    *,
    colours: Sequence[Colour] | None = None,
    opacities: Sequence[float] | None = None,
    view: View = "oblique",
    perspective: float | None = None,
    background: Colour | None = None,
    occlusion: bool = True,
    letters: bool = False,
    scale_bar: bool = False,
) -> npt.NDArray[np.uint8]:
    """Draw one or several meshes; the same input gives the same pixels on every machine.

    Args:
        meshes: one, several, or those of `extract_meshes`.
        size: of a square picture, or (width, height); 1 to 8192 pixels.
        colours: sRGB, 0 to 255, one a mesh.
        opacities: 0 to 1, one a mesh.
        view: the side that is seen. ``"oblique"`` is from the front, a little from the patient's left and above.
            In ``"anterior"`` and ``"inferior"`` the patient's right is on the left of the picture.
        perspective: distance of the eye in radii of the scene, over 1; none: parallel, so that lengths can be measured.
        background: sRGB; none: transparent.
        occlusion: darken hollows.
        letters: write R, L, A, P, S, I at the borders.
        scale_bar: draw a bar with its length in mm.

    Returns:
        (height, width, 4) uint8: sRGB and opacity, rows from the top.

    Raises:
        ShapeError: for a size or an opacity out of range.
        ValueError: for an unknown view, or another number of colours than meshes.
    """
    scene = [meshes] if isinstance(meshes, Mesh) else list(meshes.values() if isinstance(meshes, Mapping) else meshes)
    paint = list(colours) if colours is not None else [_COLOURS[n % len(_COLOURS)] for n in range(len(scene))]
    covers = list(opacities) if opacities is not None else [1.0] * len(scene)
    parts = [(m._core, c, o) for m, c, o in zip(scene, paint, covers, strict=True)]
    width, height = (size, size) if isinstance(size, int) else size
    return _medshape.render(parts, (width, height), view, perspective, background, occlusion, letters, scale_bar)
