"""Swatch table: the nearest swatch of each color, which is searched for where it first occurs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, lab_of
from palette_engine.color.codes import CODES, codes_at, codes_of, colors_of, places_of
from palette_engine.extraction.nearest import nearest
from palette_engine.pictures.pixels import strip_rows
from palette_engine.recoloring.raster import Picture

__all__ = ["Ignored", "Index", "Progress", "SwatchTable", "distinct_places", "index_type"]

Index: TypeAlias = NDArray[np.unsignedinteger[Any]]
"""Indexes of swatches in their palette, in the smallest type that holds them."""

Progress: TypeAlias = Callable[[float], None]
"""Is called with the fraction of the work that is done, 0 to 1."""

Ignored: TypeAlias = Callable[[Lab], NDArray[np.bool_]]
"""Returns which colors in CIELAB, `(n, 3)`, are ignored, `(n,)`."""


class SwatchTable:
    """Recolors pictures without dithering: each pixel gets the nearest swatch; of ties, the first.

    If some colors are `ignored`, they get the index after the last swatch. Remembers the swatch of
    each color, for the pixels and frames that follow. See docs/decisions.md#exact-recoloring.
    """

    def __init__(self, swatches: NDArray[np.uint8], ignored: Ignored | None = None) -> None:
        count = len(swatches) if ignored is None else len(swatches) + 1
        self._type = index_type(count)
        self._swatches = lab_of(swatches)
        self._ignored = ignored
        # One more than the index of the swatch; 0 is a color that did not occur.
        self._numbers = np.zeros(CODES, index_type(count + 1))

    def __call__(self, picture: Picture, progress: Progress) -> Index:
        """Return the index of the swatch of each pixel, `(h, w)`."""
        height, width = picture.alpha.shape
        index = np.empty((height, width), self._type)
        for top, bottom in strip_rows(width, height):
            progress(top / height)
            codes = codes_of(picture.rgb[top:bottom].reshape(-1, 3))
            numbers = self._numbers.take(codes)
            new = np.flatnonzero(numbers == 0)
            if len(new):
                self._search(codes[new])
                numbers[new] = self._numbers.take(codes[new])
            numbers -= 1
            index[top:bottom] = numbers.reshape(-1, width)
        return index

    def _search(self, codes: NDArray[np.uint32]) -> None:
        """Remember the nearest swatch of colors."""
        codes = codes_at(distinct_places(codes))
        lab = lab_of(colors_of(codes))
        index = nearest(lab, self._swatches)
        if self._ignored is not None:
            index[self._ignored(lab)] = len(self._swatches)
        self._numbers[codes] = index + 1


def distinct_places(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the place of each color that occurs on Morton's curve, once and rising."""
    # With counts, it sorts; without, it makes a hash table, which takes much longer.
    return np.unique(places_of(codes), return_counts=True)[0]


def index_type(count: int) -> type[Any]:
    """Return the smallest type that holds the indexes of `count` swatches."""
    return np.uint8 if count <= 2**8 else np.uint16 if count <= 2**16 else np.uint32
