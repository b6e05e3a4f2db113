"""Collecting: what the pictures of collections take, by own processes and by Dask, and searches."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from benchmarks.cluster_simulation import Setting, simulation
from benchmarks.coordinator import measured_costs
from benchmarks.local_cluster import LocalCluster, local_cluster
from benchmarks.made_rows import made_rows
from benchmarks.pictures import photograph
from benchmarks.report import circumstances, table
from benchmarks.searches import search_table
from benchmarks.times import IMPORTS
from benchmarks.usage import Used, used
from palette_engine.collections.index import write_index
from palette_engine.collections.journal import Journal
from palette_engine.collections.table import read_table, write_table

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

TURNS = 4
"""Each run is repeated this often, in turns, and the least counts, as other programs only add."""

ROWS, FEW_ROWS = 100_000, 1000

WORKERS = 2

IDLE_SECONDS = 20.0

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

NAMES = """
from pathlib import Path
from palette_engine.collections.collect import collect
collect(["@names.txt"], Path("names.jsonl"))
"""


@dataclass(frozen=True)
class PictureTimes:
    """Processor seconds of one picture more, and of a start.

    `warm` is one that is extracted in a process which has extracted others. `start` is a command
    that collects one picture, with the picture, and `imports` that of the libraries alone.
    """

    warm: float
    warm_quick: float
    own: float
    quick: float
    dask: float
    start: float
    imports: float


def collections_sections() -> Iterator[tuple[str, str]]:
    """Yield titles and tables."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        local_cluster(Path(temporary), WORKERS) as cluster,
    ):
        folder = Path(temporary)
        _make_pictures(folder)
        times = _picture_times(folder, cluster)
        yield "A picture", f"{circumstances()}\n\n{_picture_table(times)}"
        rows, memory = _many_rows(folder)
        yield "Many rows", f"{circumstances()}\n\n{rows}"
        yield "Searches", f"{circumstances()}\n\n{_searches(folder)}"
        costs = measured_costs(folder, cluster, times.dask, memory)
        title = f"Simulation of {Setting.pictures:,} pictures"
        yield title, f"{circumstances()}\n\n{simulation(costs, times.quick)}"


def _make_pictures(folder: Path) -> None:
    """Write the pictures: parts of a photograph, in folders of one, of some, and of all."""
    whole = photograph(SIZE[0] * 2, SIZE[1] * 2)
    for name, count in (("one", 1), ("few", COUNT), ("all", 2 * COUNT)):
        (folder / name).mkdir()
        for number in range(count):
            left, top = number * 7 % SIZE[0], number * 13 % SIZE[1]
            part = whole[top : top + SIZE[1], left : left + SIZE[0]]
            Image.fromarray(part).save(folder / name / f"{number:03}.jpg", quality=90)


def _picture_table(times: PictureTimes) -> str:
    """Return the table of processor times of a picture."""
    lines = [
        ("warm `extract`", times.warm, times.warm, ""),
        ("warm `extract --quick`", times.warm_quick, times.warm, ""),
        ("`collect`, own processes", times.own, times.warm, "1.15x"),
        ("`collect --quick`, own processes", times.quick, times.own, "0.6x"),
        (f"`collect --on`, Dask with {WORKERS} workers", times.dask, times.own, "1.15x"),
        ("start: `collect` of one picture", times.start, times.imports, "1.2x"),
    ]
    besides = ("", "warm", "warm", "own processes", "own processes", f"`{IMPORTS}`")
    return table(
        ("what", "ms", "beside", "ratio", "aim"),
        [
            (name, f"{1000 * each:.1f}", beside, f"{each / other:.2f}x", aim and f"≤ {aim}")
            for (name, each, other, aim), beside in zip(lines, besides, strict=True)
        ],
        words=("beside",),
    )


