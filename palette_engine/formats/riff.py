"""RIFF: Microsoft's palette, a ``.pal`` of chunks, without names.

Little-endian: ``RIFF``, a length, ``PAL ``, and chunks, of which ``data`` holds a version, the
number of colors, and four bytes a color.
"""

from __future__ import annotations

import struct

from palette_engine.errors import InputError
from palette_engine.palette.value import Palette, Swatch

__all__ = ["loads"]

MAGIC = b"RIFF"


def loads(data: bytes) -> Palette:
    """Return the palette of a RIFF file.

    Raises `InputError` if it does not begin as one, is cut short, or has fewer colors than it
    says.
    """
    if not data.startswith(MAGIC) or data[8:12] != b"PAL ":
        raise InputError("This is not a RIFF palette: it does not begin with RIFF and PAL.")
    place = 12
    try:
        name, length = struct.unpack_from("<4sI", data, place)
        while name != b"data":
            # Chunks begin at even places.
            place += 8 + length + length % 2
            name, length = struct.unpack_from("<4sI", data, place)
        _, count = struct.unpack_from("<2H", data, place + 8)
        rows = struct.unpack_from(f"{4 * count}s", data, place + 12)[0]
    except struct.error as error:
        raise InputError("The RIFF palette is damaged or cut short.") from error
    colors = zip(rows[0::4], rows[1::4], rows[2::4], strict=True)
    return Palette(tuple(map(Swatch, colors)), "")
