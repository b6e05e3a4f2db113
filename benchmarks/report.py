"""Report: the measurements as sections of a Markdown file."""

from __future__ import annotations

import datetime
import os
import platform
import re
import statistics
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path

from benchmarks.measures import Quality
from benchmarks.times import Memory, Time

__all__ = [
    "RESULTS",
    "circumstances",
    "error_section",
    "table",
    "time_section",
    "time_table",
    "update",
]

RESULTS = Path(__file__).with_name("results.md")

HEAD = """\
# Results

Written by `python -m benchmarks`; [README.md](README.md) explains the numbers.
"""


@dataclass(frozen=True)
class Column:
    """A column of an error table: title, value, format, and the function that finds the worst."""

    title: str
    value: Callable[[Quality], float]
    form: str
    worst: Callable[[Iterable[float]], float]


COLUMNS = (
    Column("ratio", attrgetter("ratio"), "{:.4f}", max),
    Column("floor", attrgetter("floor"), "{:.4f}", max),
    Column("above floor", attrgetter("above_floor"), "{:.4f}", max),
    Column("error", attrgetter("error"), "{:.3f}", max),
    Column("mean", attrgetter("mean"), "{:.2f}", max),
    Column("p95", attrgetter("p95"), "{:.2f}", max),
    Column("accents", attrgetter("accents"), "{:.1%}", min),
    Column("closest", attrgetter("closest"), "{:.1f}", min),
)

LIBRARIES = ("numpy", "pillow", "scikit-image", "scikit-learn")


def error_section(qualities: Sequence[Quality]) -> tuple[str, str]:
    """Return title and text of the section on the error at one number of colors."""
    header = ["picture", *(column.title for column in COLUMNS), "swatches"]
    rows = [
        [
            quality.picture,
            *(column.form.format(column.value(quality)) for column in COLUMNS),
            str(quality.swatches),
        ]
        for quality in qualities
    ]
    medians, worsts = ["**median**"], ["**worst**"]
    for column in COLUMNS:
        values = [column.value(quality) for quality in qualities]
        medians.append(f"**{column.form.format(statistics.median(values))}**")
        worsts.append(f"**{column.form.format(column.worst(values))}**")
    text = table(header, [*rows, [*medians, ""], [*worsts, ""]])
    return f"Error at {qualities[0].asked} colors{qualities[0].way}", f"{circumstances()}\n\n{text}"


def time_section(times: Sequence[Time], memories: Sequence[Memory]) -> tuple[str, str]:
    """Return title and text of the section on time and memory."""
    memory_table = table(
        ["what", "peak MB", "only importing and decoding", "more", "only importing"],
        [
            [
                memory.what,
                f"{memory.working:.0f}",
                f"{memory.decoding:.0f}",
                f"{memory.working - memory.decoding:+.0f}",
                f"{memory.importing:.0f}",
            ]
            for memory in memories
        ],
    )
    return "Time and memory", f"{circumstances()}\n\n{time_table(times)}\n\n{memory_table}"


def time_table(times: Sequence[Time]) -> str:
    """Return a table of times and their ratios."""
    return table(
        ["what", "beside", "ratio", "aim", "seconds", "beside"],
        [
            [
                time.what,
                time.beside,
                f"{time.ratio:.2f}x",
                time.aim and f"≤ {time.aim}",
                f"{time.seconds:.3f}",
                f"{time.beside_seconds:.3f}",
            ]
            for time in times
        ],
    )


def update(path: Path, sections: Mapping[str, str], head: str = HEAD) -> None:
    """Write sections to a file, below its head; they replace those with the same titles."""
    old = path.read_text(encoding="utf-8") if path.exists() else head
    _, *pairs = re.split(r"^## (.+)\n", old, flags=re.MULTILINE)
    kept = dict(zip(pairs[::2], (text.strip() for text in pairs[1::2]), strict=True))
    merged = {**kept, **sections}
    parts = [f"## {title}\n\n{merged[title]}\n" for title in sorted(merged, key=_rank)]
    path.write_text("\n".join([head, *parts]), encoding="utf-8")


def _rank(title: str) -> tuple[str, int, str]:
    """Return the sort key of a section: its first word, then its number of colors."""
    number = re.search(r"\d+", title)
    return title.split()[0], int(number[0]) if number else 0, title


def circumstances() -> str:
    """Return one line with the date, the kind of machine, and the versions of libraries."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{datetime.datetime.now(datetime.UTC).date()}, {os.cpu_count()} cores of "
        f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, "
        f"{libraries}."
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]], words: Collection[str] = ()) -> str:
    """Return a Markdown table; columns are right-aligned, except the first and `words`."""
    rule = ["---", *("---" if title in words else "---:" for title in header[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *rows))
