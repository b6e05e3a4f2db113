"""Color notations: one color as text, in any notation of CSS Color 4, becomes a swatch's color.

Hex codes are read here, everything else by coloraide, which is imported only for that. A color
beyond sRGB is clipped, as browsers do on an sRGB screen.

https://www.w3.org/TR/css-color-4/
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from palette_engine.color.srgb import Color
from palette_engine.formats import color_models
from palette_engine.formats.limits import MAX_COLORS, check_count
from palette_engine.palette.value import Swatch, WideColor

if TYPE_CHECKING:
    from coloraide import Color as ParsedColor

__all__ = [
    "FUNCTION",
    "SPACES",
    "Notation",
    "check_functions",
    "coordinates_in",
    "of_coordinates",
    "parse_color",
]

FUNCTION = r"(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\((?!0x)[^(){};]{1,120}\)"
"""Matches a CSS color function, in lower case."""

_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_FUNCTION = re.compile(FUNCTION)
_BEGINNINGS = re.compile(FUNCTION.partition(r"\(")[0] + r"\(", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*[,\s]\s*(\d{1,3})\s*[,\s]\s*(\d{1,3})\s*\)", re.ASCII)
"""The most frequent function, without alpha; coloraide takes ten times as long for it."""

_NAME = re.compile(r"[a-z]{3,20}")
SPACES = (
    "srgb",
    "srgb-linear",
    "hsl",
    "hwb",
    "lab",
    "lch",
    "oklab",
    "oklch",
    "display-p3",
    "a98-rgb",
    "prophoto-rgb",
    "rec2020",
    "xyz-d65",
    "xyz-d50",
)
"""The color spaces of CSS Color 4, by the names that coloraide has for them too."""

_SRGB_SPACES = ("srgb", "hsl", "hwb")
"""The spaces that are sRGB in other coordinates."""

_LARGEST = 1e9
"""The largest coordinate that is converted; with larger ones, conversions overflow."""

TOLERANCE = 0.5 / 255
"""How far a channel may be out of 0 to 1 without being clipped: it is rounded to the same byte."""


@dataclass(frozen=True)
class Notation:
    """A color that was text: 8-bit sRGB, the alpha from 0 to 1, and whether it was clipped.

    `wide` is the color itself if it is not in sRGB, or in a space of its own.
    """

    color: Color
    alpha: float = 1.0
    is_clipped: bool = False
    wide: WideColor | None = None


def parse_color(text: str) -> Notation | None:
    """Return the color of a hex code with ``#``, a CSS color function or a CSS name.

    The text is in either case and may have white space around it. None if it is something else;
    ``transparent`` and ``currentcolor`` are no colors.
    """
    text = text.strip().lower()
    if match := _HEX.fullmatch(text):
        return _of_digits(match[1])
    if _NAME.fullmatch(text):
        return _of_name(text)
    if (match := _RGB.fullmatch(text)) and all(int(value) < 256 for value in match.groups()):
        red, green, blue = map(int, match.groups())
        return Notation((red, green, blue))
    return _of_css(text) if _FUNCTION.fullmatch(text) else None


def check_functions(text: str) -> None:
    """Raise `InputError` if a text has more color functions than a palette file has colors.

    Called before they are read, as each takes some time even if it is no color.
    """
    check_count(sum(1 for _ in islice(_BEGINNINGS.finditer(text), MAX_COLORS + 1)))


def _of_name(name: str) -> Notation | None:
    """Return the color of a CSS name, or None if there is no such."""
    from coloraide.css.color_names import has_name

    return _of_css(name) if name != "transparent" and has_name(name) else None


def _of_digits(digits: str) -> Notation:
    """Return the color of 3, 4, 6 or 8 hex digits, the last of 4 and 8 being alpha."""
    long = digits if len(digits) > 4 else "".join(2 * digit for digit in digits)
    red, green, blue, *alpha = bytes.fromhex(long)
    return Notation((red, green, blue), alpha[0] / 255 if alpha else 1.0)


@lru_cache(maxsize=4096)
def _of_css(text: str) -> Notation | None:
    """Return the color of a CSS name or function, or None if there is no such."""
    from coloraide import Color as Parsed

    match = Parsed.match(text, fullmatch=True)
    return None if match is None else _of_parsed(match.color)


def of_coordinates(space: str, coordinates: Sequence[float], alpha: float = 1.0) -> Notation | None:
    """Return the color with coordinates in a color space of CSS Color 4, in coloraide's ranges.

    None if there is no such space.
    """
    from coloraide import Color as Parsed

    if space not in SPACES:
        return None
    return _of_parsed(Parsed(space, list(coordinates), alpha))


def coordinates_in(swatch: Swatch, space: str) -> tuple[float, float, float]:
    """Return the coordinates of a swatch's color, beyond sRGB if it is, in a color space of CSS."""
    from coloraide import Color as Parsed

    if swatch.wide:
        color = Parsed(swatch.wide.space, list(swatch.wide.coordinates))
    else:
        color = Parsed("srgb", [channel / 255 for channel in swatch.color])
    first, second, third = color.convert(space).coords(nans=False)
    return first, second, third


def _of_parsed(parsed: ParsedColor) -> Notation | None:
    """Return a color of coloraide; None if a coordinate is infinite or larger than any color's."""
    if not all(abs(value) <= _LARGEST for value in parsed.coords(nans=False)):
        return None
    red, green, blue = parsed.convert("srgb").coords(nans=False)
    if not all(map(math.isfinite, (red, green, blue))):
        return None
    is_clipped = any(not -TOLERANCE <= value <= 1 + TOLERANCE for value in (red, green, blue))
    wide = None
    if is_clipped or parsed.space() not in _SRGB_SPACES:
        first, second, third = parsed.coords(nans=False)
        wide = WideColor(parsed.space(), (first, second, third))
    alpha = min(1.0, max(0.0, parsed.alpha(nans=False)))
    return Notation(color_models.rgb(red, green, blue), alpha, is_clipped, wide)
