"""Array decoder: pictures that are arrays in memory."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError
from palette_engine.pictures.channels import channels_of, has_known_range
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.region import Box

__all__ = ["header_of", "rows_of"]


def header_of(array: NDArray[Any]) -> Header:
    """Return the header of an array `(h, w)` or `(h, w, channels)` of at most four channels.

    Raises `InputError` for an array of another shape, or of a type without a known range.
    """
    array = np.asarray(array)  # subclasses, such as matrices, index in their own ways
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or channels not in (1, 2, 3, 4):
        raise InputError(
            f"An array of shape {array.shape} is not a picture; it takes (h, w) or (h, w, 1 to 4)."
        )
    if not has_known_range(array.dtype):
        raise InputError(
            f"An array of {array.dtype} is not a picture; it takes uint8, uint16 or float."
        )
    height, width = array.shape[:2]
    rows = partial(rows_of, array.reshape(height, width, channels))
    is_deep = array.dtype != np.uint8
    return Header(width, height, partial(Decoded, rows, channels_of, is_deep))


def rows_of(array: NDArray[Any], box: Box) -> NDArray[Any]:
    """Return the part of an array `(h, w, channels)` in a box."""
    return array[box.top : box.bottom, box.left : box.right]
