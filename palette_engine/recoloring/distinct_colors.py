"""Distinct colors: the swatches of a small picture's pixels, for one palette after the other."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, lab_of
from palette_engine.color.codes import codes_at, codes_of, colors_of, places_of
from palette_engine.extraction.ignored import is_ignored
from palette_engine.extraction.nearest import nearest
from palette_engine.options import Options
from palette_engine.recoloring.raster import Picture
from palette_engine.recoloring.swatch_table import Index, index_type

__all__ = ["DistinctColors"]


class DistinctColors:
    """Each color of a picture once, so that only its nearest swatch depends on the palette.

    `SwatchTable` is for larger pictures: it remembers swatches, not where colors are. See
    docs/decisions.md#previews-of-one-thumbnail.
    """

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._found: tuple[bytes, Index] | None = None
        self._left_out: tuple[Options, NDArray[np.bool_]] | None = None

    @cached_property
    def _colors(self) -> tuple[Lab, NDArray[np.intp]]:
        """The colors in CIELAB, `(n, 3)`, and the index of each pixel's, `(h * w,)`."""
        codes = codes_of(self._picture.rgb.reshape(-1, 3))
        # Near each other on the curve, and so in blocks that are compared with few swatches.
        places, inverse = np.unique(places_of(codes), return_inverse=True)
        return lab_of(colors_of(codes_at(places))), inverse.reshape(-1)

    def index(self, swatches: NDArray[np.uint8]) -> Index:
        """Return the index of the swatch that is nearest to each pixel, `(h, w)`.

        Of ties, it is the first. Its type also holds the number of swatches. It is computed once
        for the same swatches in a row.
        """
        key = swatches.tobytes()
        if self._found is None or self._found[0] != key:
            lab, inverse = self._colors
            index = nearest(lab, lab_of(swatches)).astype(index_type(len(swatches) + 1))
            self._found = key, index.take(inverse).reshape(self._picture.alpha.shape)
        return self._found[1]

    def ignored(self, options: Options) -> NDArray[np.bool_]:
        """Return which pixels have colors that the options ignore, `(h, w)`."""
        if self._left_out is None or self._left_out[0] != options:
            lab, inverse = self._colors
            found = is_ignored(lab, options).take(inverse)
            self._left_out = options, found.reshape(self._picture.alpha.shape)
        return self._left_out[1]
