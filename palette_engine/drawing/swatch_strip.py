"""Swatch strip: a palette as a band of labeled swatches, to lie on the picture that it is of."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from palette_engine.color.contrast import readable_on
from palette_engine.color.srgb import Color
from palette_engine.drawing.shapes import Page, Rectangle, Shape, Text, fitted, moved, wrapped
from palette_engine.drawing.swatch_sheet import PAPER, check_count
from palette_engine.errors import InputError, Reason
from palette_engine.palette.value import Palette, Swatch, percent, plain_text

__all__ = ["WIDEST", "legend_of"]

WIDEST = 32768
"""How many pixels wide a legend is, at the most."""

FINENESS = (56, 64, 72, 80, 88, 96, 112, 128)
"""How many times its text's size a legend is wide, the largest text first."""

SMALLEST = 9
"""The size of the smallest text, in pixels."""

LEADING = 1.25
"""How far a line is from the next, in sizes of its text, as all that follow."""

COLOR = 1.5
"""How much color there is above the text of a swatch, at the least."""

NAME_ROOM, LONG_NAME_ROOM = 7.2, 14
"""How wide a name is in two lines, and in one."""

CODE_ROOM, PAIR_ROOM = 4.8, 9.2
"""How wide a hex value is, and that with a share beside it."""

USUAL = 6
"""Default height: 1/6 of the picture, more if the text needs it."""

TALLEST = 1.5
"""How many times as tall as wide a swatch is at the most, if its text does not need more."""

ALL, NO_SHARES, CODES = ("name", "hex", "share"), ("name", "hex"), ("hex",)

ATTEMPTS = ((ALL, 5), (ALL, 4), (ALL, 3), (ALL, 2), (NO_SHARES, 2), (CODES, 2))
"""What may stand on a swatch if one part of so many of the picture is enough; the best first."""


def legend_of(palette: Palette, width: int, height: int) -> Page:
    """Return the legend of a palette, as wide as a picture of `width` x `height` pixels.

    It is about a sixth as tall as the picture, and up to half as tall if labels need that. What
    does not fit is left out: shares first, then names, then hex values.

    Raises `InputError` for a palette without colors or with more than a sheet shows, or for a
    picture that is wider than `WIDEST`.
    """
    check_count(palette)
    if not palette.swatches:
        raise InputError("The palette has no colors; take one that has.", Reason.NO_COLORS)
    if width > WIDEST:
        raise InputError(
            f"A swatch sheet is up to {WIDEST:,} pixels wide; make the picture smaller.",
            Reason.TOO_WIDE,
            width=width,
            most=WIDEST,
        )
    grid = _grid_of(palette, width, height)
    shapes = (Rectangle(0, 0, width, grid.height, PAPER), *_tiles(palette, grid))
    return Page(plain_text(palette.name, 200) or "Palette", width, grid.height, shapes)


