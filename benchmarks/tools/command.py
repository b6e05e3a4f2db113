"""Command: ``python -m benchmarks tools``."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.pictures import PICTURES
from benchmarks.tools.catalog import TOOLS, Tool
from benchmarks.tools.environments import Installed
from benchmarks.tools.files import WALLPAPERS, pictures, wallpapers
from benchmarks.tools.records import Record
from benchmarks.tools.report import ratio_table, write
from benchmarks.tools.runs import ask, install, judge, measure_time, try_awkward

__all__ = ["STEPS", "compare"]

STEPS = ("error", "time", "awkward")
"""The properties of a tool that can be measured."""


def compare(
    names: Sequence[str], steps: Sequence[str], chosen: Sequence[str] | None, counts: Sequence[int]
) -> None:
    """Measure tools, keep the results, and write the report on all tools measured so far.

    If pictures are chosen, their results are printed and no report is written.
    """
    files = _files([*PICTURES, *WALLPAPERS] if chosen is None else chosen)
    records = [Record.load(name) for name in names]
    for number, record in enumerate(records, 1):
        tool = TOOLS[record.tool]
        print(f"{number} of {len(names)}: {tool.name}", file=sys.stderr)
        if installed := install(tool, record):
            _measure(tool, installed, record, steps, counts, files)
            record.days |= dict.fromkeys(steps, _today())
        record.save()
    if "error" in steps:
        judge(records, files)
        for record in records:
            record.save()
    if chosen is None:
        write([Record.load(name) for name in TOOLS])
        return
    for count in counts:
        print(f"{count} colors:\n\n{ratio_table(records, count, files)}\n")


def _today() -> str:
    return str(datetime.datetime.now(datetime.UTC).date())


def _files(names: Sequence[str]) -> dict[str, Path]:
    """Return the pictures with these names, without wallpapers that cannot be downloaded."""
    found = pictures([name for name in names if name in PICTURES])
    if not set(names) <= set(PICTURES):
        found |= {name: path for name, path in wallpapers().items() if name in names}
    return found


def _measure(
    tool: Tool,
    installed: Installed,
    record: Record,
    steps: Sequence[str],
    counts: Sequence[int],
    files: Mapping[str, Path],
) -> None:
    if "error" in steps:
        ask(tool, installed, record, counts, files)
    if "time" in steps:
        measure_time(tool, installed, record)
    if "awkward" in steps:
        try_awkward(tool, installed, record)
