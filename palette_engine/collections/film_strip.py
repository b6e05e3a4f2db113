"""Film strip: a picture with a column for each of many palettes, in their order."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from palette_engine.collections.index import index_of
from palette_engine.collections.limits import STRIP_HEIGHT, STRIP_SIZE, STRIP_WIDTH
from palette_engine.errors import InputError, OptionError

__all__ = ["Column", "columns_of", "film_strip"]

Column = tuple[NDArray[np.uint8], NDArray[np.float64]]
"""The colors of a palette, `(k, 3)` in sRGB, from the top, and their shares, `(k,)`."""


def film_strip(
    source: str | os.PathLike[str] | Sequence[Column],
    *,
    width: int = STRIP_SIZE[0],
    height: int = STRIP_SIZE[1],
) -> bytes:
    """Return a PNG with a column for each picture of a table, or for each of `Film.columns`.

    In a column, each color is as high as its share, in the order of the palette. Columns have the
    same width of at least one pixel, so that together they are at most `width` pixels wide, if
    there are not more; `width` is 1 to 32,768, and `height` 1 to 4096.

    Raises `OptionError` for another size, and `InputError` if there is no column or more than
    32,768, or the table cannot be read.
    """
    from PIL import Image

    for name, size, most in (("width", width, STRIP_WIDTH), ("height", height, STRIP_HEIGHT)):
        if not 1 <= size <= most:
            raise OptionError(f"{name} must be a whole number from 1 to {most}, not {size!r}.")
    columns = columns_of(Path(source)) if isinstance(source, str | os.PathLike) else source
    if not columns:
        raise InputError("There is no picture with colors to draw; collect some first.")
    if len(columns) > STRIP_WIDTH:
        raise InputError(
            f"A strip has at most {STRIP_WIDTH:,} columns, and there are {len(columns):,} "
            "pictures; make several strips."
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


def columns_of(table: Path) -> list[Column]:
    """Return a column for each picture of a table that has colors; raises as `index_of` does."""
    index = index_of(table)
    parts = [index.swatches(each) for each in range(len(index))]
    return [(index.rgb[part], index.share[part].astype(np.float64)) for part in parts]
