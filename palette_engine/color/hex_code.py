"""Hex codes: sRGB colors as text, ``#rrggbb`` or ``#rgb``."""

from __future__ import annotations

import re
from collections.abc import Collection

from palette_engine.color.srgb import Color

__all__ = ["format_hex", "parse_hex"]

_CODE = re.compile(r"#?([0-9a-fA-F]+)")


def parse_hex(code: str, digits: Collection[int] = (3, 6)) -> Color:
    """Return the color of a hex code in either case, with or without ``#``.

    `digits` holds the accepted numbers of digits; each of three stands for two equal ones, as in
    CSS. Raises `ValueError` if the text is not such a code.
    """
    match = _CODE.fullmatch(code)
    if not match or len(match[1]) not in digits:
        raise ValueError(f"{code!r} is not a hex color.")
    long = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
    red, green, blue = bytes.fromhex(long)
    return red, green, blue


def format_hex(color: Color) -> str:
    """Return a color as ``#rrggbb`` in lower case."""
    return "#{:02x}{:02x}{:02x}".format(*color)
