"""From a clinical-size label map to everything a collection holds, and to STL and points: medshape against the peers.

Each measurement is one fresh process; the contestants take turns, so that a busy moment hits all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from growth import growth
from volume import HERE, clinical

SHAPE = (512, 512, 400)


@dataclass
class Contestant:
    """A way to do the work: commands run one after the other, with FOLDER and COLLECTION filled in."""

    name: str
    commands: list[list[str]]
    runs: int
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: float = 0.0

    def run(self) -> None:
        """Do the work once and keep its figures."""
        with tempfile.TemporaryDirectory(prefix="medshape bench ") as folder:
            fill = {"FOLDER": folder, "COLLECTION": f"{folder}/collection"}
            os.mkdir(f"{folder}/out")
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            start = time.perf_counter()
            for command in self.commands:
                words = [fill.get(word, word.replace("FOLDER", folder)) for word in command]
                process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                _, status, used = os.wait4(process.pid, 0)
                error = process.stderr.read().decode() if process.stderr else ""
                if status:
                    raise SystemExit(f"{self.name} failed: {error}")
                self.peak = max(self.peak, used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2))
            self.seconds.append(time.perf_counter() - start)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def contestants(medshape: str, source: str, runs: int, with_original: bool) -> list[Contestant]:
    """Everyone who takes part."""
    peers = [sys.executable, str(HERE / "chain.py")]
    load = [medshape, "import", source, "--collection", "COLLECTION"]
    unload = [medshape, "export", "--collection", "COLLECTION", "--to", "FOLDER/out", "--format", "stl,points.ply"]
    all_of_them = [
        Contestant("medshape import, 2 threads", [[*load, "--jobs", "2"]], runs),
        Contestant("medshape import, 1 thread", [[*load, "--jobs", "1"]], runs),
        Contestant("medshape import and export, 2 threads", [[*load, "--jobs", "2"], unload], runs),
        Contestant("(b) best peers, 1 process", [[*peers, "best1", source, "FOLDER/out"]], runs),
        Contestant("(b) best peers, 2 processes", [[*peers, "best2", source, "FOLDER/out"]], runs),
        Contestant("(b) with core meshes, 1 process", [[*peers, "best1core", source, "FOLDER/out"]], runs),
        Contestant("(b) with core meshes, 2 processes", [[*peers, "best2core", source, "FOLDER/out"]], runs),
    ]
    if with_original:
        all_of_them.append(Contestant("(a) original way, 1 process", [[*peers, "original", source, "FOLDER/out"]], 1))
    return all_of_them


def check(medshape: str, source: str) -> str:
    """Compare the meshes with the peers': number of labels, triangles, and every volume."""
    import numpy as np
    import trimesh

    with tempfile.TemporaryDirectory(prefix="medshape bench ") as folder:
        collection = f"{folder}/collection"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([medshape, "import", source, "--collection", collection], **quiet)
        subprocess.run([medshape, "export", "--collection", collection, "--to", f"{folder}/ours"], **quiet)
        (pathlib.Path(folder) / "out").mkdir()
        subprocess.run([sys.executable, HERE / "chain.py", "best2", source, f"{folder}/out"], **quiet)
        closed = faces = 0
        worst = 0.0
        ours = sorted(pathlib.Path(folder, "ours").rglob("*.stl"))
        for path in ours:
            mesh = trimesh.load(path)
            label = path.stem.removeprefix("label_")
            peer = trimesh.load(f"{folder}/out/{label}.stl")
            closed += mesh.is_watertight and mesh.is_winding_consistent and mesh.volume > 0
            faces += len(mesh.faces)
            worst = max(worst, abs(np.divide(mesh.volume, peer.volume) - 1) if peer.volume else 0)
        return (
            f"{len(ours)} labels, {faces:,} triangles; {closed} of {len(ours)} meshes closed and outward after welding "
            f"(trimesh); volumes within {worst:.2%} of VTK's."
        )


def processor() -> str:
    """The processor's name."""
    information = pathlib.Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    return next((line.split(":")[1].strip() for line in lines if "model name" in line), platform.processor())


def report(all_of_them: list[Contestant], checked: str) -> str:
    """The page."""
    cpu = processor()
    by_name = {c.name: statistics.median(c.seconds) for c in all_of_them}
    base = by_name["medshape import and export, 2 threads"]

    def ratio(processes: str) -> float:
        return by_name[f"(b) with core meshes, {processes}"] / base

    rows = [
        f"| {c.name} | {statistics.median(c.seconds):.2f} | {min(c.seconds):.2f} | {max(c.seconds):.2f} "
        f"| {statistics.median(c.cpu):.2f} | {c.peak:.0f} | {statistics.median(c.seconds) / base:.2f} |"
        for c in all_of_them
    ]
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`. A real segmentation of a torso (TotalSegmentator, 61 labels) at clinical size,",
            f"{' x '.join(map(str, SHAPE))} voxels, read from `.nii.gz`. *Import* makes everything a collection holds:",
            "masks, checked and measured full meshes, core meshes of at most 20,000 triangles, thumbnails, records and",
            "the catalogue. *Export* writes every full mesh as STL and 10,000 points each as PLY. (b) is the best",
            "chain of peers to those same STL and PLY files (libdeflate, VTK flying edges, point-cloud-utils, numpy),",
            "and with core meshes by fast-simplification as well; it makes no thumbnails, checks, records, masks. (a)",
            "is the original project's way (nibabel, scikit-image on the whole volume for each label, trimesh).",
            "",
            f"{os.cpu_count()} cores, {cpu}; {platform.system()}; load average at the end {os.getloadavg()[0]:.1f}. "
            "Contestants took turns, one process each.",
            "",
            "| | median s | min | max | CPU s | peak MB (largest process) | time against import and export |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"Import and export is {ratio('1 process'):.1f} times as fast as (b) with core meshes on one process, and "
            f"{ratio('2 processes'):.1f} times as fast as on two.",
            "",
            checked,
            "",
        ]
    )


def main() -> None:
    """Measure, check and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("medshape", help="the program")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--original", action="store_true", help="also the original way, which takes minutes")
    arguments = parser.parse_args()
    program = shutil.which(arguments.medshape) or str(pathlib.Path(arguments.medshape).resolve())
    source = str(clinical(SHAPE))
    all_of_them = contestants(program, source, arguments.runs, arguments.original)
    for turn in range(arguments.runs):
        for contestant in all_of_them:
            if turn < contestant.runs:
                contestant.run()
                print(f"{contestant.name}: {contestant.seconds[-1]:.2f} s", flush=True)
    with open(HERE / "data" / "results.jsonl", "a") as out:
        for c in all_of_them:
            out.write(json.dumps({"name": c.name, "seconds": c.seconds, "cpu": c.cpu, "peak_mb": c.peak}) + "\n")
    page = report(all_of_them, check(program, source)) + growth(program, pathlib.Path(source), arguments.runs)
    (HERE.parent / "docs" / "benchmarks.md").write_text(page)
    print(page)


if __name__ == "__main__":
    main()
