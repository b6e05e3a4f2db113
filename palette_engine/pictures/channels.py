"""Channels: the color and alpha of pixels as a picture stores them, before any conversion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.srgb import encode_srgb

__all__ = ["ByteChannels", "Channels", "channels_of", "has_known_range", "unmultiplied"]


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
        alpha = np.full(count, 255, np.uint8) if self.alpha is None else _bytes_of(self.alpha)
        numbers = self._are_numbers()
        lost = count - int(np.count_nonzero(numbers)) if numbers.ndim else 0
        return ByteChannels(self.mode, _bytes_of(self.color), alpha * numbers, lost)

    def encoded(self) -> Channels:
        """Return pixels in linear light, uint16 or float, with the curve of sRGB."""
        return Channels(self.mode, encode_srgb(self.color), self.alpha)

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

    `lost` is the number of pixels with an infinite number or NaN; their alpha is 0.
    """

    mode: str
    color: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    lost: int = 0

    @classmethod
    def joined(cls, parts: Sequence[ByteChannels]) -> ByteChannels:
        """Return the pixels of at least one part, in order."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            parts[0].mode,
            np.concatenate([part.color for part in parts]),
            np.concatenate([part.alpha for part in parts]),
            sum(part.lost for part in parts),
        )


def channels_of(native: NDArray[Any]) -> Channels:
    """Return gray or RGB pixels `(n, 1 to 4)`; the last of 2 or 4 channels is alpha."""
    channels = native.shape[1]
    mode, colors = ("L", 1) if channels < 3 else ("RGB", 3)
    return Channels(mode, native[:, :colors], native[:, -1] if channels in (2, 4) else None)


def has_known_range(dtype: np.dtype[Any]) -> bool:
    """Return whether numbers of a type have a range that all programs agree on."""
    return dtype.kind in "bf" or (dtype.kind == "u" and dtype.itemsize <= 2)


def unmultiplied(native: NDArray[Any]) -> NDArray[np.float64]:
    """Return pixels `(n, channels)` with their colors divided by alpha, from 0 to 1."""
    full = 1 if native.dtype.kind == "f" else 256**native.dtype.itemsize - 1
    values = native.astype(np.float64) / full
    alpha = values[:, -1:]
    with np.errstate(invalid="ignore"):
        values[:, :-1] /= np.where(alpha > 0, alpha, 1)
    return values


def _bytes_of(native: NDArray[Any]) -> NDArray[np.uint8]:
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
