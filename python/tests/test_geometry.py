"""The shape engine on numpy arrays, checked with closed forms and trimesh."""

from __future__ import annotations

import pickle

import numpy as np
import numpy.typing as npt
import pytest
import trimesh

from medshape import ShapeError, shape

AFFINE = np.array([[-0.8, 0, 0, 90.0], [0, 0.9, 0, -20.0], [0, 0, 2.0, 300.0], [0, 0, 0, 1]])
RADIUS = 9.0


def ball(centre: tuple[float, float, float] = (14, 15, 14), radius: float = RADIUS) -> npt.NDArray[np.uint8]:
    i, j, k = np.indices((30, 31, 29))
    inside: npt.NDArray[np.bool_] = (i - centre[0]) ** 2 + (j - centre[1]) ** 2 + (k - centre[2]) ** 2 < radius**2
    return inside.astype(np.uint8)


@pytest.fixture(scope="module")
def mesh() -> shape.Mesh:
    return shape.extract_meshes(ball())[1]


@pytest.mark.parametrize("surface", ["exact", "smooth", "shared"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_surface_is_closed_in_either_order(surface: shape.volume.Surface, order: str) -> None:
    labels = np.array(ball() + 2 * ball((14, 15, 22), 5) * (1 - ball()), order=order)  # type: ignore[call-overload]
    meshes = shape.extract_meshes(labels, AFFINE, surface=surface)
    assert list(meshes) == [1, 2]
    voxel = abs(np.linalg.det(AFFINE[:3, :3]))
    for label, mesh in meshes.items():
        assert mesh.vertices.dtype == np.float32 and mesh.faces.dtype == np.uint32
        theirs = trimesh.Trimesh(mesh.vertices, mesh.faces.astype(np.int64), process=False)
        assert theirs.is_watertight and theirs.is_winding_consistent
        assert theirs.volume == pytest.approx((labels == label).sum() * voxel, rel=0.06)
        found = mesh.check(self_intersections=surface != "shared")
        assert found.closed and found.manifold and found.oriented and found.genus == 0
        assert found.self_intersections in (0, None)
        centre = (AFFINE @ [*np.argwhere(labels == label).mean(axis=0), 1])[:3]
        np.testing.assert_allclose(theirs.center_mass, centre, atol=0.25)


def test_vertices_are_a_view_that_outlives_the_mesh() -> None:
    vertices = shape.extract_meshes(ball())[1].vertices
    assert not vertices.flags.writeable and not vertices.flags.owndata
    assert np.isfinite(vertices).all()


def test_a_mesh_is_made_of_arrays_and_checked(mesh: shape.Mesh) -> None:
    again = shape.Mesh(mesh.vertices.astype(np.float64), mesh.faces.astype(np.int64))
    assert again == mesh == pickle.loads(pickle.dumps(mesh))
    with pytest.raises(ShapeError, match="vertex 1"):
        shape.Mesh(np.array([[0, 0, 0], [np.nan, 0, 0], [0, 1, 0]]), [[0, 1, 2]])
    with pytest.raises(ShapeError, match="7"):
        shape.Mesh([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 7]])
    with pytest.raises(ShapeError, match="-1"):
        shape.Mesh([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, -1]])
    with pytest.raises(ShapeError, match="shape"):
        shape.Mesh([[0, 0], [1, 0]], [[0, 1, 1]])


def test_faults_are_named_and_mended(mesh: shape.Mesh) -> None:
    holed = shape.Mesh(mesh.vertices, np.delete(mesh.faces, [5, 200], axis=0))
    found = holed.check()
    assert not found.closed and found.open_edges == 6 and found.boundary_loops == 2
    assert found.faults and len(found.places["open_edges"]) == 6
    mended, report = holed.repair_with_report()
    assert mended.check().closed and mended.check().manifold
    assert report.filled_holes == 2 and report.after.closed
    assert holed.repair() == mended


def test_smoothing_and_decimation_keep_the_shape(mesh: shape.Mesh) -> None:
    for method in ("taubin", "windowed_sinc", "volume_preserving"):
        smooth = mesh.smooth(10, method)
        np.testing.assert_array_equal(smooth.faces, mesh.faces)
        assert smooth.volume_mm3 == pytest.approx(mesh.volume_mm3, rel=0.02)
    light = mesh.decimate(500)
    assert len(light.faces) <= 500 and light.check().closed
    assert light.volume_mm3 == pytest.approx(mesh.volume_mm3, rel=0.01)
    assert [len(m.faces) for m in mesh.level_of_detail([200, 800])] == [200, 800]
    assert shape.compare(mesh, mesh.decimate(max_error_mm=0.2))["hausdorff_mm"] < 0.3
    with pytest.raises(ShapeError):
        mesh.decimate(max_error_mm=-1)


@pytest.mark.parametrize("method", ["area_uniform", "blue_noise", "farthest"])
def test_samples_are_on_the_surface(mesh: shape.Mesh, method: shape.mesh.SampleMethod) -> None:
    points = mesh.sample(700, method, seed=3)
    assert points.points.shape == points.normals.shape == (700, 3)
    assert np.abs(mesh.signed_distances(points.points)).max() < 1e-3
    np.testing.assert_array_equal(points.points, mesh.sample(700, method, seed=3).points)


