"""Measures: how near a palette comes to its picture."""

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

from benchmarks.colors import Colors, Lab, ciede2000, lab_of, rounded
from benchmarks.pictures import PICTURES, Picture
from benchmarks.reference import reference
from palette_engine import extract

__all__ = ["Quality", "Subject", "Yardstick", "qualities"]

PROCESSES = 2
"""How many pictures are measured at the same time, each in one thread."""

CELL = 5.0
"""The side of the Lab cells that significant colors are looked for in."""

SIGNIFICANT = 0.0005
"""The share of the area that a cell's color needs to be significant."""

WAYS: Mapping[str, Mapping[str, Any]] = {
    "": {},
    ", by area alone, means": {"emphasis": 0, "swatch": "mean"},
}
"""The options that palettes are made with: the defaults, and those with the least error."""

KEPT = 10.0
"""A significant color is kept if a swatch lies within this ΔE2000 of it."""


@dataclass(frozen=True)
class Quality:
    """How good one palette of one picture is.

    `error` is the mean squared ΔE*ab of all pixels to their nearest swatch, `best` that of the
    reference, and `best_rounded` that of the reference in 8 bits a channel. `mean` and `p95`
    are ΔE2000 of pixels to that swatch, `accents` the share of significant colors that are
    kept, and `closest` the least ΔE2000 between two swatches. `way` is one of `WAYS`.
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
        """What that multiple is for the reference itself in 8 bits."""
        return _ratio(self.best_rounded, self.best)

    @property
    def above_floor(self) -> float:
        """The error as a multiple of that of the reference in 8 bits."""
        return _ratio(self.error, self.best_rounded)


@dataclass(frozen=True)
class Yardstick:
    """The mean squared ΔE*ab of the reference, exactly and in 8 bits a channel."""

    error: float
    rounded: float


@dataclass(frozen=True, eq=False)
class Subject:
    """A picture that palettes are judged by: its colors, and the significant ones of them."""

    name: str
    colors: Colors
    accents: Lab

    @classmethod
    def of(cls, name: str, picture: Picture) -> Subject:
        """Return what palettes of a picture are judged by."""
        colors = Colors.of(picture)
        return cls(name, colors, _significant(colors))

    def yardstick(self, best: Lab) -> Yardstick:
        """Return what swatches are measured by, from the best ones that are known."""
        return Yardstick(self.colors.error(best), self.colors.error(rounded(best)))

    def quality(self, swatches: Lab, asked: int, yardstick: Yardstick) -> Quality:
        """Return how good swatches are."""
        difference = ciede2000(self.colors.lab, swatches[self.colors.nearest(swatches)])
        return Quality(
            picture=self.name,
            asked=asked,
            swatches=len(swatches),
            error=self.colors.error(swatches),
            best=yardstick.error,
            best_rounded=yardstick.rounded,
            mean=float(self.colors.weight @ difference),
            p95=_percentile(difference, self.colors.weight, 0.95),
            accents=float(np.mean(_differences(self.accents, swatches).min(axis=1) <= KEPT)),
            closest=_closest(swatches),
        )


def qualities(names: Sequence[str], counts: Sequence[int]) -> Iterator[list[Quality]]:
    """Yield the qualities of each picture in `PICTURES`: for each number, one for each way."""
    context = get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, initializer=_use_one_thread) as pool:
        yield from pool.map(partial(_qualities, counts=counts), names)


def _use_one_thread() -> None:
    import_module("sklearn.cluster")  # the limit only reaches libraries that are loaded by now
    threadpool_limits(1)


def _qualities(name: str, counts: Sequence[int]) -> list[Quality]:
    """Return the qualities of the palettes with so many colors of one picture."""
    picture = PICTURES[name]()
    subject = Subject.of(name, picture)
    result = []
    for count, (way, options) in product(counts, WAYS.items()):
        palette = extract(picture, colors=count, **options)
        swatches = lab_of(np.array([swatch.color for swatch in palette.swatches], np.uint8))
        yardstick = subject.yardstick(reference(subject.colors, count, swatches))
        result.append(replace(subject.quality(swatches, count, yardstick), way=way))
    return result


def _ratio(error: float, best: float) -> float:
    if best > 0:
        return error / best
    return float("inf") if error > 0 else 1.0


def _significant(colors: Colors) -> Lab:
    """Return the mean colors of the Lab cells that hold enough of the picture."""
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
    """Return the least value that at least that share of the weight does not exceed."""
    order = np.argsort(values)
    index = np.searchsorted(np.cumsum(weight[order]), share)
    return float(values[order][min(int(index), len(values) - 1)])
