"""Swatch sheet: a palette as a drawing of its own, to look at, print or share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from palette_engine.color.srgb import Color
from palette_engine.drawing.shapes import Drawing, Rectangle, Shape, Text, bottom_of, move
from palette_engine.errors import InputError, Reason
from palette_engine.palette.value import Palette, percent, plain_text

__all__ = [
    "BACKGROUND",
    "GRAY",
    "INK",
    "LINE",
    "MAX_SWATCHES",
    "check_count",
    "color_bar",
    "sheet_of",
    "swatch_sheet_of",
    "title_of",
    "width_of",
]

MAX_SWATCHES = 1024
"""How many swatches a sheet shows at most."""

# Neutral, so that they do not tint the palette. GRAY on BACKGROUND has a contrast of 5.6.
BACKGROUND: Color = (246, 246, 246)
CARD: Color = (255, 255, 255)
LINE: Color = (221, 221, 221)
INK: Color = (29, 29, 29)
GRAY: Color = (98, 98, 98)

MARGIN = 48
CONTENT = 1120
"""Approximate width between the margins, in pixels; many columns need more."""


def check_count(palette: Palette) -> None:
    """Raise `InputError` if a palette has more than `MAX_SWATCHES` swatches."""
    count = len(palette.swatches)
    if count > MAX_SWATCHES:
        raise InputError(
            f"The palette has {count} colors; a swatch sheet shows up to {MAX_SWATCHES}, "
            "so choose another format.",
            Reason.TOO_MANY_COLORS,
            colors=count,
            most=MAX_SWATCHES,
        )


def swatch_sheet_of(palette: Palette) -> Drawing:
    """Return the swatch sheet of a palette: its name, its shares and a card for each swatch.

    Raises `InputError` if it has more than `MAX_SWATCHES` swatches.
    """
    return sheet_of(palette, ())


def width_of(palette: Palette) -> int:
    """Return the width between the margins of a palette's sheet, in pixels."""
    return _Grid.of(palette).width


def title_of(palette: Palette) -> str:
    """Return the title of a palette's drawing."""
    return plain_text(palette.name, 200) or "Palette"


def sheet_of(palette: Palette, sections: Sequence[tuple[Shape, ...]]) -> Drawing:
    """Return a sheet with a header, the cards of a palette, and sections below each other."""
    check_count(palette)
    grid = _Grid.of(palette)
    shapes = tuple(_header(palette, grid.width))
    shapes += move(_cards(palette, grid), 0, bottom_of(shapes) + 24)
    for section in sections:
        shapes += move(section, 0, bottom_of(shapes) + 64)
    size = (grid.width + 2 * MARGIN, bottom_of(shapes) + 2 * MARGIN)
    background = Rectangle(0, 0, *size, BACKGROUND)
    return Drawing(title_of(palette), *size, (background, *move(shapes, MARGIN, MARGIN)))


def _header(palette: Palette, width: int) -> Iterator[Shape]:
    """Yield the name, facts about the palette, and a bar of its shares."""
    count = len(palette.swatches)
    facts = [
        "" if palette.source == palette.name else palette.source,
        f"{count} {'color' if count == 1 else 'colors'}",
        f"CIEDE2000 {palette.difference.mean:.1f} on average" if palette.difference else "",
    ]
    yield Text.of(0, 28, title_of(palette), 34, INK, width)
    yield Text.of(0, 58, "  ·  ".join(filter(None, facts)), 14, GRAY, width)
    shares = [swatch.share for swatch in palette.swatches]
    if any(shares):
        yield from move(color_bar([s.color for s in palette.swatches], shares, width, 14), 0, 82)


def color_bar(
    colors: Sequence[Color], shares: Sequence[float], width: int, height: int
) -> Iterator[Rectangle]:
    """Yield colors side by side, each as wide as its share."""
    total, done, start = sum(shares), 0.0, 0
    for color, share in zip(colors, shares, strict=True):
        done += share
        end = round(width * done / total)
        yield Rectangle(start, 0, end - start, height, color)
        start = end


# Cards


@dataclass(frozen=True)
class _CardSizes:
    """Padding and text sizes on a card that is at least `min_width` wide, in pixels."""

    min_width: int
    padding: int
    name: int
    code: int


CARD_SIZES = (_CardSizes(150, 14, 15, 13), _CardSizes(100, 10, 13, 12), _CardSizes(0, 8, 11, 11))


@dataclass(frozen=True)
class _Grid:
    """The number of cards in a row, their width, and the gap between them, in pixels."""

    columns: int
    card: int
    gap: int

    @property
    def width(self) -> int:
        """The width of a row, and of the sheet between its margins, in pixels."""
        return self.columns * (self.card + self.gap) - self.gap

    @staticmethod
    def of(palette: Palette) -> _Grid:
        """Return one row for up to 5 swatches, two for up to 12, else about a square."""
        count = len(palette.swatches)
        square = min(16, math.ceil(math.sqrt(count)))
        columns = max(1, count if count <= 5 else math.ceil(count / 2) if count <= 12 else square)
        gap = 16 if columns <= 6 else 8
        return _Grid(columns, max(84, (CONTENT + gap) // columns - gap), gap)


def _cards(palette: Palette, grid: _Grid) -> Iterator[Shape]:
    """Yield a card for each swatch: its color, and below it name, hex value and share."""
    width = grid.card
    tall = 320 if len(palette.swatches) <= grid.columns else min(200, width * 3 // 4)
    sizes = next(sizes for sizes in CARD_SIZES if width >= sizes.min_width)
    has_names = any(plain_text(swatch.name, 200) for swatch in palette.swatches)
    has_shares = any(swatch.share for swatch in palette.swatches)
    texts = [
        (
            swatch.name if has_names else None,
            swatch.hex,
            percent(swatch.share) if has_shares else None,
        )
        for swatch in palette.swatches
    ]
    labels = [tuple(_label(*each, width, sizes)) for each in texts]
    height = tall + max(map(bottom_of, labels), default=0) + sizes.padding
    for index, (swatch, label) in enumerate(zip(palette.swatches, labels, strict=True)):
        row, column = divmod(index, grid.columns)
        title = f"{swatch.hex} {plain_text(swatch.name, 200)}".strip()
        card = (
            Rectangle(0, 0, width, height, LINE),
            Rectangle(1, 1, width - 2, height - 2, CARD),
            Rectangle(1, 1, width - 2, tall - 1, swatch.color, title),
            *move(label, 0, tall),
        )
        yield from move(card, column * (width + grid.gap), row * (height + grid.gap))


def _label(
    name: str | None, code: str, share: str | None, width: int, sizes: _CardSizes
) -> Iterator[Text]:
    """Yield the lines of text below a color; None is left out."""
    x, y = sizes.padding, sizes.padding + sizes.name * 3 // 4
    max_width = width - 2 * x
    if name is not None:
        yield Text.of(x, y, name, sizes.name, INK, max_width)
        y += sizes.code + 9
    yield Text.of(x, y, code, sizes.code, INK, max_width)
    if share is None:
        return
    if max_width < 9 * sizes.code:
        yield Text.of(x, y + sizes.code + 5, share, sizes.code, GRAY, max_width)
    else:
        yield Text.of(width - x, y, share, sizes.code, GRAY, max_width // 2, "end")