@dataclass(frozen=True)
class _Label:
    """What stands on a swatch, and in which size; without parts, nothing does."""

    parts: tuple[str, ...] = ()
    size: int = 0

    @property
    def code_size(self) -> int:
        """The size of hex values and shares."""
        return max(SMALLEST, self.size * 6 // 7)

    @property
    def padding(self) -> int:
        """How far text is from the edges of its swatch."""
        return self.size // 2 + 1

    @property
    def narrowest(self) -> int:
        """How wide a swatch is at the least."""
        room = max(NAME_ROOM * self.size if "name" in self.parts else 0, CODE_ROOM * self.code_size)
        return math.ceil(room) + 2 * self.padding

    def lines(self, width: int) -> tuple[int, int]:
        """Return how many lines names, and all else, have on a swatch of some width."""
        room = width - 2 * self.padding
        names = (1 if room >= LONG_NAME_ROOM * self.size else 2) if "name" in self.parts else 0
        below = 2 if "share" in self.parts and room < PAIR_ROOM * self.code_size else 1
        return names, below

    def lowest(self, width: int) -> int:
        """Return how tall a swatch of some width is at the least."""
        names, below = self.lines(width)
        text = LEADING * (names * self.size + below * self.code_size)
        return math.ceil(text + COLOR * self.size) + self.padding

    def texts(self, swatch: Swatch, width: int) -> Iterator[Text]:
        """Yield the label of a swatch that ends at 0, from below."""
        x, y, room = self.padding, -self.padding, width - 2 * self.padding
        names, below = self.lines(width)
        size, color = self.code_size, readable_on(swatch.color)
        code = math.ceil(CODE_ROOM * size)
        if "share" in self.parts and below == 1:
            yield _text(width - x, y, percent(swatch.share), size, color, room - code, "end")
        elif "share" in self.parts:
            yield _text(x, y, percent(swatch.share), size, color, room)
            y -= round(LEADING * size)
        yield _text(x, y, swatch.hex, size, color, code)
        y -= round(LEADING * size)
        for line in reversed(wrapped(swatch.name, self.size, room, names) if names else ()):
            yield Text(x, y, line, self.size, color, room)
            y -= round(LEADING * self.size)


def _text(
    x: int, y: int, content: str, size: int, color: Color, room: int, anchor: str = "start"
) -> Text:
    return Text(x, y, fitted(content, size, room), size, color, room, anchor)


@dataclass(frozen=True)
class _Grid:
    """Where swatches stand, in pixels: `tile` is how tall each is."""

    width: int
    rows: int
    columns: int
    gap: int
    tile: int
    label: _Label

    @property
    def height(self) -> int:
        """How tall the legend is."""
        return self.rows * (self.tile + self.gap) + self.gap

    def left(self, column: int) -> int:
        """Return where a column begins."""
        return self.gap + (self.width - self.gap) * column // self.columns


def _grid_of(palette: Palette, width: int, height: int) -> _Grid:
    """Return the first of `ATTEMPTS` that fits, with the largest text that does."""
    names = any(plain_text(swatch.name, 200) for swatch in palette.swatches)
    shares = any(swatch.share for swatch in palette.swatches)
    known = {"name": names, "hex": True, "share": shares}
    sizes = dict.fromkeys(max(SMALLEST, width // fineness) for fineness in FINENESS)
    for parts, part in ATTEMPTS:
        for size in sizes:
            label = _Label(tuple(each for each in parts if known[each]), size)
            grid = _labeled(len(palette.swatches), width, height, label)
            if grid and grid.height <= height // part:
                return grid
    return _plain(len(palette.swatches), width, height)


def _labeled(count: int, width: int, height: int, label: _Label) -> _Grid | None:
    """Return the grid with the fewest rows in which a label has room, or None if there is none."""
    gap = max(1, width // 256)
    most = (width - gap) // (label.narrowest + gap)
    if most < 1:
        return None
    rows = math.ceil(count / most)
    columns = math.ceil(count / rows)
    wide = (width - gap) // columns - gap
    usual = min((height // USUAL - gap) // rows - gap, round(TALLEST * wide))
    return _Grid(width, rows, columns, gap, max(label.lowest(wide), usual), label)


def _plain(count: int, width: int, height: int) -> _Grid:
    """Return the grid of about square swatches without labels and gaps."""
    tall = max(1, height // USUAL)
    rows = max(1, round(math.sqrt(count * tall / width)), math.ceil(count / width))
    return _Grid(width, rows, math.ceil(count / rows), 0, max(1, tall // rows), _Label())


def _tiles(palette: Palette, grid: _Grid) -> Iterator[Shape]:
    """Yield every swatch with its label."""
    for place, swatch in enumerate(palette.swatches):
        row, column = divmod(place, grid.columns)
        left, top = grid.left(column), grid.gap + row * (grid.tile + grid.gap)
        width = grid.left(column + 1) - grid.gap - left
        title = f"{swatch.hex} {plain_text(swatch.name, 200)}".strip()
        yield Rectangle(left, top, width, grid.tile, swatch.color, title)
        if grid.label.parts:
            yield from moved(grid.label.texts(swatch, width), left, top + grid.tile)
