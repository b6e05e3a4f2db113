"""Shapes: drawings made of rectangles and lines of text, independent of a file format."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeAlias

from palette_engine.color.srgb import Color
from palette_engine.palette.value import plain_text

__all__ = ["Drawing", "Rectangle", "Shape", "Text", "bottom_of", "fit_text", "move", "wrap_text"]

Shape: TypeAlias = "Rectangle | Text"

LONGEST = 2000
"""The most characters of a text that are considered; no drawing is wide enough for more."""


@dataclass(frozen=True)
class Rectangle:
    """A rectangle of one color, in pixels; `title` names its swatch, if it is one."""

    x: int
    y: int
    width: int
    height: int
    color: Color
    title: str = ""


@dataclass(frozen=True)
class Text:
    """A line of text with its baseline at `y`, at most `max_width` pixels wide.

    `x` is the start, middle or end of the line, as `anchor` says.
    """

    x: int
    y: int
    content: str
    size: int
    color: Color
    max_width: int
    anchor: str = "start"

    @classmethod
    def of(
        cls,
        x: int,
        y: int,
        content: str,
        size: int,
        color: Color,
        max_width: int,
        anchor: str = "start",
    ) -> Text:
        """Return a line of text, cut with an ellipsis if it is too wide."""
        return cls(x, y, fit_text(content, size, max_width), size, color, max_width, anchor)


@dataclass(frozen=True)
class Drawing:
    """A title, a size in pixels, and shapes; later shapes cover earlier ones."""

    title: str
    width: int
    height: int
    shapes: tuple[Shape, ...]


def move(shapes: Iterable[Shape], x: int, y: int) -> tuple[Shape, ...]:
    """Return the shapes `x` pixels further right and `y` pixels further down."""
    return tuple(replace(shape, x=shape.x + x, y=shape.y + y) for shape in shapes)


def bottom_of(shapes: Iterable[Shape]) -> int:
    """Return the lowest edge of all shapes, in pixels; 0 without shapes."""
    ends = (s.y + s.height if isinstance(s, Rectangle) else s.y + s.size // 4 for s in shapes)
    return max(ends, default=0)


def fit_text(text: str, size: int, max_width: int) -> str:
    """Return text as one line of printable characters, cut with an ellipsis if it is too wide.

    Fonts differ, so the widths are those of a wide font.
    """
    line = plain_text(text, LONGEST)
    ends = tuple(accumulate(map(_width_of, line)))
    if not line or ends[-1] * size <= max_width * 100:
        return line
    kept = bisect_right(ends, max_width * 100 // size - _width_of("…"))
    return f"{line[:kept].rstrip()}…"


def wrap_text(text: str, size: int, max_width: int, lines: int) -> tuple[str, ...]:
    """Return text as at most `lines` lines that fit, broken between words if possible."""
    line, words = "", plain_text(text, LONGEST).split()
    while words and lines > 1:
        longer = f"{line} {words[0]}".strip()
        if fit_text(longer, size, max_width) != longer:
            break
        line, words = longer, words[1:]
    if not words:
        return (line,) if line else ()
    if not line:
        return (fit_text(" ".join(words), size, max_width),)
    return (line, *wrap_text(" ".join(words), size, max_width, lines - 1))


def _width_of(character: str) -> int:
    """Return the greatest width of a character, in percent of the text size."""
    if unicodedata.east_asian_width(character) in "FW":
        return 130
    if character in " .,:;'|!ijlI()[]·":
        return 42
    if character in "mwMW@%…" or not character.isascii():
        return 100
    return 65 if character.islower() or character.isdigit() else 84
