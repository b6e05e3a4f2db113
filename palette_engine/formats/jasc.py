"""JASC: the palette of Paint Shop Pro, a ``.pal`` text file without names that many programs open.

Lines end with a carriage return and a line feed; GIMP does not read it otherwise.
"""

from __future__ import annotations

import re

from palette_engine.errors import InputError
from palette_engine.formats.remarks import alpha_left_out, colors, lines_left_out
from palette_engine.formats.text_file import lines_of
from palette_engine.palette.value import Palette, Remark, Swatch

__all__ = ["dumps", "loads"]

MAGIC = b"JASC-PAL"

_ROW = re.compile(r"\s*(\d{1,9})[ \t]+(\d{1,9})[ \t]+(\d{1,9})(?:[ \t]+(\d{1,9}))?\s*", re.ASCII)


_WHITE = " \t\0\x1a"


def dumps(palette: Palette) -> bytes:
    """Return a palette as a JASC file."""
    lines = ["JASC-PAL", "0100", str(len(palette.swatches))]
    lines += ["{} {} {}".format(*swatch.color) for swatch in palette.swatches]
    return "".join(f"{line}\r\n" for line in lines).encode()


def loads(data: bytes) -> Palette:
    """Return the palette in a JASC file; values above 255 are clamped.

    All rows are read, whatever line 3 says. Remarks tell if it says another number, of lines that
    are not colors, and of alpha that was left out. Raises `InputError` if the bytes do not begin as
    a JASC file, or if no line is a color.
    """
    lines = lines_of(data)
    if not lines[0].startswith(MAGIC.decode()):
        raise InputError("This is not a JASC palette: it does not begin with JASC-PAL.")
    rows = [(number, line) for number, line in enumerate(lines[1:], start=2) if line.strip(_WHITE)]
    if rows and re.fullmatch(r"\s*0[0-9]{3}\s*", rows[0][1], re.ASCII):
        rows = rows[1:]
    counts = [line for _, line in rows[:1] if re.fullmatch(r"\s*\d{1,9}\s*", line, re.ASCII)]
    matches = [(number, _ROW.fullmatch(line)) for number, line in rows[len(counts) :]]
    swatches = []
    for _, match in matches:
        if match:
            red, green, blue = (min(int(value), 255) for value in match.group(1, 2, 3))
            swatches.append(Swatch((red, green, blue)))
    unread = [number for number, match in matches if not match]
    if unread and not swatches:
        raise InputError(f"Line {unread[0]} of the JASC palette is not a color.")
    remarks = lines_left_out(unread)
    if counts and int(counts[0]) != len(swatches):
        remarks += (
            Remark(
                f"The JASC palette has {colors(len(swatches))}, though it says {int(counts[0]):,}.",
                abs(int(counts[0]) - len(swatches)),
            ),
        )
    if alphas := sum(bool(match and match[4]) for _, match in matches):
        remarks += (alpha_left_out(alphas),)
    return Palette(tuple(swatches), "", remarks=remarks)
