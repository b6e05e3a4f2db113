"""ACB: a color book of Adobe's programs, read from the user's own file; none is shipped here.

A big-endian file: ``8BCB``, a version, the number of the book, four texts, the number of colors,
the layout of its pages, a color space, and for each color a name, a code of six letters and bytes.

Adobe Photoshop File Formats Specification, “Color Books”.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from palette_engine.color.srgb import Color
from palette_engine.errors import InputError
from palette_engine.formats import color_models
from palette_engine.formats.remarks import colors
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["MAGIC", "loads"]

MAGIC = b"8BCB"
NAME_BYTES = 200

_SPACES: dict[int, tuple[int, Callable[..., Color]]] = {
    0: (3, lambda *channels: color_models.rgb(*(channel / 255 for channel in channels))),
    # Without ink 255, with full ink 0.
    2: (4, lambda *papers: color_models.cmyk(*(1 - paper / 255 for paper in papers))),
    7: (3, lambda w, a, b: color_models.lab(w / 2.55, a - 128, b - 128)),
}
"""The number of bytes and the conversion of each color space: RGB, CMYK and CIELAB."""


def loads(data: bytes) -> Palette:
    """Return the palette in a color book, without the empty places of its pages.

    A remark tells of a file that is cut short. Raises `InputError` if the bytes do not begin as a
    color book, are damaged, or are in another color space.
    """
    if not data.startswith(MAGIC):
        raise InputError("This is not a color book: it does not begin with 8BCB.")
    swatches: list[Swatch] = []
    remarks: tuple[Remark, ...] = ()
    count = read = 0
    title = ""
    try:
        texts = []
        offset = 8
        for _ in range(4):
            text, offset = _text(data, offset)
            texts.append(text)
        title, prefix, suffix, _ = texts
        count, _, _, space = struct.unpack_from(">4H", data, offset)
        offset += 8
        if space not in _SPACES:
            raise InputError("The color book is in an unknown color space.")
        size, color_of = _SPACES[space]
        for _ in range(count):
            name, offset = _text(data, offset)
            values = struct.unpack_from(f">6x{size}B", data, offset)
            offset += 6 + size
            read += 1
            if name:
                label = plain_text(f"{prefix}{name}{suffix}", NAME_BYTES)
                swatches.append(Swatch(color_of(*values), name=label))
    except struct.error as error:
        if not swatches:
            raise InputError("The color book is damaged or cut short.") from error
        sentence = f"The color book is cut short; {colors(count - read)} of it are missing."
        remarks = (Remark(sentence, count - read),)
    return Palette(tuple(swatches), plain_text(title, NAME_BYTES), remarks=remarks)


def _text(data: bytes, offset: int) -> tuple[str, int]:
    """Return the text at an offset, and the offset of its end.

    Of a text such as ``$$$/colorbook/ANPA/title=ANPA Color``, the part after the key.
    """
    (length,) = struct.unpack_from(">I", data, offset)
    (units,) = struct.unpack_from(f"{2 * length}s", data, offset + 4)
    text = units.decode("utf-16-be", "replace").strip('"')
    text = text.partition("=")[2] if text.startswith("$$$/") else text
    return text.replace("^R", "®").replace("^C", "©"), offset + 4 + 2 * length
