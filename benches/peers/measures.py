"""Rows of features and of what compares masks by their border voxels."""

# ruff: noqa: D103

from __future__ import annotations

from typing import Any

import numpy as np
from inputs import Inputs
from rows import ROWS, Row, Work, way


def shape_values(_: Inputs, found: dict[str, float]) -> str:
    names = ["MeshVolume", "SurfaceArea", "Maximum3DDiameter", "Elongation"]
    return ", ".join(f"{name} {found[name]:.7g}" for name in names)


def border_values(_: Inputs, found: tuple[float, ...]) -> str:
    return "HD95 {:.6f}, ASSD {:.6f}, surface Dice {:.6f}".format(*found)


ROWS["features"] = Row("PyRadiomics' 3D shape features of a clinical liver", shape_values, ">= 10 x flash-radiomics")
ROWS["border"] = Row("HD95, ASSD, surface Dice of 256^3 masks, border voxels", border_values, ">= 4 x")
ROWS["farthest"] = Row("2,048 farthest points of 100 k", lambda i, r: spread(i, r), "as fast, exact")


@way("features", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import shape

    mask, affine = inputs.liver, np.diag([*inputs.spacing, 1.0])

    def work() -> dict[str, float]:
        found = shape.measure(mask, affine, groups=["pyradiomics"])
        return {name.removeprefix("pyradiomics:"): value for name, value in found.items()}

    return work


@way("features", "flash-radiomics")
def _(inputs: Inputs) -> Work:
    import logging

    import flash_radiomics

    logging.disable(logging.WARNING)
    # It wants k, j, i and the spacing the other way round.
    mask = np.ascontiguousarray(inputs.liver.T)
    image, spacing = mask.astype(np.float64), tuple(map(float, inputs.spacing))

    def work() -> dict[str, float]:
        shape = flash_radiomics.RadiomicsShape(image, mask, spacing=spacing)
        shape.enableAllFeatures()
        return shape.execute()

    return work


SPACING = (0.87, 0.8, 0.35)


@way("border", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import shape

    a, b, affine = inputs.cube, inputs.cube_moved, np.diag([*SPACING, 1.0])

    def work() -> tuple[float, ...]:
        found = shape.compare(a, b, affine, definition="border_voxels", tolerance_mm=1.0)
        return found["hausdorff95_mm"], found["assd_mm"], found["surface_dice"]

    return work


@way("border", "edt and numpy")
def _(inputs: Inputs) -> Work:
    import os

    import edt

    a, b = inputs.cube.astype(bool), inputs.cube_moved.astype(bool)
    threads = int(os.environ["RAYON_NUM_THREADS"])

    def border(mask: np.ndarray) -> np.ndarray:
        p = np.pad(mask, 1)
        inner = p[:-2, 1:-1, 1:-1] & p[2:, 1:-1, 1:-1] & p[1:-1, :-2, 1:-1] & p[1:-1, 2:, 1:-1]
        return mask & ~(inner & p[1:-1, 1:-1, :-2] & p[1:-1, 1:-1, 2:])

    def work() -> tuple[float, ...]:
        rows = np.flatnonzero((a | b).any((1, 2)))
        near = slice(max(rows[0] - 1, 0), rows[-1] + 2)
        of_a, of_b = border(a[near]), border(b[near])
        from_b = edt.edt(~of_a, anisotropy=SPACING, parallel=threads)[of_b]
        from_a = edt.edt(~of_b, anisotropy=SPACING, parallel=threads)[of_a]
        both = len(from_a) + len(from_b)
        hd95 = max(np.percentile(from_a, 95), np.percentile(from_b, 95))
        near_enough = (from_a <= 1.0).sum() + (from_b <= 1.0).sum()
        return hd95, (from_a.sum(dtype=float) + from_b.sum(dtype=float)) / both, near_enough / both

    return work


def many(inputs: Inputs) -> np.ndarray:
    vertices, _ = inputs.mesh("large")
    return vertices[np.random.default_rng(4).permutation(len(vertices))[:100_000]].copy()


def spread(inputs: Inputs, chosen: Any) -> str:
    from scipy.spatial import cKDTree

    points = many(inputs)[np.asarray(chosen, np.int64)].astype(float)
    apart = cKDTree(points).query(points, 2)[0][:, 1].min()
    return f"{len(points)} points, {apart:.4f} mm apart at least"


@way("farthest", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import shape

    points = many(inputs)
    return lambda: shape.farthest_points(points, 2048)


@way("farthest", "fpsample")
def _(inputs: Inputs) -> Work:
    import fpsample

    points = many(inputs)
    return lambda: fpsample.bucket_fps_kdline_sampling(points, 2048, h=7, start_idx=0)
