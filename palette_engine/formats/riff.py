"""RIFF: Microsoft's palette, a ``.pal`` of chunks, without names.

A little-endian file: ``RIFF``, a length, ``PAL ``, and chunks. The chunk ``data`` holds a
version, the number of colors, and four bytes for each color (``LOGPALETTE`` of Windows).
"""

from __future__ import annotations

import struct

from palette_engine.errors import InputError
from palette_engine.palette.value import Palette, Swatch

__all__ = ["loads"]

MAGIC = b"RIFF"


def loads(data: bytes) -> Palette:
    """Return the palette in a RIFF file.

    Raises `InputError` if the bytes do not begin as such a file, or if they are cut short.
    """
    if not data.startswith(MAGIC) or data[8:12] != b"PAL ":
        raise InputError("This is not a RIFF palette: it does not begin with RIFF and PAL.")
    offset = 12
    try:
        name, length = struct.unpack_from("<4sI", data, offset)
        while name != b"data":
            # Chunks begin at even offsets.
            offset += 8 + length + length % 2
            name, length = struct.unpack_from("<4sI", data, offset)
        _, count = struct.unpack_from("<2H", data, offset + 8)
        rows = struct.unpack_from(f"{4 * count}s", data, offset + 12)[0]
    except struct.error as error:
        raise InputError("The RIFF palette is damaged or cut short.") from error
    colors = zip(rows[0::4], rows[1::4], rows[2::4], strict=True)
    return Palette(tuple(map(Swatch, colors)), "")
