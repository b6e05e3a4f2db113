"""Planes: the samples of a picture as 8-bit color and alpha, before any color conversion."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError, PaletteWarning

__all__ = ["Planes", "encoded", "holds_samples", "split", "to_bytes", "unmultiplied"]


@dataclass(frozen=True, eq=False)
class Planes:
    """Color in Pillow's `mode` and alpha, uint8 `(n, bands)` and `(n,)`."""

    mode: str
    color: NDArray[np.uint8]
    alpha: NDArray[np.uint8]


def holds_samples(dtype: np.dtype[Any]) -> bool:
    """Tell whether numbers of a type are samples of a known range."""
    return dtype.kind in "bf" or (dtype.kind == "u" and dtype.itemsize <= 2)


def to_bytes(native: NDArray[np.generic], name: str) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return pixels `(n, bands)` in 8 bits, and which of them are numbers."""
    real = np.ones(len(native), bool)
    if native.dtype.kind == "b":
        return native.astype(np.uint8) * np.uint8(255), real
    if native.dtype == np.uint16:
        return ((native.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8), real
    if native.dtype.kind == "f":
        real = np.isfinite(native).all(axis=1)
        if not real.all():
            lost = int(np.count_nonzero(~real))
            warnings.warn(
                f"{name}: {lost:,} pixels are not numbers and do not count.",
                PaletteWarning,
                stacklevel=2,
            )
        numbers = np.nan_to_num(native, nan=0.0).clip(0, 1)
        return np.floor(numbers * 255 + 0.5).astype(np.uint8), real
    return native.astype(np.uint8, copy=False), real


def split(pixels: tuple[NDArray[np.uint8], NDArray[np.bool_]], name: str) -> Planes:
    """Return color and alpha of gray or RGB pixels, each with or without alpha."""
    values, real = pixels
    bands = values.shape[1]
    if bands > 4:
        raise InputError(f"{name} has {bands} channels; a picture has 1 to 4.")
    alpha = values[:, -1] * real if bands in (2, 4) else real * np.uint8(255)
    if bands in (1, 2):
        return Planes("L", values[:, :1], alpha)
    return Planes("RGB", values[:, :3], alpha)


def unmultiplied(native: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return pixels `(n, bands)` with the alpha taken out of their colors, from 0 to 1."""
    full = 1 if native.dtype.kind == "f" else 256**native.dtype.itemsize - 1
    values = native.astype(np.float64) / full
    alpha = values[:, -1:]
    with np.errstate(invalid="ignore"):
        values[:, :-1] /= np.where(alpha > 0, alpha, 1)
    return values


def encoded(native: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return samples `(n, bands)` in linear light with the sRGB curve on, from 0 to 1.

    The curve is IEC 61966-2-1's; alpha has none. `native` is uint16, or float from 0 to 1.
    """
    full = 65535 if native.dtype == np.uint16 else 1
    values = native.astype(np.float64) / full
    colors = values[:, : 3 if values.shape[1] > 2 else 1]
    # In place, and where it is a number: what is not one must stay recognizable.
    low = colors <= 0.0031308
    colors[low] *= 12.92
    colors[~low] = 1.055 * colors[~low] ** (1 / 2.4) - 0.055
    return values
