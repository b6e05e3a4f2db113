"""RIFF: Microsoft's palette, a ``.pal`` of chunks, without names.

A little-endian file: ``RIFF``, a length, ``PAL ``, and chunks. The chunk ``data`` holds a
version, the number of colors, and four bytes for each color (``LOGPALETTE`` of Windows).
"""

from __future__ import annotations

import struct

from palette_engine.errors import InputError
from palette_engine.formats.remarks import colors
from palette_engine.palette.value import Palette, Remark, Swatch

__all__ = ["loads"]

MAGIC = b"RIFF"


def loads(data: bytes) -> Palette:
    """Return the palette in a RIFF file: as many colors as it declares and has.

    If the count is 0 or wrong, all colors of the chunk are read, with a remark. Raises `InputError`
    if the bytes do not begin as such a file, or if no chunk holds colors.
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
    except struct.error as error:
        raise InputError("The RIFF palette is damaged or cut short.") from error
    # The chunk may say that it is longer than the file, or shorter than its colors.
    there = len(data[offset + 12 : offset + 8 + max(length, 4 + 4 * count)]) // 4
    remarks: tuple[Remark, ...] = ()
    if count != there and (count == 0 or there < count):
        sentence = f"The RIFF palette has {colors(there)}, though it says {count:,}."
        remarks = (Remark(sentence, abs(there - count)),)
        count = there
    rows = data[offset + 12 :][: 4 * count]
    triples = zip(rows[0::4], rows[1::4], rows[2::4], strict=True)
    return Palette(tuple(map(Swatch, triples)), "", remarks=remarks)
