"""ACO: Photoshop's color swatches.

Big-endian: a version, the number of colors, and rows of a color space and four numbers. After
the section of version 1 stands one of version 2 with the same colors and their names. Both are
written, in this order, as Photoshop does; GIMP reads the first. (GIMP takes the number of
colors for a signed one and finds none if its low byte is 128 or more.)
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from palette_engine.color.srgb import Color
from palette_engine.errors import InputError, OptionError
from palette_engine.formats import spaces
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["dumps", "loads"]

MOST_COLORS = 0xFFFF
NAME_BYTES = 200


def _signed(value: int) -> int:
    return value - 0x10000 if value & 0x8000 else value


_SPACES: dict[int, tuple[int, Callable[..., Color]]] = {
    # The high bytes: some programs write v * 257 and some v * 256.
    0: (3, lambda *channels: spaces.rgb(*((channel >> 8) / 255 for channel in channels))),
    1: (3, lambda *values: spaces.hsb(*(value / 65535 for value in values))),
    # Paper is 65535 and full ink 0.
    2: (4, lambda *papers: spaces.cmyk(*(1 - paper / 65535 for paper in papers))),
    7: (3, lambda w, x, y: spaces.lab(w / 100, _signed(x) / 100, _signed(y) / 100)),
    # As Krita has it; GIMP has black and white the other way round.
    8: (1, lambda white: spaces.gray(white / 10000)),
    9: (4, lambda *inks: spaces.cmyk(*(ink / 10000 for ink in inks))),
}
"""How many numbers a space has, and what they mean: RGB, HSB, CMYK, CIELAB, gray, wide CMYK."""


def dumps(palette: Palette) -> bytes:
    """Return the palette as an ACO file.

    Raises `OptionError` for more colors than the format can count, 65,535.
    """
    if len(palette.swatches) > MOST_COLORS:
        raise OptionError(f"An ACO file holds at most {MOST_COLORS:,} colors.")
    rows = [
        struct.pack(">5H", 0, *(channel * 257 for channel in swatch.color), 0)
        for swatch in palette.swatches
    ]
    names = [_name(swatch) for swatch in palette.swatches]
    first = struct.pack(">2H", 1, len(rows)) + b"".join(rows)
    named = (row + name for row, name in zip(rows, names, strict=True))
    return first + struct.pack(">2H", 2, len(rows)) + b"".join(named)


def loads(data: bytes) -> Palette:
    """Return the palette of an ACO file, with the names of its section of version 2 if it has one.

    HSB, CMYK, CIELAB and gray become sRGB as `palette_engine.formats.spaces` says. Raises
    `InputError` if it does not begin as an ACO file, is cut short, or has colors of another
    space.
    """
    if data[:2] not in (b"\0\1", b"\0\2"):
        raise InputError("This is not a Photoshop swatches file: its version is not 1 or 2.")
    try:
        swatches, end = _section(data, 0)
        if data[:2] == b"\0\1" and data[end : end + 2] == b"\0\2":
            swatches, _ = _section(data, end)
    except struct.error as error:
        raise InputError("The Photoshop swatches file is damaged or cut short.") from error
    return Palette(tuple(swatches), "")


def _name(swatch: Swatch) -> bytes:
    """Return a swatch's name as UTF-16 that ends with NUL, after its length."""
    units = f"{plain_text(swatch.label, NAME_BYTES) or swatch.hex}\0".encode("utf-16-be")
    return struct.pack(">I", len(units) // 2) + units


def _section(data: bytes, place: int) -> tuple[list[Swatch], int]:
    """Return the swatches of the section at a place, and where it ends."""
    version, count = struct.unpack_from(">2H", data, place)
    place += 4
    swatches = []
    for number in range(1, count + 1):
        space, *numbers = struct.unpack_from(">5H", data, place)
        place += 10
        if space not in _SPACES:
            raise InputError(f"Color {number} of the Photoshop swatches is of no known space.")
        name = ""
        if version == 2:
            (length,) = struct.unpack_from(">I", data, place)
            (units,) = struct.unpack_from(f"{2 * length}s", data, place + 4)
            name = units.decode("utf-16-be", "replace").partition("\0")[0]
            place += 4 + 2 * length
        used, color_of = _SPACES[space]
        swatches.append(Swatch(color_of(*numbers[:used]), name=plain_text(name, NAME_BYTES)))
    return swatches, place
