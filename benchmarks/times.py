"""Times: time and memory of the engine, next to those of a familiar task."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from benchmarks.commands import user_environment
from benchmarks.photos import photo
from palette_engine import Options, extract
from palette_engine.extraction.pipeline import palette_of
from palette_engine.extraction.summary import Summary
from palette_engine.pictures.reading import read_pixels
from palette_engine.recoloring.recolor import DITHERS, recolor
from palette_engine.recoloring.swap import swap_colors
from palette_engine.recoloring.swaps import with_swaps

__all__ = ["IMPORTS", "ROUNDS", "SIZES", "Memory", "Time", "memories", "side_by_side", "times"]

ROUNDS = 5
"""How often each call is timed; the median is reported."""

SIZES = {
    "0.3 MP": (640, 427),
    "1 MP": (1224, 816),
    "12 MP": (4000, 3000),
    "24 MP": (6000, 4000),
}
"""Width and height of the photographs, by their names in the report."""

IMPORTS = "import sklearn.cluster, skimage.color"
LOAD = "from palette_engine import libraries; libraries.load()"
DECODE = "import sys; from PIL import Image; Image.open(sys.argv[1]).load()"
EXTRACT = "import sys; from palette_engine import extract; extract(sys.argv[1])"
RECOLOR = """
import sys
from palette_engine import extract
from palette_engine.recoloring.recolor import recolor
recolor(sys.argv[1], extract(sys.argv[1]), sys.argv[2])
"""

# Until a process has started, the memory of its parent is counted as its own. So a small process
# starts the one to be measured.
MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@dataclass(frozen=True)
class Time:
    """Seconds of a task, and of another task that is measured in turns with it."""

    what: str
    beside: str
    seconds: float
    beside_seconds: float
    aim: str = ""

    @property
    def ratio(self) -> float:
        """The seconds as a multiple of those of the other task."""
        return self.seconds / self.beside_seconds


@dataclass(frozen=True)
class Memory:
    """Peak megabytes of processes that do the work, only decode, and only import.

    All import the same libraries.
    """

    what: str
    working: float
    decoding: float
    importing: float


def times() -> list[Time]:
    """Return all times, those of warm calls first."""
    return [*_warm_times(), *_preview_times(), *_recolor_times(), *_process_times()]


def memories() -> list[Memory]:
    """Return the memory that is used for each large photograph."""
    importing = _peak(LOAD)
    decoding = {size: _peak(f"{LOAD}; {DECODE}", _photo(size)) for size in ("12 MP", "24 MP")}
    return [
        *(
            Memory(
                f"extract() of a {size} JPEG",
                _peak(EXTRACT, _photo(size)),
                decoding[size],
                importing,
            )
            for size in decoding
        ),
        *(
            Memory(
                f"recolor() of a {size} JPEG, {dither}",
                _peak(RECOLOR, _photo(size), dither),
                decoding[size],
                importing,
            )
            for size in decoding
            for dither in DITHERS
        ),
    ]


def _warm_times() -> list[Time]:
    return [
        Time(
            f"extract() of a {size} JPEG, 10 colors",
            "decoding it with Pillow",
            *side_by_side(partial(extract, _photo(size), colors=10), partial(_decode, size)),
            aim="" if size == "0.3 MP" else "1.5x",
        )
        for size in ("0.3 MP", "12 MP", "24 MP")
    ]


def _preview_times() -> list[Time]:
    summary = Summary.of(read_pixels(_photo("24 MP")))
    assert len(summary.points.area)  # worked out once, as in a dialog
    return [
        Time(
            f"palette of a 24 MP picture, read before, {colors} colors",
            "decoding it with Pillow",
            *side_by_side(
                partial(palette_of, summary, Options(colors=colors)),
                partial(_decode, "24 MP"),
            ),
            aim="0.1 s" if colors <= 16 else "",
        )
        for colors in (5, 10, 16, 64, 256)
    ]


def _recolor_times() -> list[Time]:
    palette = extract(_photo("1 MP"), colors=10)
    edited = with_swaps(palette, [(palette.swatches[0].color, (32, 80, 208))])
    sizes = ("1 MP", "12 MP", "24 MP")
    swaps = [
        Time(
            f"swap_colors() of a {size} JPEG, 10 colors",
            "decoding it with Pillow",
            *side_by_side(
                partial(swap_colors, _photo(size), edited.before, edited.after),
                partial(_decode, size),
            ),
        )
        for size in sizes
    ]
    return swaps + [
        Time(
            f"recolor() of a {size} JPEG, 10 colors, dither {dither}",
            "decoding it with Pillow",
            *side_by_side(partial(recolor, _photo(size), palette, dither), partial(_decode, size)),
        )
        for size in sizes
        for dither in DITHERS
    ]


def _process_times() -> list[Time]:
    module = ("-m", "palette_engine")
    return [
        Time(
            "palette-engine extract, 0.3 MP JPEG",
            f'python -c "{IMPORTS}"',
            *side_by_side(
                partial(_run, *module, "extract", str(_photo("0.3 MP"))),
                partial(_run, "-c", IMPORTS),
            ),
            aim="0.6x",
        ),
        Time(
            "palette-engine --help",
            'python -c "pass"',
            *side_by_side(partial(_run, *module, "--help"), partial(_run, "-c", "pass")),
            aim="0.15 s",
        ),
    ]


def side_by_side(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of two functions called in turns, without their first calls."""
    functions = (first, second)
    for function in functions:
        function()
    rounds = [[_seconds(function) for function in functions] for _ in range(ROUNDS)]
    mine, other = (statistics.median(column) for column in zip(*rounds, strict=True))
    return mine, other


def _seconds(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _decode(size: str) -> None:
    with Image.open(_photo(size)) as image:
        image.load()


def _run(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        env=user_environment(),
    )


def _peak(code: str, *arguments: Path | str) -> float:
    """Return the peak megabytes of a Python process that runs `code`."""
    command: Sequence[str | Path] = [sys.executable, "-c", MEASURE, "-c", code, *arguments]
    output = subprocess.run(
        command, check=True, capture_output=True, text=True, env=user_environment()
    ).stdout
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    return int(output) * unit / 1e6


def _photo(size: str) -> Path:
    return photo(*SIZES[size])
