"""Ordered dithering: chooses each pixel's swatch by its color and its position."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import lab_of
from palette_engine.color.codes import codes_of
from palette_engine.pictures.pixels import strip_rows
from palette_engine.recoloring.mixing import FULL, Light, Mixer, Tones
from palette_engine.recoloring.raster import Picture
from palette_engine.recoloring.swatch_table import Index, Progress

__all__ = ["CANDIDATES", "OrderedDithering"]

CANDIDATES = 64
"""How many swatches are mixed to a color in ordered dithering: one for each cell of the matrix.

See docs/decisions.md#dithering-in-linear-light.
"""

WARM_UP = 32
"""How many swatches are chosen and discarded first, until the accumulated error is stable."""

DAMPING_BITS = 2
"""Only 1/4 of the accumulated error is fed back at each step.

A smaller part gives a calmer pattern of more similar colors, but mixes less exactly: all is noisy;
1/4 has a 2 % larger error after blurring, on a photograph.
"""

CHUNK = 2**12
"""The number of tones that are mixed at a time, so that they fit into a cache."""


class OrderedDithering:
    """Recolors pictures by a pattern.

    Each color is mixed from `CANDIDATES` swatches; each of them compensates for the errors of the
    previous ones (T. Knoll, US patent 6,606,166, expired). Sorted by lightness, they are
    distributed by a threshold matrix (B. E. Bayer, "An optimum method for two-level rendition of
    continuous-tone pictures", ICC 1973).
    """

    def __init__(self, swatches: NDArray[np.uint8]) -> None:
        self._swatches = swatches
        mixer = Mixer.of(swatches)
        # Swatches are mixed by their ranks, which are their indexes when sorted by lightness.
        self._by_rank = np.argsort(lab_of(swatches)[:, 0], kind="stable")
        rank = np.empty(len(swatches), mixer.table.dtype)
        rank[self._by_rank] = np.arange(len(swatches), dtype=rank.dtype)
        self._mixer = Mixer(mixer.light[self._by_rank], mixer.classes, rank.take(mixer.table))

    def __call__(self, picture: Picture, progress: Progress) -> Index:
        """Return the index of a swatch for each pixel, `(h, w)`."""
        tones = Tones.of(picture, self._swatches)
        mixed = np.empty((len(tones.light), CANDIDATES), self._mixer.table.dtype)
        for start in range(0, len(mixed), CHUNK):
            progress(start / len(mixed))
            mixed[start : start + CHUNK] = self._mixed(tones.light[start : start + CHUNK])
        flat = mixed.reshape(-1)
        height, width = picture.alpha.shape
        index = np.empty((height, width), mixed.dtype)
        for top, bottom in strip_rows(width, height):
            tone = tones.by_code.take(codes_of(picture.rgb[top:bottom].reshape(-1, 3)))
            place = tone.reshape(-1, width)
            place *= CANDIDATES
            for row in range(min(len(BAYER), bottom - top)):
                place[row :: len(BAYER)] += np.resize(BAYER[(top + row) % len(BAYER)], width)
            index[top:bottom] = flat.take(place)
        return index

    def _mixed(self, light: Light) -> Index:
        """Return the swatches that mix to each light, `(n, 4)` to `(n, CANDIDATES)`."""
        ranks = np.empty((CANDIDATES, len(light)), self._mixer.table.dtype)
        error = np.zeros_like(light)
        for step in range(WARM_UP + CANDIDATES):
            wanted = error >> DAMPING_BITS
            np.clip(wanted, -FULL, FULL, out=wanted)
            wanted += light
            chosen = self._mixer.nearest(wanted)
            ranks[step % CANDIDATES] = chosen
            error += light
            error -= self._mixer.light.take(chosen, axis=0)
        mixed: Index = self._by_rank.astype(ranks.dtype).take(np.sort(ranks.T, axis=1))
        return mixed


def _bayer(size: int) -> NDArray[np.int32]:
    """Return Bayer's matrix, `(size, size)`: each number below `size`² once."""
    matrix = np.zeros((1, 1), np.int32)
    while len(matrix) < size:
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return matrix


BAYER = _bayer(8)
