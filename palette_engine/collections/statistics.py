"""Statistics: the mean share of each family of colors over folders, years, or a column of a CSV."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from palette_engine.collections.families import FAMILIES
from palette_engine.collections.row import Row
from palette_engine.errors import InputError, OptionError, cause_of

__all__ = ["GROUPINGS", "Group", "column_of", "group_rows"]

UNKNOWN = ""
"""The group of pictures of which nothing is known."""

DIGITS = 6


@dataclass(frozen=True)
class Group:
    """Pictures that belong together: their number, and the mean share of each family."""

    name: str
    pictures: int
    families: Mapping[str, float]


def _folder(row: Row) -> str:
    return os.path.dirname(row.source)  # noqa: PTH120  it may be an address


def _year(row: Row) -> str:
    if row.mtime is None:
        return UNKNOWN
    try:
        return str(datetime.fromtimestamp(row.mtime, UTC).year)
    except (ValueError, OverflowError, OSError):  # beyond what calendars have
        return UNKNOWN


GROUPINGS: Mapping[str, Callable[[Row], str]] = {"folder": _folder, "year": _year}
"""What pictures are grouped by without a CSV; years are those in which files were changed."""


def group_rows(rows: Iterable[Row], group_of: Callable[[Row], str]) -> list[Group]:
    """Return the groups of rows that have colors, sorted by name; each picture counts the same."""
    counts: dict[str, int] = {}
    sums: dict[str, dict[str, float]] = {}
    for row in rows:
        if not row.swatches:
            continue
        name = group_of(row)
        counts[name] = counts.get(name, 0) + 1
        total = sums.setdefault(name, dict.fromkeys(FAMILIES, 0.0))
        for family, share in row.families.items():
            total[family] += share
    return [
        Group(
            name,
            counts[name],
            {family: round(share / counts[name], DIGITS) for family, share in sums[name].items()},
        )
        for name in sorted(counts)
    ]


def column_of(path: Path, column: str) -> Callable[[Row], str]:
    """Return the function that looks a row's source up in a CSV, which has a column ``source``.

    Raises `OptionError` if a column is not there, and `InputError` if the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = reader.fieldnames or []
            for name in ("source", column):
                if name not in names:
                    raise OptionError(
                        f"{path} has no column {name!r}; its columns are {', '.join(names)}."
                    )
            found = {line["source"]: line[column] or UNKNOWN for line in reader}
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as CSV: {cause_of(error)}.") from error
    return lambda row: found.get(row.source, UNKNOWN)
