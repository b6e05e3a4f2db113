"""Weights: how much each pixel of a picture counts, beside its alpha."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from palette_engine.errors import InputError, OptionError
from palette_engine.pictures.channels import bytes_of, has_known_range
from palette_engine.pictures.orientation import shown_size, stored

__all__ = ["Weight", "product", "stored_weight"]

Weight: TypeAlias = ArrayLike
"""An array `(h, w)` in bool, uint8, uint16 or float from 0 to 1."""


def stored_weight(
    source: object, weight: Weight | None, size: tuple[int, int], orientation: int
) -> NDArray[np.uint8] | None:
    """Return the weight of each pixel of a picture as it is stored, uint8 `(h, w)`.

    None means that all count fully. `weight` is of the picture as shown, and `size` its width and
    height as stored. A pixel of which a masked array masks any channel has weight 0.

    Raises `OptionError` if the weight is of another shape or type, has other numbers, or is 0
    everywhere, and `InputError` if all pixels are masked.
    """
    given = None
    if weight is not None:
        given = stored(_in_bytes(weight, shown_size(size, orientation)), orientation)
    if not isinstance(source, np.ma.MaskedArray) or source.mask is np.ma.nomask:
        return given
    masked = np.ma.getmaskarray(source).reshape(*source.shape[:2], -1)
    unmasked = np.where(masked.any(axis=2), 0, 255).astype(np.uint8)
    if not unmasked.any():
        raise InputError("The array has no colors: all of its pixels are masked.")
    return unmasked if given is None else np.minimum(unmasked, given)


def product(weight: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the rounded product of weights from 0 to 255 that mean 0 to 1."""
    numbers = weight.astype(np.uint16) * mask
    numbers += np.uint16(127)
    return (numbers // np.uint16(255)).astype(np.uint8)


def _in_bytes(weight: Weight, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a weight in 8 bits, after checking it."""
    try:
        array: NDArray[Any] = np.asarray(weight)
        if isinstance(weight, np.ma.MaskedArray):
            array = np.asarray(weight.filled(0))
    except (ValueError, TypeError, RuntimeError) as error:
        raise OptionError("weight must be an array of numbers.") from error
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
    return bytes_of(array)
