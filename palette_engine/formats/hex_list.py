"""Hex list: one ``#rrggbb`` a line, in the palette's order."""

from __future__ import annotations

import re

from palette_engine.color.hex_code import parse_hex
from palette_engine.errors import InputError
from palette_engine.palette.value import Palette, Swatch

__all__ = ["FIRST_LINE", "dumps", "loads"]

FIRST_LINE = re.compile(rb"#?[0-9a-fA-F]{6}(?!\S)")
"""Matches the beginning of a list, to detect one in a file with another suffix."""


def dumps(palette: Palette) -> bytes:
    """Return the colors of a palette as lines of text."""
    return "".join(f"{swatch.hex}\n" for swatch in palette.swatches).encode()


def loads(data: bytes) -> Palette:
    """Return the palette in a list of hex colors, with or without ``#``; empty lines are skipped.

    Raises `InputError` for the first line that is not a color.
    """
    swatches = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            swatches.append(Swatch(parse_hex(line.strip(), digits=(6,))))
        except ValueError as error:
            message = f"Line {number} of the hex list is not a color like #e6194b."
            raise InputError(message) from error
    return Palette(tuple(swatches), "")
