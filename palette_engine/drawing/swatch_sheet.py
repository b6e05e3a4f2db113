"""Swatch sheet: a palette as a drawing of its own, to look at, print or share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from palette_engine.color.contrast import GRADES, Pair, ratio_text
from palette_engine.color.srgb import Color
from palette_engine.drawing.shapes import Drawing, Rectangle, Shape, Text, bottom_of, move
from palette_engine.errors import InputError, Reason
from palette_engine.palette.value import Palette, Swatch, percent, plain_text

if TYPE_CHECKING:
    from palette_engine.color.color_vision import View
    from palette_engine.palette.check import Check

__all__ = [
    "BACKGROUND",
    "MAX_SWATCHES",
    "check_count",
    "check_sheet_of",
    "swatch_sheet_of",
    "title_of",
]

MAX_SWATCHES = 1024
"""How many swatches a sheet shows at most."""

MAX_COMPARED = 24
"""How many swatches the contrast table compares; the ratios of more would be too small to read."""

MAX_PAIRS = 8
"""How many pairs that are hard to tell apart are shown for each color vision."""

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
    return _sheet(palette, ())


def check_sheet_of(check: Check) -> Drawing:
    """Return the swatch sheet of a checked palette, with contrast and color vision below the cards.

    Raises `InputError` if it has more than `MAX_SWATCHES` swatches.
    """
    width = _Grid.of(check.palette).width
    sections = []
    if check.pairs:
        sections.append(_contrast_section(check, width))
    if check.palette.swatches:
        sections.append(_vision_section(check, width))
    return _sheet(check.palette, sections)


def title_of(palette: Palette) -> str:
    """Return the title of a palette's drawing."""
    return plain_text(palette.name, 200) or "Palette"


def _sheet(palette: Palette, sections: Sequence[tuple[Shape, ...]]) -> Drawing:
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
        yield from move(_color_bar([s.color for s in palette.swatches], shares, width, 14), 0, 82)


def _color_bar(
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


# Contrast

LABEL = 96
CELL = 52


def _contrast_section(check: Check, width: int) -> tuple[Shape, ...]:
    """Return a table of contrast ratios: each color as text on each other color."""
    swatches = check.palette.swatches[:MAX_COMPARED]
    colors = [swatch.color for swatch in swatches]
    cell = min(128, (width - LABEL) // len(swatches))
    is_cut = len(swatches) < len(check.palette.swatches)
    some = f" of the first {MAX_COMPARED} colors" if is_cut else ""
    marks = ", ".join(f"{grade.mark} from {grade.ratio:g}" for grade in GRADES if grade.mark)
    shapes: list[Shape] = [*_heading("Contrast", f"Ratios{some} by WCAG 2.2: {marks}", width)]
    top = 100
    for index, swatch in enumerate(swatches):
        x, y = LABEL + index * cell, top + index * CELL
        shapes += _bordered(x + 2, top - 28, cell - 4, 20, swatch.color)
        shapes += _bordered(0, y + 2, 20, CELL - 4, swatch.color)
        shapes.append(Text.of(28, y + CELL // 2 + 4, swatch.hex, 12, INK, LABEL - 28))
    for pair in check.pairs:
        for text, background in ((pair.first, pair.second), (pair.second, pair.first)):
            if max(text, background) < len(colors):
                ratio = _ratio(pair, colors[text], colors[background], cell)
                shapes += move(ratio, LABEL + text * cell, top + background * CELL)
    return tuple(shapes)


def _ratio(pair: Pair, text: Color, background: Color, width: int) -> Iterator[Shape]:
    """Yield a ratio, as text on the background if it is high enough for any text."""
    size, small = (15, 10) if width >= 56 else (12, 8)
    shown, middle = ratio_text(pair.ratio), width // 2
    if pair.grade.mark:
        yield from _bordered(2, 2, width - 4, 32, background)
        yield Text.of(middle, 18 + size // 3, shown, size, text, width - 4, "middle")
        yield Text.of(middle, 46, pair.grade.mark, small, GRAY, width, "middle")
    else:
        yield Text.of(middle, 30, shown, small + 1, GRAY, width, "middle")


def _heading(title: str, sentence: str, width: int) -> tuple[Text, Text]:
    return Text.of(0, 20, title, 22, INK, width), Text.of(0, 46, sentence, 13, GRAY, width)


def _bordered(x: int, y: int, width: int, height: int, color: Color) -> tuple[Rectangle, Rectangle]:
    """Return a color with a thin border, which keeps light colors visible on the sheet."""
    inner = Rectangle(x + 1, y + 1, width - 2, height - 2, color)
    return Rectangle(x, y, width, height, LINE), inner


# Vision


def _vision_section(check: Check, width: int) -> tuple[Shape, ...]:
    """Return the palette in each color vision, with the pairs that are hard to tell apart."""
    swatches = check.palette.swatches
    shapes: tuple[Shape, ...] = _heading(
        "Color vision",
        "Simulated after Brettel, Viénot and Mollon, 1997. Below each: pairs with a difference "
        f"(CIEDE2000) under {check.hard:g} that others see further apart.",
        width,
    )
    usual = tuple(swatch.color for swatch in swatches)
    shapes += move(_titled_bar("Usual vision", usual, width), 0, bottom_of(shapes) + 24)
    for view in check.views:
        count = len(view.confusions)
        hard = f"{count or 'no'} {'pair' if count == 1 else 'pairs'} hard to tell apart"
        title = f"{view.vision.capitalize()}, {view.meaning}: {hard}"
        bar = _titled_bar(title, view.colors, width)
        shapes += move(bar, 0, bottom_of(shapes) + 24)
        shapes += move(_confusions(view, swatches), 0, bottom_of(shapes) + 10)
    return shapes


def _titled_bar(title: str, colors: Sequence[Color], width: int) -> tuple[Shape, ...]:
    bar = move(_color_bar(colors, [1.0] * len(colors), width, 40), 0, 22)
    return Text.of(0, 12, title, 13, INK, width), *bar


def _confusions(view: View, swatches: Sequence[Swatch]) -> Iterator[Shape]:
    """Yield the worst pairs of a view, four in a row: their simulated colors and differences."""
    for index, pair in enumerate(view.confusions[:MAX_PAIRS]):
        row, column = divmod(index, 4)
        first, second = swatches[pair.first], swatches[pair.second]
        shapes = (
            Rectangle(0, 0, 32, 32, view.colors[pair.first]),
            Rectangle(32, 0, 32, 32, view.colors[pair.second]),
            Text.of(74, 13, f"{first.hex}  {second.hex}", 12, INK, 190),
            Text.of(74, 29, pair.words, 11, GRAY, 190),
        )
        yield from move(shapes, column * 280, row * 44)
    if more := len(view.confusions[MAX_PAIRS:]):
        rows = math.ceil(MAX_PAIRS / 4)
        yield Text.of(0, rows * 44 + 12, f"and {more} more", 12, GRAY, 200)