def test_masks_fields_and_meshes_turn_into_each_other() -> None:
    labels = ball()
    mesh = shape.extract_meshes(labels, AFFINE)[1]
    mask, affine = mesh.to_mask(AFFINE, labels.shape)
    np.testing.assert_array_equal(mask, labels)
    np.testing.assert_array_equal(affine, AFFINE)
    field = mesh.to_sdf(AFFINE, labels.shape)
    assert ((field.array < 0) == labels).all()
    back = field.to_mesh()
    assert back.check().closed
    assert back.volume_mm3 == pytest.approx(mesh.volume_mm3, rel=0.02)
    own = shape.mask_to_sdf(labels, AFFINE)
    assert ((own.array < 0) == labels).all()


def test_normalisation_leads_back(mesh: shape.Mesh) -> None:
    for method in ("unit_sphere", "unit_cube", "canonical_pose"):
        unit, back = mesh.normalize(method)
        np.testing.assert_allclose(unit.vertices @ back[:3, :3].T + back[:3, 3], mesh.vertices, atol=1e-3)
    assert np.linalg.norm(mesh.normalize()[0].vertices, axis=1).max() == pytest.approx(1, abs=1e-5)
    assert mesh.symmetry_plane().score > 0.99
    assert mesh.mirror().volume_mm3 == pytest.approx(mesh.volume_mm3)


def test_volume_operations() -> None:
    from_brute = np.array([[[0, 1, 1, 1, 0]]], np.uint8)
    np.testing.assert_allclose(shape.distance_transform(from_brute, border="open"), [[[0, 1, 2, 1, 0]]])
    labels = ball() | ball((3, 3, 3), 2)
    components = shape.connected_components(labels, 6)
    assert components.max() == 2 and components.shape == labels.shape
    np.testing.assert_array_equal(shape.largest_components(labels), ball())
    hollow = ball() - ball(radius=4)
    np.testing.assert_array_equal(shape.fill_holes(hollow), ball())
    for order in ("C", "F"):
        one = shape.label_statistics(np.array(ball(), order=order), AFFINE)[1]
        where = np.argwhere(ball())
        assert (one.voxels, one.first, one.last) == (len(where), tuple(where.min(0)), tuple(where.max(0)))
        np.testing.assert_allclose(one.centroid_mm, (AFFINE @ [*where.mean(0), 1])[:3], atol=1e-6)
    np.testing.assert_array_equal(shape.resample(ball(), to_affine=np.eye(4), shape=ball().shape), ball())
    grown = shape.morphology(ball(), "dilate", radius_mm=1.0)
    np.testing.assert_array_equal(grown, shape.morphology(ball(), "dilate"))


def test_measures_and_metrics(mesh: shape.Mesh) -> None:
    values = shape.measure(ball())
    assert values["pyradiomics:VoxelVolume"] == ball().sum()
    assert all(np.isfinite(v) for v in values.values())
    assert set(shape.measure(mesh, groups=["size"])) < set(values)
    with pytest.raises(ShapeError, match="colour"):
        shape.measure(ball(), groups=["colour"])
    with pytest.raises(ShapeError, match="empty"):
        shape.measure(np.zeros((3, 3, 3), np.uint8))
    same = shape.compare(ball(), ball())
    assert (same["dice"], same["hausdorff_mm"], same["surface_dice"]) == (1, 0, 1)
    missing = shape.compare(ball(), np.zeros_like(ball()), AFFINE)
    assert missing["dice"] == 0 and missing["hausdorff95_mm"] > 50
    moved = shape.compare(ball(), np.asfortranarray(ball((15, 15, 14))), definition="border_voxels")
    assert moved["hausdorff_mm"] == pytest.approx(1)
    points = mesh.sample(500)
    assert shape.compare_points(points, points)["chamfer_mm"] == 0
    assert shape.compare_labels(ball(), 2 * ball()).keys() == {1, 2}


def test_a_picture_shows_the_mesh(mesh: shape.Mesh) -> None:
    picture = shape.render(mesh, 64, letters=True)
    assert picture.shape == (64, 64, 4) and picture.dtype == np.uint8
    assert picture[32, 32, 3] == 255 and picture[0, 0, 3] == 0
    with pytest.raises(ShapeError, match="8192"):
        shape.render(mesh, 9000)


@pytest.mark.parametrize(
    ("labels", "match"),
    [
        (np.zeros((3, 3), np.uint8), "shape"),
        (np.full((2, 2, 2), -1), "-1"),
        (np.full((2, 2, 2), 0.5), "0.5"),
        (np.full((2, 2, 2), np.nan), "nan"),
        (np.zeros((0, 2, 2), np.uint8), "voxels"),
    ],
)
def test_what_is_no_label_volume_is_refused(labels: npt.NDArray[np.generic], match: str) -> None:
    with pytest.raises(ShapeError, match=match):
        shape.extract_meshes(labels)


def test_other_integers_and_slices_are_read() -> None:
    exact = shape.extract_meshes(ball())[1]
    assert shape.extract_meshes(ball().astype(np.int64))[1] == exact
    assert shape.extract_meshes(ball().astype(np.float32))[1] == exact
    assert shape.extract_meshes(ball() > 0)[1] == exact
    twice = np.repeat(ball(), 2, axis=0)
    assert shape.extract_meshes(twice[::2])[1].volume_mm3 == pytest.approx(exact.volume_mm3, rel=1e-3)
    with pytest.raises(ShapeError, match="singular"):
        shape.extract_meshes(ball(), np.diag([1.0, 0, 1, 1]))
