"""Histogram: the weight of each color, in exact integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, lab_of
from palette_engine.extraction.equal_keys import sorting_order, starts
from palette_engine.extraction.exact_sum import LIMIT, exact_integers
from palette_engine.extraction.octree import leaves, morton
from palette_engine.pictures.pixels import Pixels

__all__ = ["DENSE_BITS", "MAX_CELLS", "MAX_POINTS", "Histogram", "Points"]

MAX_CELLS = 2**16
"""The number of occupied cells above which cells are made coarser.

See docs/decisions.md#adaptive-cells.
"""

MAX_POINTS = 2**13
"""The number of points above which cells with little weight are grouped; noise has up to 32,768.

See docs/decisions.md#grouped-colors.
"""

GROUP_BITS = 5
"""Groups are in cells of 32 a channel."""

HEAVIEST = 0.0005
"""A group has at most this share of the weight; what has more is a color of its own.

See docs/decisions.md#exact-flat-colors.
"""

COARSEST_BITS = 6
"""64 cells a channel: cells are never coarser, even if more than `MAX_CELLS` are occupied."""

FULL = 255
"""The largest value of a channel: sums of a channel are at most this many times the weight."""

SCRAMBLE = 0x9E3779B1
"""An odd number: multiplying by it, modulo 2**32, numbers the colors without order or repeats.

