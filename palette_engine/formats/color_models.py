"""Color models: colors in the models of other programs' palettes, converted to 8-bit sRGB.

A palette file seldom names the profile of its values, so these are the usual assumptions: RGB
and gray are sRGB, CIELAB and XYZ have the white point D50 of print, and CMYK is converted
without a profile. Values out of range are clamped, and NaN becomes the lowest value. See
docs/decisions.md#other-color-spaces.
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
"""From XYZ under D50, with Bradford's adaptation to D65, to linear sRGB.

https://www.w3.org/TR/css-color-4/#color-conversion-code
"""


def _clamp(value: float, low: float, high: float) -> float:
    """Return a value clamped to bounds; with this order of min and max, NaN becomes `low`."""
    return min(high, max(low, value))


def rgb(red: float, green: float, blue: float) -> Color:
    """Return the color of sRGB channels from 0 to 1."""
    first, second, third = (
        math.floor(_clamp(value, 0, 1) * 255 + 0.5) for value in (red, green, blue)
    )
    return first, second, third


def linear_rgb(red: float, green: float, blue: float) -> Color:
    """Return the color of linear sRGB channels from 0 to 1."""
    light = (_clamp(channel, 0, 1) for channel in (red, green, blue))
    return rgb(*map(encode_channel, light))


def gray(white: float) -> Color:
    """Return the color of a gray from 0, black, to 1, white."""
    return rgb(white, white, white)


def hsb(hue: float, saturation: float, brightness: float) -> Color:
    """Return the color of hue, saturation and brightness (HSV), each from 0 to 1."""
    hue, saturation, brightness = (_clamp(v, 0, 1) for v in (hue, saturation, brightness))
    return rgb(*colorsys.hsv_to_rgb(hue, saturation, brightness))


def cmyk(cyan: float, magenta: float, yellow: float, black: float) -> Color:
    """Return the color of four inks from 0 to 1, converted without a profile.

    Each channel is the product of 1 - its ink and 1 - black.
    """
    cyan, magenta, yellow, black = (_clamp(v, 0, 1) for v in (cyan, magenta, yellow, black))
    return rgb(*((1 - ink) * (1 - black) for ink in (cyan, magenta, yellow)))


def xyz(x: float, y: float, z: float) -> Color:
    """Return the color of CIE XYZ under D50; white has y = 1."""
    light = [_clamp(value, 0, 2) for value in (x, y, z)]
    return linear_rgb(*(sum(map(mul, row, light)) for row in _TO_LINEAR_SRGB))


def lab(lightness: float, a: float, b: float) -> Color:
    """Return the color of CIELAB under D50: lightness 0 to 100, a and b -128 to 128."""
    middle = (_clamp(lightness, 0, 100) + 16) / 116
    steps = (middle + _clamp(a, -128, 128) / 500, middle, middle - _clamp(b, -128, 128) / 200)
    # The inverse of CIE 15:2004, 8.2.1.
    light = (t**3 if t > 6 / 29 else 3 * (6 / 29) ** 2 * (t - 4 / 29) for t in steps)
    return xyz(*(white * value for white, value in zip(_D50, light, strict=True)))
