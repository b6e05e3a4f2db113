"""Collecting: what the pictures of collections take, by own processes and by Dask, and searches."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.pictures import photograph
from benchmarks.report import circumstances, table
from benchmarks.searches import search_table
from palette_engine.collections.families import FAMILIES
from palette_engine.collections.index import write_index
from palette_engine.collections.journal import Journal
from palette_engine.collections.row import Row, RowSwatch
from palette_engine.collections.sketch import sketch_of
from palette_engine.collections.table import read_table, write_table
from palette_engine.color.cielab import lab_of
from tests.web.processes import tree

__all__ = ["HEAD", "REPORT", "collections_sections"]

REPORT = Path(__file__).with_name("collections.md")

HEAD = """\
# Collections

Written by `python -m benchmarks collections`. Processor times, so other programs hardly matter.
"""

SIZE = (936, 700)
"""0.65 megapixels, as of a thumbnail of a museum."""

COUNT = 40
"""The pictures of the smaller run; the larger one has twice as many."""

TURNS = 3
"""Each run is repeated this often, and the least counts, as other programs only add to it."""

ROWS = 100_000

ENGINE = (sys.executable, "-m", "palette_engine")

WARM = """
import sys, time
from palette_engine import extract
times = []
for turn in range(4):
    begun = time.process_time()
    for path in sys.argv[2:]:
        extract(path, effort=sys.argv[1])
    times.append(time.process_time() - begun)
print(min(times[1:]) / len(sys.argv[2:]))
"""

HOOK = """
import atexit, os, re
def tell():
    status = open("/proc/self/status").read()
    with open(os.environ["TELL"], "w") as file:
        file.write(re.search(r"VmHWM:\\s+(\\d+)", status)[1])
if "TELL" in os.environ:
    atexit.register(tell)
"""
"""What each Python that is measured runs first."""

NAMES = """
from pathlib import Path
from palette_engine.collections.collect import collect
collect(["@names.txt"], Path("names.jsonl"))
"""


@dataclass(frozen=True)
class Used:
    """What a process and those that it has started used: processor seconds, and megabytes."""

    seconds: float
    megabytes: float


def collections_sections() -> dict[str, str]:
    """Return the tables by their titles."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "hooks").mkdir()
        (folder / "hooks" / "sitecustomize.py").write_text(HOOK)
        _make_pictures(folder)
        return {
            "A picture": f"{circumstances()}\n\n{_pictures(folder)}",
            "Many rows": f"{circumstances()}\n\n{_many_rows(folder)}",
            "Searches": f"{circumstances()}\n\n{_searches(folder)}",
        }


def _make_pictures(folder: Path) -> None:
    """Write the pictures: parts of a photograph, in two folders of which one has all."""
    whole = photograph(SIZE[0] * 2, SIZE[1] * 2)
    for name, count in (("few", COUNT), ("all", 2 * COUNT)):
        (folder / name).mkdir()
        for number in range(count):
            left, top = number * 7 % SIZE[0], number * 13 % SIZE[1]
            part = whole[top : top + SIZE[1], left : left + SIZE[0]]
            Image.fromarray(part).save(folder / name / f"{number:03}.jpg", quality=90)


def _pictures(folder: Path) -> str:
    """Return the table of processor times of a picture."""
    paths = sorted(str(path) for path in (folder / "few").iterdir())
    warm = {effort: _warm(effort, paths) for effort in ("full", "quick")}
    own = _marginal(folder, "own")
    quick = _marginal(folder, "quick", "--quick")
    dask = _marginal_with_dask(folder)
    lines = [
        ("warm extract", warm["full"]),
        ("warm extract, quick", warm["quick"]),
        ("collect, own processes", own),
        ("collect --quick", quick),
        ("collect --on, Dask with one worker", dask),
    ]
    return table(
        ("what", "ms a picture", "beside warm extract"),
        [(name, f"{1000 * each:.1f}", f"{each / warm['full']:.2f}x") for name, each in lines],
    )


