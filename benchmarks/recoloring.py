"""Recoloring: how long a recolored photograph takes, and its peak of memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from benchmarks.photos import photo
from benchmarks.report import circumstances, table
from benchmarks.tools.environments import REPOSITORY

__all__ = ["HEAD", "REPORT", "recoloring_section"]

REPORT = Path(__file__).with_name("recoloring.md")

HEAD = """\
# Recoloring

Written by `python -m benchmarks recoloring`; [README.md](README.md#recoloring) explains it.
"""

ROUNDS = 3

SIZE = (6000, 4000)

COLORS = (10, 256)

DITHERS = ("none", "floyd-steinberg", "ordered")

MEASURE = """
import json, resource, sys, time
sys.path.insert(0, sys.argv[1])
from PIL import Image
from palette_engine import extract, recolor
path, colors, dither = sys.argv[2], int(sys.argv[3]), sys.argv[4]
with Image.open(path) as image:
    small = image.resize((600, 400))
palette = extract(small, colors=colors)
recolor(small, palette, dither)
def timed(work):
    start = time.process_time()
    result = work()
    return time.process_time() - start
decoding = timed(lambda: Image.open(path).convert("RGB"))
seconds = timed(lambda: recolor(path, palette, dither)) - decoding
unit = 1 if sys.platform == "darwin" else 1024
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
print(json.dumps([seconds, decoding, peak]))
"""
"""Prints seconds of processor time above decoding, those of decoding, and peak megabytes.

Each measurement has a process of its own, for its peak of memory.
"""


@dataclass(frozen=True)
class Cost:
    """Seconds above decoding, and peak megabytes of the process, which has decoded before."""

    seconds: float
    peak: float


def recoloring_section(before: str | None) -> tuple[str, str]:
    """Return the title and the table for a photograph, by dithering and number of colors.

    `before` is another checkout, whose engine is measured in turns with this one, by its own Python
    if it has a `.venv`.
    """
    load = os.getloadavg()[0]
    folders = [REPOSITORY, *([Path(before).resolve()] if before else [])]
    path = photo(*SIZE)
    rows = []
    for dither, colors in product(DITHERS, COLORS):
        found = _costs(folders, path, colors, dither)
        rows.append([dither, f"{colors}", *_cells(found)])
    loads = f"before: {load:.1f}, after: {os.getloadavg()[0]:.1f}"
    told = (
        f"{circumstances()}\nThe machine's load {loads}. "
        f"A JPEG of {SIZE[0]} x {SIZE[1]}, medians of {ROUNDS}."
    )
    heads = ["dithering", "colors", "seconds above decoding", "peak MB"]
    if before:
        heads += ["seconds beside before", "peak beside before"]
    return "A photograph of 24 megapixels", f"{told}\n\n{table(heads, rows)}"


def _costs(folders: list[Path], path: Path, colors: int, dither: str) -> list[Cost]:
    """Return the medians of checkouts that are measured in turns."""
    turns = [[_cost(folder, path, colors, dither) for folder in folders] for _ in range(ROUNDS)]
    return [
        Cost(
            statistics.median(cost.seconds for cost in costs),
            statistics.median(cost.peak for cost in costs),
        )
        for costs in zip(*turns, strict=True)
    ]


def _cost(folder: Path, path: Path, colors: int, dither: str) -> Cost:
    python = folder / ".venv" / "bin" / "python"
    program = str(python) if python.exists() else sys.executable
    command = [program, "-c", MEASURE, str(folder), str(path), f"{colors}", dither]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    seconds, _, peak = json.loads(printed)
    return Cost(seconds, peak)


def _cells(found: list[Cost]) -> Iterator[str]:
    own, *others = found
    yield f"{own.seconds:.2f}"
    yield f"{own.peak:.0f}"
    for other in others:
        yield f"{own.seconds / other.seconds:.2f}x of {other.seconds:.2f}"
        yield f"{own.peak / other.peak:.2f}x of {other.peak:.0f}"
