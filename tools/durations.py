"""Durations: a report on how long the tests take.

Usage, in the repository: ``python -m tools.durations``. It reads the reports that each
``make test…`` writes to ``build/times/``, and writes ``build/test-times.md``: the sum of each step,
and the slowest tests of all steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

__all__ = ["remove_reports", "write_times"]

BUILD = Path(__file__).resolve().parents[1] / "build"

REPORTS = BUILD / "times"

SLOWEST = 40
"""How many of the slowest tests are listed."""


@dataclass(frozen=True)
class Test:
    """A test that ran: its step, its name, and its seconds including set-up."""

    step: str
    name: str
    seconds: float


def remove_reports(steps: Iterable[str]) -> None:
    """Remove the reports of earlier runs of some steps."""
    for step in steps:
        (REPORTS / f"{step}.xml").unlink(missing_ok=True)


def tests_of(report: Path) -> Iterator[Test]:
    """Yield the tests of a report in JUnit's format."""
    for case in ElementTree.parse(report).iter("testcase"):
        file = case.attrib["classname"].removeprefix("tests.").replace(".", "/")
        name = case.attrib["name"].replace("|", "\\|")  # otherwise it would begin a cell
        seconds = float(case.attrib["time"])
        yield Test(report.stem, f"{file}.py::{name}", seconds)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    lines = (head, ("---",) * len(head), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write_times() -> Path:
    """Write the durations of all reports to a file, and return its path."""
    tests = [test for report in sorted(REPORTS.glob("*.xml")) for test in tests_of(report)]
    steps: dict[str, list[float]] = {}
    for test in tests:
        steps.setdefault(test.step, []).append(test.seconds)
    sums = [(step, str(len(times)), f"{sum(times):.0f}") for step, times in steps.items()]
    slowest = sorted(tests, key=lambda test: -test.seconds)[:SLOWEST]
    rows = [(f"{test.seconds:.1f}", test.step, f"`{test.name}`") for test in slowest]
    path = BUILD / "test-times.md"
    path.write_text(
        "# Durations of the tests\n\n"
        "Seconds of each step, summed over its processes, including set-up of fixtures:\n\n"
        + table(("step", "tests", "seconds"), sums)
        + f"\nThe slowest {len(rows)} tests:\n\n"
        + table(("seconds", "step", "test"), rows),
        encoding="utf-8",
    )
    return path


if __name__ == "__main__":
    print(write_times())
