"""Array decoder: pictures that are arrays in memory."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import DAMAGE, InputError, cause_of
from palette_engine.pictures.channels import Channels, channels_of, check_floats, has_known_range
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.region import Box

__all__ = ["FOREIGN_ERRORS", "header_of", "is_array", "rows_of"]

FOREIGN_ERRORS = (*DAMAGE, MemoryError, ImportError)
"""What arrays of other libraries raise if numpy asks for their numbers."""


def is_array(source: object) -> bool:
    """Return whether a source is an array, of numpy or of a library that numpy knows it from."""
    return hasattr(type(source), "__array__") and not isinstance(source, Image.Image)


def header_of(source: object) -> Header:
    """Return the header of an array `(h, w)` or `(h, w, channels)` of at most four channels.

    Raises `InputError` for an array of another shape, or of a type without a known range.
    """
    try:
        if isinstance(source, np.ma.MaskedArray):
            source = source.filled(0)  # what is masked may be of any range
        array = np.asarray(source)  # subclasses, such as matrices, index in their own ways
    except FOREIGN_ERRORS as error:  # such as one on a graphics card
        raise InputError(f"The array cannot be read: {cause_of(error)}.") from error
    _check_shape(array.shape)
    if not has_known_range(array.dtype):
        raise InputError(f"An array of {array.dtype} is not a picture; {_advice(array)}")
    height, width, channels = (*array.shape, 1)[:3]
    rows = partial(rows_of, array.reshape(height, width, channels))
    is_deep = array.dtype != np.uint8
    return Header(width, height, partial(Decoded, rows, _channels, is_deep))


def rows_of(array: NDArray[Any], box: Box) -> NDArray[Any]:
    """Return the part of an array `(h, w, ...)` in a box."""
    return array[box.top : box.bottom, box.left : box.right]


def _check_shape(shape: tuple[int, ...]) -> None:
    """Raise `InputError` unless a shape is `(h, w)` or `(h, w, 1 to 4)`."""
    if len(shape) == 2 or (len(shape) == 3 and 1 <= shape[2] <= 4):
        return
    advice = ""
    if len(shape) == 3 and 1 <= shape[0] <= 4:
        advice = " If its channels come first, pass numpy.moveaxis(array, 0, -1)."
    raise InputError(
        f"An array of shape {shape} is not a picture; it takes (h, w) or (h, w, 1 to 4).{advice}"
    )


def _advice(array: NDArray[Any]) -> str:
    """Return the call that makes a picture of an array, by the range of its numbers."""
    if array.dtype.kind not in "iu" or not array.size:
        return "it takes uint8, uint16 or float."
    least, most = int(array.min()), int(array.max())
    for name, full in (("uint8", 255), ("uint16", 65535)):
        if least >= 0 and most <= full:
            return (
                "it takes uint8, uint16 or float. If white is "
                f'{full:,}, pass array.astype("{name}").'
            )
    values = f"it takes uint8, uint16 or float. Its values are {least:,} to {most:,}"
    if least < 0:
        return (
            f"{values}. If these are black and white, pass numpy.interp(array, ({least}, {most}), "
            "(0, 1))."
        )
    return f"{values}: divide them by that of white, such as array / array.max()."


def _channels(native: NDArray[Any]) -> Channels:
    """Return pixels of an array; raises `InputError` for floats of another range than 0 to 1."""
    if native.dtype.kind == "f":
        check_floats(native, "array / 255 or array / 65535")
    return channels_of(native)
