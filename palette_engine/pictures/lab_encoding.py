"""Lab encoding: CIELAB (D50) in 8 and 16 bits, as files store it, becomes sRGB.

Not by littleCMS: its tables for 8 bits are up to 20 levels off in dark colors.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.srgb import encode_srgb

__all__ = ["srgb_of_cielab", "srgb_of_icclab"]

XYZ_OF_WHITE = np.array((0.96422, 1.0, 0.82521), np.float64)
"""D50, the white of CIELAB in TIFF and of ICC profiles."""

RGB_OF_XYZ = np.array(
    (
        (3.1338561, -1.6168667, -0.4906146),
        (-0.9787684, 1.9161415, 0.0334540),
        (0.0719453, -0.2289914, 1.4052427),
    ),
    np.float64,
)
"""Linear sRGB of XYZ with the white D50, by Bradford adaptation (Lindbloom, RGB/XYZ Matrices)."""


def srgb_of_cielab(color: NDArray[Any]) -> NDArray[np.float64]:
    """Return colors, uint8 or uint16 `(n, 3)`, whose a* and b* have a sign, as sRGB, 0 to 1.

    TIFF 6.0, section 23; Pillow's mode LAB as an array is the same.
    """
    is_deep = color.dtype.itemsize == 2
    lightness = color[:, :1] * (100 / (65535 if is_deep else 255))
    half = 2**15 if is_deep else 2**7
    signed = color[:, 1:].astype(np.float64)
    signed -= np.where(signed >= half, 2 * half, 0)
    return _srgb_of_lab(np.hstack([lightness, signed / (256 if is_deep else 1)]))


def srgb_of_icclab(color: NDArray[Any]) -> NDArray[np.float64]:
    """Return colors, uint8 or uint16 `(n, 3)`, whose a* and b* have an offset, as sRGB, 0 to 1.

    In 16 bits, L* of 100 is 0xFF00 (TIFF Technical Notes for PageMaker 6.0; ICC.1:2001, annex A).
    """
    is_deep = color.dtype.itemsize == 2
    lightness = color[:, :1] * (100 / (65280 if is_deep else 255))
    return _srgb_of_lab(np.hstack([lightness, color[:, 1:] / (256 if is_deep else 1) - 128.0]))


def _srgb_of_lab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIELAB (D50) colors as sRGB, float64 `(n, 3)`, 0 to 1; others are clipped.

    CIE 15:2004, equations 8.11 to 8.19, in reverse.
    """
    middle = (lab[:, :1] + 16) / 116
    roots = np.hstack([middle + lab[:, 1:2] / 500, middle, middle - lab[:, 2:] / 200])
    relative = np.where(roots > 6 / 29, roots**3, (roots - 4 / 29) * 3 * (6 / 29) ** 2)
    linear = (relative * XYZ_OF_WHITE) @ RGB_OF_XYZ.T
    return encode_srgb(linear.clip(0, 1))
