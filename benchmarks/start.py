"""Start: how long one command takes from its start to its end, beside other tools."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cache import cache_path
from benchmarks.commands import user_environment
from benchmarks.report import circumstances, table
from benchmarks.times import IMPORTS
from benchmarks.tools.environments import REPOSITORY
from palette_engine.lean_imports import VARIABLE

__all__ = ["HEAD", "REPORT", "start_section"]

REPORT = Path(__file__).with_name("start.md")

HEAD = """\
# Starting

Written by `python -m benchmarks start`; [README.md](README.md#starting) explains it.
"""

ROUNDS = 11
"""How often each command runs; the medians are reported."""

PICTURE = REPOSITORY / "docs" / "astronaut.jpg"

OTHERS = {
    "Color Thief (Python)": (
        "colorthief",
        "from colorthief import ColorThief; print(ColorThief(sys.argv[1]).get_palette(10))",
    ),
    "thumbleweed": (
        "thumbleweed",
        "from colorthief import get_palette; print(get_palette(sys.argv[1], 10))",
    ),
    "Pylette": (
        "pylette",
        "from pylette import extract_colors; print(extract_colors(sys.argv[1], palette_size=10))",
    ),
    "Pillow's quantize": (
        "pillow",
        "from PIL import Image; print(Image.open(sys.argv[1]).quantize(10).getpalette())",
    ),
}
"""Other tools by their titles: their package, and code that prints ten colors of a picture."""

MEASURE = """
import os, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024
print(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * unit / 1e6)
"""
"""Runs a command, and prints its processor time, its time, and its peak megabytes.

A small process starts it, as the memory of its parent is counted until it has started.
"""


@dataclass(frozen=True)
class Start:
    """Medians of a command: seconds of processor time, seconds, and peak megabytes."""

    processor: float
    wall: float
    peak: float


def start_section(before: str | None) -> tuple[str, str]:
    """Return the title and the table: what each command takes, and beside the plain imports.

    `before` is another checkout, whose `extract` is measured in turns with the others.
    """
    load = os.getloadavg()[0]
    found = _measured(dict(_commands(before)))
    plain = next(iter(found.values()))
    rows = [
        [
            title,
            f"{start.processor / plain.processor:.2f}x",
            f"{start.processor:.3f}",
            f"{start.wall / plain.wall:.2f}x",
            f"{start.wall:.3f}",
            f"{start.peak:.0f}",
        ]
        for title, start in found.items()
    ]
    header = ["command", "processor time", "seconds", "time", "seconds", "peak MB"]
    text = f"{circumstances()}\nThe machine's load before: {load:.1f}. Medians of {ROUNDS}.\n\n"
    return "One command", text + table(header, rows)


def _commands(before: str | None) -> Iterator[tuple[str, Sequence[str | Path]]]:
    """Yield the titles and the commands; the first is what the others are compared with."""
    python, program = sys.executable, (sys.executable, "-m", "palette_engine")
    yield f'`python -c "{IMPORTS}"`', [python, "-c", IMPORTS]
    yield "`palette-engine extract`", [*program, "extract", PICTURE]
    yield (
        f"`{VARIABLE}=1 palette-engine extract`",
        ["env", f"{VARIABLE}=1", *program, "extract", PICTURE],
    )
    if before:
        folder = f"PYTHONPATH={Path(before).resolve()}"
        yield "`palette-engine extract` before", ["env", folder, *program, "extract", PICTURE]
    yield "`palette-engine --help`", [*program, "--help"]
    yield "`palette-engine --version`", [*program, "--version"]
    yield "`palette-engine completion bash`", [*program, "completion", "bash"]
    yield '`python -c "import numpy"`', [python, "-c", "import numpy"]
    for title, (package, code) in OTHERS.items():
        own = cache_path(f"tools/pypi-{package}") / "bin" / "python"
        if own.exists():
            yield title, [own, "-c", f"import sys; {code}", PICTURE]


def _measured(commands: dict[str, Sequence[str | Path]]) -> dict[str, Start]:
    """Return the medians of commands that run in turns; a first round does not count."""
    rounds = [
        {title: _run(command) for title, command in commands.items()} for _ in range(ROUNDS + 1)
    ][1:]
    return {
        title: Start(*map(statistics.median, zip(*(each[title] for each in rounds), strict=True)))
        for title in commands
    }


def _run(command: Sequence[str | Path]) -> list[float]:
    """Return what `MEASURE` prints."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *command],
        check=True,
        capture_output=True,
        text=True,
        env=user_environment(),
        cwd=Path(sys.executable).anchor,
    )
    return [float(word) for word in done.stdout.split()]
