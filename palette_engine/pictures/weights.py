"""Weights: how much each pixel of a picture counts, beside its alpha."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from palette_engine.errors import InputError, OptionError, cause_of
from palette_engine.pictures.array_decoder import FOREIGN_ERRORS
from palette_engine.pictures.channels import has_known_range
from palette_engine.pictures.orientation import shown_size, stored
from palette_engine.pictures.pixels import uniform

__all__ = ["Weight", "product", "stored_weight", "weighed"]

Weight: TypeAlias = ArrayLike
"""An array `(h, w)` in bool, uint8, uint16 or float from 0 to 1."""

GRID = 2**16
"""Weights are exact to one part in so many of an 8-bit level, as last bits depend on processors."""


def stored_weight(
    source: object, weight: Weight | None, size: tuple[int, int], orientation: int
) -> NDArray[Any] | None:
    """Return the weight of each pixel of a picture as it is stored, `(h, w)` in its own type.

    None means that all count fully. `weight` is of the picture as shown, and `size` its width and
    height as stored. A pixel of which a masked array masks any channel has weight 0.

    Raises `OptionError` if the weight is of another shape or type, has other numbers, or is 0
    everywhere, and `InputError` if all pixels are masked.
    """
    given = None
    if weight is not None:
        given = stored(_checked(weight, shown_size(size, orientation)), orientation)
    if not isinstance(source, np.ma.MaskedArray) or source.mask is np.ma.nomask:
        return given
    masked = np.ma.getmaskarray(source).reshape(*source.shape[:2], -1)
    unmasked = np.asarray(~masked.any(axis=2), np.bool_)
    if not unmasked.any():
        raise InputError("The array has no colors: all of its pixels are masked.")
    if given is None:
        return unmasked
    left: NDArray[Any] = np.where(unmasked, given, np.zeros((), given.dtype))
    return left


def weighed(alpha: NDArray[np.uint8], weight: NDArray[Any]) -> NDArray[np.uint8]:
    """Return alpha times the weight of each pixel, `(n,)`; the largest weight means 1.

    What 8 bits cannot hold is rounded up or down by chance, which is a hash of the pixel's number:
    so many pixels of a small weight together weigh what they should. See
    docs/decisions.md#weights.
    """
    most = float(weight.max(initial=0))
    if not most:
        return np.zeros_like(alpha)
    exact = np.round(alpha * (weight.astype(np.float64) / most) * GRID) / GRID
    chance = uniform(~np.arange(len(alpha), dtype=np.uint32))
    rounded: NDArray[np.uint8] = np.floor(exact + chance).astype(np.uint8)
    return rounded


def product(weight: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the rounded product of weights from 0 to 255 that mean 0 to 1."""
    numbers = weight.astype(np.uint16) * mask
    numbers += np.uint16(127)
    return (numbers // np.uint16(255)).astype(np.uint8)


def _checked(weight: Weight, size: tuple[int, int]) -> NDArray[Any]:
    """Return a weight as an array, after checking it."""
    try:
        array: NDArray[Any] = np.asarray(weight)
        if isinstance(weight, np.ma.MaskedArray):
            array = np.asarray(weight.filled(0))
    except FOREIGN_ERRORS as error:
        raise OptionError(
            f"weight must be an array of numbers; it cannot be read: {cause_of(error)}."
        ) from error
    width, height = size
    if array.shape != (height, width):
        raise OptionError(
            f"weight must have the shape of the picture as it is shown, ({height}, {width}), not "
            f"{array.shape}."
        )
    if not has_known_range(array.dtype):
        raise OptionError(
            f"weight must be bool, uint8, uint16 or float from 0 to 1, not {array.dtype}; for a "
            "mask, pass mask > 0."
        )
    if array.dtype.kind == "f" and not ((array >= 0) & (array <= 1)).all():  # false for NaN, too
        raise OptionError("weight must be from 0 to 1 if it is float; divide it by its maximum.")
    if array.size and not array.any():
        raise OptionError("weight is 0 everywhere, so no pixel counts; give some a weight above 0.")
    return array
