"""TIFF samples: what the numbers of a TIFF mean as color and alpha."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.srgb import encode_srgb
from palette_engine.pictures.channels import Channels
from palette_engine.pictures.tiff_layout import (
    CIELAB,
    CMYK,
    COLOR_MODELS,
    FLOAT,
    ICCLAB,
    INDEXED,
    RGB,
    WHITE_IS_ZERO,
    Layout,
)

__all__ = ["channels_of"]

ASSOCIATED, STRAIGHT = 1, 2
"""The extra samples that are alpha: multiplied into the colors, or not."""

XYZ_OF_WHITE = np.array((0.96422, 1.0, 0.82521))
"""D50, the white of CIELAB in TIFF and of ICC profiles."""

RGB_OF_XYZ = np.array(
    (
        (3.1338561, -1.6168667, -0.4906146),
        (-0.9787684, 1.9161415, 0.0334540),
        (0.0719453, -0.2289914, 1.4052427),
    )
)
"""Linear sRGB of XYZ with the white D50, by Bradford adaptation (Lindbloom, RGB/XYZ Matrices)."""


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
    if layout.photometric in (CIELAB, ICCLAB):
        return Channels("RGB", _srgb_of_lab(_lab_of(color, layout.photometric)), alpha)
    color = _of_full_range(layout, native, colors)
    if alpha is not None and meaning == ASSOCIATED:
        color = _fraction(color) / _divisor(_fraction(alpha))[:, np.newaxis]
    if layout.photometric == WHITE_IS_ZERO:
        color = _negative(color)
    mode = {RGB: "RGB", CMYK: "CMYK"}.get(layout.photometric, "L")
    return Channels(mode, color, alpha)


def _of_full_range(layout: Layout, native: NDArray[Any], columns: slice) -> NDArray[Any]:
    """Return samples that fill their type, or floats from 0 to 1."""
    values, bits = native[:, columns], layout.bits[columns]
    if layout.kind == FLOAT or {*bits} in ({8}, {16}):
        return values
    return values / (2.0 ** np.array(bits) - 1)


def _fraction(values: NDArray[Any]) -> NDArray[Any]:
    """Return samples that fill their type as fractions of their range."""
    return values if values.dtype.kind == "f" else values / np.iinfo(values.dtype).max


def _divisor(alpha: NDArray[Any]) -> NDArray[Any]:
    """Return alpha where colors can be divided by it, else 1."""
    return np.where(alpha > 0, alpha, 1)


def _negative(color: NDArray[Any]) -> NDArray[Any]:
    full = 1 if color.dtype.kind == "f" else np.iinfo(color.dtype).max
    return np.asarray(full - color, color.dtype)


def _lab_of(color: NDArray[Any], photometric: int) -> NDArray[np.float64]:
    """Return CIELAB colors, float64 `(n, 3)`, of their encoding in 8 or 16 bits.

    CIELAB has signed a* and b* (TIFF 6.0, section 23), ICCLab has them with an offset, and in 16
    bits its L* of 100 is 0xFF00 (TIFF Technical Notes for PageMaker 6.0; ICC.1, table 39).
    """
    is_deep = color.dtype.itemsize == 2
    step = 256 if is_deep else 1  # of a* and b*
    if photometric == CIELAB:
        lightness = color[:, :1] * (100 / (65535 if is_deep else 255))
        chroma = color[:, 1:].astype(color.dtype.str.replace("u", "i")) / step
    else:
        lightness = color[:, :1] * (100 / (65280 if is_deep else 255))
        chroma = color[:, 1:] / step - 128.0
    return np.hstack([lightness, chroma])


def _srgb_of_lab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIELAB (D50) colors as sRGB, float64 `(n, 3)`, 0 to 1; others are clipped.

    CIE 15:2004, equations 8.11 to 8.19, in reverse.
    """
    middle = (lab[:, :1] + 16) / 116
    roots = np.hstack([middle + lab[:, 1:2] / 500, middle, middle - lab[:, 2:] / 200])
    relative = np.where(roots > 6 / 29, roots**3, (roots - 4 / 29) * 3 * (6 / 29) ** 2)
    linear = (relative * XYZ_OF_WHITE) @ RGB_OF_XYZ.T
    return encode_srgb(linear.clip(0, 1))
