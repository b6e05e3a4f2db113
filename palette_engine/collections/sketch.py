"""Sketch: 64 bytes that say which colors a picture has, for finding pictures like it.

Colors are spread over the corners of a grid of 4 x 4 x 4 in CIELAB with compressed chroma, each
over the eight corners around it by trilinear interpolation. A byte is the square root of the share
of a corner, so the Euclidean distance of two sketches is that of Hellinger (1909).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, compress_chroma

__all__ = ["SIZE", "distances", "sketch_of"]

SIZE = 64

STEPS = 4
"""Corners of the grid in each direction."""

LOW = np.array([0.0, -45.0, -45.0], np.float64)
HIGH = np.array([100.0, 45.0, 45.0], np.float64)
"""The outermost corners of the grid; colors beyond are moved to its border."""

FULL = 255


def sketch_of(lab: Lab, weight: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the sketch, uint8 `(64,)`, of colors, `(n, 3)`, with weights that sum to 1, `(n,)`."""
    place = (compress_chroma(lab) - LOW) / (HIGH - LOW) * (STEPS - 1)
    place = place.clip(0, STEPS - 1)
    low = np.minimum(place.astype(np.intp), STEPS - 2)
    part = place - low
    share = np.zeros(SIZE)
    for corner in range(8):
        up = np.array([corner >> 2 & 1, corner >> 1 & 1, corner & 1], np.intp)
        index = (low + up) @ np.array([STEPS**2, STEPS, 1], np.intp)
        amount = np.where(up, part, 1 - part).prod(axis=1) * weight
        share += np.bincount(index, amount, SIZE)
    # Rounded first, so that the last digits of the sum do not decide.
    found: NDArray[np.uint8] = np.rint(np.sqrt(np.round(share, 9)) * FULL).astype(np.uint8)
    return found


def distances(sketches: NDArray[np.uint8], sketch: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return the squared distance of each sketch, `(n, 64)`, from one, `(64,)`: int32 `(n,)`."""
    difference = sketches.astype(np.int32) - sketch.astype(np.int32)
    squared: NDArray[np.int32] = np.einsum("ij,ij->i", difference, difference)
    return squared
