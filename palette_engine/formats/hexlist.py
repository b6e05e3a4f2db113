"""Hex list: one ``#rrggbb`` a line, in the palette's order."""

from __future__ import annotations

import re

from palette_engine.errors import InputError
from palette_engine.palette.value import Palette, Swatch

__all__ = ["BEGINNING", "dumps", "loads"]

BEGINNING = re.compile(rb"#?[0-9a-fA-F]{6}(?![^\s])")
"""How a list begins, by which a file of another name is recognized."""

_LINE = re.compile(r"#?([0-9a-fA-F]{6})")


def dumps(palette: Palette) -> bytes:
    """Return the palette's colors as text."""
    return "".join(f"{swatch.hex}\n" for swatch in palette.swatches).encode()


def loads(data: bytes) -> Palette:
    """Return the palette of a list of hex colors, with or without ``#``; empty lines pass.

    Raises `InputError` at the first line that is not a color.
    """
    swatches = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
        match = _LINE.fullmatch(line.strip())
        if match:
            red, green, blue = bytes.fromhex(match[1])
            swatches.append(Swatch((red, green, blue)))
        elif line.strip():
            raise InputError(f"Line {number} of the hex list is not a color like #e6194b.")
    return Palette(tuple(swatches), "")
