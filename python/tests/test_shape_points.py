"""Points: chosen, found, and where they lie to a mesh."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from medshape import ShapeError, shape


def sphere(radius: float = 10.0, n: int = 31) -> shape.Mesh:
    axis = np.linspace(-15, 15, n)
    field = np.linalg.norm(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1), axis=-1) - radius
    step = axis[1] - axis[0]
    affine = np.diag([step, step, step, 1.0])
    affine[:3, 3] = -15
    return shape.isosurface(field, affine)


def test_farthest_points_are_those_of_the_obvious_way() -> None:
    points = np.random.default_rng(1).random((500, 3)).astype(np.float32)
    chosen = [3]
    nearest = np.linalg.norm(points - points[3], axis=1)
    for _ in range(19):
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, np.linalg.norm(points - points[chosen[-1]], axis=1))
    assert shape.farthest_points(points, 20, start=3).tolist() == chosen
    with pytest.raises(ShapeError, match="501"):
        shape.farthest_points(points, 501)


def test_nearest_points_are_those_of_the_obvious_way() -> None:
    random = np.random.default_rng(2)
    points, queries = random.random((700, 3)).astype(np.float32), random.random((300, 3)).astype(np.float32)
    every = np.linalg.norm(queries[:, None] - points[None], axis=2)
    found, distances = shape.nearest_points(points, queries)
    assert found.tolist() == every.argmin(1).tolist()
    np.testing.assert_allclose(distances, every.min(1), rtol=1e-5)
    with pytest.raises(ShapeError):
        shape.nearest_points(np.empty((0, 3)), queries)


def test_places_on_a_sphere() -> None:
    mesh = sphere()
    points = np.array([[0, 0, 12.0], [5, 0, 0], [0, -20, 0]])
    places, distances, faces = mesh.closest_points(points)
    np.testing.assert_allclose(np.linalg.norm(places, axis=1), 10, atol=0.1)
    np.testing.assert_allclose(distances, [2, 5, 10], atol=0.1)
    np.testing.assert_allclose(places, points / np.linalg.norm(points, axis=1)[:, None] * 10, atol=0.6)
    assert faces.max() < len(mesh.faces)
    np.testing.assert_allclose(mesh.winding_numbers(points), [0, 1, 0], atol=0.02)


def test_a_probability_map_is_inside_where_it_is_high() -> None:
    axis = np.linspace(-15, 15, 31)
    distance = np.linalg.norm(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1), axis=-1)
    mesh = shape.probability_surface(1 / (1 + np.exp(distance - 10)))
    assert mesh.check().closed
    assert mesh.volume_mm3 == pytest.approx(4 / 3 * np.pi * 1000, rel=0.02)


@pytest.mark.parametrize("order", ["C", "F"])
def test_slices_are_added_along_the_thick_axis(order: Literal["C", "F"]) -> None:
    labels = np.zeros((12, 10, 5), np.uint8, order=order)
    labels[3:9, 3:7, 1:4] = 2
    affine = np.diag([1.0, 1.0, 4.0, 1.0])
    finer, grid = shape.interpolate_slices(labels, affine, target_mm=1.0)
    assert finer.shape == (12, 10, 17)
    np.testing.assert_allclose(grid, np.diag([1.0, 1.0, 1.0, 1.0]))
    np.testing.assert_array_equal(finer[:, :, ::4], labels)


def test_a_shared_surface_has_a_label_on_each_side() -> None:
    labels = np.zeros((8, 8, 8), np.uint8)
    labels[2:6, 2:6, 2:4], labels[2:6, 2:6, 4:6] = 1, 2
    surface = shape.extract_shared(labels)
    assert surface.faces.shape == (len(surface.sides), 3)
    assert {tuple(s) for s in surface.sides.tolist()} == {(1, 0), (2, 0), (1, 2)}
