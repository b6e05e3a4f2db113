"""Contrast: the contrast ratio of two colors, and its levels in WCAG 2.2.

https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio and #dfn-relative-luminance. Success
criteria 1.4.3 and 1.4.6 set the ratios for text, 1.4.11 that for graphics and controls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from palette_engine.color.srgb import LINEAR, Color

__all__ = [
    "GRADES",
    "Grade",
    "Pair",
    "contrast_ratio",
    "pairs_of",
    "ratio_text",
    "text_color_on",
]


@dataclass(frozen=True)
class Grade:
    """The WCAG levels that a contrast of at least `ratio` meets; empty if it meets none.

    `mark` and `meaning` explain them to users. Text is large from 24 px, or 18.66 px if bold.
    """

    ratio: float
    mark: str
    meaning: str
    text: str
    large_text: str
    graphics: str


GRADES = (
    Grade(7.0, "AAA", "text of any size", "AAA", "AAA", "AA"),
    Grade(4.5, "AA", "text of any size; AAA for large text", "AA", "AAA", "AA"),
    Grade(3.0, "AA large", "large text, icons and controls only", "", "AA", "AA"),
    Grade(1.0, "", "neither text nor icons", "", "", ""),
)
"""The grades, highest ratio first."""


@dataclass(frozen=True)
class Pair:
    """Two swatches of a palette, by their indexes, and their contrast ratio, 1 to 21."""

    first: int
    second: int
    ratio: float

    @property
    def grade(self) -> Grade:
        """The first of `GRADES` that the pair meets; WCAG allows no rounding up."""
        return next(grade for grade in GRADES if self.ratio >= grade.ratio)


def contrast_ratio(first: Color, second: Color) -> float:
    """Return the contrast ratio of two colors, 1 to 21; their order does not matter."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return _ratio(dark, light)


def pairs_of(colors: Sequence[Color]) -> tuple[Pair, ...]:
    """Return every pair of colors, highest contrast first, then by index."""
    luminances = [_luminance(color) for color in colors]
    pairs = [
        Pair(first, second, _ratio(*sorted((luminances[first], luminances[second]))))
        for first, second in combinations(range(len(colors)), 2)
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.ratio))


def text_color_on(background: Color) -> Color:
    """Return black or white, whichever is easier to read on a color; the ratio is at least 4.58."""
    black, white = (0, 0, 0), (255, 255, 255)
    on_white = contrast_ratio(white, background)
    return white if on_white > contrast_ratio(black, background) else black


def ratio_text(ratio: float) -> str:
    """Return a ratio with two decimals, rounded down: 4.499 must not look like 4.50.

    See docs/decisions.md#contrast-is-rounded-down.
    """
    return f"{math.floor(ratio * 100) / 100:.2f}"


def _luminance(color: Color) -> float:
    """Return the relative luminance of a color, 0 to 1."""
    red, green, blue = (LINEAR[channel] for channel in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ratio(dark: float, light: float) -> float:
    # Rounded, so that white on black is exactly 21.
    return round((light + 0.05) / (dark + 0.05), 9)
