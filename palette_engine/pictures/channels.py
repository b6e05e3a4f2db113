"""Channels: the color and alpha of pixels as a picture stores them, before any conversion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.srgb import encode_srgb
from palette_engine.errors import InputError

__all__ = ["ByteChannels", "Channels", "bytes_of", "channels_of", "check_floats", "has_known_range"]


HALF_A_LEVEL = 0.5 / 255
"""Floats are beyond their range if they would be another level than its end in 8 bits."""


BEYOND = 1.0
"""Floats this far beyond 0 to 1 have another range. See docs/decisions.md#ranges-in-memory."""


@dataclass(frozen=True, eq=False)
class Channels:
    """Pixels as a picture stores them: color in Pillow's `mode`, and alpha.

    `color` is `(n, channels)`, bool, uint8, uint16, or float from 0 to 1. `alpha` is `(n,)`, of the
    same type or uint8, or None if all pixels are opaque.
    """

    mode: str
    color: NDArray[Any]
    alpha: NDArray[Any] | None = None

    def in_bytes(self) -> ByteChannels:
        """Return the pixels in 8 bits."""
        count = len(self.color)
        alpha = np.full(count, 255, np.uint8) if self.alpha is None else bytes_of(self.alpha)
        numbers = self._are_numbers()
        lost = count - int(np.count_nonzero(numbers)) if numbers.ndim else 0
        weight = alpha * numbers
        return ByteChannels(
            self.mode, bytes_of(self.color), weight, lost, self._count_beyond(weight)
        )

    def encoded(self) -> Channels:
        """Return pixels in linear light, uint16 or float, with the curve of sRGB."""
        return Channels(self.mode, encode_srgb(self.color), self.alpha)

    def _count_beyond(self, weight: NDArray[np.uint8]) -> int:
        """Return how many visible pixels are beyond 0 to 1 by more than rounding."""
        if self.color.dtype.kind != "f":
            return 0
        with np.errstate(invalid="ignore"):
            beyond = (self.color < -HALF_A_LEVEL) | (self.color > 1 + HALF_A_LEVEL)
        return int(np.count_nonzero(beyond.any(axis=1) & (weight > 0)))

    def _are_numbers(self) -> NDArray[np.bool_]:
        """Return which pixels have no infinite number or NaN, `(n,)`, or `()` if none can."""
        numbers = np.array(True, np.bool_)
        if self.color.dtype.kind == "f":
            numbers = np.isfinite(self.color).all(axis=1)
        if self.alpha is not None and self.alpha.dtype.kind == "f":
            numbers = numbers & np.isfinite(self.alpha)
        return numbers


@dataclass(frozen=True, eq=False)
class ByteChannels:
    """Pixels in 8 bits: color in Pillow's `mode` and alpha, uint8 `(n, channels)` and `(n,)`.

    `lost` is the number of pixels with an infinite number or NaN; their alpha is 0. `clipped` is
    the number of visible pixels with a number beyond 0 to 1.
    """

    mode: str
    color: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    lost: int = 0
    clipped: int = 0

    @classmethod
    def joined(cls, parts: Iterable[ByteChannels], count: int) -> ByteChannels:
        """Return the pixels of parts of the same mode, in order; at most `count`, and at least one.

        Each part is copied as it comes, so that there is only one at a time beside the result. If
        all pixels are opaque, the result's alpha is one number in memory and must not be changed.
        """
        color: NDArray[np.uint8] | None = None
        alpha, mode = np.broadcast_to(np.uint8(255), count), ""
        filled = lost = clipped = 0
        for part in parts:
            if color is None:
                color, mode = np.empty((count, part.color.shape[1]), np.uint8), part.mode
            place = slice(filled, filled + len(part.color))
            color[place] = part.color
            if not alpha.flags.writeable and part.alpha.min(initial=255) < 255:
                alpha = alpha.copy()
            if alpha.flags.writeable:
                alpha[place] = part.alpha
            filled, lost, clipped = place.stop, lost + part.lost, clipped + part.clipped
        assert color is not None
        return cls(mode, color[:filled], alpha[:filled], lost, clipped)


def channels_of(native: NDArray[Any]) -> Channels:
    """Return gray or RGB pixels `(n, 1 to 4)`; the last of 2 or 4 channels is alpha."""
    channels = native.shape[1]
    mode, colors = ("L", 1) if channels < 3 else ("RGB", 3)
    return Channels(mode, native[:, :colors], native[:, -1] if channels in (2, 4) else None)


def has_known_range(dtype: np.dtype[Any]) -> bool:
    """Return whether numbers of a type have a range that all programs agree on."""
    return dtype.kind in "bf" or (dtype.kind == "u" and dtype.itemsize <= 2)


def check_floats(native: NDArray[Any], call: str) -> None:
    """Raise `InputError` for floats in memory that are far beyond 0 to 1.

    Less may be the overshoot of a filter, and is cut. `call` makes pixels of other numbers.
    """
    numbers = native[np.isfinite(native)]
    least, most = float(numbers.min(initial=0)), float(numbers.max(initial=0))
    if least < -BEYOND or most > 1 + BEYOND:
        raise InputError(
            f"A picture in floats is from 0 to 1, and this has values from {least:g} to {most:g}; "
            f"pass {call} if white is the largest of these, or array.clip(0, 1) to cut them."
        )


def bytes_of(native: NDArray[Any]) -> NDArray[np.uint8]:
    """Return numbers in 8 bits; what is not a number becomes 0."""
    if native.dtype.kind == "b":
        return native.astype(np.uint8) * np.uint8(255)
    if native.dtype.kind == "u" and native.dtype.itemsize == 2:  # in any byte order
        return ((native.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if native.dtype.kind == "f":
        numbers = np.nan_to_num(native, nan=0.0).clip(0, 1)
        values: NDArray[np.uint8] = np.floor(numbers * 255 + 0.5).astype(np.uint8)
        return values
    return native.astype(np.uint8, copy=False)
