"""Arrays on their way in: checked, and copied only where Rust could not read them as they lie."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from medshape.errors import ShapeError

LabelArray: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Affine: TypeAlias = npt.NDArray[np.float64]
#: Values in memory order, (I, J, K), whether k is the fastest axis, affine: what the compiled functions take.
Volume: TypeAlias = tuple[npt.NDArray[Any], tuple[int, int, int], bool, Affine]


def affine_matrix(affine: npt.ArrayLike | None) -> Affine:
    """Give a (4, 4) float64 affine; none stands for one millimetre a voxel."""
    matrix = np.eye(4) if affine is None else np.ascontiguousarray(affine, dtype=np.float64)
    if matrix.shape != (4, 4):
        raise ShapeError(f"an affine is a (4, 4) array from voxel index to RAS+ mm, not one of shape {matrix.shape}")
    if not np.array_equal(matrix[3], [0, 0, 0, 1]):
        raise ShapeError(f"the last row of an affine is 0 0 0 1, not {matrix[3]}")
    return matrix


def label_volume(labels: npt.ArrayLike, affine: npt.ArrayLike | None) -> Volume:
    """Give a volume of labels as the compiled functions take it.

    uint8, uint16, uint32 and bool arrays in C or Fortran order are not copied; other integers and floats are, when
    their values are integers from 0 to 2**32 - 1.
    """
    array = np.asarray(labels)
    if array.ndim != 3:
        raise ShapeError(f"a volume is an array [i, j, k], not one of shape {array.shape}")
    if array.dtype == np.bool_:
        array = array.view(np.uint8)
    elif array.dtype not in (np.uint8, np.uint16, np.uint32):
        array = _to_unsigned(array)
    return _flat(array, affine)


def mask_volume(mask: npt.ArrayLike, affine: npt.ArrayLike | None) -> Volume:
    """Give a binary volume as the compiled functions take it: every value but 0 is inside."""
    array = np.asarray(mask)
    if array.ndim != 3:
        raise ShapeError(f"a mask is an array [i, j, k], not one of shape {array.shape}")
    if array.dtype == np.bool_:
        array = array.view(np.uint8)
    elif array.dtype != np.uint8 or (array.size and array.max() > 1):
        array = (array != 0).view(np.uint8)
    return _flat(array, affine)


def scalar_volume(values: npt.ArrayLike, affine: npt.ArrayLike | None) -> Volume:
    """Give a scalar field as the compiled functions take it, float32."""
    array = np.asarray(values)
    if array.ndim != 3:
        raise ShapeError(f"a field is an array [i, j, k], not one of shape {array.shape}")
    return _flat(array.astype(np.float32, copy=False), affine)


def shaped(values: npt.NDArray[Any], volume: Volume) -> npt.NDArray[Any]:
    """Give results in memory order the shape and order of the volume they were computed from."""
    return values.reshape(volume[1], order="C" if volume[2] else "F")


def rows(values: npt.ArrayLike, dtype: type[np.generic], what: str) -> npt.NDArray[Any]:
    """Give an (n, 3) array in C order."""
    array = np.asarray(values)
    if array.ndim != 2 or array.shape[1] != 3:
        if array.size == 0:
            return np.empty((0, 3), dtype)
        raise ShapeError(f"{what} are an array of shape (n, 3), not {array.shape}")
    if np.issubdtype(dtype, np.integer) and array.size:
        if not np.issubdtype(array.dtype, np.integer):
            raise ShapeError(f"{what} are integers, not {array.dtype}")
        low, high = int(array.min()), int(array.max())
        if low < 0 or high > np.iinfo(np.uint32).max:
            raise ShapeError(f"{what} are numbers from 0 to 2**32 - 1, but {low if low < 0 else high} is among them")
    return np.ascontiguousarray(array, dtype=dtype)


def _flat(array: npt.NDArray[Any], affine: npt.ArrayLike | None) -> Volume:
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if not (array.flags.f_contiguous or array.flags.c_contiguous):
        array = np.asfortranarray(array)
    c_order = not array.flags.f_contiguous
    shape = (int(array.shape[0]), int(array.shape[1]), int(array.shape[2]))
    return array.reshape(-1, order="C" if c_order else "F"), shape, c_order, affine_matrix(affine)


def _to_unsigned(array: npt.NDArray[Any]) -> LabelArray:
    if array.dtype.kind not in "iuf":
        raise ShapeError(f"labels are integers, not {array.dtype}")
    if array.size == 0:
        return array.astype(np.uint8)
    low, high = array.min(), array.max()
    if not (low >= 0 and high <= np.iinfo(np.uint32).max):
        raise ShapeError(f"labels are integers from 0 to 2**32 - 1, but the values run from {low} to {high}")
    unsigned = array.astype(np.uint8 if high < 2**8 else np.uint16 if high < 2**16 else np.uint32)
    if array.dtype.kind == "f" and not np.array_equal(unsigned, array):
        first = tuple(int(v) for v in np.argwhere(unsigned != array)[0])
        raise ShapeError(f"labels are integers, but voxel {first} is {array[first]}")
    return cast("LabelArray", unsigned)
