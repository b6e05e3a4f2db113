"""Measures: how well a palette represents its picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from itertools import product
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.colors import Colors, Lab, ciede2000, lab_of, round_to_srgb
from benchmarks.pictures import PICTURES, Picture
from benchmarks.reference import reference
from palette_engine import extract

__all__ = ["Baseline", "Quality", "Subject", "qualities"]

PROCESSES = 2
"""How many pictures are measured at the same time, each in one thread."""

CELL = 5.0
"""The side of the CIELAB cells in which significant colors are searched."""

SIGNIFICANT = 0.0005
"""The least share of the area of a significant color's cell."""

WAYS: Mapping[str, Mapping[str, Any]] = {
    "": {},
    ", by area alone, means": {"emphasis": 0, "swatch": "mean"},
}
"""Sets of options for palettes: the defaults, and those with the least error."""

KEPT = 10.0
"""A significant color is kept if a swatch lies within this ΔE2000 of it."""


@dataclass(frozen=True)
class Quality:
    """The quality of one palette of one picture.

    `error` is the mean squared ΔE*ab of all pixels to their nearest swatch, `best` that of the
    reference, and `best_rounded` that of the reference in 8 bits per channel. `mean` and `p95` are
    ΔE2000 of pixels to that swatch. `accents` is the share of significant colors that are kept,
    `closest` the least ΔE2000 between two swatches, and `way` one of `WAYS`.
    """

    picture: str
    asked: int
    swatches: int
    error: float
    best: float
    best_rounded: float
    mean: float
    p95: float
    accents: float
    closest: float
    way: str = ""

    @property
    def ratio(self) -> float:
        """The error as a multiple of the reference's."""
        return _ratio(self.error, self.best)

    @property
    def floor(self) -> float:
        """The error of the reference in 8 bits, as a multiple of the reference's."""
        return _ratio(self.best_rounded, self.best)

    @property
    def above_floor(self) -> float:
        """The error as a multiple of the error of the reference in 8 bits."""
        return _ratio(self.error, self.best_rounded)


@dataclass(frozen=True)
class Baseline:
    """The mean squared ΔE*ab of the reference, exactly and in 8 bits per channel."""

    error: float
    rounded: float


@dataclass(frozen=True, eq=False)
class Subject:
    """A picture whose palettes are measured: its colors, and the significant ones among them."""

    name: str
    colors: Colors
    accents: Lab

    @classmethod
    def of(cls, name: str, picture: Picture) -> Subject:
        """Return the subject of a picture."""
        colors = Colors.of(picture)
        return cls(name, colors, _significant(colors))

    def baseline(self, best: Lab) -> Baseline:
        """Return the baseline for swatches, from the best swatches that are known."""
        return Baseline(self.colors.error(best), self.colors.error(round_to_srgb(best)))

    def quality(self, swatches: Lab, asked: int, baseline: Baseline) -> Quality:
        """Return the quality of swatches; `asked` is how many were asked for."""
        difference = ciede2000(self.colors.lab, swatches[self.colors.nearest(swatches)])
        return Quality(
            picture=self.name,
            asked=asked,
            swatches=len(swatches),
            error=self.colors.error(swatches),
            best=baseline.error,
            best_rounded=baseline.rounded,
            mean=float(self.colors.weight @ difference),
            p95=_percentile(difference, self.colors.weight, 0.95),
            accents=float(np.mean(_differences(self.accents, swatches).min(axis=1) <= KEPT)),
            closest=_closest(swatches),
        )


def qualities(names: Sequence[str], counts: Sequence[int]) -> Iterator[list[Quality]]:
    """Yield the qualities of each picture in `PICTURES`, one per number of colors and way."""
    context = get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, initializer=_use_one_thread) as pool:
        yield from pool.map(partial(_qualities, counts=counts), names)


def _use_one_thread() -> None:
    import_module("sklearn.cluster")  # the limit applies only to libraries that are loaded
    threadpool_limits(1)


def _qualities(name: str, counts: Sequence[int]) -> list[Quality]:
    """Return the qualities of one picture's palettes with each number of colors."""
    picture = PICTURES[name]()
    subject = Subject.of(name, picture)
    result = []
    for count, (way, options) in product(counts, WAYS.items()):
        palette = extract(picture, colors=count, **options)
        swatches = lab_of(np.array([swatch.color for swatch in palette.swatches], np.uint8))
        baseline = subject.baseline(reference(subject.colors, count, swatches))
        result.append(replace(subject.quality(swatches, count, baseline), way=way))
    return result


def _ratio(error: float, best: float) -> float:
    if best > 0:
        return error / best
    return float("inf") if error > 0 else 1.0


def _significant(colors: Colors) -> Lab:
    """Return the mean colors of the CIELAB cells with at least `SIGNIFICANT` of the picture."""
    _, cell = np.unique(np.floor(colors.lab / CELL).astype(np.int64), axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    weight = np.bincount(cell, colors.weight)
    sums = np.stack([np.bincount(cell, colors.weight * axis) for axis in colors.lab.T], axis=1)
    means: Lab = (sums / weight[:, np.newaxis])[weight >= SIGNIFICANT]
    return means


def _differences(left: Lab, right: Lab) -> NDArray[np.float64]:
    """Return ΔE2000 of every pair, `(len(left), len(right))`."""
    return ciede2000(left[:, np.newaxis], right[np.newaxis])


def _closest(swatches: Lab) -> float:
    if len(swatches) < 2:
        return float("inf")
    pairs = np.triu_indices(len(swatches), 1)
    return float(_differences(swatches, swatches)[pairs].min())


def _percentile(values: NDArray[np.float64], weight: NDArray[np.float64], share: float) -> float:
    """Return the least value that is not exceeded by at least `share` of the weight."""
    order = np.argsort(values)
    index = np.searchsorted(np.cumsum(weight[order]), share)
    return float(values[order][min(int(index), len(values) - 1)])
