"""ACT: Photoshop's color table, 256 colors of three bytes without names."""

from __future__ import annotations

from palette_engine.errors import InputError
from palette_engine.palette.value import Palette, Swatch

__all__ = ["loads"]

COLORS = 256


def loads(data: bytes) -> Palette:
    """Return the palette in an ACT file, 256 colors or the number that the last four bytes give.

    Raises `InputError` unless there are 768 or 772 bytes.
    """
    size = 3 * COLORS
    if len(data) not in (size, size + 4):
        raise InputError("This is not a Photoshop color table: it has neither 768 bytes nor 772.")
    used = int.from_bytes(data[size : size + 2])
    count = used if 0 < used <= COLORS else COLORS
    channels = iter(data[: 3 * count])
    return Palette(tuple(map(Swatch, zip(channels, channels, channels, strict=True))), "")
