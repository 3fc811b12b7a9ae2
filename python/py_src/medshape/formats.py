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
from medshape.errors import FormatError
from medshape.shape._arrays import label_volume
from medshape.shape.mesh import Mesh

__all__ = [
    "LabelVolume",
    "MeshFile",
    "Segmentation",
    "read_labels",
    "read_mesh",
    "read_mesh_file",
    "read_segmentation",
    "write_labels",
    "write_mesh",
]


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


@dataclass(frozen=True, eq=False)
class Segmentation:
    """The label maps of a file.

    Attributes:
        layers: one, or several where segments overlap; each has an affine of its own.
        notes: what was assumed, changed or left out while reading, in plain words.
    """

    layers: list[LabelVolume]
    notes: list[str]


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


def read_segmentation(path: str | os.PathLike[str]) -> Segmentation:
    """Read the label maps of a file: NIfTI, NRRD and ``.seg.nrrd``, MetaImage, MGH, NPY or NPZ, by content.

    Raises:
        FormatError: for a file that is no label volume, is damaged, cut short or too large.
        OSError: if the system does not let it be read.
    """
    layers, notes = _medshape.read_segmentation(path)
    volumes = [
        LabelVolume(values.reshape(shape, order="F"), np.array(matrix), dict(names))
        for values, shape, matrix, names in layers
    ]
    return Segmentation(volumes, notes)


def read_labels(path: str | os.PathLike[str]) -> LabelVolume:
    """Read a file of one label map. Raises as `read_segmentation`, and a FormatError for several layers."""
    layers = read_segmentation(path).layers
    if len(layers) != 1:
        raise FormatError(f"{os.fspath(path)}: holds {len(layers)} label maps; read_segmentation gives them all")
    return layers[0]


def write_labels(labels: npt.ArrayLike, affine: npt.ArrayLike | None, path: str | os.PathLike[str]) -> None:
    """Write a label map, its axes as they are: ``.nii``, ``.nii.gz``, ``.nrrd``, ``.mha``, ``.npz`` or ``.npy``.

    Args:
        labels: (I, J, K) integers or bool.
        affine: (4, 4), index to RAS+ mm; none: one millimetre a voxel. ``.npy`` does not hold it.
        path: where to; a file of that name is replaced.

    Raises:
        ShapeError: for an array that is no volume of labels, or an affine that is singular.
        FormatError: for another extension.
        OSError: if the system does not let it be written.
    """
    _medshape.write_labels(label_volume(np.asfortranarray(labels), affine), path)
