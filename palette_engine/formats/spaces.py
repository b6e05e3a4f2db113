"""Spaces: the colors of other programs' palettes, each as 8-bit sRGB.

A palette file seldom says which profile its numbers belong to, so these are the usual guesses:
RGB and gray are sRGB's, CIELAB and XYZ have the white D50 of print, and CMYK, which means
nothing without its profile, is turned into RGB in the naive way. Numbers out of range are
clamped, and what is not a number is the lowest.
"""

from __future__ import annotations

import colorsys
import math
from operator import mul

from palette_engine.color.srgb import Color, encode_channel

__all__ = ["cmyk", "gray", "hsb", "lab", "linear_rgb", "rgb", "xyz"]

_D50 = (0.9642956764, 1.0, 0.8251046025)
_TO_LINEAR_SRGB = (
    (3.1341359569958707, -1.6173863321612538, -0.4906619460083532),
    (-0.978795502912089, 1.916254567259524, 0.03344273116131949),
    (0.07195537988411677, -0.2289768264158322, 1.405386058324125),
)
"""From XYZ under D50 by Bradford's adaptation, as CSS Color 4 has it."""


def _clamped(value: float, low: float, high: float) -> float:
    """Return a number within bounds; in this order NaN is the lower one."""
    return min(high, max(low, value))


def rgb(red: float, green: float, blue: float) -> Color:
    """Return the color of sRGB channels from 0 to 1."""
    first, second, third = (
        math.floor(_clamped(value, 0, 1) * 255 + 0.5) for value in (red, green, blue)
    )
    return first, second, third


def linear_rgb(red: float, green: float, blue: float) -> Color:
    """Return the color of linear light in sRGB's primaries, channels from 0 to 1."""
    light = (_clamped(channel, 0, 1) for channel in (red, green, blue))
    return rgb(*map(encode_channel, light))


def gray(white: float) -> Color:
    """Return the color of a gray from 0, black, to 1, white."""
    return rgb(white, white, white)


def hsb(hue: float, saturation: float, brightness: float) -> Color:
    """Return the color of a hue, saturation and brightness, each from 0 to 1."""
    hue, saturation, brightness = (_clamped(v, 0, 1) for v in (hue, saturation, brightness))
    return rgb(*colorsys.hsv_to_rgb(hue, saturation, brightness))


def cmyk(cyan: float, magenta: float, yellow: float, black: float) -> Color:
    """Return the naive color of four inks from 0 to 1: each takes away its part of the light."""
    cyan, magenta, yellow, black = (_clamped(v, 0, 1) for v in (cyan, magenta, yellow, black))
    return rgb(*((1 - ink) * (1 - black) for ink in (cyan, magenta, yellow)))


def xyz(x: float, y: float, z: float) -> Color:
    """Return the color of CIE XYZ under D50, where the white has a y of 1."""
    light = [_clamped(value, 0, 2) for value in (x, y, z)]
    return linear_rgb(*(sum(map(mul, row, light)) for row in _TO_LINEAR_SRGB))


def lab(lightness: float, a: float, b: float) -> Color:
    """Return the color of CIELAB under D50; lightness from 0 to 100."""
    middle = (_clamped(lightness, 0, 100) + 16) / 116
    steps = (middle + _clamped(a, -128, 128) / 500, middle, middle - _clamped(b, -128, 128) / 200)
    # CIE 15:2004, 8.2.1, turned around.
    light = (t**3 if t > 6 / 29 else 3 * (6 / 29) ** 2 * (t - 4 / 29) for t in steps)
    return xyz(*(white * value for white, value in zip(_D50, light, strict=True)))
