"""Files to meshes and label volumes, and back.

Readers convert into RAS+ millimetres and check every size a file claims before they ask for memory. Writers give the
same bytes for the same shape, and leave no half of a file behind when they fail.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from medshape import _medshape
from medshape.shape._arrays import label_volume
from medshape.shape.mesh import Mesh

__all__ = ["LabelVolume", "MeshFile", "read_labels", "read_mesh", "read_mesh_file", "write_labels", "write_mesh"]


@dataclass(frozen=True, eq=False)
class LabelVolume:
    """A label map and what its file said.

    Attributes:
        labels: (I, J, K) of the narrowest unsigned type that holds them, Fortran order.
        affine: (4, 4), from the index of a voxel's centre to RAS+ mm.
        names: names of labels, where the file gives them.
    """

    labels: npt.NDArray[Any]
    affine: npt.NDArray[np.float64]
    names: dict[int, str]


@dataclass(frozen=True)
class MeshFile:
    """A mesh and what was noted while it was read.

    Attributes:
        mesh: coordinates in the file's unit, turned to RAS where the file says LPS.
        format: of the content, which may not be that of the name.
        notes: what was changed or left out, in plain words.
    """

    mesh: Mesh
    format: str
    notes: list[str]


def read_mesh(path: str | os.PathLike[str]) -> Mesh:
    """Read a mesh; vertices at one place become one. Coordinates keep the file's unit. See `read_mesh_file`.

    Raises:
        FormatError: for a file that is no mesh, is damaged or cut short, or holds no triangles.
        OSError: if the system does not let it be read.
    """
    return read_mesh_file(path).mesh


def read_mesh_file(path: str | os.PathLike[str]) -> MeshFile:
    """Read a mesh with its format and the notes that the reader made. Raises as `read_mesh`."""
    core, form, notes = _medshape.read_mesh(path)
    return MeshFile(Mesh._of(core), form, notes)


def write_mesh(mesh: Mesh, path: str | os.PathLike[str], *, name: str = "", copyright: str | None = None) -> None:
    """Write a mesh in the format of the path's extension.

    Args:
        mesh: RAS+ mm, and written so; GLB is in metres with Y up, as its specification asks.
        path: where to; a file of that name is replaced.
        name: goes into the file where the format has a place for it.
        copyright: rights and attribution, likewise.

    Raises:
        FormatError: for an extension that is none of a mesh format, or a mesh that the format cannot hold.
        OSError: if the system does not let it be written.
    """
    _medshape.write_mesh(mesh._core, path, name, copyright)


def read_labels(path: str | os.PathLike[str]) -> LabelVolume:
    """Read a label map.

    Raises:
        FormatError: for a file that is no label volume, is damaged, cut short or too large.
        OSError: if the system does not let it be read.
    """
    values, shape, matrix, names = _medshape.read_labels(path)
    return LabelVolume(values.reshape(shape, order="F"), np.array(matrix), dict(names))


def write_labels(labels: npt.ArrayLike, affine: npt.ArrayLike | None, path: str | os.PathLike[str]) -> None:
    """Write a label map as NIfTI-1 (``.nii`` or ``.nii.gz``), its axes as they are.

    Args:
        labels: (I, J, K) integers or bool.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel.
        path: where to; a file of that name is replaced.

    Raises:
        ShapeError: for an array that is no volume of labels, or an affine that is singular.
        FormatError: for another extension.
        OSError: if the system does not let it be written.
    """
    _medshape.write_labels(label_volume(np.asfortranarray(labels), affine), path)
