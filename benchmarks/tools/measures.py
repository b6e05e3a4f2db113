"""Measures: numbers of a tool for a group of pictures, a photograph, or the awkward files."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import TypeAlias

from benchmarks.measures import Quality
from benchmarks.tools.files import GROUPS, SIZES
from benchmarks.tools.records import Record, Timing

__all__ = [
    "Best",
    "Measure",
    "best_errors",
    "error_measures",
    "exact_counts",
    "other_measures",
    "ratios",
]

Best: TypeAlias = Mapping[str, float]
"""The reference's error for each picture."""


@dataclass(frozen=True)
class Measure:
    """A number of a tool: its title, its subject, its format, and whether more is better.

    `value` returns None for a tool that was not measured.
    """

    title: str
    of: str
    value: Callable[[Record], float | None]
    form: str
    more_is_better: bool = False

    def text(self, record: Record) -> str:
        """Return the number as the tables show it."""
        value = self.value(record)
        return "" if value is None else self.form.format(value)

    def beats(self, other: Record, ours: Record) -> bool:
        """Return whether another tool is better than ours, with the digits that the tables show."""
        theirs, mine = self.value(other), self.value(ours)
        if theirs is None or mine is None or self.text(other) == self.text(ours):
            return False
        return theirs > mine if self.more_is_better else theirs < mine


def best_errors(records: Iterable[Record], count: int) -> Best:
    """Return the least known error of the reference for each picture."""
    best: dict[str, float] = {}
    for record in records:
        for name, quality in record.qualities(count).items():
            best[name] = min(quality.best, best.get(name, quality.best))
    return best


def ratios(record: Record, count: int, best: Best, names: Sequence[str]) -> list[float]:
    """Return the error ratios of the pictures with more colors than were asked for."""
    found = record.qualities(count)
    return [found[name].error / best[name] for name in names if name in found and best[name] > 0]


def exact_counts(record: Record, count: int, best: Best, names: Sequence[str]) -> tuple[int, int]:
    """Return how many pictures with few enough colors are reproduced exactly, and of how many."""
    found = record.qualities(count)
    exact = [name for name in names if best.get(name) == 0]
    return sum(name in found and found[name].error < 1e-6 for name in exact), len(exact)


def error_measures(count: int, best: Best, group: str) -> list[Measure]:
    """Return the measures of error at a number of colors for a group of pictures."""
    names = [name for name in GROUPS[group] if name in best]
    ratio = partial(ratios, count=count, best=best, names=names)
    values = partial(_values, count=count, names=names)
    return [
        Measure("ratio", group, partial(_summary, statistics.median, ratio), "{:.3f}"),
        Measure("worst", group, partial(_summary, max, ratio), "{:.2f}"),
        Measure("mean ΔE", group, partial(_summary, statistics.median, values("mean")), "{:.2f}"),
        Measure("p95 ΔE", group, partial(_summary, statistics.median, values("p95")), "{:.2f}"),
        Measure(
            "accents",
            group,
            partial(_summary, statistics.mean, values("accents")),
            "{:.1%}",
            more_is_better=True,
        ),
        Measure(
            "closest",
            group,
            partial(_summary, statistics.median, values("closest")),
            "{:.1f}",
            more_is_better=True,
        ),
    ]


def other_measures() -> list[Measure]:
    """Return the measures of time, memory and awkward files."""
    times = [
        Measure(title, f"{size} photograph", partial(_timing, size, attribute), form)
        for title, attribute, form in (
            ("warm, times decoding", "warm_ratio", "{:.2f}"),
            ("process, times decoding", "whole_ratio", "{:.2f}"),
            ("peak MB", "peak", "{:.0f}"),
        )
        for size in SIZES
    ]
    return [*times, Measure("awkward", "files that came out wrong", _faults, "{:.0f}")]


def _summary(
    reduce: Callable[[list[float]], float], values: Callable[[Record], list[float]], record: Record
) -> float | None:
    found = values(record)
    return reduce(found) if found else None


def _values(attribute: str, count: int, names: Sequence[str]) -> Callable[[Record], list[float]]:
    """Return a function that returns one number of each of a tool's palettes."""
    value = attrgetter(attribute)

    def values(record: Record) -> list[float]:
        found: Mapping[str, Quality] = record.qualities(count)
        return [value(found[name]) for name in names if name in found]

    return values


def _timing(size: str, attribute: str, record: Record) -> float | None:
    timing = record.timings.get(size, Timing(error="not measured"))
    return None if timing.error else float(attrgetter(attribute)(timing))


def _faults(record: Record) -> float | None:
    if not record.trials:
        return None
    return sum(trial.verdict != "ok" for trial in record.trials.values())
