"""Times the geometry of medshape against the best peers: same input, same run, one fresh process a measurement.

python benches/peers [--rows NAME,...] [--threads 1,2] [--runs N] [--out PAGE]
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time
from typing import Any

import files
import measures  # noqa: F401 (adds its rows)
from inputs import Inputs, prepare
from rows import ROWS

LIMIT = 300
THREAD_VARIABLES = (
    "RAYON_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "TBB_NUM_THREADS",
)


def measure(row: str, name: str, runs: int) -> dict[str, Any]:
    """Run a way in this process."""
    inputs = Inputs()
    work = ROWS[row].ways[name](inputs)
    before = memory("VmRSS")
    # Forgets the high-water mark so far, which a new process has from the one that started it.
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    seconds = []
    result = None
    while len(seconds) < runs and sum(seconds) < 20:
        result = None
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    peak = memory("VmHWM") - before
    return {"seconds": seconds, "peak_mb": peak / 1024, "quality": ROWS[row].judge(inputs, result)}


def memory(field: str) -> int:
    """Kilobytes of this process, as Linux counts them."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def in_child(row: str, name: str, threads: int, runs: int) -> dict[str, Any]:
    """Run a way in a process of its own, held to so many threads and cores."""
    environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(threads))}
    command = [sys.executable, __file__, "--measure", row, name, "--runs", str(runs)]
    if hasattr(os, "sched_getaffinity"):
        cores = sorted(os.sched_getaffinity(0))[:threads]
        command = [sys.executable, "-c", _PINNED.format(cores=set(cores), command=command)]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return {"error": f"over {LIMIT} s"}
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["failed"])[-1]}
    return json.loads(done.stdout.splitlines()[-1])


_PINNED = "import os, sys; os.sched_setaffinity(0, {cores}); os.execv({command}[0], {command})"


def table(found: dict[tuple[str, str, int], dict[str, Any]]) -> str:
    """The page."""
    lines = [
        "# The geometry against its peers",
        "",
        "Written by `make bench`. The clinical label map of [benchmarks.md](benchmarks.md), and its liver: meshes of",
        "500 k and 100 k triangles, a mask of 256^3. Arrays in memory to arrays in memory; every measurement is a",
        "fresh process, one way after the other, median of its runs. *Ratio* is the peer's time over medshape's with",
        "as many threads;",
        "*more memory* what the process grew by at most while it worked, its result included.",
        "",
        f"{os.cpu_count()} cores, {platform.machine()}; {datetime.date.today()}; "
        f"load {os.getloadavg()[0]:.1f} at the end.",
        "",
        "| operation | way | threads | median s | min s | ratio | more memory, MB | result | wanted |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (row, name, threads), result in found.items():
        title, wanted = ROWS[row].title, ROWS[row].wanted
        if "error" in result:
            lines.append(f"| {title} | {name} | {threads} | | | | | {result['error']} | |")
            continue
        median = statistics.median(result["seconds"])
        own = found.get((row, "medshape", threads), {}).get("seconds")
        ratio = f"{median / statistics.median(own):.1f}" if own and name != "medshape" else ""
        lines.append(
            f"| {title} | {name} | {threads} | {median:.4f} | {min(result['seconds']):.4f} | {ratio} "
            f"| {result['peak_mb']:.0f} | {result['quality']} | {wanted if name == 'medshape' else ''} |"
        )
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default=",".join(ROWS))
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--measure", nargs=2, metavar=("ROW", "WAY"))
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(*arguments.measure, arguments.runs)))
        return
    prepare()
    files.stl()
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for row in arguments.rows.split(","):
        for threads in map(int, arguments.threads.split(",")):
            for name in ROWS[row].ways:
                result = found[row, name, threads] = in_child(row, name, threads, arguments.runs)
                print(
                    row,
                    name,
                    threads,
                    result.get("error") or f"{statistics.median(result['seconds']):.4f} s",
                    flush=True,
                )
    page = table(found)
    if arguments.out:
        arguments.out.write_text(page)
    else:
        print(page)


if __name__ == "__main__":
    main()
