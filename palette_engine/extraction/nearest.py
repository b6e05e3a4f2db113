"""Nearest: which swatch is nearest to each color in CIELAB."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, lab_of
from palette_engine.pictures.pixels import STRIP

__all__ = [
    "CODES",
    "Index",
    "codes_of",
    "colors_of",
    "nearest",
    "nearest_of",
    "nearest_of_all",
    "present",
]

Index: TypeAlias = NDArray[np.unsignedinteger[Any]]
"""Indexes of swatches in their palette, in the smallest type that holds them."""

CHUNK = 2**11
"""The number of colors that are compared with swatches at a time, so that they fit into a cache."""

CELL_BITS = 6
"""The fineness of the cells that `nearest_of_all` looks at: 64 cells a channel.

See docs/decisions.md#exact-recoloring.
"""

CODES = 2**24
"""The number of 8-bit colors."""


def _spread() -> NDArray[np.uint32]:
    """Return each 8-bit level with two zero bits between any two of its bits."""
    levels = np.arange(256, dtype=np.uint32)
    for shift, mask in ((8, 0x00F00F), (4, 0x0C30C3), (2, 0x249249)):
        levels = (levels | levels << np.uint32(shift)) & np.uint32(mask)
    return levels


SPREAD = _spread()


def codes_of(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the Morton code of each color, `(n, 3)` to `(n,)`, below 2**24.

    The bits of the channels are interleaved (Morton 1966), so that colors with near codes are
    near, and `code >> 3 * s` is the cell of side 2**s that holds a color.
    """
    code = SPREAD.take(rgb[:, 0])
    for channel in (1, 2):
        code <<= np.uint32(1)
        code |= SPREAD.take(rgb[:, channel])
    return code


def colors_of(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return the colors that have these codes, `(n,)` to `(n, 3)`."""
    bits = np.stack([codes >> np.uint32(2), codes >> np.uint32(1), codes], axis=1)
    bits &= np.uint32(0x249249)
    for shift, mask in ((2, 0x0C30C3), (4, 0x00F00F), (8, 0x0000FF)):
        bits = (bits | bits >> np.uint32(shift)) & np.uint32(mask)
    return bits.astype(np.uint8)


def nearest(lab: Lab, swatches: Lab) -> NDArray[np.intp]:
    """Return the index of the swatch nearest to each color in ΔE*ab; of equals, the first.

    Exact, whatever the processor: colors stand on a grid of 2**-16, so the squares and their
    sums are whole multiples of 2**-32 that a float holds without rounding.
    """
    found = np.empty(len(lab), np.intp)
    for start in range(0, len(lab), CHUNK):
        colors = lab[start : start + CHUNK]
        near = _near(colors, swatches)
        # |color - swatch|² without |color|², which is the same for all swatches.
        distance = colors @ (-2 * swatches[near].T)
        distance += (swatches[near] ** 2).sum(axis=1)
        found[start : start + CHUNK] = near[distance.argmin(axis=1)]
    return found


def _near(colors: Lab, swatches: Lab) -> NDArray[np.intp]:
    """Return the indexes of all swatches that may be the nearest to one of the colors."""
    middle = (colors.min(axis=0) + colors.max(axis=0)) / 2
    reach = ((colors - middle) ** 2).sum(axis=1).max() ** 0.5
    distance = ((swatches - middle) ** 2).sum(axis=1) ** 0.5
    # By the triangle inequality; the last term is for rounding.
    return np.flatnonzero(distance <= distance.min() + 2 * reach + 1e-6)


def present(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the code of each color that pixels `(n, 3)` have, once and rising."""
    if len(rgb) < STRIP:
        # With counts, it sorts; without, it makes a hash table, which takes much longer.
        return np.unique(codes_of(rgb), return_counts=True)[0]
    seen = np.zeros(CODES, np.bool_)
    for start in range(0, len(rgb), STRIP):
        seen[codes_of(rgb[start : start + STRIP])] = True
    return np.flatnonzero(seen).astype(np.uint32)


def nearest_of(
    codes: NDArray[np.uint32], swatches: NDArray[np.uint8], progress: Callable[[float], None]
) -> Index:
    """Return the nearest swatch of each color with one of these codes, by its code, `(2**24,)`.

    Entries of other colors mean nothing.
    """
    table = np.zeros(CODES, _kind(len(swatches)))
    lab = lab_of(swatches)
    for start in range(0, len(codes), STRIP):
        progress(start / len(codes))
        strip = codes[start : start + STRIP]
        table[strip] = nearest(lab_of(colors_of(strip)), lab)
    return table


def nearest_of_all(swatches: NDArray[np.uint8]) -> Index:
    """Return about the nearest swatch of every color there is, by its code, `(2**24,)`.

    It is that of the middle of the color's cell; but of a swatch, exactly that swatch. See
    docs/decisions.md#exact-recoloring.
    """
    lab = lab_of(swatches)
    cells = nearest(_middles(), lab).astype(_kind(len(swatches)))
    table: Index = cells.repeat(CODES // len(cells))
    table[codes_of(swatches)] = nearest(lab, lab)
    return table


@cache
def _middles() -> Lab:
    """Return the middles of the cells of all colors, by code."""
    inside = 8 - CELL_BITS
    corners = colors_of(np.arange(0, CODES, 8**inside, dtype=np.uint32))
    return lab_of(corners + (2**inside - 1) / 2)


def _kind(count: int) -> type[Any]:
    """Return the smallest type that holds the indexes of `count` swatches."""
    return np.uint8 if count <= 2**8 else np.uint16 if count <= 2**16 else np.uint32
