"""The operations, each with the ways to do it: medshape first, then the best peers.

A way is a function of the inputs that prepares what is not timed and returns what is. `judge` turns a result into a few
words on how good it is; the same judge looks at every way's result.
"""

# The peers' packages are imported where they are used: a process pays for its own only.
# ruff: noqa: D103

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from inputs import Inputs

Work = Callable[[], Any]
Way = Callable[[Inputs], Work]


@dataclass
class Row:
    """An operation."""

    title: str
    judge: Callable[[Inputs, Any], str]
    wanted: str
    ways: dict[str, Way] = field(default_factory=dict)


ROWS: dict[str, Row] = {}


def way(row: str, name: str) -> Callable[[Way], Way]:
    def add(function: Way) -> Way:
        ROWS[row].ways[name] = function
        return function

    return add


def closed(_: Inputs, meshes: Any) -> str:
    import trimesh

    pairs = list(meshes)
    good = sum(trimesh.Trimesh(v, np.asarray(f, np.int64), process=False).is_watertight for v, f in pairs)
    return f"{good} of {len(pairs)} closed, {sum(len(f) for _, f in pairs) / 1e6:.2f} M triangles"


def error(inputs: Inputs, mesh: Any) -> str:
    """Mean and largest distance to the input, both ways, from points of the area and the vertices (Open3D)."""
    import open3d
    import trimesh

    def distances(of: tuple[np.ndarray, np.ndarray], to: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        scene = open3d.t.geometry.RaycastingScene()
        scene.add_triangles(np.ascontiguousarray(to[0], np.float32), np.ascontiguousarray(to[1], np.uint32))
        points = trimesh.sample.sample_surface(trimesh.Trimesh(*of, process=False), 200_000, seed=1)[0]
        return scene.compute_distance(open3d.core.Tensor(points.astype(np.float32))).numpy()

    old, new = inputs.mesh("large"), (mesh[0], np.asarray(mesh[1], np.int64))
    a, b = distances(old, new), distances(new, old)
    tight = trimesh.Trimesh(*new, process=False).is_watertight
    both = (a.mean() + b.mean()) / 2
    return f"{len(new[1])} faces, mean error {both:.4f} mm, largest {max(a.max(), b.max()):.2f}, closed {tight}"


def sizes(_: Inputs, result: Any) -> str:
    return f"{len(result)} points"


ROWS["extract"] = Row("All labels to closed meshes, 512 x 512 x 400, 61 labels", closed, ">= 3 x")
ROWS["taubin"] = Row("Taubin, 20 steps, 500 k triangles", lambda _, r: f"{len(r)} vertices", ">= 2 x")
ROWS["decimate"] = Row("Decimate 500 k to 20 k triangles", error, "as fast, error no worse than VTK's")
ROWS["check"] = Row("Closed, manifold, oriented? 500 k triangles", lambda _, r: str(r), "<= 0.03 s")
ROWS["repair"] = Row("Repair 100 k triangles with 1,000 missing", lambda i, r: closed(i, [r]), "as fast")
ROWS["area"] = Row("10 k area-uniform samples of 500 k triangles", sizes, ">= 2 x")
ROWS["blue"] = Row("10 k blue-noise samples of 100 k triangles", sizes, ">= 2 x")
ROWS["voxels"] = Row("Mesh of 100 k triangles to a mask of 256^3", lambda _, r: f"{int(r.sum())} voxels", ">= 4 x")
ROWS["sdf"] = Row("Mesh of 100 k triangles to an exact field of 128^3", lambda _, r: f"sum {r.sum():.0f} mm", ">= 10 x")
ROWS["edt"] = Row("Anisotropic distance transform, 256^3", lambda _, r: f"sum {r.sum(dtype=float):.0f} mm", ">= 1.5 x")
ROWS["components"] = Row(
    "Connected components (26), 512 x 512 x 400", lambda _, r: f"{r.max()} components, {r.dtype}", ">= 1.5 x"
)
ROWS["statistics"] = Row("Counts, boxes, centroids of 61 labels", lambda _, r: f"{len(r)} labels", ">= 10 x")
ROWS["surface"] = Row(
    "HD95, ASSD, surface Dice of 256^3 masks (surfels)",
    lambda _, r: f"HD95 {r[0]:.4f}, surface Dice {r[1]:.5f}",
    ">= 10 x",
)
ROWS["chamfer"] = Row("Chamfer, 2 x 10 k points", lambda _, r: f"{r:.6f} mm", "as fast")


def ours(inputs: Inputs, name: str) -> Any:
    from medshape import shape

    return shape.Mesh(*inputs.mesh(name))


def grid(inputs: Inputs, n: int) -> np.ndarray:
    """The affine of n^3 points around the medium mesh."""
    vertices, _ = inputs.mesh("medium")
    low, high = vertices.min(0) - 3, vertices.max(0) + 3
    affine = np.diag([*((high - low) / (n - 1)), 1.0])
    affine[:3, 3] = low
    return affine


def threads() -> int:
    """How many the run allows."""
    return int(os.environ["RAYON_NUM_THREADS"])


def vtk_threads() -> None:
    """Hold VTK to them."""
    import vtk

    vtk.vtkSMPTools.SetBackend("STDThread" if threads() > 1 else "Sequential")
    vtk.vtkSMPTools.Initialize(threads())


def vtk_mesh(vertices: np.ndarray, faces: np.ndarray) -> Any:
    import vtk
    from vtk.util import numpy_support as ns

    mesh, points, cells = vtk.vtkPolyData(), vtk.vtkPoints(), vtk.vtkCellArray()
    points.SetData(ns.numpy_to_vtk(vertices, deep=1))
    offsets = ns.numpy_to_vtkIdTypeArray(np.arange(0, 3 * len(faces) + 1, 3), deep=1)
    cells.SetData(offsets, ns.numpy_to_vtkIdTypeArray(faces.astype(np.int64).ravel(), deep=1))
    mesh.SetPoints(points)
    mesh.SetPolys(cells)
    return mesh


def from_vtk(mesh: Any) -> tuple[np.ndarray, np.ndarray]:
    from vtk.util import numpy_support as ns

    faces = ns.vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    return ns.vtk_to_numpy(mesh.GetPoints().GetData()), faces


@way("extract", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import shape

    labels, affine = inputs.labels, inputs.affine
    return lambda: [tuple(m) for m in shape.extract_meshes(labels, affine, surface="exact").values()]


@way("extract", "VTK flying edges on crops")
def _(inputs: Inputs) -> Work:
    import vtk
    from scipy import ndimage
    from vtk.util import numpy_support as ns

    vtk_threads()
    labels, affine = inputs.labels, inputs.affine

    def work() -> list[tuple[np.ndarray, np.ndarray]]:
        out = []
        for label, box in enumerate(ndimage.find_objects(labels.T), 1):
            if box is None:
                continue
            mask = np.pad(labels[box[::-1]] == label, 1).view(np.uint8)
            image = vtk.vtkImageData()
            image.SetDimensions(*mask.shape)
            flat = mask.ravel(order="F")
            image.GetPointData().SetScalars(ns.numpy_to_vtk(flat))
            edges = vtk.vtkDiscreteFlyingEdges3D()
            edges.SetInputData(image)
            edges.ComputeNormalsOff()
            edges.ComputeGradientsOff()
            edges.ComputeScalarsOff()
            edges.SetValue(0, 1)
            edges.Update()
            vertices, faces = from_vtk(edges.GetOutput())
            first = np.array([s.start - 1 for s in box[::-1]])
            out.append((((vertices + first) @ affine[:3, :3].T + affine[:3, 3]).astype(np.float32), faces))
        return out

    return work


@way("taubin", "medshape")
def _(inputs: Inputs) -> Work:
    mesh = ours(inputs, "raw")
    return lambda: mesh.smooth(20).vertices


@way("taubin", "trimesh")
def _(inputs: Inputs) -> Work:
    import trimesh

    vertices, faces = inputs.mesh("raw")

    def work() -> np.ndarray:
        mesh = trimesh.Trimesh(vertices, faces.astype(np.int64), process=False)
        return np.asarray(trimesh.smoothing.filter_taubin(mesh, 0.5, 0.53, iterations=20).vertices)

    return work


@way("decimate", "medshape")
def _(inputs: Inputs) -> Work:
    mesh = ours(inputs, "large")
    return lambda: tuple(mesh.decimate(20_000))


@way("decimate", "fast-simplification")
def _(inputs: Inputs) -> Work:
    import fast_simplification

    vertices, faces = inputs.mesh("large")
    return lambda: fast_simplification.simplify(vertices, faces.astype(np.int64), target_count=20_000)


@way("decimate", "VTK quadric")
def _(inputs: Inputs) -> Work:
    import vtk

    vtk_threads()
    vertices, faces = inputs.mesh("large")

    def work() -> tuple[np.ndarray, np.ndarray]:
        filter = vtk.vtkQuadricDecimation()
        filter.SetInputData(vtk_mesh(vertices, faces))
        filter.SetTargetReduction(1 - 20_000 / len(faces))
        filter.Update()
        return from_vtk(filter.GetOutput())

    return work


@way("check", "medshape")
def _(inputs: Inputs) -> Work:
    mesh = ours(inputs, "large")

    def work() -> tuple[bool, bool, bool]:
        found = mesh.check()
        return found.closed, found.manifold, found.oriented

    return work


@way("check", "trimesh")
def _(inputs: Inputs) -> Work:
    import trimesh

    vertices, faces = inputs.mesh("large")

    def work() -> tuple[bool, bool]:
        mesh = trimesh.Trimesh(vertices, faces.astype(np.int64), process=False)
        return bool(mesh.is_watertight), bool(mesh.is_winding_consistent)

    return work


@way("check", "numpy, sorted edges")
def _(inputs: Inputs) -> Work:
    _, faces = inputs.mesh("large")
    faces = faces.astype(np.int64)
    n = int(faces.max()) + 1

    def work() -> bool:
        out = np.concatenate([faces[:, k] * n + faces[:, (k + 1) % 3] for k in range(3)])
        back = np.concatenate([faces[:, (k + 1) % 3] * n + faces[:, k] for k in range(3)])
        out.sort()
        back.sort()
        return bool((out == back).all() and (np.diff(out) != 0).all())

    return work


def punched(inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
    vertices, faces = inputs.mesh("medium")
    gone = np.random.default_rng(7).choice(len(faces), 1000, replace=False)
    return vertices, np.delete(faces, gone, axis=0)


@way("repair", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import shape

    mesh = shape.Mesh(*punched(inputs))
    return lambda: tuple(mesh.repair())


@way("repair", "MeshLib")
def _(inputs: Inputs) -> Work:
    from meshlib import mrmeshnumpy, mrmeshpy

    vertices, faces = punched(inputs)

    def work() -> tuple[np.ndarray, np.ndarray]:
        mesh = mrmeshnumpy.meshFromFacesVerts(faces.astype(np.int32), vertices)
        for edge in mesh.topology.findHoleRepresentiveEdges():
            mrmeshpy.fillHole(mesh, edge)
        return mrmeshnumpy.getNumpyVerts(mesh), mrmeshnumpy.getNumpyFaces(mesh.topology)

    return work


@way("area", "medshape")
def _(inputs: Inputs) -> Work:
    mesh = ours(inputs, "large")
    return lambda: mesh.sample(10_000)


@way("area", "point-cloud-utils")
def _(inputs: Inputs) -> Work:
    import point_cloud_utils

    vertices, faces = inputs.mesh("large")
    faces = faces.astype(np.int32)

    def work() -> np.ndarray:
        drawn, weights = point_cloud_utils.sample_mesh_random(vertices, faces, 10_000, random_seed=1)
        return point_cloud_utils.interpolate_barycentric_coords(faces, drawn, weights, vertices)

    return work


@way("blue", "medshape")
def _(inputs: Inputs) -> Work:
    mesh = ours(inputs, "medium")
    return lambda: mesh.sample(10_000, "blue_noise")


@way("blue", "Open3D")
def _(inputs: Inputs) -> Work:
    import open3d

    vertices, faces = inputs.mesh("medium")
    double, single = open3d.utility.Vector3dVector(vertices), open3d.utility.Vector3iVector(faces.astype(np.int32))
    mesh = open3d.geometry.TriangleMesh(double, single)
    return lambda: np.asarray(mesh.sample_points_poisson_disk(10_000).points)


@way("voxels", "medshape")
def _(inputs: Inputs) -> Work:
    mesh, affine = ours(inputs, "medium"), grid(inputs, 256)
    return lambda: mesh.to_mask(affine, (256, 256, 256)).array


@way("voxels", "VTK stencil")
def _(inputs: Inputs) -> Work:
    import vtk
    from vtk.util import numpy_support as ns

    vtk_threads()
    vertices, faces = inputs.mesh("medium")
    affine = grid(inputs, 256)

    def work() -> np.ndarray:
        stencil = vtk.vtkPolyDataToImageStencil()
        stencil.SetInputData(vtk_mesh(vertices, faces))
        stencil.SetOutputOrigin(*affine[:3, 3])
        stencil.SetOutputSpacing(*np.diag(affine)[:3])
        stencil.SetOutputWholeExtent(0, 255, 0, 255, 0, 255)
        stencil.SetTolerance(0)
        picture = vtk.vtkImageStencilToImage()
        picture.SetInputConnection(stencil.GetOutputPort())
        picture.SetInsideValue(1)
        picture.SetOutputScalarTypeToUnsignedChar()
        picture.Update()
        return ns.vtk_to_numpy(picture.GetOutput().GetPointData().GetScalars()).reshape((256,) * 3, order="F")

    return work


@way("sdf", "medshape")
def _(inputs: Inputs) -> Work:
    mesh, affine = ours(inputs, "medium"), grid(inputs, 128)
    return lambda: mesh.to_sdf(affine, (128, 128, 128)).array


@way("sdf", "libigl")
def _(inputs: Inputs) -> Work:
    import igl

    vertices, faces = inputs.mesh("medium")
    affine = grid(inputs, 128)
    at = np.stack(np.meshgrid(*[np.arange(128.0)] * 3, indexing="ij"), -1).reshape(-1, 3)
    at = at @ affine[:3, :3].T + affine[:3, 3]
    vertices, faces = vertices.astype(np.float64), faces.astype(np.int64)
    kind = igl.SIGNED_DISTANCE_TYPE_PSEUDONORMAL
    return lambda: np.asarray(igl.signed_distance(at, vertices, faces, kind)[0])


@way("edt", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import shape

    mask, affine = inputs.cube, np.diag([0.87, 0.8, 0.35, 1.0])
    return lambda: shape.distance_transform(mask, affine, border="open")


@way("edt", "edt")
def _(inputs: Inputs) -> Work:
    import edt

    mask = inputs.cube
    return lambda: edt.edt(mask, anisotropy=(0.87, 0.8, 0.35), parallel=threads())


@way("components", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import shape

    labels = inputs.labels
    return lambda: shape.connected_components(labels, 26)


@way("components", "cc3d")
def _(inputs: Inputs) -> Work:
    import cc3d

    labels = inputs.labels
    return lambda: cc3d.connected_components(labels, connectivity=26)


@way("statistics", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import shape

    labels, affine = inputs.labels, inputs.affine
    return lambda: shape.label_statistics(labels, affine)


@way("statistics", "scipy (no centroids)")
def _(inputs: Inputs) -> Work:
    from scipy import ndimage

    labels = inputs.labels

    def work() -> list[Any]:
        boxes, counts = ndimage.find_objects(labels.T), np.bincount(labels.ravel(order="K"))
        return [b for b, n in zip(boxes, counts[1:], strict=False) if n]

    return work


@way("surface", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import shape

    a, b, affine = inputs.cube, inputs.cube_moved, np.diag([0.87, 0.8, 0.35, 1.0])

    def work() -> tuple[float, float]:
        found = shape.compare(a, b, affine, tolerance_mm=1.0)
        return found["hausdorff95_mm"], found["surface_dice"]

    return work


@way("surface", "surface-distance")
def _(inputs: Inputs) -> Work:
    import surface_distance as sd

    a, b = inputs.cube.astype(bool), inputs.cube_moved.astype(bool)

    def work() -> tuple[float, float]:
        found = sd.compute_surface_distances(a, b, (0.87, 0.8, 0.35))
        sd.compute_average_surface_distance(found)
        return sd.compute_robust_hausdorff(found, 95), sd.compute_surface_dice_at_tolerance(found, 1.0)

    return work


def clouds(inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
    vertices, _ = inputs.mesh("large")
    chosen = np.random.default_rng(3).permutation(len(vertices))
    return vertices[chosen[:10_000]].copy(), vertices[chosen[10_000:20_000]].copy()


@way("chamfer", "medshape")
def _(inputs: Inputs) -> Work:
    from medshape import shape

    a, b = clouds(inputs)
    return lambda: shape.compare_points(a, b)["chamfer_mm"]


@way("chamfer", "pykdtree")
def _(inputs: Inputs) -> Work:
    from pykdtree.kdtree import KDTree

    a, b = clouds(inputs)
    return lambda: float(KDTree(b).query(a)[0].mean() + KDTree(a).query(b)[0].mean())
