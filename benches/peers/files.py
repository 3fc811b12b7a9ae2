"""Rows of files: read from the disk's cache into arrays, and back."""

# ruff: noqa: D103

from __future__ import annotations

import os
import pathlib
import tempfile
from typing import Any

import numpy as np
from inputs import Inputs
from rows import ROWS, Row, Work, way
from volume import clinical

TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def welded(_: Inputs, mesh: Any) -> str:
    return f"{len(mesh[0])} vertices, {len(mesh[1])} triangles"


ROWS["read_stl"] = Row("Read and weld a binary STL of 500 k triangles", welded, ">= 3 x")
ROWS["write_stl"] = Row("Write it", lambda _, r: f"{r / 1e6:.1f} MB", "as fast as the disk")
ROWS["read_nifti"] = Row(
    "Read a .nii.gz of labels, 512 x 512 x 400",
    lambda _, r: f"{np.count_nonzero(r)} voxels, {r.dtype}",
    ">= 2 x nibabel",
)


def stl() -> pathlib.Path:
    """The large mesh as a file, written once."""
    path = Inputs().folder / "large.stl"
    if not path.exists():
        write_soup(path)
    return path


def write_soup(path: pathlib.Path) -> int:
    vertices, faces = Inputs().mesh("large")
    soup = np.zeros(len(faces), TRIANGLE)
    soup["corners"] = vertices[faces]
    with open(path, "wb") as file:
        file.write(b"\0" * 80 + len(faces).to_bytes(4, "little"))
        soup.tofile(file)
    return path.stat().st_size


@way("read_stl", "medshape")
def _(_: Inputs) -> Work:
    from medshape import formats

    path = stl()

    def work() -> tuple[np.ndarray, np.ndarray]:
        mesh = formats.read_mesh(path)
        return mesh.vertices, mesh.faces

    return work


@way("read_stl", "VTK")
def _(_: Inputs) -> Work:
    import vtk
    from vtk.util.numpy_support import vtk_to_numpy

    path = stl()

    def work() -> tuple[np.ndarray, np.ndarray]:
        reader = vtk.vtkSTLReader()
        reader.SetFileName(str(path))
        reader.Update()
        data = reader.GetOutput()
        faces = vtk_to_numpy(data.GetPolys().GetConnectivityArray()).reshape(-1, 3)
        return vtk_to_numpy(data.GetPoints().GetData()), faces

    return work


@way("read_stl", "trimesh")
def _(_: Inputs) -> Work:
    import trimesh

    path = stl()

    def work() -> tuple[np.ndarray, np.ndarray]:
        mesh = trimesh.load(path)
        return mesh.vertices, mesh.faces

    return work


@way("write_stl", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import formats, shape

    mesh = shape.Mesh(*inputs.mesh("large"))
    path = pathlib.Path(tempfile.mkdtemp()) / "mesh.stl"

    def work() -> int:
        formats.write_mesh(mesh, path)
        return path.stat().st_size

    return work


@way("write_stl", "meshio")
def _(inputs: Inputs) -> Work:
    import meshio

    vertices, faces = inputs.mesh("large")
    mesh = meshio.Mesh(vertices, [("triangle", faces.astype(np.int64))])
    path = pathlib.Path(tempfile.mkdtemp()) / "mesh.stl"

    def work() -> int:
        mesh.write(path, binary=True)
        return path.stat().st_size

    return work


@way("write_stl", "numpy (no normals)")
def _(_: Inputs) -> Work:
    path = pathlib.Path(tempfile.mkdtemp()) / "mesh.stl"
    return lambda: write_soup(path)


@way("write_stl", "the same bytes alone")
def _(_: Inputs) -> Work:
    data = stl().read_bytes()
    path = pathlib.Path(tempfile.mkdtemp()) / "mesh.stl"

    def work() -> int:
        path.write_bytes(data)
        return path.stat().st_size

    return work


@way("read_nifti", "medshape")
def _(_: Inputs) -> Work:
    from medshape import formats

    path = clinical((512, 512, 400))
    return lambda: formats.read_labels(path).labels


@way("read_nifti", "libdeflate and numpy")
def _(_: Inputs) -> Work:
    import deflate

    path = clinical((512, 512, 400))

    def work() -> np.ndarray:
        raw = pathlib.Path(path).read_bytes()
        values = deflate.gzip_decompress(raw, int.from_bytes(raw[-4:], "little"))
        return np.frombuffer(values, np.uint8, offset=352).reshape((512, 512, 400), order="F")

    return work


@way("read_nifti", "nibabel")
def _(_: Inputs) -> Work:
    import nibabel

    path = clinical((512, 512, 400))
    return lambda: np.asarray(nibabel.load(path).dataobj)


@way("read_nifti", "SimpleITK")
def _(_: Inputs) -> Work:
    import SimpleITK

    path = os.fspath(clinical((512, 512, 400)))
    return lambda: SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(path))
