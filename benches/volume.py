"""The benchmark's input: a real label map of a whole torso, brought to clinical size."""

from __future__ import annotations

import os
import pathlib

import nibabel
import numpy as np

HERE = pathlib.Path(__file__).parent
SOURCE = "totalsegmentator/example_seg_fast_force_split.nii.gz"


def data_folder() -> pathlib.Path:
    """The folder of real test data."""
    return pathlib.Path(os.environ.get("MEDSHAPE_DATA", HERE.parent.parent / "shared" / "data"))


def weights(size: int, source: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Linear interpolation along an axis, voxel centres aligned: lower index, upper index, share of the upper."""
    at = (np.arange(size) + 0.5) * source / size - 0.5
    low = np.clip(np.floor(at).astype(int), 0, source - 1)
    high = np.clip(low + 1, 0, source - 1)
    return low, high, np.clip(at - low, 0, 1).astype(np.float32)


def enlarge(values: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """Trilinear interpolation."""
    values = values.astype(np.float32)
    for axis, size in enumerate(shape):
        low, high, share = weights(size, values.shape[axis])
        form = [1, 1, 1]
        form[axis] = -1
        share = share.reshape(form)
        values = values.take(low, axis) * (1 - share) + values.take(high, axis) * share
    return values


def resample(labels: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """Each voxel gets the label whose interpolated mask is largest there, so that organs stay smooth."""
    best = enlarge(labels == 0, shape)
    out = np.zeros(shape, labels.dtype)
    for label in np.unique(labels)[1:]:
        here = enlarge(labels == label, shape)
        wins = here > best
        out[wins] = label
        best[wins] = here[wins]
    return out


def clinical(shape: tuple[int, int, int]) -> pathlib.Path:
    """The label map at that size as .nii.gz, made once."""
    path = HERE / "data" / f"labels-{'x'.join(map(str, shape))}.nii.gz"
    if not path.exists():
        source = data_folder() / SOURCE
        if not source.exists():
            raise SystemExit(f"{source} is missing: set MEDSHAPE_DATA to the folder of test data")
        image = nibabel.load(source)
        labels = np.asarray(image.dataobj).astype(np.uint8)
        zoom = np.array(labels.shape) / np.array(shape)
        affine = image.affine @ np.diag([*zoom, 1.0])
        affine[:3, 3] = image.affine[:3, 3] + image.affine[:3, :3] @ ((zoom - 1) / 2)
        path.parent.mkdir(exist_ok=True)
        nibabel.save(nibabel.Nifti1Image(resample(labels, shape), affine), path)
    return path


def variant(source: pathlib.Path, labels: int | None = None, deeper: int = 1) -> pathlib.Path:
    """The label map with only its largest labels, or with empty slices that make it so many times as deep."""
    path = source.with_name(source.name.replace(".nii.gz", f"-{labels or 'all'}-{deeper}.nii.gz"))
    if not path.exists():
        image = nibabel.load(source)
        values = np.asarray(image.dataobj)
        if labels is not None:
            counts = np.bincount(values.ravel(order="K"))[1:]
            kept = np.argsort(-counts)[:labels] + 1
            values = np.where(np.isin(values, kept), values, 0).astype(values.dtype)
        out = np.zeros((*values.shape[:2], values.shape[2] * deeper), values.dtype)
        out[:, :, : values.shape[2]] = values
        nibabel.save(nibabel.Nifti1Image(out, image.affine), path)
    return path
