"""Dithering: the ways in which pixels get swatches, by the names that a user chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.recoloring.error_diffusion import FloydSteinberg
from palette_engine.recoloring.ordered_dithering import OrderedDithering
from palette_engine.recoloring.raster import Picture
from palette_engine.recoloring.swatch_table import Index, Progress, SwatchTable

__all__ = ["METHODS", "Method", "Progress"]

Method: TypeAlias = Callable[[Picture, Progress], Index]
"""Returns the index of a swatch for each pixel of a picture, `(h, w)`."""

METHODS: Mapping[str, Callable[[NDArray[np.uint8]], Method]] = {
    "none": SwatchTable,
    "floyd-steinberg": FloydSteinberg,
    "ordered": OrderedDithering,
}
"""A function of swatches, uint8 `(k, 3)`, for each `dither`; what it returns serves many frames."""
