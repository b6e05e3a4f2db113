"""Shapes: rectangles and lines of text with their places, for any drawing format."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeAlias

from palette_engine.color.srgb import Color
from palette_engine.palette.value import plain_text

__all__ = ["Page", "Rectangle", "Shape", "Text", "bottom", "fitted", "moved", "wrapped"]

Shape: TypeAlias = "Rectangle | Text"


@dataclass(frozen=True)
class Rectangle:
    """An area of one color; `title` says which swatch it is, and is empty for all else."""

    x: int
    y: int
    width: int
    height: int
    color: Color
    title: str = ""


@dataclass(frozen=True)
class Text:
    """A line of text with its baseline at `y`, at most `room` pixels wide.

    `x` is its start, middle or end, as `anchor` says.
    """

    x: int
    y: int
    content: str
    size: int
    color: Color
    room: int
    anchor: str = "start"


@dataclass(frozen=True)
class Page:
    """A title, a size in pixels, and shapes, each above the one before."""

    title: str
    width: int
    height: int
    shapes: tuple[Shape, ...]


def moved(shapes: Iterable[Shape], x: int, y: int) -> tuple[Shape, ...]:
    """Return shapes moved to the right and down."""
    return tuple(replace(shape, x=shape.x + x, y=shape.y + y) for shape in shapes)


def bottom(shapes: Iterable[Shape]) -> int:
    """Return where the lowest shape ends; 0 if there is none."""
    ends = (s.y + s.height if isinstance(s, Rectangle) else s.y + s.size // 4 for s in shapes)
    return max(ends, default=0)


def fitted(text: str, size: int, room: int) -> str:
    """Return text as one clean line that fits into some pixels, cut with an ellipsis if need be.

    Fonts differ; this counts with one that is wide.
    """
    # As much as the widest page holds, and more.
    line = plain_text(text, 2000)
    ends = tuple(accumulate(map(_advance, line)))
    if not line or ends[-1] * size <= room * 100:
        return line
    kept = bisect_right(ends, room * 100 // size - _advance("…"))
    return f"{line[:kept].rstrip()}…"


def wrapped(text: str, size: int, room: int, lines: int) -> tuple[str, ...]:
    """Return text as at most so many lines, each `fitted`, broken between words if it can be."""
    line, words = "", plain_text(text, 2000).split()
    while words and lines > 1:
        longer = f"{line} {words[0]}".strip()
        if fitted(longer, size, room) != longer:
            break
        line, words = longer, words[1:]
    if not words:
        return (line,) if line else ()
    if not line:
        return (fitted(" ".join(words), size, room),)
    return (line, *wrapped(" ".join(words), size, room, lines - 1))


def _advance(character: str) -> int:
    """Return how wide a character is at most, in percent of its size."""
    if unicodedata.east_asian_width(character) in "FW":
        return 130
    if character in " .,:;'|!ijlI()[]·":
        return 42
    if character in "mwMW@%…" or not character.isascii():
        return 100
    return 65 if character.islower() or character.isdigit() else 84
