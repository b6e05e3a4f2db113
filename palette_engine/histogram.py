"""Histogram: how much of each color there is, in exact integers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palette_engine.pixels import Pixels

__all__ = ["MOST_CELLS", "Histogram", "Points"]

MOST_CELLS = 2**16
"""How many cells may be occupied before cells are made coarser."""

COARSEST_BITS = 6
"""64 cells a channel: the coarsest cells there are, however many are occupied."""


@dataclass(frozen=True, eq=False)
class Points:
    """The colors of a histogram in CIELAB.

    `lab` is float64 `(m, 3)` (D65, 2° observer), `weight` float64 `(m,)` summing to 1, `rgb`
    float64 `(m, 3)`, sRGB from 0 to 255. No two rows of `rgb` round to the same color.
    """

    lab: NDArray[np.float64]
    weight: NDArray[np.float64]
    rgb: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Histogram:
    """Weights and weighted sums of color in cells of the sRGB cube.

    `bits` is the fineness: 8 keeps every color apart, 6 makes cells of 4x4x4 colors. `keys` is
    uint32 `(m,)`, rising: the occupied cells. `sums` is int64 `(m, 4)`: weight, and weight
    times red, green and blue.

    Guarantees: adding histograms gives exactly the histogram of all their pixels, in any
    order and any grouping. It has the finest cells, from 8 bits down to 6, of which at most
    `MOST_CELLS` are occupied; occupied cells only grow in number when histograms are added,
    so the order of adding cannot show.
    """

    bits: int
    keys: NDArray[np.uint32]
    sums: NDArray[np.int64]

    @classmethod
    def of(cls, pixels: Pixels) -> Histogram:
        """Return the histogram of pixels."""
        red, green, blue = (pixels.rgb[:, channel].astype(np.uint32) for channel in range(3))
        # Color and weight share one integer, so a plain sort brings equal colors together.
        packed = red << 24 | green << 16 | blue << 8 | pixels.weight
        packed = np.sort(packed[pixels.weight > 0])
        colors = packed >> 8
        starts = np.flatnonzero(np.diff(colors, prepend=np.uint32(2**24)))
        keys = colors[starts].astype(np.uint32)
        weight = (packed & 255).astype(np.int64)
        weight = np.add.reduceat(weight, starts) if len(starts) else weight
        sums = np.stack([weight, *(weight * channel for channel in _channels(keys, 8))], axis=1)
        return cls(8, keys, sums)._fitted()

    def __add__(self, other: Histogram) -> Histogram:
        bits = min(self.bits, other.bits)
        left, right = self._coarsened(bits), other._coarsened(bits)
        keys = np.union1d(left.keys, right.keys)
        sums = np.zeros((len(keys), 4), np.int64)
        sums[np.searchsorted(keys, left.keys)] += left.sums
        sums[np.searchsorted(keys, right.keys)] += right.sums
        return Histogram(bits, keys, sums)._fitted()

    @property
    def total(self) -> int:
        """The weight of all pixels; an opaque pixel weighs 255."""
        return int(self.sums[:, 0].sum())

    def points(self) -> Points:
        """Return the mean color of each occupied cell in CIELAB, with its share of the weight."""
        from skimage.color import rgb2lab

        weight = self.sums[:, :1].astype(np.float64)
        rgb = self.sums[:, 1:] / weight
        # The conversion's last bits differ between processors; a grid of 2**-16 hides that.
        lab = np.round(rgb2lab(rgb / 255) * 2**16) / 2**16
        return Points(lab, weight[:, 0] / self.total, rgb)

    def shares(self, label: NDArray[np.intp]) -> list[float]:
        """Return the share of the weight that each label has; `label` is `(m,)`, one a cell."""
        weight = np.zeros(int(label.max(initial=-1)) + 1, np.int64)
        np.add.at(weight, label, self.sums[:, 0])
        return [part / self.total for part in weight.tolist()]

    def _fitted(self) -> Histogram:
        """Return the histogram with cells as fine as `MOST_CELLS` allows."""
        bits = self.bits
        while bits > COARSEST_BITS and _occupied(_keys_at(self.keys, self.bits, bits)) > MOST_CELLS:
            bits -= 1
        return self._coarsened(bits)

    def _coarsened(self, bits: int) -> Histogram:
        """Return the histogram in cells of `bits` a channel, at most as fine as now."""
        if bits == self.bits:
            return self
        cells = _keys_at(self.keys, self.bits, bits)
        occupied = np.flatnonzero(np.bincount(cells))
        # Sums stay far below 2**53, where float64 stops being exact.
        columns = [np.bincount(cells, column)[occupied] for column in self.sums.T]
        sums = np.stack(columns, axis=1).astype(np.int64)
        return Histogram(bits, occupied.astype(np.uint32), sums)


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


def _occupied(keys: NDArray[np.uint32]) -> int:
    """Return how many different keys there are."""
    seen = np.zeros(int(keys.max(initial=0)) + 1, bool)
    seen[keys] = True
    return int(np.count_nonzero(seen))
