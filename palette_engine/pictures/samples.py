"""Samples: those of a picture as 8-bit color and alpha, before any color conversion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError

__all__ = ["Planes", "holds_samples", "planes_of", "unmultiplied"]


@dataclass(frozen=True, eq=False)
class Planes:
    """Color in Pillow's `mode` and alpha, uint8 `(n, bands)` and `(n,)`.

    `lost` is how many pixels were not numbers; their alpha is 0.
    """

    mode: str
    color: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    lost: int = 0

    @classmethod
    def joined(cls, parts: Sequence[Planes]) -> Planes:
        """Return the planes of all parts, of which there is one at least, in order."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            parts[0].mode,
            np.concatenate([part.color for part in parts]),
            np.concatenate([part.alpha for part in parts]),
            sum(part.lost for part in parts),
        )


def holds_samples(dtype: np.dtype[Any]) -> bool:
    """Tell whether numbers of a type are samples of a known range."""
    return dtype.kind in "bf" or (dtype.kind == "u" and dtype.itemsize <= 2)


def planes_of(native: NDArray[np.generic], name: str) -> Planes:
    """Return 8-bit color and alpha of gray or RGB pixels `(n, 1 to 4)`, even bands with alpha."""
    bands = native.shape[1]
    if bands > 4:
        raise InputError(f"{name} has {bands} channels; a picture has 1 to 4.")
    real = np.isfinite(native).all(axis=1) if native.dtype.kind == "f" else np.True_
    values = _bytes_of(native)
    alpha = values[:, -1] * real if bands in (2, 4) else np.full(len(values), 255, np.uint8) * real
    lost = len(values) - int(np.count_nonzero(real)) if real.ndim else 0
    if bands in (1, 2):
        return Planes("L", values[:, :1], alpha, lost)
    return Planes("RGB", values[:, :3], alpha, lost)


def _bytes_of(native: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Return samples in 8 bits; what is not a number becomes 0."""
    if native.dtype.kind == "b":
        return native.astype(np.uint8) * np.uint8(255)
    if native.dtype == np.uint16:
        return ((native.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if native.dtype.kind == "f":
        numbers = np.nan_to_num(native, nan=0.0).clip(0, 1)
        values: NDArray[np.uint8] = np.floor(numbers * 255 + 0.5).astype(np.uint8)
        return values
    return native.astype(np.uint8, copy=False)


def unmultiplied(native: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return pixels `(n, bands)` with the alpha taken out of their colors, from 0 to 1."""
    full = 1 if native.dtype.kind == "f" else 256**native.dtype.itemsize - 1
    values = native.astype(np.float64) / full
    alpha = values[:, -1:]
    with np.errstate(invalid="ignore"):
        values[:, :-1] /= np.where(alpha > 0, alpha, 1)
    return values
