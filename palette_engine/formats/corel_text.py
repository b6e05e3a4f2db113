"""Corel text: a palette of old CorelDRAW, a ``.pal`` with a name in quotes and four inks a line."""

from __future__ import annotations

import re

from palette_engine.errors import InputError
from palette_engine.formats.color_models import cmyk
from palette_engine.formats.remarks import lines_left_out
from palette_engine.formats.text_file import lines_of
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["MAGIC", "loads"]

MAGIC = rb'"[^\r\n]{0,200}"(?:[ \t]+\d{1,3}){4}[ \t]*[\r\n]'
NAME_BYTES = 200

_ROW = re.compile(r'"([^\n]{0,200})"[ \t]+' + r"(\d{1,3})[ \t]+" * 3 + r"(\d{1,3})\s*", re.ASCII)


def loads(data: bytes) -> Palette:
    """Return the palette in such a file; inks, 0 to 100, are converted without a profile.

    A remark tells of lines that are not colors. Raises `InputError` if no line is one.
    """
    lines = [
        (number, line) for number, line in enumerate(lines_of(data), 1) if line.strip(" \t\x1a")
    ]
    matches = [(number, _ROW.fullmatch(line)) for number, line in lines]
    swatches = [
        Swatch(cmyk(*(int(ink) / 100 for ink in match.groups()[1:])), name=_name(match[1]))
        for _, match in matches
        if match
    ]
    if not swatches:
        raise InputError("This is not a CorelDRAW palette: no line has a name and four inks.")
    return Palette(
        tuple(swatches),
        "",
        remarks=lines_left_out([number for number, match in matches if not match]),
    )


def _name(text: str) -> str:
    return plain_text(text, NAME_BYTES)
