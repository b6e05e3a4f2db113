"""TIFF samples: what the numbers of a TIFF mean as color and alpha."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.pictures.channels import Channels
from palette_engine.pictures.lab_encoding import srgb_of_cielab, srgb_of_icclab
from palette_engine.pictures.tiff_layout import (
    CIELAB,
    CMYK,
    COLOR_MODELS,
    FLOAT,
    ICCLAB,
    INDEXED,
    RGB,
    WHITE_IS_ZERO,
    YCBCR,
    Layout,
)

__all__ = ["channels_of"]

ASSOCIATED, STRAIGHT = 1, 2
"""The extra samples that are alpha: multiplied into the colors, or not."""
SRGB_OF = {CIELAB: srgb_of_cielab, ICCLAB: srgb_of_icclab}
"""The conversion of each encoding of CIELAB."""


def channels_of(layout: Layout, native: NDArray[Any]) -> Channels:
    """Return the color and alpha of pixels of a layout, `(n, samples)`.

    CIELAB becomes sRGB in floats, as no other part knows its encodings. Samples of 8 or 16 bits
    that need no arithmetic keep their type.
    """
    count = COLOR_MODELS[layout.photometric][1]
    colors = slice(0, count)
    color, alpha = native[:, colors], None
    for index, meaning in enumerate(layout.extra, count):
        if meaning in (ASSOCIATED, STRAIGHT):
            alpha = _of_full_range(layout, native, slice(index, index + 1))[:, 0]
            break
    else:
        meaning = 0
    if layout.photometric == INDEXED:
        return Channels("RGB", layout.colormap[color[:, 0]], alpha)
    if layout.photometric in SRGB_OF:
        return Channels("RGB", SRGB_OF[layout.photometric](color), alpha)
    color = layout.ycbcr.rgb(color) if layout.ycbcr else _of_full_range(layout, native, colors)
    if alpha is not None and meaning == ASSOCIATED:
        color = _fraction(color) / _divisor(_fraction(alpha))[:, np.newaxis]
        if layout.kind != FLOAT:
            color = np.minimum(color, 1)  # both were rounded
    if layout.photometric == WHITE_IS_ZERO:
        color = _negative(color)
    mode = {RGB: "RGB", YCBCR: "RGB", CMYK: "CMYK"}.get(layout.photometric, "L")
    return Channels(mode, color, alpha)


def _of_full_range(layout: Layout, native: NDArray[Any], columns: slice) -> NDArray[Any]:
    """Return samples that fill their type, or floats from 0 to 1."""
    values, bits = native[:, columns], layout.bits[columns]
    if layout.kind == FLOAT or {*bits} in ({8}, {16}):
        return values
    return values / (2.0 ** np.array(bits, np.float64) - 1)


def _fraction(values: NDArray[Any]) -> NDArray[Any]:
    """Return samples that fill their type as fractions of their range."""
    return values if values.dtype.kind == "f" else values / np.iinfo(values.dtype).max


def _divisor(alpha: NDArray[Any]) -> NDArray[Any]:
    """Return alpha where colors can be divided by it, else 1."""
    return np.where(alpha > 0, alpha, 1)


def _negative(color: NDArray[Any]) -> NDArray[Any]:
    full = 1 if color.dtype.kind == "f" else np.iinfo(color.dtype).max
    return np.asarray(full - color, color.dtype)