See docs/decisions.md#a-real-color-in-each-cell.
"""

DENSE_BITS = 6
"""With at most this many bits a channel, an array has room for every cell."""

EXACT = 2**53
"""Floats hold whole numbers up to here."""

UNSCRAMBLE = pow(SCRAMBLE, -1, 2**32)


@dataclass(frozen=True, eq=False)
class Points:
    """The colors of a histogram in CIELAB.

    `lab` is float64 `(m, 3)` (D65, 2° observer); `area` is int64 `(m,)`, their weights, above 0;
    `rgb` is float64 `(m, 3)`, sRGB from 0 to 255; no two rows round to the same color;
    `real` is uint8 `(m, 3)`, for each point one color of the picture that is in its cell.
    """

    lab: Lab
    area: NDArray[np.int64]
    rgb: NDArray[np.float64]
    real: NDArray[np.uint8]

    @property
    def weight(self) -> NDArray[np.float64]:
        """The share of the area that each color has, float64 `(m,)`, summing to 1."""
        weight: NDArray[np.float64] = self.area / self.area.sum()
        return weight

    def where(self, chosen: NDArray[np.bool_]) -> Points:
        """Return the points for which `chosen`, `(m,)`, is true."""
        return Points(self.lab[chosen], self.area[chosen], self.rgb[chosen], self.real[chosen])

    def shares(self, label: NDArray[np.intp], count: int) -> list[float]:
        """Return the share of the area of each of `count` labels; `label` is `(m,)`."""
        area = np.zeros(count, np.int64)
        np.add.at(area, label, self.area)
        total = int(self.area.sum())
        return [part / total for part in area.tolist()]


@dataclass(frozen=True, eq=False)
class Histogram:
    """Weights and weighted sums of color in cells of the sRGB cube.

    `bits` is the fineness: 8 keeps every color apart, 6 makes cells of 4x4x4 colors. `keys` is
    uint32 `(m,)`, rising: the occupied cells. `sums` is `(m, 4)`: weight, and weight times red,
    green and blue, in int64, or in Python's integers if int64 is too small. `found` is uint32
    `(m,)`: a color of the picture in each cell, scrambled; of several the one whose scrambled
    number is least.

    Guarantees: adding histograms gives exactly the histogram of all their pixels, in any
    order and any grouping, and never overflows. It has the finest cells, from 8 bits down to 6, of
    which at most `MAX_CELLS` are occupied; occupied cells only grow in number when histograms are
    added, so the order of adding cannot show. See docs/decisions.md#exact-whole-numbers.
    """

    bits: int
    keys: NDArray[np.uint32]
    sums: NDArray[Any]
    found: NDArray[np.uint32]

    @classmethod
    def of(cls, pixels: Pixels) -> Histogram:
        """Return the histogram of pixels."""
        # Color and weight share one integer, so a plain sort brings equal colors together.
        samples = np.empty((len(pixels.weight), 4), np.uint8)
        samples[:, 0] = pixels.weight
        for channel in range(3):
            samples[:, 3 - channel] = pixels.rgb[:, channel]
        packed = samples.view("<u4")[:, 0].astype(np.uint32, copy=False)
        packed.sort()
        if not pixels.weight.all():
            packed = packed[packed & np.uint32(255) > 0]
        colors = packed >> np.uint32(8)
        first = starts(colors)
        keys = colors[first]
        weight = (packed & np.uint32(255)).astype(np.int64)
        weight = np.add.reduceat(weight, first) if len(first) else weight
        sums = _table([weight, *(weight * channel for channel in _channels(keys, 8))])
        return cls(8, keys, sums, keys * np.uint32(SCRAMBLE))._fit_cells()

    @classmethod
    def of_colors(cls, rgb: NDArray[np.uint8], weight: NDArray[np.int64]) -> Histogram:
        """Return the histogram of colors, uint8 `(n, 3)`, with weights, int64 `(n,)`, above 0."""
        channels = rgb.astype(np.uint32)
        shifted = channels << np.array([16, 8, 0], np.uint32)
        keys: NDArray[np.uint32] = np.bitwise_or.reduce(shifted, axis=1)
        sums = _table([weight, *(weight * channel for channel in channels.T)])
        return _merge(8, keys, sums.astype(np.int64), keys * np.uint32(SCRAMBLE))._fit_cells()

    def __add__(self, other: Histogram) -> Histogram:
        bits = min(self.bits, other.bits)
        parts = self._coarsen(bits), other._coarsen(bits)
        largest = FULL * (self.total + other.total)
        return _merge(
            bits,
            np.concatenate([part.keys for part in parts]),
            np.concatenate([exact_integers(part.sums, largest) for part in parts]),
            np.concatenate([part.found for part in parts]),
        )._fit_cells()

    @property
    def total(self) -> int:
        """The weight of all pixels; an opaque pixel weighs 255."""
        return int(self.sums[:, 0].sum())

    def factor(self, total: int) -> int:
        """Return the whole number that multiplies the weights so that they sum to about `total`.

        `total` should be at least a thousand times that of the histogram, so that rounding does
        not matter. Raises `ValueError` if the histogram is empty.
        """
        if not self.total:
            raise ValueError("an empty histogram cannot be scaled")
        return max(1, round(total / self.total))

    def scaled(self, factor: int) -> Histogram:
        """Return the histogram with every weight multiplied."""
        return replace(self, sums=exact_integers(self.sums, FULL * self.total * factor) * factor)

    @cached_property
    def points(self) -> Points:
        """The mean color of each occupied cell, or group of cells, in CIELAB, with its weight.

        Weights that sum to more than int64 holds are cut to 62 bits in all, and at least 1 each.
        """
        sums, found = self._grouped()
        rgb = sums[:, 1:].astype(np.float64) / sums[:, :1].astype(np.float64)
        excess = max(0, self.total.bit_length() - LIMIT.bit_length() + 1)
        area = np.maximum(sums[:, 0] >> excess, 1).astype(np.int64)
        colors = found * np.uint32(UNSCRAMBLE)
        real = np.stack(_channels(colors, 8), axis=1).astype(np.uint8)
        return Points(lab_of(rgb), area, rgb, real)

    def _grouped(self) -> tuple[NDArray[Any], NDArray[np.uint32]]:
        """Return `sums` and `found` of groups of cells, somewhat fewer than `MAX_POINTS`."""
        if len(self.keys) <= MAX_POINTS:
            return self.sums, self.found
        code = morton(*_channels(self.keys, self.bits))
        order = sorting_order(code)
        weight = self.sums[order, 0].astype(np.float64) / self.total
        sizes = self.bits - GROUP_BITS + 1
        first = leaves(code[order], weight, MAX_POINTS, sizes, heaviest=HEAVIEST)
        columns = [np.add.reduceat(column[order], first) for column in self.sums.T]
        return _table(columns), np.minimum.reduceat(self.found[order], first)

    def _fit_cells(self) -> Histogram:
        """Return the histogram with cells as fine as `MAX_CELLS` allows."""
        bits, occupied = self.bits, len(self.keys)
        while bits > COARSEST_BITS and occupied > MAX_CELLS:
            bits -= 1
            occupied = _occupied(_keys_at(self.keys, self.bits, bits), bits)
        return self._coarsen(bits)

    def _coarsen(self, bits: int) -> Histogram:
        """Return the same weights in cells of `bits` bits a channel."""
        if bits == self.bits:
            return self
        return _merge(bits, _keys_at(self.keys, self.bits, bits), self.sums, self.found)


def _merge(
    bits: int, keys: NDArray[np.uint32], sums: NDArray[Any], found: NDArray[np.uint32]
) -> Histogram:
    """Return the histogram of cells, some of which are the same."""
    if (
        bits <= DENSE_BITS
        and sums.dtype == np.int64
        and FULL * int(sums[:, 0].sum(dtype=np.int64)) < EXACT
    ):
        return _merge_dense(bits, keys, sums, found)
    order = sorting_order(keys)
    keys = keys[order]
    first = starts(keys)
    if len(first) == len(keys):
        return Histogram(bits, keys, sums[order], found[order])
    columns = [np.add.reduceat(column[order], first) for column in sums.T]
    return Histogram(bits, keys[first], _table(columns), np.minimum.reduceat(found[order], first))


def _merge_dense(
    bits: int, keys: NDArray[np.uint32], sums: NDArray[np.int64], found: NDArray[np.uint32]
) -> Histogram:
    """Return what `_merge` does, with an entry for each cell there is, which needs no order.

    The sums are floats, which hold whole numbers up to `EXACT`.
    """
    size = 2 ** (3 * bits)
    cells = keys.astype(np.intp)
    counted = [np.bincount(cells, column, size) for column in sums.T]
    occupied = np.flatnonzero(counted[0] > 0)
    least = np.full(size, np.iinfo(np.uint32).max, np.uint32)
    np.minimum.at(least, cells, found)
    columns = [column.take(occupied).astype(np.int64) for column in counted]
    return Histogram(bits, occupied.astype(np.uint32), _table(columns), least.take(occupied))


def _table(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return columns `(m,)` as `(m, c)`, each contiguous, as they are used one by one."""
    return np.stack(columns).T


def _channels(keys: NDArray[np.uint32], bits: int) -> tuple[NDArray[np.uint32], ...]:
    """Return the three channels of cell keys."""
    mask = np.uint32(2**bits - 1)
    return tuple(keys >> np.uint32(shift) & mask for shift in (2 * bits, bits, 0))


def _keys_at(keys: NDArray[np.uint32], bits: int, coarser: int) -> NDArray[np.uint32]:
    """Return the keys of the coarser cells that hold the given ones."""
    if coarser == bits:
        return keys
    shift = np.uint32(bits - coarser)
    red, green, blue = (channel >> shift for channel in _channels(keys, bits))
    cells: NDArray[np.uint32] = red << np.uint32(2 * coarser) | green << np.uint32(coarser) | blue
    return cells


def _occupied(keys: NDArray[np.uint32], bits: int) -> int:
    """Return the number of different keys."""
    seen = np.zeros(2 ** (3 * bits), bool)
    seen[keys] = True
    return int(np.count_nonzero(seen))