def _warm(effort: str, paths: Sequence[str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", WARM, effort, *paths], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def _marginal(folder: Path, name: str, *options: str) -> float:
    """Return what a picture more takes, without the start of processes."""
    few, many = (
        min(
            _collected(folder, source, f"{name}-{source}-{turn}", *options) for turn in range(TURNS)
        )
        for source in ("few", "all")
    )
    return (many - few) / COUNT


def _collected(folder: Path, source: str, name: str, *options: str) -> float:
    command = [*ENGINE, "collect", source, "-o", f"{name}.jsonl", "--workers", "1", *options]
    return _used(command, folder).seconds


def _marginal_with_dask(folder: Path) -> float:
    """Return what `_marginal` does, of the coordinator, the scheduler and the worker together."""
    file = folder / "scheduler.json"
    started = [
        _dask("scheduler", folder, "--scheduler-file", str(file), "--port", "0"),
        _dask("worker", folder, "--scheduler-file", str(file), "--nthreads", "1"),
    ]
    try:
        while not file.exists() or not file.read_bytes().endswith(b"}"):
            time.sleep(0.05)
        used: dict[str, list[float]] = {"few": [], "all": []}
        for turn in range(TURNS + 1):
            for source, seconds in used.items():
                before = sum(map(_seconds, started))
                name = f"dask-{source}-{turn}.jsonl"
                command = [*ENGINE, "collect", source, "-o", name, "--on", str(file)]
                own = _used(command, folder).seconds
                seconds.append(own + sum(map(_seconds, started)) - before)
    finally:
        for process in reversed(started):
            process.send_signal(signal.SIGINT)
            process.wait()
    return (min(used["all"]) - min(used["few"])) / COUNT


def _seconds(process: subprocess.Popen[bytes]) -> float:
    """Return the processor seconds of a process, of those it has, and of those that have ended."""
    ticks = 0
    for each in tree(process.pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime and cstime
    return ticks / os.sysconf("SC_CLK_TCK")


def _dask(kind: str, folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    code = f"from distributed.cli.dask_{kind} import main; main()"
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, "--no-dashboard", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _used(command: Sequence[str], folder: Path) -> Used:
    """Run Python with arguments in a folder, and return what it used."""
    # It tells its memory itself, as what the system tells begins with that of this process.
    told = folder / "memory"
    environment = {**os.environ, "PYTHONPATH": str(folder / "hooks"), "TELL": str(told)}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Used(usage.ru_utime + usage.ru_stime, int(told.read_text()) / 1024)


def _many_rows(folder: Path) -> str:
    """Return the table of what many rows take."""
    names = "".join(f"{'x' * 60}/{number}.png\n" for number in range(ROWS))
    (folder / "names.txt").write_text(names)
    collected = _used([sys.executable, "-c", NAMES], folder)
    journal = _journal_rate(folder)
    path = folder / "many.jsonl"
    rows = _rows(ROWS)
    write_table(rows, path)
    write_index(read_table(path), path)
    lines: list[tuple[str, str, str]] = [
        (
            f"collect: {ROWS:,} names that lead to nothing",
            f"{collected.seconds:.1f}",
            f"{collected.megabytes:.0f}",
        )
    ]
    started = _used([*ENGINE, "--version"], folder)
    lines.append(("the start of the program alone", f"{started.seconds:.2f}", ""))
    told = f"The journal takes {journal:,.0f} rows in a second of a processor."
    return f"{table(('what', 'processor seconds', 'MB'), lines)}\n\n{told}"


def _searches(folder: Path) -> str:
    """Return the table of searches in the table that `_many_rows` has written."""
    return search_table(folder / "many.jsonl", ROWS, folder / "few" / "000.jpg", _used)


def _rows(count: int) -> list[Row]:
    """Return rows of ten random colors each."""
    chance = np.random.default_rng(1)
    colors = chance.integers(0, 256, (count, 10, 3), np.uint8)
    lab = lab_of(colors.reshape(-1, 3)).reshape(count, 10, 3)
    share = chance.dirichlet(np.ones(10), count)
    rows = []
    for number in range(count):
        swatches = tuple(
            RowSwatch(f"#{bytes(rgb).hex()}", round(part, 6), *map(float, values), css="red")  # type: ignore[misc, arg-type]
            for rgb, part, values in zip(
                colors[number].tolist(), share[number].tolist(), lab[number].round(3), strict=True
            )
        )
        sketch = base64.b64encode(sketch_of(lab[number], share[number]).tobytes()).decode()
        families = dict(zip(FAMILIES, share[number].round(6).tolist(), strict=False))
        rows.append(
            Row(f"shelf/{number:06}.jpg", swatches=swatches, families=families, sketch=sketch)
        )
    return rows


def _journal_rate(folder: Path) -> float:
    """Return how many rows the journal takes in a second of a processor."""
    rows = _rows(2000)
    begun = time.process_time()
    with Journal(folder / "rate.journal") as journal:
        for row in rows:
            journal.append(row)
    return len(rows) / (time.process_time() - begun)
