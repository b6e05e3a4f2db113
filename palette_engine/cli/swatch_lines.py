"""Swatch lines: a palette as lines of text, in color for a terminal, plain for a pipe."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from palette_engine.cli.messages import escape
from palette_engine.cli.standard_output import has_color, print_text
from palette_engine.palette.value import Palette, Swatch, percent

if TYPE_CHECKING:
    from palette_engine.palette.comparison import Comparison

__all__ = [
    "NAME_COLUMNS",
    "color_lines",
    "comparison_lines",
    "plain_lines",
    "print_hex_line",
    "print_swatches",
    "shorten",
    "swatch_lines",
]

BLOCK_COLUMNS = 8
"""The width of the block of color at the beginning of a line."""

BAR_COLUMNS = 40
"""The width of the longest bar, that of the largest share, together with any names."""

NAME_COLUMNS = 24
"""The largest width of a name."""


def print_swatches(palette: Palette) -> None:
    """Print a palette for people, or raise `OutputError`."""
    print_text("\n".join(swatch_lines(palette)))


def print_hex_line(palette: Palette) -> None:
    """Print the hex values of all swatches on one line, or raise `OutputError`."""
    print_text(", ".join(swatch.hex for swatch in palette.swatches))


def swatch_lines(palette: Palette) -> list[str]:
    """Return the lines of a palette, as `color_lines` if standard output has color."""
    return color_lines(palette) if has_color() else plain_lines(palette)


def color_lines(palette: Palette) -> list[str]:
    """Return a line for each swatch: a block of color, the text, and a bar as long as its share.

    The last line has the palette's difference from its picture, if it is known.
    """
    largest = max((swatch.share for swatch in palette.swatches), default=0)
    names = _name_columns(palette)
    longest = BAR_COLUMNS - (2 + names if names else 0)
    lines = []
    for swatch, text in zip(palette.swatches, _texts(palette), strict=True):
        line = f"  {_block(swatch, BLOCK_COLUMNS)}  {text}"
        if largest:
            line += f"  {_block(swatch, max(1, round(longest * swatch.share / largest)))}"
        lines.append(line.rstrip(" "))
    return [*lines, *(f"  {line}" for line in _difference_lines(palette))]


def comparison_lines(comparison: Comparison) -> list[str]:
    """Return a line for each match of two palettes, and one with how much they differ.

    A line has the hex value in both palettes, what became of it, the ΔE2000 if it moved, and the
    name; if standard output has color, a block of each color stands before its hex value.
    """
    has_blocks = has_color()
    lines = []
    for match in comparison.matches:
        sides = [
            None if index is None else palette.swatches[index]
            for palette, index in (
                (comparison.first, match.first),
                (comparison.second, match.second),
            )
        ]
        cells = [_side(swatch, has_blocks) for swatch in sides]
        moved = f"{match.distance:.1f}" if match.distance else ""
        # A name that changed is told with both.
        names = dict.fromkeys(each.full_name for each in sides if each and each.full_name)
        name = " / ".join(shorten(each, NAME_COLUMNS) for each in names)
        lines.append(f"{cells[0]}  {cells[1]}  {match.change:<5}  {moved:>5}  {name}".rstrip(" "))
    measures = (
        f"minimum color difference (ΔE2000) {comparison.minimum_difference:.1f}, "
        f"DCCW (ΔE*ab) {comparison.dccw:.1f}"
    )
    return [*lines, measures]


def _side(swatch: Swatch | None, has_blocks: bool) -> str:
    """Return the hex value of a swatch, after a block of its color if there are blocks."""
    text = swatch.hex if swatch else "-".ljust(7)
    if not has_blocks:
        return text
    return f"{_block(swatch, BLOCK_COLUMNS) if swatch else ' ' * BLOCK_COLUMNS} {text}"


def plain_lines(palette: Palette) -> list[str]:
    """Return a line with the hex value, share and name of each swatch.

    Shares and names are left out if no swatch has one. The last line has the palette's
    difference from its picture, if it is known.
    """
    return [*(text.rstrip(" ") for text in _texts(palette)), *_difference_lines(palette)]


def shorten(text: str, columns: int) -> str:
    """Return text as one line of at most `columns`, with an ellipsis if it was cut."""
    line = escape(text)
    if _columns(line) <= columns:
        return line
    ends = tuple(accumulate(map(_columns, line)))
    return f"{line[: bisect_right(ends, columns - 1)]}…"


def _texts(palette: Palette) -> list[str]:
    """Return the hex value, share and name of each swatch, in columns."""
    columns = _name_columns(palette)
    shares = any(swatch.share for swatch in palette.swatches)
    texts = []
    for swatch in palette.swatches:
        text = swatch.hex
        if shares:
            text += f"  {percent(swatch.share):>6}"
        if columns:
            name = shorten(swatch.full_name, columns)
            text += f"  {name}{' ' * (columns - _columns(name))}"
        texts.append(text)
    return texts


def _name_columns(palette: Palette) -> int:
    """Return the width of the column of names; 0 if there are none."""
    longest = max((_columns(escape(swatch.full_name)) for swatch in palette.swatches), default=0)
    return min(NAME_COLUMNS, longest)


def _columns(text: str) -> int:
    """Return the width of a text on a terminal, with wide and combining characters."""
    wide = sum(unicodedata.east_asian_width(c) in "FW" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def _difference_lines(palette: Palette) -> list[str]:
    """Return a line with the palette's difference from its picture, or none if it is unknown."""
    if palette.difference is None:
        return []
    mean, p95 = palette.difference.mean, palette.difference.p95
    return [f"ΔE2000: {mean:.1f} on average, 95 % of the area within {p95:.1f}"]


def _block(swatch: Swatch, columns: int) -> str:
    """Return spaces on a background of a swatch's color (24-bit SGR escape sequences)."""
    red, green, blue = swatch.color
    return f"\x1b[48;2;{red};{green};{blue}m{' ' * columns}\x1b[0m"
