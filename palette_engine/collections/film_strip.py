"""Film strip: a picture with a column for each of many palettes, in their order."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError

__all__ = ["LONGEST", "Column", "film_strip"]

LONGEST = 32_768
"""The most columns, in pixels."""

Column = tuple[NDArray[np.uint8], NDArray[np.float64]]
"""The colors of a palette, `(k, 3)` in sRGB, from the top, and their shares, `(k,)`."""


def film_strip(columns: Sequence[Column], width: int, height: int) -> bytes:
    """Return a PNG of `height` pixels in which each column is at least one pixel wide.

    In a column, each color is as high as its share. Columns have the same width, so that together
    they are at most `width` pixels wide, if there are not more. Raises `InputError` if there is no
    column, or more than `LONGEST`.
    """
    from PIL import Image

    if not columns:
        raise InputError("There is no picture with colors to draw; collect some first.")
    if len(columns) > LONGEST:
        raise InputError(
            f"A strip has at most {LONGEST:,} columns, and these are {len(columns):,} pictures; "
            "make several strips."
        )
    pixels = np.empty((height, len(columns), 3), np.uint8)
    middle = (np.arange(height, dtype=np.float64) + 0.5) / height
    for index, (colors, shares) in enumerate(columns):
        ends = np.cumsum(shares, dtype=np.float64) / shares.sum(dtype=np.float64)
        at = np.minimum(np.searchsorted(ends, middle), len(colors) - 1)
        pixels[:, index] = colors[at]
    each = max(1, width // len(columns))
    file = io.BytesIO()
    Image.fromarray(pixels.repeat(each, axis=1)).save(file, "PNG", optimize=True)
    return file.getvalue()
