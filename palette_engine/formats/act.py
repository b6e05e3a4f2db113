"""ACT: Photoshop's color table, 256 colors without names."""

from __future__ import annotations

from palette_engine.errors import InputError
from palette_engine.palette.value import Palette, Swatch

__all__ = ["loads"]

COLORS = 256


def loads(data: bytes) -> Palette:
    """Return the palette of an ACT file: its 256 colors, or as many as it says are used.

    Raises `InputError` if it has neither 768 bytes nor 772.
    """
    size = 3 * COLORS
    if len(data) not in (size, size + 4):
        raise InputError("This is not a Photoshop color table: it has neither 768 bytes nor 772.")
    said = int.from_bytes(data[size : size + 2])
    count = said if 0 < said <= COLORS else COLORS
    channels = iter(data[: 3 * count])
    return Palette(tuple(map(Swatch, zip(channels, channels, channels, strict=True))), "")
