"""Runs: get palettes from the tools, measure them and their time, and try awkward files."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from threadpoolctl import threadpool_limits

from benchmarks.colors import lab_of
from benchmarks.measures import Subject
from benchmarks.pictures import PICTURES
from benchmarks.reference import reference
from benchmarks.tools.awkward import AWKWARD
from benchmarks.tools.catalog import COLORS, Tool
from benchmarks.tools.environments import Installed
from benchmarks.tools.files import SIZES, photo_for
from benchmarks.tools.process import Driver, whole_process
from benchmarks.tools.records import Outcome, Record, Timing, Trial

__all__ = ["ask", "install", "judge", "measure_time", "try_awkward"]

ROUNDS = 5
"""How often a call is timed, after one that is ignored; the median is reported."""

SLOW = 1.0
"""A call of more seconds is timed only three times."""

VERY_SLOW = 10.0
"""A call of more seconds is timed only once."""

DECODE = "import sys; from PIL import Image; Image.open(sys.argv[1]).load()"


def install(tool: Tool, record: Record) -> Installed | None:
    """Return a tool's driver; if it cannot be installed, record the reason."""
    try:
        installed = tool.environment.install(tool.name)
    except (OSError, subprocess.SubprocessError) as error:
        record.reason = str(error)
        return None
    record.reason, record.version = "", installed.version
    return installed


def ask(
    tool: Tool,
    installed: Installed,
    record: Record,
    counts: Iterable[int],
    files: Mapping[str, Path],
) -> None:
    """Record a tool's palettes of pictures with each number of colors, without their quality.

    Wallpapers are only for the main tables.
    """
    with Driver(installed.command) as driver:
        for count in counts:
            if count > tool.most and count != COLORS:
                continue
            rows = record.outcomes.setdefault(str(count), {})
            for name, path in files.items():
                if name not in PICTURES and count != COLORS:
                    continue
                answer = driver.ask(path, count)
                colors = [list(color) for color in answer.colors[:count]]
                rows[name] = Outcome(colors, answer.error or ("" if colors else "no colors"))


def judge(records: Sequence[Record], files: Mapping[str, Path]) -> None:
    """Record the quality of all palettes that have none yet, picture by picture."""
    for name, path in files.items():
        waiting = [
            (int(count), rows[name])
            for record in records
            for count, rows in record.outcomes.items()
            if name in rows and rows[name].colors and rows[name].quality is None
        ]
        if not waiting:
            continue
        print(f"judging {len(waiting)} palettes of {name}", file=sys.stderr)
        with threadpool_limits(1), Image.open(path) as image:
            subject = Subject.of(name, np.asarray(image.convert("RGB")))
            for count in sorted({count for count, _ in waiting}):
                _judge(subject, count, [outcome for of, outcome in waiting if of == count])


def _judge(subject: Subject, count: int, outcomes: Iterable[Outcome]) -> None:
    """Record the quality of one picture's palettes; a better one improves the reference."""
    baseline = subject.baseline(reference(subject.colors, count, np.empty((0, 3))))
    for outcome in outcomes:
        swatches = lab_of(np.array(outcome.colors, np.float64))
        quality = subject.quality(swatches, count, baseline)
        if quality.error < baseline.error:
            baseline = subject.baseline(reference(subject.colors, count, swatches))
            quality = subject.quality(swatches, count, baseline)
        outcome.quality = quality


def try_awkward(tool: Tool, installed: Installed, record: Record) -> None:
    """Record a tool's verdict for each awkward file whose type it supports."""
    record.trials.clear()
    with Driver(installed.command) as driver:
        for name, awkward in AWKWARD.items():
            if tool.only_png and awkward.suffix != ".png":
                continue
            answer = driver.ask(awkward.file(name), awkward.asked)
            record.trials[name] = Trial(*awkward.judge(answer))


def measure_time(tool: Tool, installed: Installed, record: Record) -> None:
    """Record a tool's time and memory for each photograph."""
    for size in SIZES:
        path = photo_for(size, only_png=tool.only_png)
        timing = _warm(installed, path)
        if not timing.error:
            _whole(tool, installed, path, timing)
        record.timings[size] = timing


def _warm(installed: Installed, path: Path) -> Timing:
    """Time calls in one process, in turns with decoding in this process."""
    with Driver(installed.command) as driver:
        first = driver.ask(path, COLORS)
        if first.error:
            return Timing(error=first.error)
        rounds = _rounds(first.seconds)
        decode = [_decode(path)]
        warm = [first.seconds] if rounds == 1 else []
        while len(warm) < rounds:
            answer = driver.ask(path, COLORS)
            if answer.error:
                return Timing(error=answer.error)
            warm.append(answer.seconds)
            decode.append(_decode(path))
    return Timing(warm=statistics.median(warm), decode=statistics.median(decode))


def _whole(tool: Tool, installed: Installed, path: Path, timing: Timing) -> None:
    """Time whole processes, in turns with processes that only decode.

    For a program, this is the time of a call, as the time of its driver must not count.
    """
    wholes, bares = [], []
    for _ in range(1 if tool.is_command else min(3, _rounds(timing.warm))):
        wholes.append(whole_process(installed.command, path, COLORS))
        bares.append(_bare(path))
    timing.whole = statistics.median(whole.seconds for whole in wholes)
    timing.bare = statistics.median(bares)
    timing.peak = statistics.median(whole.peak for whole in wholes)
    if tool.is_command:
        timing.whole = timing.warm


def _rounds(seconds: float) -> int:
    if seconds > VERY_SLOW:
        return 1
    return 3 if seconds > SLOW else ROUNDS


def _decode(path: Path) -> float:
    start = time.perf_counter()
    with Image.open(path) as image:
        image.load()
    return time.perf_counter() - start


def _bare(path: Path) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", DECODE, path], check=True)
    return time.perf_counter() - start
