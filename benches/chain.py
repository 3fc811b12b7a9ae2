"""The peers' ways from a label map to the same files; each runs in a process of its own."""

from __future__ import annotations

import multiprocessing
import pathlib
import struct
import sys

import numpy as np

POINTS = 10_000
CORE = 20_000


def read(path: pathlib.Path) -> tuple[np.ndarray, np.ndarray]:
    """Volume (k, j, i) and spacing (i, j, k): libdeflate and numpy."""
    import deflate

    raw = pathlib.Path(path).read_bytes()
    data = deflate.gzip_decompress(raw)
    nx, ny, nz = struct.unpack("<3h", data[42:48])
    spacing = np.array(struct.unpack("<3f", data[80:92]))
    offset = int(struct.unpack("<f", data[108:112])[0])
    return np.frombuffer(data, np.uint8, offset=offset, count=nx * ny * nz).reshape(nz, ny, nx), spacing


def write_stl(path: pathlib.Path, vertices: np.ndarray, faces: np.ndarray) -> None:
    """Binary STL in one write."""
    soup = np.zeros(len(faces), np.dtype([("n", "<3f4"), ("v", "<9f4"), ("a", "<u2")]))
    soup["v"] = vertices[faces].reshape(-1, 9)
    with open(path, "wb") as out:
        out.write(b"\0" * 80 + struct.pack("<I", len(faces)))
        soup.tofile(out)


def write_points(path: pathlib.Path, points: np.ndarray, normals: np.ndarray) -> None:
    """Binary PLY."""
    names = "\n".join(f"property float {n}" for n in ("x", "y", "z", "nx", "ny", "nz"))
    header = f"ply\nformat binary_little_endian 1.0\nelement vertex {len(points)}\n{names}\nend_header\n"
    with open(path, "wb") as out:
        out.write(header.encode())
        np.hstack([points, normals]).astype("<f4").tofile(out)


def extract(crop: np.ndarray, spacing: np.ndarray, origin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """VTK flying edges on a mask with a margin of background, so that the surface closes."""
    import vtk
    from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

    mask = np.pad(crop, 1).astype(np.uint8)
    image = vtk.vtkImageData()
    image.SetDimensions(*mask.shape[::-1])
    image.SetSpacing(*spacing)
    image.SetOrigin(*(origin - spacing))
    image.GetPointData().SetScalars(numpy_to_vtk(mask.ravel()))
    edges = vtk.vtkFlyingEdges3D()
    edges.SetInputData(image)
    edges.SetValue(0, 0.5)
    edges.ComputeNormalsOff()
    edges.ComputeGradientsOff()
    edges.Update()
    surface = edges.GetOutput()
    vertices = vtk_to_numpy(surface.GetPoints().GetData())
    return vertices, vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3)


def one_label(job: tuple[int, np.ndarray, np.ndarray, np.ndarray, pathlib.Path, bool]) -> int:
    """Mesh, points and, if asked for, the core mesh of one label."""
    import point_cloud_utils as pcu

    label, crop, spacing, origin, folder, core = job
    vertices, faces = extract(crop, spacing, origin)
    write_stl(folder / f"{label}.stl", vertices, faces)
    flat = np.ascontiguousarray(vertices, np.float64)
    index, weight = pcu.sample_mesh_random(flat, np.ascontiguousarray(faces, np.int64), POINTS, random_seed=1)
    corners = flat[faces[index]]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    write_points(folder / f"{label}.ply", np.einsum("nk,nkd->nd", weight, corners), normals)
    if core and len(faces) > CORE:
        import fast_simplification

        small = fast_simplification.simplify(vertices.astype(np.float32), faces.astype(np.int32), target_count=CORE)
        write_stl(folder / f"{label}.core.stl", *small)
    return len(faces)


def best(path: pathlib.Path, folder: pathlib.Path, processes: int, core: bool) -> int:
    """The best chain of peers: libdeflate, VTK on crops, point-cloud-utils, numpy, fast-simplification."""
    from scipy import ndimage

    volume, spacing = read(path)
    jobs = []
    for label, box in enumerate(ndimage.find_objects(volume), 1):
        if box is not None:
            origin = np.array([s.start for s in box[::-1]]) * spacing
            jobs.append((label, volume[box] == label, spacing, origin, folder, core))
    jobs.sort(key=lambda j: -j[1].size)
    if processes == 1:
        return sum(map(one_label, jobs))
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return sum(pool.map(one_label, jobs, chunksize=1))


def original(path: pathlib.Path, folder: pathlib.Path) -> int:
    """The original project's way: nibabel, scikit-image on the whole volume for each label, trimesh."""
    import nibabel
    import trimesh
    from skimage.measure import marching_cubes

    image = nibabel.load(path)
    volume = np.asarray(image.dataobj)
    total = 0
    for label in np.unique(volume)[1:]:
        vertices, faces, _, _ = marching_cubes(volume == label, 0.5, spacing=image.header.get_zooms()[:3])
        mesh = trimesh.Trimesh(vertices, faces)
        mesh.export(folder / f"{label}.stl")
        points, _ = trimesh.sample.sample_surface(mesh, POINTS, seed=1)
        trimesh.PointCloud(points).export(folder / f"{label}.ply")
        total += len(faces)
    return total


if __name__ == "__main__":
    way, source, target = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    if way == "original":
        print(original(source, target))
    else:
        print(best(source, target, processes=2 if "2" in way else 1, core="core" in way))
