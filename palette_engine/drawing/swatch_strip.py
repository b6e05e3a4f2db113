"""Swatch strip: a palette as a band of labeled swatches, laid on its picture.

See docs/decisions.md#labels-on-the-colors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from palette_engine.color.contrast import text_color_on
from palette_engine.drawing.shapes import Drawing, Rectangle, Shape, Text, move, wrap_text
from palette_engine.drawing.swatch_sheet import BACKGROUND, check_count, title_of
from palette_engine.errors import InputError, Reason
from palette_engine.palette.value import Palette, Swatch, percent, plain_text

__all__ = ["MAX_WIDTH", "swatch_strip_of"]

MAX_WIDTH = 32768
"""The greatest width of a strip, in pixels."""

TEXT_RATIOS = (56, 64, 72, 80, 88, 96, 112, 128)
"""Ratios of a strip's width to its text size, the largest text first."""

MIN_TEXT_SIZE = 9
"""The size of the smallest text, in pixels."""

# All of these are multiples of the text size.
LINE_HEIGHT = 1.25
MIN_COLOR_HEIGHT = 1.5  # of plain color above the text of a swatch
NAME_WIDTH = 7.2  # of a name in two lines
ONE_LINE_NAME_WIDTH = 14
HEX_WIDTH = 4.8
HEX_AND_SHARE_WIDTH = 9.2

HEIGHT_DIVISOR = 6
"""Default height: 1/6 of the picture, more if the text needs it."""

MAX_ASPECT = 1.5
"""The greatest ratio of a swatch's height to its width, unless its text needs more."""

ALL, WITHOUT_SHARES, HEX_ONLY = ("name", "hex", "share"), ("name", "hex"), ("hex",)

ATTEMPTS = ((ALL, 5), (ALL, 4), (ALL, 3), (ALL, 2), (WITHOUT_SHARES, 2), (HEX_ONLY, 2))
"""Parts of labels, and n: they are shown if a strip of 1/n of the picture's height holds them.

The first that fits is used.
"""


def swatch_strip_of(palette: Palette, width: int, height: int) -> Drawing:
    """Return the swatch strip for a picture of `width` x `height` pixels, as wide as the picture.

    It is about 1/6 as tall as the picture, and up to half as tall if the labels need that. If they
    still do not fit, shares are left out first, then names, then hex values.

    Raises `InputError` for a palette without colors or with more than `MAX_SWATCHES`, or for a
    picture that is wider than `MAX_WIDTH`.
    """
    check_count(palette)
    if not palette.swatches:
        raise InputError("The palette has no colors; take one that has.", Reason.NO_COLORS)
    if width > MAX_WIDTH:
        raise InputError(
            f"A swatch strip is at most {MAX_WIDTH:,} pixels wide; make the picture smaller.",
            Reason.TOO_WIDE,
            width=width,
            most=MAX_WIDTH,
        )
    grid = _grid_of(palette, width, height)
    background = Rectangle(0, 0, width, grid.height, BACKGROUND)
    return Drawing(title_of(palette), width, grid.height, (background, *_tiles(palette, grid)))


