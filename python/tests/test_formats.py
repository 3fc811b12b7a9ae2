"""Files read and written from Python, with nibabel and trimesh as judges."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import nibabel
import numpy as np
import pytest
import trimesh

import medshape
from medshape import formats, shape


def ball(n: int = 24) -> np.ndarray:
    grid = np.stack(np.meshgrid(*[np.arange(n)] * 3, indexing="ij"), -1)
    inside: np.ndarray = np.linalg.norm(grid - (n - 1) / 2, axis=-1) < n / 3
    return inside.astype(np.uint8)


AFFINE = np.array([[-0.8, 0.1, 0, 20], [0.1, 0.8, 0, -30], [0, 0, 2.5, 5], [0, 0, 0, 1]])


@pytest.mark.parametrize("extension", ["stl", "ply", "obj", "glb"])
def test_meshes_open_in_trimesh_as_they_were(tmp_path: Path, extension: str) -> None:
    mesh = shape.extract_meshes(ball(), AFFINE)[1]
    path = tmp_path / f"ball.{extension}"
    formats.write_mesh(mesh, path, name="ball", copyright="CC0-1.0")
    other = trimesh.load(path, force="mesh")
    other.merge_vertices()
    assert other.is_watertight
    scale = 1e9 if extension == "glb" else 1.0  # GLB is in metres
    assert other.volume * scale == pytest.approx(mesh.volume_mm3, rel=1e-4)


def test_a_mesh_comes_back(tmp_path: Path) -> None:
    mesh = shape.extract_meshes(ball(), AFFINE)[1]
    formats.write_mesh(mesh, tmp_path / "ball.ply")
    back = formats.read_mesh_file(tmp_path / "ball.ply")
    assert back.format == "ply"
    np.testing.assert_array_equal(back.mesh.vertices, mesh.vertices)
    np.testing.assert_array_equal(back.mesh.faces, mesh.faces)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("extension", ["nii", "nii.gz"])
def test_label_maps_open_in_nibabel_and_come_back(tmp_path: Path, order: Literal["C", "F"], extension: str) -> None:
    labels = np.asarray(ball() * np.uint16(700), order=order)[:, :20]
    path = tmp_path / f"ball.{extension}"
    formats.write_labels(labels, AFFINE, path)
    image = nibabel.load(path)
    np.testing.assert_array_equal(np.asarray(image.dataobj), labels)
    np.testing.assert_allclose(image.affine, AFFINE, atol=1e-5)
    back = formats.read_labels(path)
    np.testing.assert_array_equal(back.labels, labels)
    np.testing.assert_allclose(back.affine, AFFINE, atol=1e-5)
    assert back.names == {}


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.stl"):
        formats.read_mesh(tmp_path / "none.stl")
    (tmp_path / "text.stl").write_text("not a mesh at all")
    with pytest.raises(medshape.FormatError, match=r"text\.stl"):
        formats.read_mesh(tmp_path / "text.stl")
    mesh = shape.extract_meshes(ball(), AFFINE)[1]
    with pytest.raises(medshape.FormatError, match="xyzzy"):
        formats.write_mesh(mesh, tmp_path / "ball.xyzzy")
    with pytest.raises(OSError, match="folder"):
        formats.write_mesh(mesh, tmp_path / "no folder" / "ball.stl")
    with pytest.raises(medshape.FormatError, match="dcm"):
        formats.write_labels(ball(), AFFINE, tmp_path / "ball.dcm")
    with pytest.raises(medshape.FormatError, match="MGH"):
        formats.write_labels(ball(), AFFINE, tmp_path / "ball.mgz")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["text.stl"]


@pytest.mark.parametrize("extension", ["nrrd", "mha", "npz"])
def test_other_volume_formats_come_back(tmp_path: Path, extension: str) -> None:
    labels = ball() * np.uint16(300)
    path = tmp_path / f"ball.{extension}"
    formats.write_labels(labels, AFFINE, path)
    read = formats.read_segmentation(path)
    np.testing.assert_array_equal(read.layers[0].labels, labels)
    if extension != "npz":
        np.testing.assert_allclose(read.layers[0].affine, AFFINE, atol=1e-9)
