"""sRGB: the color type, and the transfer curve (IEC 61966-2-1) in both directions.

Imports numpy only where an array is converted, because palette files are read without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LINEAR", "Color", "encode_channel", "encode_srgb"]

Color: TypeAlias = tuple[int, int, int]
"""Red, green and blue in 8-bit sRGB."""

# The curve is a straight line up to `THRESHOLD` in linear light, then a power with an offset.
SLOPE = 12.92
THRESHOLD = 0.0031308
ENCODED_THRESHOLD = 0.04045  # 0.03928 in standards before 2021
OFFSET = 0.055
GAMMA = 2.4

LINEAR = tuple(
    value / SLOPE if value <= ENCODED_THRESHOLD else ((value + OFFSET) / (1 + OFFSET)) ** GAMMA
    for value in (step / 255 for step in range(256))
)
"""The linear light, 0 to 1, of each 8-bit value of a channel."""


def encode_channel(light: float) -> float:
    """Return the sRGB value, 0 to 1, of a channel in linear light, 0 to 1."""
    return SLOPE * light if light <= THRESHOLD else (1 + OFFSET) * light ** (1 / GAMMA) - OFFSET


def encode_srgb(samples: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return samples in linear light as sRGB values, float64 of the same shape, 0 to 1.

    `samples` is uint16 or float from 0 to 1, without alpha.
    """
    import numpy as np

    full = 65535 if samples.dtype.kind == "u" else 1
    values = samples.astype(np.float64) / full
    # NaN stays NaN, so that the reader can refuse it.
    high = np.maximum(values, THRESHOLD) ** (1 / GAMMA)
    high *= 1 + OFFSET
    high -= OFFSET
    return np.where(values <= THRESHOLD, values * SLOPE, high)
