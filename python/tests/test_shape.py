"""The views of a shape, checked with nibabel and trimesh."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import nibabel as nib
import numpy as np
import pytest
import trimesh

import medshape
from conftest import AFFINE, label_map


def test_mask_is_the_stored_one(collection: medshape.Collection) -> None:
    shape = collection.search("structure:kidney_left")[0]
    array, affine = shape.mask()
    stored = nib.load(shape.files["mask.nii.gz"])
    assert array.dtype == np.uint8
    assert array.flags.f_contiguous
    np.testing.assert_array_equal(array, np.asarray(stored.dataobj))
    np.testing.assert_allclose(affine, stored.affine, atol=1e-4)
    # The crop sits where the label was in the whole volume.
    assert array.shape == (10, 15, 21)
    assert array.all()
    first = np.argwhere(label_map() == 2).min(axis=0)
    np.testing.assert_allclose(affine @ [0, 0, 0, 1], AFFINE @ [*first, 1], atol=1e-4)


@pytest.mark.parametrize("query", ["liver", "structure:kidney_left", "nowhere"])
def test_mesh_is_closed_and_outward(collection: medshape.Collection, query: str) -> None:
    shape = collection.search(query)[0]
    vertices, faces = shape.mesh()
    assert vertices.dtype == np.float32 and vertices.shape[1] == 3
    assert faces.dtype == np.uint32 and faces.shape[1] == 3
    mesh = trimesh.Trimesh(vertices, faces.astype(np.int64), process=False)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.volume == pytest.approx(shape.features["volume_mm3"], rel=1e-4)
    assert mesh.area == pytest.approx(shape.features["surface_area_mm2"], rel=1e-4)
    core = shape.mesh("core")
    assert len(core.faces) <= 20_000
    with pytest.raises(ValueError, match="resolution"):
        shape.mesh("coarse")  # type: ignore[arg-type]


def test_ball_lies_where_it_was(collection: medshape.Collection) -> None:
    shape = collection.search("liver")[0]
    voxel = abs(np.linalg.det(AFFINE[:3, :3]))
    assert shape.quality["mask_volume_mm3"] == pytest.approx((label_map() == 1).sum() * voxel)
    centre = (AFFINE @ [14, 15, 14, 1])[:3]
    np.testing.assert_allclose(shape.features["centroid_mm"], centre, atol=0.05)
    np.testing.assert_allclose(shape.mesh("core").vertices.mean(axis=0), centre, atol=0.5)


def test_border_is_noted(collection: medshape.Collection) -> None:
    assert collection.search("structure:kidney_left")[0].quality["touches_border"] is True
    assert collection.search("liver")[0].quality["touches_border"] is False


def test_points_lie_on_the_mesh(collection: medshape.Collection) -> None:
    shape = collection.search("liver")[0]
    points = shape.points(2048, seed=3)
    assert points.points.shape == points.normals.shape == np.asarray(points).shape == (2048, 3)
    assert len(shape.points()) == 10_000
    np.testing.assert_allclose(np.linalg.norm(points.normals, axis=1), 1, atol=1e-5)
    mesh = trimesh.Trimesh(*shape.mesh(), process=False)
    lo, hi = mesh.bounds
    assert (points.points >= lo - 1e-3).all() and (points.points <= hi + 1e-3).all()
    outward = points.points - np.asarray(shape.features["centroid_mm"])
    assert (np.einsum("ij,ij->i", outward, points.normals) > 0).mean() > 0.95
    np.testing.assert_array_equal(points.points, shape.points(2048, seed=3).points)
    assert (points.points != shape.points(2048, seed=4).points).any()


def test_a_mesh_has_no_mask(collection: medshape.Collection) -> None:
    shape = collection.search("femur")[0]
    with pytest.raises(medshape.NotAvailableError, match="mesh"):
        shape.mask()
    assert shape.mesh().faces.shape == (4, 3)
    assert shape.features["volume_mm3"] == pytest.approx(1e6 / 6, rel=1e-5)


def test_record_and_thumbnail(collection: medshape.Collection) -> None:
    shape = collection.search("liver")[0]
    assert shape.record["id"] == shape.id == f"{shape.dataset}/{shape.case}/liver"
    assert (shape.label, shape.record["label_value"]) == ("liver", 1)
    assert shape.thumbnail().startswith(b"\x89PNG")
    unknown = collection.search("nowhere")[0]
    assert unknown.record["anatomy"]["resolved"] is False
    assert unknown.label == "nowhere at all"


def test_threads_give_the_same(collection: medshape.Collection) -> None:
    shape = collection.search("liver")[0]
    with ThreadPoolExecutor(8) as pool:
        meshes = list(pool.map(lambda _: shape.mesh().vertices, range(16)))
    assert all((m == meshes[0]).all() for m in meshes)
