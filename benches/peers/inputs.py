"""What the rows work on, made once from the clinical label map and kept as .npz."""

from __future__ import annotations

import pathlib
import sys
from dataclasses import dataclass

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from volume import HERE, clinical

LIVER = 5


@dataclass
class Inputs:
    """Arrays, each loaded when it is asked for."""

    folder: pathlib.Path = HERE / "data"

    def __getattr__(self, name: str) -> np.ndarray:
        return np.load(self.folder / f"{name}.npy")

    def mesh(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Vertices (n, 3) float32 and faces (m, 3) uint32."""
        return np.load(self.folder / f"{name}_vertices.npy"), np.load(self.folder / f"{name}_faces.npy")


def prepare() -> Inputs:
    """Make what is missing."""
    inputs = Inputs()
    folder = inputs.folder
    if not (folder / "raw_faces.npy").exists():
        import fast_simplification
        import nibabel
        import trimesh
        from scipy import ndimage
        from skimage.measure import marching_cubes

        image = nibabel.load(clinical((512, 512, 400)))
        labels = np.asfortranarray(image.dataobj)
        spacing = np.abs(np.diag(image.affine)[:3])
        np.save(folder / "labels.npy", labels)
        np.save(folder / "affine.npy", image.affine)
        np.save(folder / "spacing.npy", spacing)
        box = ndimage.find_objects((labels == LIVER).astype(np.uint8))[0]
        liver = np.pad(labels[box] == LIVER, 2)
        parts, _ = ndimage.label(liver)
        liver = parts == np.argmax(np.bincount(parts.ravel())[1:]) + 1
        np.save(folder / "liver.npy", np.asfortranarray(liver.astype(np.uint8)))
        cube = np.asfortranarray(ndimage.zoom(liver.astype(np.float32), [256 / n for n in liver.shape], order=1) > 0.5)
        np.save(folder / "cube.npy", cube.astype(np.uint8))
        moved = ndimage.binary_erosion(np.roll(cube, 2, axis=0), iterations=1)
        np.save(folder / "cube_moved.npy", np.asfortranarray(moved.astype(np.uint8)))

        def keep(name: str, vertices: np.ndarray, faces: np.ndarray) -> None:
            np.save(folder / f"{name}_vertices.npy", np.ascontiguousarray(vertices, np.float32))
            np.save(folder / f"{name}_faces.npy", np.ascontiguousarray(faces, np.uint32))

        soft = ndimage.gaussian_filter(liver.astype(np.float32), 1.0)
        vertices, faces, _, _ = marching_cubes(soft, 0.5, spacing=tuple(spacing))
        # Smoothing may part a speck from the liver, which some decimations drop: only the liver itself.
        whole = trimesh.Trimesh(vertices, faces[:, ::-1], process=False)
        whole = max(whole.split(only_watertight=False), key=lambda part: len(part.faces))
        vertices, faces = np.asarray(whole.vertices), np.asarray(whole.faces)
        keep("large", vertices, faces)
        keep("medium", *fast_simplification.simplify(vertices.astype(np.float32), faces, target_count=100_000))
        vertices, faces, _, _ = marching_cubes(liver.astype(np.float32), 0.5, spacing=tuple(spacing))
        keep("raw", vertices, faces[:, ::-1])
    return inputs
