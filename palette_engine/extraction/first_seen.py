"""First seen: where in a picture a color first matters, from the top left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.extraction.exact_sum import exact_integers
from palette_engine.extraction.histogram import Points
from palette_engine.pictures.orientation import shown_position
from palette_engine.pictures.pixels import Frame, Pixels, sample_positions

__all__ = ["Tiles"]

GRID = 16
"""The number of rows and of columns of tiles that a picture is cut into.

See docs/decisions.md#order-by-picture.
"""

BITS = 4
"""Bits a channel of a tile's colors; each cell of a histogram lies in one of these cells."""

CELLS = 2 ** (3 * BITS)

MATTERS = 0.25
"""A color matters in a tile if it has at least this share of it.

See docs/decisions.md#order-by-picture.
"""


@dataclass(frozen=True, eq=False)
class Tiles:
    """The weight of each coarse color in each tile of a picture as it is shown.

    `weight` is `(GRID * GRID, CELLS)`, tiles in rows from the top left, in int64, or in Python's
    integers if int64 is too small.

    Adding lays pictures over each other, each stretched to the same grid.
    """

    weight: NDArray[Any]

    @classmethod
    def of(cls, *pictures: Pixels) -> Tiles:
        """Return the tiles of pixels, added up if they are of several pictures.

        Raises `ValueError` if the pixels have no frame.
        """
        index = np.concatenate([_indices(pixels) for pixels in pictures])
        weight = np.concatenate([pixels.weight for pixels in pictures])
        # The sums are floats, which hold whole numbers up to 2**53 exactly.
        counted = np.bincount(index, weight, GRID * GRID * CELLS)
        return cls(counted.astype(np.int64).reshape(GRID * GRID, CELLS))

    def __add__(self, other: Tiles) -> Tiles:
        total = self.total + other.total
        return Tiles(exact_integers(self.weight, total) + exact_integers(other.weight, total))

    @property
    def total(self) -> int:
        """The weight of all pixels."""
        return int(self.weight.sum())

    def scaled(self, factor: int) -> Tiles:
        """Return the tiles with every weight multiplied."""
        return Tiles(exact_integers(self.weight, self.total * factor) * factor)

    def first(self, points: Points, label: NDArray[np.intp], count: int) -> list[float]:
        """Return where each of `count` labels of points, `(m,)`, first matters.

        The whole part is the number of a tile: the first in which the label has at least a quarter
        of the weight, else the one in which its part is largest. The fraction falls as that part
        grows. A label without points is at infinity.
        """
        owner = np.zeros((CELLS, count))
        np.add.at(owner, (_cells(points.rgb), label), points.area)
        owner /= np.maximum(owner.sum(axis=1, keepdims=True), 1)
        area = self.weight.astype(np.float64) @ owner
        # On a grid, as the last bits of a sum depend on the processor.
        part = np.round(area / np.maximum(area.sum(axis=1, keepdims=True), 1), 9)
        matters = part >= np.minimum(MATTERS, part.max(axis=0))
        tile = matters.argmax(axis=0)
        share = part[tile, np.arange(count, dtype=np.intp)]
        first: list[float] = np.where(share > 0, tile + (1 - share) / 2, np.inf).tolist()
        return first


def _indices(pixels: Pixels) -> NDArray[np.intp]:
    """Return the index of each pixel's tile and cell in the weights of all, `(n,)`."""
    frame = pixels.frame
    if frame is None:
        raise ValueError("these pixels have no frame, so where they are is not known")
    positions = sample_positions(0, frame.total, frame.total, len(pixels.rgb))
    rgb = pixels.rgb >> np.uint8(8 - BITS)
    cell = np.zeros(len(rgb), np.intp)
    for channel in rgb.T:
        cell <<= BITS
        cell |= channel
    index: NDArray[np.intp] = _tiles(positions, frame) * CELLS + cell
    return index


def _tiles(positions: NDArray[np.int64], frame: Frame) -> NDArray[np.intp]:
    """Return the tile of each position in a frame, as the picture is shown."""
    row = positions // frame.width
    column = positions - row * frame.width
    row, column = row * GRID // frame.height, column * GRID // frame.width
    row, column = shown_position(row, column, GRID, frame.orientation)
    return row * GRID + column


def _cells(rgb: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the coarse cell of each color."""
    red, green, blue = (rgb.astype(np.intp) >> (8 - BITS)).T
    cells: NDArray[np.intp] = red << 2 * BITS | green << BITS | blue
    return cells
