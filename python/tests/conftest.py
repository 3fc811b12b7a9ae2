"""A small collection, made by the program itself from volumes written here."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

import medshape

AFFINE = np.array([[-0.8, 0, 0, 90.0], [0, 0.9, 0.1, -20.0], [0, -0.1, 2.0, 300.0], [0, 0, 0, 1]])


def label_map() -> np.ndarray:
    """Give a volume with a ball (1), a block cut off by the border (2) and one voxel (3)."""
    i, j, k = np.indices((40, 36, 30))
    labels = np.zeros(i.shape, np.uint8)
    labels[(i - 14) ** 2 + (j - 15) ** 2 + (k - 14) ** 2 < 100] = 1
    labels[30:, 5:20, 4:25] = 2
    labels[2, 2, 2] = 3
    return labels


@pytest.fixture(scope="session")
def program() -> Path:
    """Give the medshape program, which ``$MEDSHAPE_BIN`` names."""
    path = os.environ.get("MEDSHAPE_BIN")
    assert path, "set MEDSHAPE_BIN to the medshape program (cargo build -p medshape makes target/debug/medshape)"
    return Path(path)


@pytest.fixture(scope="session")
def collection(program: Path, tmp_path_factory: pytest.TempPathFactory) -> medshape.Collection:
    """Give a collection of one atlas case and one mesh."""
    source = tmp_path_factory.mktemp("source") / "my atlas"
    source.mkdir()
    nib.save(nib.Nifti1Image(label_map(), AFFINE), source / "atlas.nii.gz")
    (source / "atlas.csv").write_text("index,name\n1,liver\n2,Kidney_L\n3,nowhere at all\n")
    meshes = tmp_path_factory.mktemp("meshes") / "tetra"
    meshes.mkdir()
    (meshes / "femur_left.obj").write_text(
        "v 0 0 0\nv 100 0 0\nv 0 100 0\nv 0 0 100\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n"
    )
    target = tmp_path_factory.mktemp("collection") / "c"
    for folder in (source, meshes):
        subprocess.run([program, "import", folder, "--collection", target, "--json"], check=True, capture_output=True)
    return medshape.open(target)
