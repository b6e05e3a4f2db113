"""Spot: the average color of a small disc in a picture."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from palette_engine.color.srgb import LINEAR, Color, encode_srgb
from palette_engine.errors import InputError, OptionError, Reason
from palette_engine.options import OPTIONS
from palette_engine.pictures.reading import Source
from palette_engine.recoloring.raster import Picture

__all__ = ["MAX_RADIUS", "RADIUS", "spot_color", "spot_color_of"]

RADIUS = 1.5
"""The radius of a disc in pixels unless the caller chooses one: 3 x 3 pixels without corners, or
with them if the point is in the middle of one."""

MAX_RADIUS = 1000.0
"""The largest radius of a disc, in pixels."""

LARGEST = 2**53
"""No picture has as many columns or rows."""


def spot_color(
    source: Source,
    x: float,
    y: float,
    radius: float = RADIUS,
    *,
    max_pixels: int = OPTIONS["max_pixels"].default,
    max_memory: int = OPTIONS["max_memory"].default,
    damaged: str = OPTIONS["damaged"].default,
) -> Color:
    """Return the average color of a picture in a disc around a point, such as the pointer.

    `source` is a path, bytes, a file, a Pillow image or an array. `x` and `y` are in pixels from
    the top left corner of its first frame as it is shown; `radius` is in pixels, up to 1,000. The
    pixels count whose centers are in the disc, and the one at the point, each by its alpha. They
    are averaged in linear light, as light mixes in the eye.

    Raises `OptionError` for a point outside of the picture and for numbers that do not fit, and
    `InputError` for a picture that cannot be used, or that is transparent there.
    """
    picture = Picture.read(source, max_pixels, max_memory, damaged)
    return spot_color_of(picture, x, y, radius)


def spot_color_of(picture: Picture, x: Any, y: Any, radius: Any) -> Color:
    """Return what `spot_color` does, of a picture that is read already."""
    height, width = picture.alpha.shape
    if not all(map(_is_number, (x, y, radius))):
        raise OptionError("A spot needs a point and a radius in numbers.")
    if not (0 <= x < width and 0 <= y < height):
        raise OptionError(
            f"The point {x:g}, {y:g} is outside of the picture, which is {width:,} x {height:,} "
            "pixels."
        )
    if not 0 <= radius <= MAX_RADIUS:
        raise OptionError(f"The radius of a spot must be from 0 to {MAX_RADIUS:,.0f} pixels.")
    left, right = _span(x, radius, width)
    top, bottom = _span(y, radius, height)
    columns = np.arange(left, right, dtype=np.int64)
    rows = np.arange(top, bottom, dtype=np.int64)[:, np.newaxis]
    inside = (columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 <= radius**2
    inside |= (columns == math.floor(x)) & (rows == math.floor(y))
    weight = picture.alpha[top:bottom, left:right][inside].astype(np.float64)
    if not weight.any():
        raise InputError(
            "The picture is transparent there; choose a point where something is visible.",
            Reason.TRANSPARENT,
        )
    light = np.array(LINEAR, np.float64)[picture.rgb[top:bottom, left:right][inside]]
    mean = np.minimum(weight @ light / weight.sum(dtype=np.float64), 1.0)
    red, green, blue = np.round(encode_srgb(mean) * 255).astype(np.uint8).tolist()
    return red, green, blue


def _is_number(value: Any) -> bool:
    """Return whether a value is a number that floats hold, and no NaN."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and -LARGEST <= value <= LARGEST


def _span(middle: float, radius: float, length: int) -> tuple[int, int]:
    """Return the first pixel that may be within a radius, and the one after the last."""
    return max(0, math.floor(middle - radius)), min(length, math.floor(middle + radius) + 1)
