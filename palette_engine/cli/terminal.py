"""Terminal: a palette as one looks at it, and sentences for people."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
import unicodedata
from bisect import bisect_right
from itertools import accumulate

import click

from palette_engine.palette.value import Palette, Swatch, percent

__all__ = [
    "NAME",
    "cut",
    "in_color",
    "listed",
    "on_terminal",
    "one_line",
    "painted",
    "say",
    "say_defect",
    "say_where",
    "shown",
]

BLOCK = 8
BAR = 40
"""How many columns the bar of the largest share takes."""

NAME = 24
"""How many columns a name takes, at the most; the bar has what is left."""


def shown(palette: Palette) -> list[str]:
    """Return the lines of a palette for who looks: painted on a terminal, else as text."""
    return painted(palette) if in_color() else listed(palette)


def in_color() -> bool:
    """Tell whether standard output is a terminal, and NO_COLOR (no-color.org) is not set."""
    return on_terminal() and not os.environ.get("NO_COLOR")


def on_terminal() -> bool:
    """Tell whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def painted(palette: Palette) -> list[str]:
    """Return a line with a block, the text of `listed` and a bar of the share for each swatch."""
    largest = max((swatch.share for swatch in palette.swatches), default=0)
    longest = BAR - (2 + _name_columns(palette) if _name_columns(palette) else 0)
    lines = []
    for swatch, text in zip(palette.swatches, _texts(palette), strict=True):
        line = f"  {_filled(swatch, BLOCK)}  {text}"
        if largest:
            line += f"  {_filled(swatch, max(1, round(longest * swatch.share / largest)))}"
        lines.append(line.rstrip(" "))
    return [*lines, *(f"  {line}" for line in _fit(palette))]


def listed(palette: Palette) -> list[str]:
    """Return a line with the hex value, the share and the name of each swatch.

    Shares and names are left out of a palette that has none. Below stands how well the
    swatches represent the picture.
    """
    return [*(text.rstrip(" ") for text in _texts(palette)), *_fit(palette)]


def one_line(text: str) -> str:
    """Return text with what would end the line, or steer the terminal, spelled out.

    Names of files may hold line breaks, escape sequences, and bytes that are not text.
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def say(sentence: str) -> None:
    """Tell people something: one line on standard error."""
    # That nobody can be told, on a full disk or a closed pipe, changes nothing about the work.
    with contextlib.suppress(OSError):
        # On a terminal, in the place of a bar that may be there.
        before = "\r\x1b[K" if sys.stderr is not None and sys.stderr.isatty() else ""
        click.echo(f"{before}palette-engine: {one_line(sentence)}", err=True)


def say_defect(error: Exception) -> None:
    """Tell people about a defect of this program, and where it is if they want to know."""
    say(f"this is a defect, please report it: {type(error).__name__}: {error}")
    say_where(error)


def say_where(error: Exception) -> None:
    """Print where an error comes from if PALETTE_ENGINE_DEBUG is set."""
    if os.environ.get("PALETTE_ENGINE_DEBUG"):
        traceback.print_exception(error)


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
            name = cut(swatch.name, columns)
            text += f"  {name}{' ' * (columns - _columns(name))}"
        texts.append(text)
    return texts


def _name_columns(palette: Palette) -> int:
    """Return how many columns the names take."""
    longest = max((_columns(one_line(swatch.name)) for swatch in palette.swatches), default=0)
    return min(NAME, longest)


def cut(text: str, columns: int) -> str:
    """Return text as one line with an ellipsis for what does not fit."""
    line = one_line(text)
    if _columns(line) <= columns:
        return line
    ends = tuple(accumulate(map(_columns, line)))
    return f"{line[: bisect_right(ends, columns - 1)]}…"


def _columns(text: str) -> int:
    """Return how many columns a terminal gives to a text."""
    wide = sum(unicodedata.east_asian_width(c) in "FW" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def _fit(palette: Palette) -> list[str]:
    """Return how well the swatches represent the picture, if that is known."""
    if palette.fit is None:
        return []
    mean, p95 = palette.fit.mean, palette.fit.p95
    return [f"ΔE2000: {mean:.1f} on average, 95 % of the area within {p95:.1f}"]


def _filled(swatch: Swatch, columns: int) -> str:
    """Return blanks on a true-color background."""
    red, green, blue = swatch.color
    return f"\x1b[48;2;{red};{green};{blue}m{' ' * columns}\x1b[0m"
