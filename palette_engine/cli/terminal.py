"""Terminal: a palette as one looks at it, and sentences for people."""

from __future__ import annotations

import contextlib
import os

import click

from palette_engine.palette import Palette, Swatch, percent

__all__ = ["one_line", "painted", "say"]

BLOCK = 8
BAR = 40
"""How many columns the bar of the largest share takes."""


def painted(palette: Palette) -> str:
    """Return lines with a block, the hex value, the share and a bar for each swatch.

    Below stands how well the swatches represent the picture.

    With NO_COLOR set (no-color.org) the blocks and bars are left out.
    """
    largest = max(swatch.share for swatch in palette.swatches)
    plain = bool(os.environ.get("NO_COLOR"))
    lines = [_line(swatch, largest, plain) for swatch in palette.swatches]
    if palette.fit:
        mean, p95 = palette.fit.mean, palette.fit.p95
        fit = f"ΔE2000: {mean:.1f} on average, 95 % of the area within {p95:.1f}"
        lines.append(fit if plain else f"  {fit}")
    return "\n".join(lines)


def one_line(text: str) -> str:
    """Return text with what would end the line, or steer the terminal, spelled out.

    Names of files may hold line breaks, escape sequences, and bytes that are not text.
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def say(sentence: str) -> None:
    """Tell people something: one line on standard error."""
    # That nobody can be told, on a full disk or a closed pipe, changes nothing about the work.
    with contextlib.suppress(OSError):
        click.echo(f"palette-engine: {one_line(sentence)}", err=True)


def _line(swatch: Swatch, largest: float, plain: bool) -> str:
    text = f"{swatch.hex}  {percent(swatch.share):>6}"
    if plain:
        return text
    bar = max(1, round(BAR * swatch.share / largest))
    return f"  {_filled(swatch, BLOCK)}  {text}  {_filled(swatch, bar)}"


def _filled(swatch: Swatch, columns: int) -> str:
    """Return blanks on a true-color background."""
    red, green, blue = swatch.color
    return f"\x1b[48;2;{red};{green};{blue}m{' ' * columns}\x1b[0m"
