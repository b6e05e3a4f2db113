"""Thinning: which pixels of a photograph are enough for its histogram."""

from __future__ import annotations

import numpy as np

from palette_engine.extraction.histogram import Histogram
from palette_engine.pictures.pixels import Pixels, spread_positions

__all__ = ["thinned_histogram"]

ENOUGH = 2**18
"""With this many pixels, shares are within 0.1 percentage points (one standard deviation).

See docs/decisions.md#photographs-are-thinned.
"""

PROBES, MANY_COLORS = 2**14, 2**12
"""A picture is a photograph if this many pixels, spread over it, have at least this many colors."""


def thinned_histogram(pixels: Pixels) -> Histogram:
    """Return the histogram of pixels; of a photograph, one pixel in two or more counts for all.

    At least `ENOUGH` pixels remain, and what differs between drawings counts to the pixel.
    """
    step = len(pixels.weight) // ENOUGH
    if step < 2 or _count_colors(pixels) < MANY_COLORS:
        return Histogram.of(pixels)
    chosen = spread_positions(len(pixels.weight) // step, step)
    return Histogram.of(Pixels(pixels.rgb[chosen], pixels.weight[chosen])).scaled(step)


def _count_colors(pixels: Pixels) -> int:
    """Return how many colors `PROBES` pixels have."""
    chosen = spread_positions(PROBES, len(pixels.weight) // PROBES)
    red, green, blue = pixels.rgb[chosen].astype(np.uint32).T
    codes = red << np.uint32(16) | green << np.uint32(8) | blue
    return len(np.unique(codes[pixels.weight[chosen] > 0]))