def _picture_times(folder: Path, cluster: LocalCluster) -> PictureTimes:
    """Measure what pictures take, everything in turns, and return the least of each."""
    paths = sorted(str(path) for path in (folder / "few").iterdir())
    measures: dict[str, Callable[[], float]] = {
        "warm": partial(_warm, "full", paths),
        "warm quick": partial(_warm, "quick", paths),
        "imports": lambda: used([sys.executable, "-c", IMPORTS], folder).seconds,
        "one": partial(_collected, folder, "one", "--workers", "1"),
    }
    _collected_with_dask(folder, "one", cluster)  # modules are compiled, and imported by workers
    idle = _idle(cluster)
    for source in ("few", "all"):
        workers = ("--workers", str(WORKERS))
        measures[f"own {source}"] = partial(_collected, folder, source, *workers)
        measures[f"quick {source}"] = partial(_collected, folder, source, *workers, "--quick")
        measures[f"dask {source}"] = partial(_collected_with_dask, folder, source, cluster, idle)
    turns = [{name: measure() for name, measure in measures.items()} for _ in range(TURNS)]
    least = {name: min(turn[name] for turn in turns) for name in measures}
    own, quick, dask = (
        (least[f"{name} all"] - least[f"{name} few"]) / COUNT for name in ("own", "quick", "dask")
    )
    return PictureTimes(
        least["warm"], least["warm quick"], own, quick, dask, least["one"], least["imports"]
    )


def _warm(effort: str, paths: Sequence[str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", WARM, effort, *paths], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def _collected(folder: Path, source: str, *options: str) -> float:
    """Return what it takes to collect a folder anew."""
    for path in folder.glob("new.jsonl*"):
        path.unlink()
    return used([*ENGINE, "collect", source, "-o", "new.jsonl", *options], folder).seconds


def _collected_with_dask(
    folder: Path, source: str, cluster: LocalCluster, idle: float = 0.0
) -> float:
    """Return what `_collected` does, of the coordinator, the scheduler and the workers.

    `idle` is what these take in a second of the clock if there is nothing to do, which does not
    count: a busy machine needs many of those.
    """
    before, begun = cluster.seconds, time.monotonic()
    own = _collected(folder, source, "--on", str(cluster.file))
    return own + cluster.seconds - before - idle * (time.monotonic() - begun)


def _idle(cluster: LocalCluster) -> float:
    """Return the processor seconds that a cluster takes in a second without anything to do."""
    before, begun = cluster.seconds, time.monotonic()
    time.sleep(IDLE_SECONDS)
    return (cluster.seconds - before) / (time.monotonic() - begun)


def _many_rows(folder: Path) -> tuple[str, float]:
    """Return the table of what many rows take, and the bytes that a coordinator holds for each."""
    few, collected = (_names(folder, count) for count in (FEW_ROWS, ROWS))
    held = (collected.megabytes - few.megabytes) * 2**20 / (ROWS - FEW_ROWS)
    journal = _journal_rate(folder)
    path = folder / "many.jsonl"
    rows = made_rows(ROWS)
    write_table(rows, path)
    write_index(read_table(path), path)
    lines: list[tuple[str, str, str]] = [
        (
            f"collect: {ROWS:,} names that lead to nothing",
            f"{collected.seconds:.1f}",
            f"{collected.megabytes:.0f} (aim: 150)",
        )
    ]
    started = used([*ENGINE, "--version"], folder)
    lines.append(("the start of the program alone", f"{started.seconds:.2f}", ""))
    told = f"The journal takes {journal:,.0f} rows in a second of a processor."
    return f"{table(('what', 'processor seconds', 'MB'), lines)}\n\n{told}", held


def _names(folder: Path, count: int) -> Used:
    """Return what it takes to collect a number of names that lead to nothing."""
    names = "".join(f"{'x' * 60}/{number}.png\n" for number in range(count))
    (folder / "names.txt").write_text(names)
    for path in folder.glob("names.jsonl*"):
        path.unlink()
    return used([sys.executable, "-c", NAMES], folder)


def _searches(folder: Path) -> str:
    """Return the table of searches in the table that `_many_rows` has written."""
    return search_table(folder / "many.jsonl", ROWS, folder / "few" / "000.jpg")


def _journal_rate(folder: Path) -> float:
    """Return how many rows the journal takes in a second of a processor."""
    rows = made_rows(2000)
    begun = time.process_time()
    with Journal(folder / "rate.journal") as journal:
        for row in rows:
            journal.append(row)
    return len(rows) / (time.process_time() - begun)
