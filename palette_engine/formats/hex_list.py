"""Hex list: one ``#rrggbb`` a line, in the palette's order; any text with colors is read.

`palette_engine.formats.color_text` says what counts as a color.
"""

from __future__ import annotations

import re

from palette_engine.errors import InputError
from palette_engine.formats.color_text import loads_text
from palette_engine.formats.text_file import decode, is_text
from palette_engine.palette.value import Palette

__all__ = ["dumps", "has_colors", "loads"]

BEGINNING = 2**16
"""How many bytes tell whether a file is a list."""

_OTHER_TEXT = re.compile(rb"\s*(?:<|%!|%PDF|P[1-7]\s|P[Ff]\s|/\* XPM|#\?RADIANCE|<\?xml)")
"""Matches the beginning of text files that are pictures or pages, and name colors in them."""


def dumps(palette: Palette) -> bytes:
    """Return the colors of a palette as lines of text."""
    return "".join(f"{swatch.hex}\n" for swatch in palette.swatches).encode()


def loads(data: bytes) -> Palette:
    """Return the palette in a list of colors, or in another text.

    Raises `InputError` if the bytes are no text or have no colors.
    """
    if not is_text(data) or _OTHER_TEXT.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise InputError("This is not a list of colors: it is not plain text.")
    return loads_text(decode(data).replace("\r\n", "\n").replace("\r", "\n"))


def has_colors(data: bytes) -> bool:
    """Return whether bytes are a text with colors, judged by their beginning."""
    start = data if len(data) <= BEGINNING else data[:BEGINNING].rpartition(b"\n")[0]
    try:
        loads(start or data[:BEGINNING])
    except InputError:
        return False
    return True
