"""Swatch sheet: a palette as a page to look at, to print, and to hand on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from palette_engine.color.contrast import GRADES, Pair, shown_ratio
from palette_engine.color.srgb import Color
from palette_engine.drawing.shapes import Page, Rectangle, Shape, Text, bottom, fitted, moved
from palette_engine.errors import InputError, Reason
from palette_engine.palette.value import Palette, Swatch, percent, plain_text

if TYPE_CHECKING:
    from palette_engine.color.color_vision import View
    from palette_engine.palette.check import Check

__all__ = ["MOST", "PAPER", "check_count", "checked_sheet_of", "sheet_of"]

MOST = 1024
"""How many swatches a sheet shows at most."""

MATRIX = 24
"""Of how many swatches the ratios are shown; more would leave no room to read them."""

PAIRS = 8
"""How many pairs that are hard to tell apart are shown for each kind of vision."""

# Neutral, so that the page does not tint the palette. Gray on paper has a contrast of 5.6.
PAPER: Color = (246, 246, 246)
CARD: Color = (255, 255, 255)
LINE: Color = (221, 221, 221)
INK: Color = (29, 29, 29)
GRAY: Color = (98, 98, 98)

MARGIN = 48
CONTENT = 1120
"""How wide a page is between its margins, or a few pixels less, or more for many columns."""


def check_count(palette: Palette) -> None:
    """Raise `InputError` if a palette has more than `MOST` swatches."""
    count = len(palette.swatches)
    if count > MOST:
        raise InputError(
            f"The palette has {count} colors; a swatch sheet shows up to {MOST}, "
            "so choose another format.",
            Reason.TOO_MANY_COLORS,
            colors=count,
            most=MOST,
        )


def sheet_of(palette: Palette) -> Page:
    """Return the page of a palette: its name, its shares and a card for each swatch.

    Raises `InputError` if there are more than `MOST`.
    """
    return _page(palette, ())


def checked_sheet_of(found: Check) -> Page:
    """Return the page of a palette with its contrast, and how others see it, below the cards."""
    width = _Grid.of(found.palette).width
    sections = []
    if found.pairs:
        sections.append(_contrast(found, width))
    if found.palette.swatches:
        sections.append(_vision(found, width))
    return _page(found.palette, sections)


def _page(palette: Palette, sections: Sequence[tuple[Shape, ...]]) -> Page:
    """Return a page with a header, the cards of a palette, and sections below each other."""
    check_count(palette)
    grid = _Grid.of(palette)
    shapes = tuple(_header(palette, grid.width))
    shapes += moved(_cards(palette, grid), 0, bottom(shapes) + 24)
    for section in sections:
        shapes += moved(section, 0, bottom(shapes) + 64)
    page = (grid.width + 2 * MARGIN, bottom(shapes) + 2 * MARGIN)
    paper = Rectangle(0, 0, *page, PAPER)
    return Page(_name(palette), *page, (paper, *moved(shapes, MARGIN, MARGIN)))


def _name(palette: Palette) -> str:
    return plain_text(palette.name, 200) or "Palette"


def _header(palette: Palette, width: int) -> Iterator[Shape]:
    """Yield the name, what is known about the palette, and a strip with the shares."""
    count = len(palette.swatches)
    facts = [
        "" if palette.source == palette.name else palette.source,
        f"{count} {'color' if count == 1 else 'colors'}",
        f"CIEDE2000 {palette.difference.mean:.1f} on average" if palette.difference else "",
    ]
    yield _text(0, 28, _name(palette), 34, INK, width)
    yield _text(0, 58, "  ·  ".join(filter(None, facts)), 14, GRAY, width)
    shares = [swatch.share for swatch in palette.swatches]
    if any(shares):
        yield from moved(_strip([s.color for s in palette.swatches], shares, width, 14), 0, 82)


def _strip(
    colors: Sequence[Color], shares: Sequence[float], width: int, height: int
) -> Iterator[Rectangle]:
    """Yield colors side by side without gaps, each as wide as its share."""
    total, done, start = sum(shares), 0.0, 0
    for color, share in zip(colors, shares, strict=True):
        done += share
        end = round(width * done / total)
        yield Rectangle(start, 0, end - start, height, color)
        start = end


# Cards


@dataclass(frozen=True)
class _Type:
    """Sizes, in pixels, of what stands on a card that is at least so wide."""

    card: int
    padding: int
    name: int
    code: int


TYPES = (_Type(150, 14, 15, 13), _Type(100, 10, 13, 12), _Type(0, 8, 11, 11))


@dataclass(frozen=True)
class _Grid:
    """How many cards stand in a row, how wide they are, and how far from each other, in pixels."""

    columns: int
    card: int
    gap: int

    @property
    def width(self) -> int:
        """How wide a row is, and with it all else."""
        return self.columns * (self.card + self.gap) - self.gap

    @staticmethod
    def of(palette: Palette) -> _Grid:
        """Return one row of up to five, two of up to twelve, or about a square."""
        count = len(palette.swatches)
        square = min(16, math.ceil(math.sqrt(count)))
        columns = max(1, count if count <= 5 else math.ceil(count / 2) if count <= 12 else square)
        gap = 16 if columns <= 6 else 8
        return _Grid(columns, max(84, (CONTENT + gap) // columns - gap), gap)


def _cards(palette: Palette, grid: _Grid) -> Iterator[Shape]:
    """Yield a card for each swatch, with its color above its name, hex value and share."""
    width = grid.card
    tall = 320 if len(palette.swatches) <= grid.columns else min(200, width * 3 // 4)
    sizes = next(sizes for sizes in TYPES if width >= sizes.card)
    names = any(plain_text(swatch.name, 200) for swatch in palette.swatches)
    shares = any(swatch.share for swatch in palette.swatches)
    texts = [
        (swatch.name if names else None, swatch.hex, percent(swatch.share) if shares else None)
        for swatch in palette.swatches
    ]
    labels = [tuple(_label(*each, width, sizes)) for each in texts]
    height = tall + max(map(bottom, labels), default=0) + sizes.padding
    for place, (swatch, label) in enumerate(zip(palette.swatches, labels, strict=True)):
        row, column = divmod(place, grid.columns)
        title = f"{swatch.hex} {plain_text(swatch.name, 200)}".strip()
        card = (
            Rectangle(0, 0, width, height, LINE),
            Rectangle(1, 1, width - 2, height - 2, CARD),
            Rectangle(1, 1, width - 2, tall - 1, swatch.color, title),
            *moved(label, 0, tall),
        )
        yield from moved(card, column * (width + grid.gap), row * (height + grid.gap))


def _label(
    name: str | None, code: str, share: str | None, width: int, sizes: _Type
) -> Iterator[Text]:
    """Yield the lines below a color; what is None has none."""
    x, y = sizes.padding, sizes.padding + sizes.name * 3 // 4
    room = width - 2 * x
    if name is not None:
        yield _text(x, y, name, sizes.name, INK, room)
        y += sizes.code + 9
    yield _text(x, y, code, sizes.code, INK, room)
    if share is None:
        return
    if room < 9 * sizes.code:
        yield _text(x, y + sizes.code + 5, share, sizes.code, GRAY, room)
    else:
        yield _text(width - x, y, share, sizes.code, GRAY, room // 2, "end")


def _text(
    x: int, y: int, content: str, size: int, color: Color, room: int, anchor: str = "start"
) -> Text:
    return Text(x, y, fitted(content, size, room), size, color, room, anchor)


# Contrast

LABEL = 96
CELL = 52


def _contrast(found: Check, width: int) -> tuple[Shape, ...]:
    """Return a table with the ratio of every two colors, each as text on the other."""
    swatches = found.palette.swatches[:MATRIX]
    colors = [swatch.color for swatch in swatches]
    cell = min(128, (width - LABEL) // len(swatches))
    some = f" of the first {MATRIX} colors" if len(swatches) < len(found.palette.swatches) else ""
    marks = ", ".join(f"{grade.mark} from {grade.ratio:g}" for grade in GRADES if grade.mark)
    shapes: list[Shape] = [*_heading("Contrast", f"Ratios{some} by WCAG 2.2: {marks}", width)]
    top = 100
    for place, swatch in enumerate(swatches):
        x, y = LABEL + place * cell, top + place * CELL
        shapes += _framed(x + 2, top - 28, cell - 4, 20, swatch.color)
        shapes += _framed(0, y + 2, 20, CELL - 4, swatch.color)
        shapes.append(_text(28, y + CELL // 2 + 4, swatch.hex, 12, INK, LABEL - 28))
    for pair in found.pairs:
        for text, background in ((pair.first, pair.second), (pair.second, pair.first)):
            if max(text, background) < len(colors):
                ratio = _ratio(pair, colors[text], colors[background], cell)
                shapes += moved(ratio, LABEL + text * cell, top + background * CELL)
    return tuple(shapes)


def _ratio(pair: Pair, text: Color, background: Color, width: int) -> Iterator[Shape]:
    """Yield a ratio, as text on the background if it is enough for any text."""
    size, small = (15, 10) if width >= 56 else (12, 8)
    shown, middle = shown_ratio(pair.ratio), width // 2
    if pair.grade.mark:
        yield from _framed(2, 2, width - 4, 32, background)
        yield _text(middle, 18 + size // 3, shown, size, text, width - 4, "middle")
        yield _text(middle, 46, pair.grade.mark, small, GRAY, width, "middle")
    else:
        yield _text(middle, 30, shown, small + 1, GRAY, width, "middle")


def _heading(title: str, sentence: str, width: int) -> tuple[Text, Text]:
    return _text(0, 20, title, 22, INK, width), _text(0, 46, sentence, 13, GRAY, width)


def _framed(x: int, y: int, width: int, height: int, color: Color) -> tuple[Rectangle, Rectangle]:
    """Return a color with a line around it, which keeps light ones visible on the page."""
    inner = Rectangle(x + 1, y + 1, width - 2, height - 2, color)
    return Rectangle(x, y, width, height, LINE), inner


# Vision


def _vision(found: Check, width: int) -> tuple[Shape, ...]:
    """Return the palette as others see it, each time with what is hard to tell apart."""
    swatches = found.palette.swatches
    shapes: tuple[Shape, ...] = _heading(
        "Color vision",
        "Simulated after Brettel, Viénot and Mollon, 1997. Below each: pairs with a difference "
        f"(CIEDE2000) under {found.hard:g} that others see further apart.",
        width,
    )
    usual = tuple(swatch.color for swatch in swatches)
    shapes += moved(_row("Usual vision", usual, width), 0, bottom(shapes) + 24)
    for view in found.views:
        count = len(view.confusions)
        hard = f"{count or 'no'} {'pair' if count == 1 else 'pairs'} hard to tell apart"
        title = f"{view.vision.capitalize()}, {view.meaning}: {hard}"
        row = _row(title, view.colors, width)
        shapes += moved(row, 0, bottom(shapes) + 24)
        shapes += moved(_confusions(view, swatches), 0, bottom(shapes) + 10)
    return shapes


def _row(title: str, colors: Sequence[Color], width: int) -> tuple[Shape, ...]:
    strip = moved(_strip(colors, [1.0] * len(colors), width, 40), 0, 22)
    return _text(0, 12, title, 13, INK, width), *strip


def _confusions(view: View, swatches: Sequence[Swatch]) -> Iterator[Shape]:
    """Yield the worst pairs of a view, four in a row, as they are seen and in words."""
    for place, pair in enumerate(view.confusions[:PAIRS]):
        row, column = divmod(place, 4)
        first, second = swatches[pair.first], swatches[pair.second]
        shapes = (
            Rectangle(0, 0, 32, 32, view.colors[pair.first]),
            Rectangle(32, 0, 32, 32, view.colors[pair.second]),
            _text(74, 13, f"{first.hex}  {second.hex}", 12, INK, 190),
            _text(74, 29, pair.words, 11, GRAY, 190),
        )
        yield from moved(shapes, column * 280, row * 44)
    if more := len(view.confusions[PAIRS:]):
        rows = math.ceil(PAIRS / 4)
        yield _text(0, rows * 44 + 12, f"and {more} more", 12, GRAY, 200)
