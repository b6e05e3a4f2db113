"""Color table: where each color of pictures moves, which is computed where it first occurs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.codes import CODES, codes_of, colors_of
from palette_engine.pictures.pixels import strip_rows
from palette_engine.recoloring.color_mapping import ColorMapping
from palette_engine.recoloring.swatch_table import Progress

__all__ = ["ColorTable"]

KNOWN = np.uint32(CODES)
"""The bit that says that the code of a color has been computed."""


class ColorTable:
    """Changes the colors of pictures by a mapping.

    Remembers where each color moves, for the pixels and frames that follow: a photo has fewer
    colors than pixels.
    """

    def __init__(self, mapping: ColorMapping) -> None:
        self._mapping = mapping
        self._codes = np.zeros(CODES, np.uint32)

    def __call__(self, rgb: NDArray[np.uint8], progress: Progress) -> NDArray[np.uint8]:
        """Return the changed colors of pixels, uint8 `(h, w, 3)`, which are left as they are."""
        height, width = rgb.shape[:2]
        changed = np.empty((height, width, 3), np.uint8)
        for top, bottom in strip_rows(width, height):
            progress(top / height)
            codes = codes_of(rgb[top:bottom].reshape(-1, 3))
            moved = self._codes.take(codes)
            new = codes[moved < KNOWN]
            if len(new):
                self._compute(new)
                moved = self._codes.take(codes)
            changed[top:bottom] = colors_of(moved).reshape(-1, width, 3)
        return changed

    def _compute(self, codes: NDArray[np.uint32]) -> None:
        """Remember where colors move."""
        # With counts, it sorts; without, it makes a hash table, which takes much longer.
        codes = np.unique(codes, return_counts=True)[0]
        self._codes[codes] = codes_of(self._mapping(colors_of(codes))) | KNOWN
