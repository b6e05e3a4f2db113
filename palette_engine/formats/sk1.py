"""sK1: the palette of sK1 and, as an import, of Scribus: calls with a color model and a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from palette_engine.color.srgb import Color
from palette_engine.errors import InputError
from palette_engine.formats import color_models
from palette_engine.formats.limits import check_count
from palette_engine.formats.remarks import lines_left_out
from palette_engine.formats.text_file import lines_of
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["MAGIC", "loads"]

MAGIC = b"##sK1 palette"
NAME_BYTES = 200

_NUMBER = r"\s*-?\d{1,9}(?:\.\d{0,20})?(?:[eE]-?\d{1,2})?\s*"
_TEXT = r"u?(?:'((?:[^'\\]|\\.){0,1000})'|\"((?:[^\"\\]|\\.){0,1000})\")"
_COLOR = re.compile(
    rf"\s*color\(\[u?['\"](\w{{1,20}})['\"],\s*\[((?:{_NUMBER},){{0,3}}{_NUMBER})\],"
    rf"{_NUMBER},\s*{_TEXT}.{{0,200}}"
)
_NAME = re.compile(rf"\s*set_name\({_TEXT}\)\s*")

_MODELS: Mapping[str, tuple[int, Callable[..., Color]]] = {
    "RGB": (3, color_models.rgb),
    "CMYK": (4, color_models.cmyk),
    "GRAY": (1, color_models.gray),
    "LAB": (3, lambda w, a, b: color_models.lab(w * 100, a * 255 - 128, b * 255 - 128)),
}
"""The number of values and the conversion of each color model."""


def loads(data: bytes) -> Palette:
    """Return the palette in a file of sK1; the calls are never run.

    A remark tells of colors in other models, such as spot colors. Raises `InputError` if the bytes
    do not begin as such a file, or if no color can be read.
    """
    lines = lines_of(data)
    if not lines[0].startswith(MAGIC.decode()):
        raise InputError("This is not a palette of sK1: it does not begin with ##sK1 palette.")
    swatches: list[Swatch] = []
    unread: list[int] = []
    title = ""
    for number, line in enumerate(lines, start=1):
        if named := _NAME.fullmatch(line):
            title = title or _plain(named[1] or named[2] or "")
        elif line.lstrip().startswith("color("):
            swatch = _swatch(line)
            if swatch:
                swatches.append(swatch)
                check_count(len(swatches))
            else:
                unread.append(number)
    if unread and not swatches:
        raise InputError("No color of the palette is RGB, CMYK, gray or CIELAB.")
    return Palette(tuple(swatches), title, remarks=lines_left_out(unread))


def _swatch(line: str) -> Swatch | None:
    """Return the swatch of a call; None if its model is unknown."""
    match = _COLOR.match(line)
    if not match:
        return None
    count, color_of = _MODELS.get(match[1].upper(), (0, color_models.gray))
    values = [float(value) for value in match[2].split(",")]
    if len(values) != count:
        return None
    return Swatch(color_of(*values), name=_plain(match[3] or match[4] or ""))


def _plain(text: str) -> str:
    """Return a text without the backslashes of Python."""
    return plain_text(re.sub(r"\\(.)", r"\1", text), NAME_BYTES)