@dataclass(frozen=True)
class _Label:
    """The parts of a swatch's label, if any, and its text size in pixels."""

    parts: tuple[str, ...] = ()
    size: int = 0

    @property
    def code_size(self) -> int:
        """The text size of hex values and shares, in pixels."""
        return max(MIN_TEXT_SIZE, self.size * 6 // 7)

    @property
    def padding(self) -> int:
        """The distance of text from the edges of its swatch, in pixels."""
        return self.size // 2 + 1

    @property
    def min_width(self) -> int:
        """The least width of a swatch, in pixels."""
        name_width = NAME_WIDTH * self.size if "name" in self.parts else 0
        return math.ceil(max(name_width, HEX_WIDTH * self.code_size)) + 2 * self.padding

    def lines(self, width: int) -> tuple[int, int]:
        """Return the number of lines for the name, and for hex value and share."""
        free = width - 2 * self.padding
        name = (1 if free >= ONE_LINE_NAME_WIDTH * self.size else 2) if "name" in self.parts else 0
        code = 2 if "share" in self.parts and free < HEX_AND_SHARE_WIDTH * self.code_size else 1
        return name, code

    def min_height(self, width: int) -> int:
        """Return the least height of a swatch, in pixels."""
        name, code = self.lines(width)
        text = LINE_HEIGHT * (name * self.size + code * self.code_size)
        return math.ceil(text + MIN_COLOR_HEIGHT * self.size) + self.padding

    def texts(self, swatch: Swatch, width: int) -> Iterator[Text]:
        """Yield the lines of a swatch, the lowest first; the swatch's lower edge is at y = 0."""
        x, y, free = self.padding, -self.padding, width - 2 * self.padding
        name_lines, code_lines = self.lines(width)
        size, color = self.code_size, text_color_on(swatch.color)
        hex_width = math.ceil(HEX_WIDTH * size)
        if "share" in self.parts and code_lines == 1:
            share = percent(swatch.share)
            yield Text.of(width - x, y, share, size, color, free - hex_width, "end")
        elif "share" in self.parts:
            yield Text.of(x, y, percent(swatch.share), size, color, free)
            y -= round(LINE_HEIGHT * size)
        yield Text.of(x, y, swatch.hex, size, color, hex_width)
        y -= round(LINE_HEIGHT * size)
        name = wrap_text(swatch.name, self.size, free, name_lines) if name_lines else ()
        for line in reversed(name):
            yield Text(x, y, line, self.size, color, free)
            y -= round(LINE_HEIGHT * self.size)


@dataclass(frozen=True)
class _Grid:
    """Rows and columns of swatches; `tile` is the height of each, all lengths in pixels."""

    width: int
    rows: int
    columns: int
    gap: int
    tile: int
    label: _Label

    @property
    def height(self) -> int:
        """The height of the strip, in pixels."""
        return self.rows * (self.tile + self.gap) + self.gap

    def left(self, column: int) -> int:
        """Return the left edge of a column, in pixels."""
        return self.gap + (self.width - self.gap) * column // self.columns


def _grid_of(palette: Palette, width: int, height: int) -> _Grid:
    """Return the grid of the first of `ATTEMPTS` that fits, with the largest text that fits."""
    has_names = any(plain_text(swatch.name, 200) for swatch in palette.swatches)
    has_shares = any(swatch.share for swatch in palette.swatches)
    known = {"name": has_names, "hex": True, "share": has_shares}
    sizes = dict.fromkeys(max(MIN_TEXT_SIZE, width // ratio) for ratio in TEXT_RATIOS)
    for parts, divisor in ATTEMPTS:
        for size in sizes:
            label = _Label(tuple(part for part in parts if known[part]), size)
            grid = _labeled(len(palette.swatches), width, height, label)
            if grid and grid.height <= height // divisor:
                return grid
    return _plain(len(palette.swatches), width, height)


def _labeled(count: int, width: int, height: int, label: _Label) -> _Grid | None:
    """Return the grid with the fewest rows that holds the labels; None if none does."""
    gap = max(1, width // 256)
    most = (width - gap) // (label.min_width + gap)
    if most < 1:
        return None
    rows = math.ceil(count / most)
    columns = math.ceil(count / rows)
    wide = (width - gap) // columns - gap
    usual = min((height // HEIGHT_DIVISOR - gap) // rows - gap, round(MAX_ASPECT * wide))
    return _Grid(width, rows, columns, gap, max(label.min_height(wide), usual), label)


def _plain(count: int, width: int, height: int) -> _Grid:
    """Return a grid of nearly square swatches without labels and gaps."""
    tall = max(1, height // HEIGHT_DIVISOR)
    rows = max(1, round(math.sqrt(count * tall / width)), math.ceil(count / width))
    return _Grid(width, rows, math.ceil(count / rows), 0, max(1, tall // rows), _Label())


def _tiles(palette: Palette, grid: _Grid) -> Iterator[Shape]:
    """Yield every swatch with its label."""
    for index, swatch in enumerate(palette.swatches):
        row, column = divmod(index, grid.columns)
        left, top = grid.left(column), grid.gap + row * (grid.tile + grid.gap)
        width = grid.left(column + 1) - grid.gap - left
        title = f"{swatch.hex} {plain_text(swatch.name, 200)}".strip()
        yield Rectangle(left, top, width, grid.tile, swatch.color, title)
        if grid.label.parts:
            yield from move(grid.label.texts(swatch, width), left, top + grid.tile)
