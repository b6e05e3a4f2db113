"""Check sheet: a swatch sheet with the contrast and the color vision of a checked palette."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from palette_engine.color.contrast import GRADES, Pair, ratio_text
from palette_engine.color.srgb import Color
from palette_engine.drawing.shapes import Drawing, Rectangle, Shape, Text, bottom_of, move
from palette_engine.drawing.swatch_sheet import GRAY, INK, LINE, color_bar, sheet_of, width_of
from palette_engine.palette.value import Swatch

if TYPE_CHECKING:
    from palette_engine.color.color_vision import View
    from palette_engine.palette.check import Check

__all__ = ["MAX_COMPARED", "check_sheet_of"]

MAX_COMPARED = 24
"""How many swatches the contrast table compares; the ratios of more would be too small to read."""

MAX_PAIRS = 8
"""How many pairs that are hard to tell apart are shown for each color vision."""


def check_sheet_of(check: Check) -> Drawing:
    """Return the swatch sheet of a checked palette, with contrast and color vision below the cards.

    Raises `InputError` if it has more than `MAX_SWATCHES` swatches.
    """
    width = width_of(check.palette)
    sections = []
    if check.pairs:
        sections.append(_contrast_section(check, width))
    if check.palette.swatches:
        sections.append(_vision_section(check, width))
    return sheet_of(check.palette, sections)


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
    bar = move(color_bar(colors, [1.0] * len(colors), width, 40), 0, 22)
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
