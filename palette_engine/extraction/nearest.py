"""Nearest: which swatch looks nearest to each color."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, compress_chroma, lab_of
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

SMALL = 0.16
"""How much a small squared difference in hue and chroma counts, beside one in lightness.

Among pixels, the eye averages color more than lightness. Measured in
docs/decisions.md#the-nearest-swatch.
"""

LARGE = 50.0
"""A difference in hue and chroma of this many units counts a little more than one in lightness.

So swatches of another hue are not taken for their lightness.
"""

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
    """Return the index of the swatch that looks nearest to each color; of equals, the first.

    The square of the distance is L² + C² (0.16 + (C / 50)⁸), where L is the difference in
    lightness, and C that in a* and b* with compressed chroma (`color.cielab.compress_chroma`).

    Exact, whatever the processor: colors stand on a grid of 2**-16, so L² and C² are whole
    multiples of 2**-32 that a float holds without rounding.
    """
    colors, swatches = compress_chroma(lab), compress_chroma(swatches)
    found = np.empty(len(colors), np.intp)
    for start in range(0, len(colors), CHUNK):
        chunk = colors[start : start + CHUNK]
        near = _near(chunk, swatches)
        lightness = (chunk[:, :1] - swatches[near, 0]) ** 2
        chroma = chunk[:, 1:] @ (-2 * swatches[near, 1:].T)
        chroma += (chunk[:, 1:] ** 2).sum(axis=1)[:, np.newaxis]
        chroma += (swatches[near, 1:] ** 2).sum(axis=1)
        found[start : start + CHUNK] = near[_distance(lightness, chroma).argmin(axis=1)]
    return found


def _distance(lightness: NDArray[np.float64], chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squared distances, from those in lightness alone and in a* and b* alone."""
    distance: NDArray[np.float64] = chroma / LARGE**2
    distance *= distance
    distance *= distance
    distance += SMALL
    distance *= chroma
    distance += lightness
    return distance


def _near(colors: Lab, swatches: Lab) -> NDArray[np.intp]:
    """Return the indexes of all swatches that may be the nearest to one of the colors."""
    middle = (colors.min(axis=0) + colors.max(axis=0)) / 2
    least, most = [], []
    for axes in (slice(0, 1), slice(1, 3)):
        reach = ((colors[:, axes] - middle[axes]) ** 2).sum(axis=1).max() ** 0.5
        distance = ((swatches[:, axes] - middle[axes]) ** 2).sum(axis=1) ** 0.5
        # By the triangle inequality, these are bounds for all of the colors.
        least.append(np.maximum(distance - reach, 0) ** 2)
        most.append((distance + reach) ** 2)
    # The last term is for rounding.
    return np.flatnonzero(_distance(*least) <= _distance(*most).min() + 1e-6)


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
