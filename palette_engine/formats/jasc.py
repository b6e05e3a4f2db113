"""JASC: the palette of Paint Shop Pro, a ``.pal`` text file without names that many programs open.

Lines end with a carriage return and a line feed; GIMP does not read it otherwise.
"""

from __future__ import annotations

import re

from palette_engine.errors import InputError
from palette_engine.palette.value import Palette, Swatch

__all__ = ["dumps", "loads"]

MAGIC = b"JASC-PAL"

_ROW = re.compile(r"\s*(\d{1,9})[ \t]+(\d{1,9})[ \t]+(\d{1,9})(?:[ \t]+\d{1,9})?\s*", re.ASCII)


def dumps(palette: Palette) -> bytes:
    """Return a palette as a JASC file."""
    lines = ["JASC-PAL", "0100", str(len(palette.swatches))]
    lines += ["{} {} {}".format(*swatch.color) for swatch in palette.swatches]
    return "".join(f"{line}\r\n" for line in lines).encode()


def loads(data: bytes) -> Palette:
    """Return the palette in a JASC file; values above 255 are clamped, and alpha is ignored.

    Raises `InputError` if the bytes do not begin as a JASC file, a line is not a color, or there
    are fewer colors than line 3 declares.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.startswith(MAGIC):
        raise InputError("This is not a JASC palette: it does not begin with JASC-PAL.")
    lines = data.decode("ascii", "replace").splitlines()
    if len(lines) < 3 or not re.fullmatch(r"[0-9]{1,9}", lines[2].strip()):
        raise InputError("Line 3 of the JASC palette does not say how many colors follow.")
    count = int(lines[2])
    swatches = []
    for number, line in enumerate(lines[3 : 3 + count], start=4):
        match = _ROW.fullmatch(line)
        if not match:
            raise InputError(f"Line {number} of the JASC palette is not a color.")
        red, green, blue = (min(int(value), 255) for value in match.group(1, 2, 3))
        swatches.append(Swatch((red, green, blue)))
    if len(swatches) < count:
        raise InputError(
            f"The JASC palette is cut short: it has {len(swatches)} of {count:,} colors."
        )
    return Palette(tuple(swatches), "")
