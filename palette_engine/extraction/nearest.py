"""Nearest: which swatch looks nearest to each color."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, compress_chroma

__all__ = ["nearest", "second_nearest"]

CHUNK = 2**13
"""The number of colors that are compared with swatches at a time, so that they fit into a cache."""

BLOCK = 32
"""The number of colors that are compared with the same swatches.

Half as many, or twice, take a tenth longer with 256 swatches.
"""

COMPARED = 2**11
"""The number of colors that are compared with all swatches at a time."""

PAIRS = 2**12
"""The number of blocks, each with one swatch, that are compared at a time; 3 MB."""

SMALL = 0.16
"""How much a small squared difference in hue and chroma counts, beside one in lightness.

Among pixels, the eye averages color more than lightness. Measured in
docs/decisions.md#the-nearest-swatch.
"""

LARGE = 50.0
"""A difference in hue and chroma of this many units counts a little more than one in lightness.

So swatches of another hue are not taken for their lightness.
"""

ROUNDING = 1e-6
"""How much bounds of squared distances may be wrong, at most, by rounding."""


def nearest(lab: Lab, swatches: Lab) -> NDArray[np.intp]:
    """Return the index of the swatch that looks nearest to each color; of equals, the first.

    The square of the distance is L² + C² (0.16 + (C / 50)⁸), where L is the difference in
    lightness, and C that in a* and b* with compressed chroma (`color.cielab.compress_chroma`).

    Exact, whatever the processor: colors stand on a grid of 2**-16, so L² and C² are whole
    multiples of 2**-32 that a float holds without rounding. Fast if colors that follow each other
    are near each other: those of a block are compared only with the swatches that may be nearest
    to one of them. See docs/decisions.md#exact-recoloring.
    """
    found = np.empty(len(lab), np.intp)
    swatches = compress_chroma(swatches)
    for start in range(0, len(lab), CHUNK):
        chunk = compress_chroma(lab[start : start + CHUNK])
        near = _near(chunk, swatches)
        found[start : start + CHUNK] = near[_nearest(chunk, swatches[near])]
    return found


def second_nearest(
    lab: Lab, swatches: Lab, first: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the index of the second nearest swatch of each color, and its weight, `(n,)` each.

    `first` is what `nearest` returns; there are at least two swatches. The weight is d / (d + e),
    with the squared distances d to the nearest and e to the second: 0 if the color is that of a
    swatch, 0.5 if both are equally near.
    """
    found = np.empty(len(lab), np.intp)
    part = np.zeros(len(lab), np.float64)
    swatches = compress_chroma(swatches)
    for start in range(0, len(lab), COMPARED):
        chunk = slice(start, start + COMPARED)
        squares = compress_chroma(lab[chunk])[:, np.newaxis] - swatches
        squares *= squares
        distance = _distance(squares[..., 0], squares[..., 1] + squares[..., 2])
        rows, own = np.arange(len(distance), dtype=np.intp), first[chunk]
        near = distance[rows, own]
        distance[rows, own] = np.inf
        found[chunk] = distance.argmin(axis=1)
        total = near + distance[rows, found[chunk]]
        np.divide(near, total, out=part[chunk], where=total > 0)
    return found, part


def _near(colors: Lab, swatches: Lab) -> NDArray[np.intp]:
    """Return the indexes of all swatches that may be the nearest to one of the colors."""
    least, most = _bounds(colors.T[:, np.newaxis], swatches)
    return np.flatnonzero(least[0] <= most[0].min() + ROUNDING)


def _nearest(colors: Lab, swatches: Lab) -> NDArray[np.intp]:
    """Return the index of the swatch nearest to each color, with compressed chroma."""
    if len(swatches) == 1:
        return np.zeros(len(colors), np.intp)
    # The last block is filled up with its last color.
    padded = np.concatenate([colors, np.repeat(colors[-1:], -len(colors) % BLOCK, axis=0)])
    blocks = np.ascontiguousarray(padded.T).reshape(3, -1, BLOCK)
    least, most = _bounds(blocks, swatches)
    # Pairs of a block and a swatch, block by block, and the first pair of each block.
    block, swatch = np.nonzero(least <= most.min(axis=1)[:, np.newaxis] + ROUNDING)
    first = np.searchsorted(block, np.arange(blocks.shape[1], dtype=np.intp))
    found = np.empty(blocks.shape[1:], np.intp)
    start = 0
    while start < len(first):
        stop = max(start + 1, int(np.searchsorted(first, first[start] + PAIRS)))
        pairs = slice(first[start], first[stop] if stop < len(first) else None)
        found[start:stop] = _nearest_in_pairs(
            blocks.take(block[pairs], axis=1),
            swatches.T.take(swatch[pairs], axis=1),
            swatch[pairs],
            first[start:stop] - first[start],
        )
        start = stop
    return found.reshape(-1)[: len(colors)]


def _nearest_in_pairs(
    blocks: NDArray[np.float64],
    swatches: NDArray[np.float64],
    index: NDArray[np.intp],
    first: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Return the index of the nearest swatch of each color of blocks, `(b, n)`.

    `blocks` is `(3, pairs, n)`, `swatches` `(3, pairs)`, and `index` `(pairs,)` those of the
    swatches, rising in each block. `first` `(b,)` is the first pair of each block.
    """
    blocks -= swatches[..., np.newaxis]
    blocks *= blocks
    distance = _distance(blocks[0], blocks[1] + blocks[2])
    best = np.minimum.reduceat(distance, first, axis=0)
    is_best = distance == best.repeat(np.diff(first, append=len(index)), axis=0)
    chosen = np.where(is_best, index[:, np.newaxis], np.iinfo(np.intp).max)
    found: NDArray[np.intp] = np.minimum.reduceat(chosen, first, axis=0)
    return found


def _bounds(
    blocks: NDArray[np.float64], swatches: Lab
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return bounds of the squared distances from colors to swatches, `(blocks, k)` each.

    `blocks` is `(3, blocks, n)`. The bounds are those of the box around a block's colors.
    """
    low, high = blocks.min(axis=2), blocks.max(axis=2)
    reach = ((high - low) / 2)[..., np.newaxis]
    far = np.abs(swatches.T[:, np.newaxis] - ((high + low) / 2)[..., np.newaxis])
    near = np.maximum(far - reach, 0)
    far += reach
    near *= near
    far *= far
    return _distance(near[0], near[1] + near[2]), _distance(far[0], far[1] + far[2])


def _distance(lightness: NDArray[np.float64], chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squared distances, from those in lightness alone and in a* and b* alone."""
    distance: NDArray[np.float64] = chroma / LARGE**2
    distance *= distance
    distance *= distance
    distance += SMALL
    distance *= chroma
    distance += lightness
    return distance
