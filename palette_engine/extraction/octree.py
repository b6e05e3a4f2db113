"""Octree: a few hundred weighted cells of CIELAB in place of tens of thousands of colors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab
from palette_engine.extraction.equal_keys import begins, sorting_order, starts

__all__ = ["Cells", "grouped", "leaves", "morton"]

LEVELS = 6
"""The number of cell sizes: sides of 1, 2, 4, 8, 16 and 32 units of CIELAB."""

TRIES = 12
"""At most this many limits are tried to come near the number of cells."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Colors in CIELAB, `lab` float64 `(n, 3)`, and their weights, `weight` float64 `(n,)`."""

    lab: Lab
    weight: NDArray[np.float64]

    @cached_property
    def columns(self) -> NDArray[np.float64]:
        """The three axes and a row of ones, `(4, n)`, each contiguous."""
        return np.vstack([self.lab.T, np.ones(len(self.lab))])

    @cached_property
    def square(self) -> NDArray[np.float64]:
        """The squared distance of each color from the origin, `(n,)`."""
        square: NDArray[np.float64] = (self.lab**2).sum(axis=1)
        return square

    @classmethod
    def of(cls, lab: Lab, weight: NDArray[np.float64], most: int) -> Cells:
        """Return the weighted means of colors in at most `most` cells of an octree.

        A cell is split while its weight times its squared side is above a limit that all cells
        share; the product bounds the error that merging its colors adds. So crowded parts of the
        space get small cells, empty ones large cells. See docs/decisions.md#seeding-without-chance.
        """
        if len(weight) <= most:
            return cls(lab, weight)
        order, first = grouped(lab, weight, most)
        weight, lab = weight[order], lab[order]
        total = np.add.reduceat(weight, first)
        sums = np.add.reduceat(weight[:, np.newaxis] * lab, first, axis=0)
        return cls(sums / total[:, np.newaxis], total)


def grouped(
    lab: Lab, weight: NDArray[np.float64], most: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return an order of colors by the cells of `Cells.of`, `(m,)`, and where each cell begins."""
    # At most 255 units from the corner; the colors of sRGB span 100, 186 and 203.
    cube = np.clip(np.floor(lab - lab.min(axis=0)), 0, 255).astype(np.uint32)
    code = morton(*cube.T)
    order = sorting_order(code)
    return order, leaves(code[order], weight[order], most, LEVELS)


def morton(*axes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the Morton code of cubes, `(n,)`, by their places on three axes, `(n,)`, 0 to 255.

    The bits of the three axes are interleaved (Morton 1966), so the cubes in a cell of side 2**s
    have codes that agree except in their last 3 s bits.
    """
    code = np.zeros(len(axes[0]), np.uint32)
    for axis in axes:
        bits = axis
        for shift, mask in ((16, 0x030000FF), (8, 0x0300F00F), (4, 0x030C30C3), (2, 0x09249249)):
            bits = (bits | bits << np.uint32(shift)) & np.uint32(mask)
        code = code << np.uint32(1) | bits
    return code


def leaves(
    code: NDArray[np.uint32],
    weight: NDArray[np.float64],
    most: int,
    levels: int,
    heaviest: float = 1.0,
) -> NDArray[np.intp]:
    """Return the index at which each cell begins in sorted colors, somewhat fewer than `most`.

    `code` are Morton codes, `(n,)`, and `weight` is `(n,)`, summing to 1. Sides of cells are 1, 2,
    4 and so on, in `levels` sizes, and no cell with more than the weight `heaviest` is larger than
    1. If no more can be merged, there may be more cells than `most`.
    """
    finest = starts(code)
    if len(finest) <= most:
        return finest
    mass = np.add.reduceat(weight, finest)
    cube = code[finest]
    # For each level, the bound of the cell that a finest cell lies in.
    bounds = []
    for level in range(levels):
        new = begins(cube >> np.uint32(3 * level))
        cell = np.cumsum(new, dtype=np.intp) - 1
        total = np.add.reduceat(mass, np.flatnonzero(new))
        bounds.append(np.where(total <= heaviest, total * 4.0**level, np.inf)[cell])
    low, high = 1e-12, 4.0**levels
    best = _merge(cube, bounds, high)
    for _ in range(TRIES):
        limit = (low * high) ** 0.5
        cells = _merge(cube, bounds, limit)
        if len(cells) > most:
            low = limit
            continue
        high, best = limit, cells
        if len(cells) > 0.9 * most:
            break
    return finest[best]


def _merge(
    code: NDArray[np.uint32], bounds: list[NDArray[np.float64]], limit: float
) -> NDArray[np.intp]:
    """Return the index at which each cell begins among the finest ones, merged up to a limit."""
    level = np.zeros(len(code), np.uint32)
    for coarser in range(1, len(bounds)):
        # Bounds only grow from level to level, so the coarsest that fits is the last.
        level[bounds[coarser] <= limit] = coarser
    # The level is part of the key, as shortened codes of two levels may be the same.
    return starts(code >> 3 * level << np.uint32(3) | level)
