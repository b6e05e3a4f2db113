"""OKLCH: lightness, chroma and hue of single sRGB colors, and the way back into the gamut.

The space is OKLab in polar coordinates (Ottosson 2020, https://bottosson.github.io/posts/oklab/).
Standard library only.
"""

from __future__ import annotations

import math
from typing import TypeAlias

from palette_engine.color.srgb import LINEAR, Color, encode_channel

__all__ = ["Oklch", "color_of", "oklch_of"]

Oklch: TypeAlias = tuple[float, float, float]
"""Lightness from 0, black, to 1, white; chroma from 0, about 0.32 at most in sRGB; hue in degrees
from 0 to below 360."""

Triple: TypeAlias = tuple[float, float, float]
Matrix: TypeAlias = tuple[Triple, Triple, Triple]

TO_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
FROM_LAB: Matrix = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
FROM_CONES: Matrix = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)

GRAY = 1e-4
"""Below this chroma a color is gray, and its hue is 0; 8-bit colors have 0.001 or more."""

JUST_NOTICEABLE = 0.02
"""A difference in OKLab that is just noticeable, by CSS Color 4."""

STEP = 1e-4
"""The chroma is searched to this accuracy."""


def oklch_of(color: Color) -> Oklch:
    """Return lightness, chroma and hue of an sRGB color."""
    red, green, blue = color
    cones = _product(TO_CONES, (LINEAR[red], LINEAR[green], LINEAR[blue]))
    lightness, a, b = _product(TO_LAB, _each(cones, 1 / 3))
    chroma = math.hypot(a, b)
    if chroma < GRAY:
        return lightness, 0.0, 0.0
    return lightness, chroma, math.degrees(math.atan2(b, a)) % 360


def color_of(oklch: Oklch) -> Color:
    """Return the sRGB color of lightness, chroma and hue; if there is none, one that is like it.

    Lightness and hue stay as far as they can, and the chroma becomes what is possible: the gamut
    mapping of CSS Color 4, section 13.2, which clips as soon as that is not noticeable.
    """
    lightness, chroma, hue = oklch
    if lightness >= 1:
        return 255, 255, 255
    if lightness <= 0:
        return 0, 0, 0
    chroma = max(chroma, 0.0)
    light = _light_of((lightness, chroma, hue))
    if _is_inside(light) or _clipping(light) < JUST_NOTICEABLE:
        return _encoded(light)
    low, high = 0.0, chroma
    is_low_inside = True
    while high - low > STEP:
        middle = (low + high) / 2
        light = _light_of((lightness, middle, hue))
        if is_low_inside and _is_inside(light):
            low = middle
            continue
        error = _clipping(light)
        if error >= JUST_NOTICEABLE:
            high = middle
        elif JUST_NOTICEABLE - error < STEP:
            break
        else:
            low, is_low_inside = middle, False
    return _encoded(light)


def _light_of(oklch: Oklch) -> Triple:
    """Return red, green and blue in linear light, beyond 0 to 1 outside of the gamut."""
    lightness, chroma, hue = oklch
    angle = math.radians(hue)
    lab = (lightness, chroma * math.cos(angle), chroma * math.sin(angle))
    one, two, three = _product(FROM_LAB, lab)
    return _product(FROM_CONES, (one**3, two**3, three**3))


def _is_inside(light: Triple) -> bool:
    """Return whether a color is in the gamut, except for what 8 bits cannot tell."""
    return all(-1e-6 <= channel <= 1 + 1e-6 for channel in light)


def _clipping(light: Triple) -> float:
    """Return the distance in OKLab from a color to what is left of it after clipping."""
    return math.dist(_lab_of(light), _lab_of(_clipped(light)))


def _lab_of(light: Triple) -> Triple:
    return _product(TO_LAB, _each(_product(TO_CONES, light), 1 / 3))


def _clipped(light: Triple) -> Triple:
    red, green, blue = (min(max(channel, 0.0), 1.0) for channel in light)
    return red, green, blue


def _encoded(light: Triple) -> Color:
    """Return a clipped color with 8 bits a channel."""
    red, green, blue = (round(255 * encode_channel(channel)) for channel in _clipped(light))
    return red, green, blue


def _each(values: Triple, power: float) -> Triple:
    """Return the power of each value, with its sign."""
    one, two, three = (math.copysign(abs(value) ** power, value) for value in values)
    return one, two, three


def _product(matrix: Matrix, vector: Triple) -> Triple:
    one, two, three = (
        sum(factor * value for factor, value in zip(row, vector, strict=True)) for row in matrix
    )
    return one, two, three
