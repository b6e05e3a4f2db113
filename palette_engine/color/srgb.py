"""sRGB: its colors, and its curve (IEC 61966-2-1) both ways, for numbers and for arrays.

Loads numpy only with the first array, as palette files are read without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LINEAR", "Color", "encoded", "encoded_channel"]

Color: TypeAlias = tuple[int, int, int]
"""Red, green and blue in 8-bit sRGB."""

LINEAR = tuple(
    channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
    for channel in (step / 255 for step in range(256))
)
"""The linear light, 0 to 1, of each 8-bit value of a channel.

The threshold of 0.04045 replaced 0.03928 in 2021.
"""


def encoded_channel(light: float) -> float:
    """Return a channel of linear light, 0 to 1, with the sRGB curve on, 0 to 1."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def encoded(native: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return samples `(n, bands)` in linear light with the sRGB curve on, from 0 to 1.

    Alpha, the last of 2 or 4 bands, has no curve. `native` is uint16, or float from 0 to 1.
    """
    import numpy as np

    full = 65535 if native.dtype == np.uint16 else 1
    values = native.astype(np.float64) / full
    colors = values[:, : 3 if values.shape[1] > 2 else 1]
    # In place, and where it is a number: what is not one must stay recognizable.
    low = colors <= 0.0031308
    colors[low] *= 12.92
    colors[~low] = 1.055 * colors[~low] ** (1 / 2.4) - 0.055
    return values
