"""First seen: which colors a picture has where, to tell where a color first matters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palette_engine.extraction.histogram import Points
from palette_engine.pictures.orientation import shown_position
from palette_engine.pictures.pixels import Frame, Pixels, sample_positions

__all__ = ["Places"]

GRID = 16
"""The picture is cut into so many rows and columns of tiles."""

BITS = 4
"""How fine colors are told apart in a tile; a histogram's cells lie whole in these cells."""

CELLS = 2 ** (3 * BITS)

MATTERS = 0.25
"""A color matters in a tile of which it has a quarter."""


@dataclass(frozen=True, eq=False)
class Places:
    """How much of each coarse color there is in each tile of a picture as it is shown.

    `area` is int64 `(GRID * GRID, CELLS)`: weights, tiles in rows from the top left.

    Adding lays pictures over each other, each stretched to the same grid.
    """

    area: NDArray[np.int64]

    @classmethod
    def of(cls, pixels: Pixels) -> Places:
        """Return the places of pixels; raises `ValueError` if they do not know their frame."""
        frame = pixels.frame
        if frame is None:
            raise ValueError("these pixels are just colors; they have no places")
        positions = sample_positions(0, frame.total, frame.total)
        rgb = pixels.rgb >> np.uint8(8 - BITS)
        cell = np.zeros(len(rgb), np.intp)
        for channel in rgb.T:
            cell <<= BITS
            cell |= channel
        # The sums are floats, which hold whole numbers up to 2**53 exactly.
        counted = np.bincount(
            _tiles(positions, frame) * CELLS + cell, pixels.weight, GRID * GRID * CELLS
        )
        return cls(counted.astype(np.int64).reshape(GRID * GRID, CELLS))

    def __add__(self, other: Places) -> Places:
        return Places(self.area + other.area)

    def scaled(self, factor: int) -> Places:
        """Return the same places with every weight multiplied."""
        return Places(self.area * factor)

    def first(self, points: Points, label: NDArray[np.intp], count: int) -> list[float]:
        """Return where each of `count` labels of points, `(m,)`, first matters.

        That is the number of the first tile of which it has a quarter, or else of that of which
        it has most; behind the point, labels of one tile are ranked by how much they have of it.
        A label without points is nowhere, which is infinity.
        """
        owner = np.zeros((CELLS, count))
        np.add.at(owner, (_cells(points.rgb), label), points.area)
        owner /= np.maximum(owner.sum(axis=1, keepdims=True), 1)
        area = self.area @ owner
        # On a grid, as the last bits of a sum depend on the processor.
        part = np.round(area / np.maximum(area.sum(axis=1, keepdims=True), 1), 9)
        matters = part >= np.minimum(MATTERS, part.max(axis=0))
        tile = matters.argmax(axis=0)
        share = part[tile, np.arange(count, dtype=np.intp)]
        places: list[float] = np.where(share > 0, tile + (1 - share) / 2, np.inf).tolist()
        return places


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
