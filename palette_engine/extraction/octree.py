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


@dataclass(frozen=True, eq=False)
class Cells:
    """Colors in CIELAB, `lab` float64 `(n, 3)`, and their weights, `weight` float64 `(n,)`."""

    lab: Lab
    weight: NDArray[np.float64]

    @cached_property
    def terms(self) -> NDArray[np.float64]:
        """The three axes and a one for each color, `(n, 4)`."""
        return np.column_stack([self.lab, np.ones(len(self.lab))])

    @cached_property
    def moments(self) -> NDArray[np.float64]:
        """The weight, and its product with each axis, `(4, n)`."""
        return np.vstack([self.weight, *(self.weight * axis for axis in self.lab.T)])

    @cached_property
    def index(self) -> NDArray[np.intp]:
        """The numbers from 0 to n - 1, `(n,)`."""
        return np.arange(len(self.weight), dtype=np.intp)

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
    """Return the index at which each cell begins in sorted colors, at most `most` of them.

    `code` are Morton codes, `(n,)`, and `weight` is `(n,)`, summing to 1. Sides of cells are 1, 2,
    4 and so on, in `levels` sizes, and no cell with more than the weight `heaviest` is larger than
    1. If no more can be merged, there may be more cells than `most`. Cells are merged in the order
    of their weight times their squared side, which only grows from size to size.
    """
    finest = starts(code)
    if len(finest) <= most:
        return finest
    cube, mass = code[finest], np.add.reduceat(weight, finest)
    new = [begins(cube >> np.uint32(3 * level)) for level in range(levels)]
    # For each size: the first finest cell in each cell, the bound of the cell, and how many cells
    # it spares if it is merged: all of its parts but one, which are merged before it.
    first = [np.flatnonzero(each) for each in new[1:]]
    bounds, spared = [], []
    for level, cells in enumerate(first, 1):
        total = np.add.reduceat(mass, cells)
        bounds.append(np.where(total <= heaviest, total * 4.0**level, np.inf))
        spared.append(np.add.reduceat(new[level - 1], cells, dtype=np.intp) - 1)
    limit = _limit(np.concatenate(bounds), np.concatenate(spared), len(finest) - most)
    size = np.zeros(len(finest), np.uint32)
    for level, (cells, bound) in enumerate(zip(first, bounds, strict=True), 1):
        size[np.repeat(bound <= limit, np.diff(cells, append=len(finest)))] = level
    # The size is part of the key, as shortened codes of two sizes may be the same.
    return finest[starts(cube >> 3 * size << np.uint32(3) | size)]


def _limit(bounds: NDArray[np.float64], spared: NDArray[np.intp], excess: int) -> float:
    """Return the least bound up to which merging spares `excess` cells, or the last finite one."""
    useful = (spared > 0) & (bounds < np.inf)
    if not useful.any():
        return 0.0
    bounds, spared = bounds[useful], spared[useful]
    order = np.argsort(bounds)
    enough = int(np.searchsorted(np.cumsum(spared[order]), excess))
    return float(bounds[order[min(enough, len(order) - 1)]])
