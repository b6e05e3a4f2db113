"""GPL: GIMP's palette file, which Inkscape, Krita, Aseprite and others open too.

We write the form that every known program reads: header lines in GIMP's order, spaces between
the numbers, one tab, and a name of one line that is never empty and has at most 60 bytes (Pillow
refuses lines of more than 100). No byte order mark, no carriage returns.
"""

from __future__ import annotations

import re

from palette_engine.errors import InputError
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["dumps", "loads"]

MAGIC = "GIMP Palette"
NAME_BYTES = 60
"""Names are cut to this many bytes. See docs/decisions.md#names-cleaned-by-format."""

UNTITLED = "Untitled"

_HEADER = re.compile(r"(Name|Columns|Channels):(.*)")
_ROW = re.compile(r"\s*(\d{1,9})[ \t]+(\d{1,9})[ \t]+(\d{1,9})(?:[ \t]+(.*))?")
_RGBA_ROW = re.compile(_ROW.pattern.replace("(?:", r"[ \t]+\d{1,9}(?:", 1))


def dumps(palette: Palette) -> bytes:
    """Return a palette as a GPL file."""
    lines = [
        MAGIC,
        f"Name: {plain_text(palette.name, NAME_BYTES) or 'Palette'}",
        f"Columns: {palette.columns}",
        "#",
    ]
    for swatch in palette.swatches:
        label = plain_text(swatch.label, NAME_BYTES) or swatch.hex
        red, green, blue = swatch.color
        lines.append(f"{red:3d} {green:3d} {blue:3d}\t{label}")
    return "".join(f"{line}\n" for line in lines).encode()


def loads(data: bytes) -> Palette:
    """Return the palette in a GPL file.

    Values above 255 are clamped, as in GIMP. The alpha of Aseprite's ``Channels: RGBA`` is
    ignored. “Untitled”, which GIMP writes for a missing name, is read as an empty name. Raises
    `InputError` if the bytes do not begin as a GPL file or a line is not a color.
    """
    # Not splitlines(), which would also split names at characters such as U+2028.
    lines = [line.removesuffix("\r") for line in data.decode("utf-8-sig", "replace").split("\n")]
    if not lines[0].startswith(MAGIC):
        raise InputError(f"This is not a GIMP palette: it does not begin with “{MAGIC}”.")
    headers: dict[str, str] = {}
    row = _ROW
    swatches: list[Swatch] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip() or line.startswith("#"):
            continue
        if not swatches and (header := _HEADER.fullmatch(line)):
            headers[header[1]] = header[2].strip()
            row = _RGBA_ROW if headers.get("Channels") == "RGBA" else _ROW
            continue
        match = row.fullmatch(line)
        if not match:
            raise InputError(f"Line {number} of the GIMP palette is not a color.")
        red, green, blue = (min(int(value), 255) for value in match.group(1, 2, 3))
        name = (match[4] or "").strip()
        swatches.append(Swatch((red, green, blue), name="" if name == UNTITLED else name))
    return Palette(tuple(swatches), headers.get("Name", ""))
