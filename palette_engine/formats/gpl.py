"""GPL: GIMP's palette file, which Inkscape, Krita, Aseprite and others open too.

We write the form that every known program reads: header lines in GIMP's order, spaces between
the numbers, one tab, and a name of one line that is never empty and has at most 60 bytes (Pillow
refuses lines of more than 100). No byte order mark, no carriage returns.
"""

from __future__ import annotations

import re

from palette_engine.errors import InputError
from palette_engine.formats.remarks import alpha_left_out, lines_left_out
from palette_engine.formats.text_file import lines_of
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["dumps", "loads"]

MAGIC = "GIMP Palette"
NAME_BYTES = 60
"""Names are cut to this many bytes. See docs/decisions.md#names-cleaned-by-format."""

UNTITLED = "Untitled"

_HEADER = re.compile(r"\s*([A-Za-z][\w .-]{0,40}?)\s*:(.*)")
_NAME_IN_COMMENT = re.compile(r"\s*#\s*Palette Name:(.*)", re.IGNORECASE)
_ROW = re.compile(r"\s*(\d{1,9})[ \t]+(\d{1,9})[ \t]+(\d{1,9})(?:[ \t]+(.*))?", re.ASCII)
_RGBA_ROW = re.compile(_ROW.pattern.replace("(?:", r"[ \t]+\d{1,9}(?:", 1), re.ASCII)


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
    """Return the palette in a GPL file, as leniently as GIMP 3 reads it.

    Values above 255 are clamped, as in GIMP. “Untitled”, which GIMP writes for a missing name, is
    read as an empty name. Header lines with other keys are passed over; a name in a comment, as
    Lospec writes it, counts if there is no other. Remarks tell of lines that are no colors, and of
    the alpha of Aseprite's ``Channels: RGBA``. Raises `InputError` if the bytes do not begin as a
    GPL file, or if no line is a color.
    """
    lines = lines_of(data)
    if not lines[0].startswith(MAGIC):
        raise InputError(f"This is not a GIMP palette: it does not begin with “{MAGIC}”.")
    headers: dict[str, str] = {}
    row = _ROW
    swatches: list[Swatch] = []
    unread: list[int] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip(" \t\0\x1a"):
            continue
        if line.startswith("#"):
            if match := _NAME_IN_COMMENT.match(line):
                headers.setdefault("#", match[1].strip())
            continue
        if not swatches and (header := _HEADER.fullmatch(line)):
            headers[header[1].lower()] = header[2].strip()
            row = _RGBA_ROW if headers.get("channels") == "RGBA" else _ROW
            continue
        match = row.fullmatch(line) or _ROW.fullmatch(line)
        if not match:
            unread.append(number)
            continue
        red, green, blue = (min(int(value), 255) for value in match.group(1, 2, 3))
        name = (match[4] or "").strip()
        swatches.append(Swatch((red, green, blue), name="" if name == UNTITLED else name))
    if unread and not swatches:
        raise InputError(f"Line {unread[0]} of the GIMP palette is not a color.")
    remarks = lines_left_out(unread)
    if row is _RGBA_ROW and swatches:
        remarks += (alpha_left_out(len(swatches)),)
    name = headers.get("name") or headers.get("#", "")
    return Palette(tuple(swatches), name, remarks=remarks)
