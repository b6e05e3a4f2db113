"""Contrast: how well one color can be read on another, by WCAG 2.2.

https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio and #dfn-relative-luminance. Success
criteria 1.4.3 and 1.4.6 ask for the ratios of text, 1.4.11 for that of graphics and controls.
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
    "readable_on",
    "shown_ratio",
]


@dataclass(frozen=True)
class Grade:
    """What a contrast of at least `ratio` is enough for: levels of WCAG, empty where none is met.

    `mark` and `meaning` say it to people. Text is large from 24 px, or 18.66 px if bold.
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
"""From the best to what is good for nothing."""


@dataclass(frozen=True)
class Pair:
    """Two swatches of a palette by their places, from 0, and their contrast ratio, 1 to 21."""

    first: int
    second: int
    ratio: float

    @property
    def grade(self) -> Grade:
        """The best of `GRADES` that the pair meets; WCAG allows no rounding up."""
        return next(grade for grade in GRADES if self.ratio >= grade.ratio)


def contrast_ratio(first: Color, second: Color) -> float:
    """Return the contrast ratio of two colors, 1 to 21, whichever is the text."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return _ratio(dark, light)


def pairs_of(colors: Sequence[Color]) -> tuple[Pair, ...]:
    """Return every pair of colors, the highest contrast first, then by place."""
    luminances = [_luminance(color) for color in colors]
    pairs = [
        Pair(first, second, _ratio(*sorted((luminances[first], luminances[second]))))
        for first, second in combinations(range(len(colors)), 2)
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.ratio))


def readable_on(background: Color) -> Color:
    """Return black or white, whichever is easier to read on a color; the ratio is 4.58 or more."""
    black, white = (0, 0, 0), (255, 255, 255)
    on_white = contrast_ratio(white, background)
    return white if on_white > contrast_ratio(black, background) else black


def shown_ratio(ratio: float) -> str:
    """Return a ratio in words, cut and not rounded: 4.499 is not enough where 4.5 is asked for."""
    return f"{math.floor(ratio * 100) / 100:.2f}"


def _luminance(color: Color) -> float:
    """Return the relative luminance of a color, 0 to 1."""
    red, green, blue = (LINEAR[channel] for channel in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ratio(dark: float, light: float) -> float:
    # On a grid, so that white on black is 21 and not a last digit less.
    return round((light + 0.05) / (dark + 0.05), 9)
