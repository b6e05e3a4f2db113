"""Raw palettes: the colors of VGA cards and old games, 3 or 4 bytes each, without a header.

A ``.pal`` of 768 bytes is 256 colors. If no byte is above 63, they are the 6-bit values of a
VGA card, of which 63 is full.
"""

from __future__ import annotations

from palette_engine.errors import InputError
from palette_engine.formats.act import triples_of
from palette_engine.formats.text_file import is_text
from palette_engine.palette.value import Palette, Remark

__all__ = ["can_be", "loads"]

MAX_COLORS = 256

_VGA_MAX = 63


def loads(data: bytes) -> Palette:
    """Return the palette in bytes of red, green and blue; a remark tells of 6-bit values.

    1,024 bytes with equal fourth bytes are four a color. Raises `InputError` if the length is not
    that of 1 to 256 colors, or if the bytes are text or all the same.
    """
    size = len(data)
    if size == 4 * MAX_COLORS and len({*data[3::4]}) == 1:
        rows = b"".join(data[start : start + 3] for start in range(0, size, 4))
    elif 0 < size <= 3 * MAX_COLORS and size % 3 == 0:
        rows = data
    else:
        rows = b""
    if not rows or len({*rows}) == 1 or is_text(data):
        raise InputError(
            "This is not a palette without a header: such files have 3 bytes for each of at most "
            "256 colors."
        )
    remarks: tuple[Remark, ...] = ()
    if max(rows) <= _VGA_MAX:
        rows = bytes((255 * value + _VGA_MAX // 2) // _VGA_MAX for value in rows)
        sentence = "No value is above 63, so they were read as 6-bit values of a VGA card."
        remarks = (Remark(sentence, len(rows) // 3),)
    return Palette(triples_of(rows), "", remarks=remarks)


def can_be(data: bytes) -> bool:
    """Return whether bytes can be such a palette."""
    try:
        loads(data)
    except InputError:
        return False
    return True
