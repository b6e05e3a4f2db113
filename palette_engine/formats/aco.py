"""ACO: Photoshop's color swatches.

A big-endian file of sections. Each has a version, the number of colors, and for each color a
color space and four numbers of 16 bits. The section of version 1 is followed by one of version
2, which repeats the colors with their names. We write both in this order, as Photoshop does;
GIMP reads the first. (GIMP reads the number of colors as signed and finds none if its low byte
is 128 or more.)

Adobe Photoshop File Formats Specification, “Color Swatches”.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from palette_engine.color.srgb import Color
from palette_engine.errors import InputError, OptionError
from palette_engine.formats import color_models
from palette_engine.formats.remarks import colors
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["dumps", "loads"]

MAX_COLORS = 0xFFFF
NAME_BYTES = 200


def _signed(value: int) -> int:
    return value - 0x10000 if value & 0x8000 else value


_SPACES: dict[int, tuple[int, Callable[..., Color]]] = {
    # Only the high bytes, as some programs write v * 257 and others v * 256.
    0: (3, lambda *channels: color_models.rgb(*((channel >> 8) / 255 for channel in channels))),
    1: (3, lambda *values: color_models.hsb(*(value / 65535 for value in values))),
    # Without ink 65535, with full ink 0.
    2: (4, lambda *papers: color_models.cmyk(*(1 - paper / 65535 for paper in papers))),
    7: (3, lambda w, x, y: color_models.lab(w / 100, _signed(x) / 100, _signed(y) / 100)),
    # As in Krita; GIMP has black and white the other way round.
    8: (1, lambda white: color_models.gray(white / 10000)),
    9: (4, lambda *inks: color_models.cmyk(*(ink / 10000 for ink in inks))),
}
"""The number of values and the conversion of each color space.

0 is RGB, 1 HSB, 2 CMYK, 7 CIELAB, 8 gray, 9 wide CMYK.
"""


def dumps(palette: Palette) -> bytes:
    """Return a palette as an ACO file.

    Raises `OptionError` for more than 65,535 colors, which the format cannot count.
    """
    if len(palette.swatches) > MAX_COLORS:
        raise OptionError(
            f"An ACO file holds at most {MAX_COLORS:,} colors; choose another format."
        )
    rows = [
        struct.pack(">5H", 0, *(channel * 257 for channel in swatch.color), 0)
        for swatch in palette.swatches
    ]
    names = [_name(swatch) for swatch in palette.swatches]
    first = struct.pack(">2H", 1, len(rows)) + b"".join(rows)
    named = (row + name for row, name in zip(rows, names, strict=True))
    return first + struct.pack(">2H", 2, len(rows)) + b"".join(named)


def loads(data: bytes) -> Palette:
    """Return the palette in an ACO file, with names if the file has a section of version 2.

    HSB, CMYK, CIELAB and gray are converted by `palette_engine.formats.color_models`. Remarks tell
    of colors of a color book, which the file names only by numbers and which are left out, and of a
    section that is damaged. Raises `InputError` if the bytes do not begin as an ACO file, or if no
    color is there.
    """
    if data[:2] not in (b"\0\1", b"\0\2"):
        raise InputError("This is not a Photoshop swatches file: its version is not 1 or 2.")
    first = _section(data, 0)
    if data[:2] == b"\0\1" and data[first.end : first.end + 2] == b"\0\2":
        second = _section(data, first.end)
        if second.is_whole and second.declared >= first.declared:
            return second.palette()
        if first.is_whole:
            sentence = "The section with the names of the colors is damaged and was left out."
            return first.palette(Remark(sentence, first.declared))
    if first.unknown and not first.swatches:
        raise InputError("No color of the Photoshop swatches is in a known color space.")
    if not first.is_whole and not first.swatches:
        raise InputError("The Photoshop swatches file is damaged or cut short.")
    if not first.is_whole:
        missing = first.declared - first.read
        sentence = f"The Photoshop swatches file is cut short; {colors(missing)} of it are missing."
        return first.palette(Remark(sentence, missing))
    return first.palette()


@dataclass(frozen=True)
class _Section:
    """A section as far as it could be read: `read` of `declared` colors, and its end."""

    swatches: tuple[Swatch, ...]
    unknown: int
    declared: int
    read: int
    end: int

    @property
    def is_whole(self) -> bool:
        """Whether all of its colors are there."""
        return self.read == self.declared

    def palette(self, *remarks: Remark) -> Palette:
        """Return the palette of the section."""
        if self.unknown:
            were = "was" if self.unknown == 1 else "were"
            sentence = (
                f"{colors(self.unknown)} {were} left out: of a color book, in which the file has "
                "only their numbers, or in an unknown color space."
            )
            remarks = (Remark(sentence, self.unknown), *remarks)
        return Palette(self.swatches, "", remarks=remarks)


def _name(swatch: Swatch) -> bytes:
    """Return a swatch's label as its length in 16-bit units, UTF-16 and NUL."""
    units = f"{plain_text(swatch.label, NAME_BYTES) or swatch.hex}\0".encode("utf-16-be")
    return struct.pack(">I", len(units) // 2) + units


def _section(data: bytes, offset: int) -> _Section:
    """Return the section at an offset, as far as it is there."""
    swatches: list[Swatch] = []
    unknown = read = 0
    count = -1
    try:
        version, count = struct.unpack_from(">2H", data, offset)
        offset += 4
        for _ in range(count):
            space, *numbers = struct.unpack_from(">5H", data, offset)
            end = offset + 10
            name = ""
            if version == 2:
                (length,) = struct.unpack_from(">I", data, end)
                (units,) = struct.unpack_from(f"{2 * length}s", data, end + 4)
                name = units.decode("utf-16-be", "replace").partition("\0")[0]
                end += 4 + 2 * length
            offset = end
            read += 1
            if space in _SPACES:
                count_used, color_of = _SPACES[space]
                color = color_of(*numbers[:count_used])
                swatches.append(Swatch(color, name=plain_text(name, NAME_BYTES)))
            else:
                unknown += 1
    except (struct.error, OverflowError):
        pass  # `read` is less than `count`
    return _Section(tuple(swatches), unknown, count, read, offset)
