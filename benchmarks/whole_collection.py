"""A whole collection: everything that a folder of many pictures takes, from collect to find.

``python -m benchmarks.whole_collection PICTURES TABLES`` collects the folder PICTURES, as of
`benchmarks.many_pictures`, into tables in the folder TABLES, which has none before.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.collecting import ENGINE, HEAD, REPORT
from benchmarks.commands import user_environment
from benchmarks.report import circumstances, table, update
from benchmarks.usage import used
from palette_engine.collections.collect import journal_of
from palette_engine.collections.index import path_of
from palette_engine.collections.journal import Journal
from palette_engine.collections.table import TABLES, write_table
from tests.web.processes import tree

__all__ = ["Run", "run_watched"]

LOOK_SECONDS = 0.5
"""How often processes and the journal are looked at."""

WORKERS = 2

COLOR = "#e6194b"

WAYS: Mapping[str, tuple[str, Sequence[str]]] = {
    "own processes": ("own.csv", ()),
    "own processes, `--quick`": ("quick.csv", ("--quick",)),
}
"""The tables and options of ways to collect; the first has what the other measurements need."""


@dataclass(frozen=True)
class Run:
    """What a command and its processes took.

    `seconds` of the clock, `processor` seconds of all processes, `own` megabytes of the command's
    process and `child` of its largest child, at most. `finishing` are the seconds after the last
    line of the journal, and `load` is the machine's after it.
    """

    seconds: float
    processor: float
    own: float
    child: float
    finishing: float
    load: float


def run_watched(command: Sequence[str], folder: Path, journal: Path | None = None) -> Run:
    """Run a command in a folder, and watch its processes and a journal that it writes."""
    begun = time.monotonic()
    highest: dict[int, float] = {}
    size, grown = -1, begun
    with subprocess.Popen(
        command, cwd=folder, env=user_environment(), stdout=subprocess.DEVNULL
    ) as process:
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            for each in tree(process.pid):
                highest[each] = _highest(each) or highest.get(each, 0.0)
            found = journal.stat().st_size if journal is not None and journal.exists() else -1
            if found != size:
                size, grown = found, time.monotonic()
            time.sleep(LOOK_SECONDS)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    ended = time.monotonic()
    own = highest.pop(process.pid, 0.0)
    return Run(
        ended - begun,
        usage.ru_utime + usage.ru_stime,
        own,
        max(highest.values(), default=0.0),
        ended - grown,
        os.getloadavg()[1],
    )


def _highest(number: int) -> float:
    """Return the most megabytes that a process has had; 0 if it is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{number}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def _collected(pictures: Path, tables: Path, title: str) -> Mapping[str, Run]:
    """Collect the pictures in one of `WAYS`, and once more."""
    name, options = WAYS[title]
    collect = [*ENGINE, "collect", str(pictures), "-o", name]
    command = [*collect, "--workers", str(WORKERS), *options]
    return {
        turn: run_watched(command, tables, journal_of(tables / name))
        for turn in (title, f"{title}, the same again")
    }


def _collecting_table(runs: Mapping[str, Run], count: int) -> str:
    return table(
        (
            "collect",
            "processor ms a picture",
            "processor seconds",
            "seconds",
            "pictures/s",
            "after the last row, s",
            "coordinator MB",
            "largest child MB",
            "load",
        ),
        [
            (
                title,
                f"{1000 * run.processor / count:.1f}",
                f"{run.processor:,.0f}",
                f"{run.seconds:,.0f}",
                f"{count / run.seconds:,.1f}",
                f"{run.finishing:.1f}",
                f"{run.own:.0f}",
                f"{run.child:.0f}",
                f"{run.load:.1f}",
            )
            for title, run in runs.items()
        ],
    )


def _formats_table(tables: Path, count: int) -> str:
    """Return the table of the sizes of formats, and what it takes to write them."""
    own = tables / "own.csv"
    lines = [
        (name, *_size(path, count), "")
        for name, path in (
            ("the journal", journal_of(own)),
            ("the index for searches", path_of(own)),
        )
    ]
    for suffix in TABLES:
        path = tables / f"format{suffix}"
        with Journal(journal_of(own)) as journal:
            begun = time.process_time()
            write_table(journal.rows(), path)
            seconds = time.process_time() - begun
        lines.append((f"`{suffix}`", *_size(path, count), f"{seconds:.1f}"))
    return table(("file", "MB", "bytes a picture", "processor seconds to write"), lines)


def _size(path: Path, count: int) -> tuple[str, str]:
    size = path.stat().st_size
    return f"{size / 1e6:.1f}", f"{size / count:,.0f}"


def _searches_table(pictures: Path, tables: Path) -> str:
    first = str(min(pictures.rglob("*.jpg")))
    lines = []
    for command in (
        ("find", "own.csv", COLOR),
        ("find", "own.csv", COLOR, "#ffffff", "--within", "15"),
        ("find", "own.csv", "--family", "red", "--not", "gray"),
        ("find", "own.csv", "--like", first),
        ("find", "own.csv", COLOR, "-o", "sheet.html", "--force"),
        ("find", "own.csv", COLOR, "-o", "sheet.png", "--force"),
        ("facets", "own.csv"),
        ("facets", "own.csv", "--by", "folder"),
        ("strip", "own.csv", "-o", "strip.png", "--force"),
    ):
        run = used([*ENGINE, *command], tables)
        shown = " ".join(command).replace(first, "PICTURE").replace(" --force", "")
        lines.append((f"`{shown}`", f"{run.seconds:.2f}", f"{run.megabytes:.0f}"))
    return table(("command", "processor seconds", "MB"), lines)


def main() -> None:
    """Measure the collection that the arguments name, and write the section."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.whole_collection", description=__doc__
    )
    parser.add_argument("pictures", type=Path, help="the folder of pictures")
    parser.add_argument("tables", type=Path, help="where the tables go")
    arguments = parser.parse_args()
    pictures, tables = arguments.pictures.resolve(), arguments.tables.resolve()
    tables.mkdir(parents=True, exist_ok=True)
    paths = list(pictures.rglob("*.jpg"))
    count, megabytes = len(paths), sum(path.stat().st_size for path in paths) / 1e6
    head = (
        circumstances(),
        f"{count:,} JPEGs, {megabytes:,.0f} MB, by {WORKERS} processes. Other programs used the "
        "machine, as the load tells, so processor times count more than those of the clock.",
    )
    runs: dict[str, Run] = {}
    rest: list[str] = []
    for title in WAYS:
        runs |= _collected(pictures, tables, title)
        rest = rest or [_formats_table(tables, count), _searches_table(pictures, tables)]
        text = "\n\n".join((*head, _collecting_table(runs, count), *rest))
        print(text, flush=True)
        update(REPORT, {f"A collection of {count:,} pictures": text}, HEAD)


if __name__ == "__main__":
    main()
