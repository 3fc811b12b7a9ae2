"""What an import's time grows with: the surface, or the number of labels times the volume?"""

from __future__ import annotations

import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import nibabel
from volume import variant


def growth(medshape: str, source: pathlib.Path, runs: int) -> str:
    """Import the map with fewer labels and with empty space added; a section of the page."""
    cases = {
        "all labels": source,
        "its 8 largest labels": variant(source, labels=8),
        "its largest label": variant(source, labels=1),
        "all labels, twice as deep (the rest empty)": variant(source, deeper=2),
    }
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    labels: dict[str, int] = {}
    triangles: dict[str, int] = {}
    for _ in range(runs):
        for name, path in cases.items():
            with tempfile.TemporaryDirectory(prefix="medshape bench ") as folder:
                command = [medshape, "import", str(path), "--collection", f"{folder}/c", "--jobs", "1", "--json"]
                start = time.perf_counter()
                out = subprocess.run(command, check=True, capture_output=True).stdout
                seconds[name].append(time.perf_counter() - start)
                labels[name] = json.loads(out)["shapes_written"]
                records = pathlib.Path(folder, "c", "shapes").rglob("shape.json")
                triangles[name] = sum(json.loads(r.read_text())["mesh"]["faces"] for r in records)
    rows = []
    for name, path in cases.items():
        voxels = 1
        for n in nibabel.load(path).shape:
            voxels *= n
        t = statistics.median(seconds[name])
        rows.append(
            f"| {name} | {voxels / 1e6:.0f} | {labels[name]} | {triangles[name] / 1e6:.2f} | {t:.2f} "
            f"| {t / triangles[name] * 1e6:.2f} | {t / labels[name] / voxels * 1e9:.2f} |"
        )
    return "\n".join(
        [
            "",
            "## What the time grows with",
            "",
            "The same map with fewer labels, and with empty slices added; import on one thread. Time that grows with",
            "the surface keeps the last column but one constant; time that grows with labels x volume the last.",
            "",
            "| | million voxels | labels | million triangles | median s | s per million triangles "
            "| ns per label and voxel |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )
