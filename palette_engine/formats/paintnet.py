"""Paint.NET: a text file of ``aarrggbb`` lines and comments, without names of colors.

Paint.NET takes the first 96 colors, and adds white if there are fewer.

https://www.getpaint.net/doc/latest/WorkingWithPalettes.html
"""

from __future__ import annotations

import re

from palette_engine.errors import InputError
from palette_engine.formats.color_notation import parse_color
from palette_engine.formats.remarks import alpha_left_out, lines_left_out
from palette_engine.formats.text_file import lines_of
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["MAGIC", "MAX_COLORS", "dumps", "loads"]

MAX_COLORS = 96
"""How many colors of a file Paint.NET takes."""

NAME_BYTES = 200

MAGIC = rb"(?:\xef\xbb\xbf)?\s*;\s*(?i:paint\.net)"
"""Matches the beginning of most such files; others are read as text."""

_ROW = re.compile(r"([0-9a-f]{2})([0-9a-f]{6})|([0-9a-f]{6})", re.IGNORECASE)
_NAME = re.compile(r"palette name:\s*(\S.*)", re.IGNORECASE)
_OTHER_COMMENT = re.compile(r"(?:colors|description|palette name):|downloaded", re.IGNORECASE)


def dumps(palette: Palette) -> bytes:
    """Return a palette as a Paint.NET file."""
    lines = ["; Paint.NET Palette File", f"; {plain_text(palette.name, NAME_BYTES) or 'Palette'}"]
    lines += [f"FF{swatch.hex[1:].upper()}" for swatch in palette.swatches]
    # Paint.NET writes a byte order mark too, and needs it if the name is not ASCII.
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def loads(data: bytes) -> Palette:
    """Return the palette in a Paint.NET file; the second comment is its name.

    Remarks tell of alpha that was left out, and of lines that are not colors. Raises `InputError`
    if no line is a color.
    """
    comments: list[str] = []
    swatches: list[Swatch] = []
    unread: list[int] = []
    alphas = 0
    for number, line in enumerate(lines_of(data), start=1):
        row, _, comment = line.partition(";")
        if comment and not row.strip():
            comments.append(plain_text(comment, NAME_BYTES))
        match = _ROW.fullmatch(row.strip())
        notation = parse_color(f"#{match[2] or match[3]}") if match else None
        if notation and match:
            swatches.append(Swatch(notation.color))
            alphas += bool(match[1]) and match[1].lower() != "ff"
        elif row.strip():
            unread.append(number)
    if not swatches:
        raise InputError("The Paint.NET palette has no line of eight hex digits such as FFE6194B.")
    remarks = lines_left_out(unread)
    if alphas:
        remarks += (alpha_left_out(alphas),)
    names = [match[1] for text in comments if (match := _NAME.match(text))]
    names += [text for text in comments[1:] if text and not _OTHER_COMMENT.match(text)]
    return Palette(tuple(swatches), names[0] if names else "", remarks=remarks)
