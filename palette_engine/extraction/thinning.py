"""Thinning: which pixels of a photograph are enough for its histogram."""

from __future__ import annotations

import numpy as np

from palette_engine.extraction.equal_keys import starts
from palette_engine.extraction.histogram import Histogram
from palette_engine.pictures.pixels import Pixels, spread_positions

__all__ = ["thinned_histogram"]

ENOUGH = 2**17
"""With this many pixels, shares are within 0.16 percentage points.

See docs/decisions.md#photographs-are-thinned.
"""

PROBES, MANY_COLORS = 2**14, 2**12
"""A picture is a photograph if this many pixels, spread over it, have at least this many colors."""


def thinned_histogram(pixels: Pixels) -> Histogram:
    """Return the histogram of pixels; of a photograph, one pixel in two or more counts for all.

    At least `ENOUGH` pixels remain, and what differs between drawings counts to the pixel.
    """
    count = len(pixels.weight)
    if count <= 2 * ENOUGH or _count_colors(pixels) < MANY_COLORS:
        return Histogram.of(pixels)
    step = count // ENOUGH
    chosen = spread_positions(count // step, step)
    thinned = Pixels(pixels.rgb.take(chosen, axis=0), pixels.weight.take(chosen))
    return Histogram.of(thinned).scaled(step)


def _count_colors(pixels: Pixels) -> int:
    """Return how many colors `PROBES` pixels have."""
    chosen = spread_positions(PROBES, len(pixels.weight) // PROBES)
    red, green, blue = pixels.rgb.take(chosen, axis=0).astype(np.uint32).T
    codes = red << np.uint32(16) | green << np.uint32(8) | blue
    return len(starts(np.sort(codes[pixels.weight.take(chosen) > 0])))
