"""PNG: a swatch sheet as an opaque sRGB picture, two pixels for one unit of the drawing.

The font comes with Pillow, so text looks the same on every machine. It has ASCII and a few other
characters: letters lose their accents, and other characters are left out.
"""

from __future__ import annotations

import io
import re
import struct
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from palette_engine.drawing.shapes import Drawing, Rectangle
from palette_engine.drawing.swatch_sheet import swatch_sheet_of
from palette_engine.errors import InputError
from palette_engine.formats import json_palette
from palette_engine.palette.value import Palette

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MAGIC", "dumps", "encode", "loads", "rasterize"]

SCALE = 2

KEYWORD = "palette-engine"
"""The keyword of the chunk that holds the palette of a sheet, as JSON."""

_START = b"\x89PNG\r\n\x1a\n"
MAGIC = re.escape(_START) + rb"(?=[\s\S]{0,400}iTXtpalette-engine\0)"
"""Matches the beginning of our sheets; another PNG is a picture."""

BEYOND_ASCII = "©«°±´·»‘’“”…‹›™"
"""The characters that the font has besides ASCII."""

ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def dumps(palette: Palette) -> bytes:
    """Return a palette as a swatch sheet; raises `InputError` if it is too large for one."""
    # The name of the picture may be that of somebody's folder.
    text = json_palette.dumps(replace(palette, source="")).decode()
    return encode(swatch_sheet_of(palette), {KEYWORD: text})


def loads(data: bytes) -> Palette:
    """Return the palette in a swatch sheet of ours, from the chunk that holds it.

    Raises `InputError` if the bytes are not a PNG or have no such chunk.
    """
    key = KEYWORD.encode() + b"\0"
    offset = len(_START)
    while data.startswith(_START) and offset + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, offset)
        content = data[offset + 8 : offset + 8 + length]
        if kind == b"iTXt" and content.startswith(key) and len(content) == length:
            # Two bytes about compression, of which there is none, and two empty texts.
            return json_palette.loads(content.removeprefix(key)[4:])
        offset += 12 + length
    raise InputError(
        "This PNG is not a swatch sheet with its palette; use extract to find the colors in it."
    )


def encode(drawing: Drawing, texts: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Return a drawing as a PNG file, with texts by their keywords."""
    from PIL.PngImagePlugin import PngInfo

    chunks = PngInfo()
    chunks.add(b"sRGB", b"\0")  # perceptual
    for keyword, text in texts.items():
        chunks.add_itxt(keyword, text)
    file = io.BytesIO()
    rasterize(drawing, SCALE).save(file, "PNG", pnginfo=chunks, dpi=(96 * SCALE, 96 * SCALE))
    return file.getvalue()


def rasterize(drawing: Drawing, scale: int) -> Image:
    """Return a drawing as a Pillow image in RGB, with `scale` pixels for one unit."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (drawing.width * scale, drawing.height * scale))
    canvas = ImageDraw.Draw(picture)
    font_of = cache(ImageFont.load_default)  # as load_default reads the font each time
    for shape in drawing.shapes:
        x, y = shape.x * scale, shape.y * scale
        if isinstance(shape, Rectangle):
            end = (x + shape.width * scale - 1, y + shape.height * scale - 1)
            if shape.width and shape.height:
                canvas.rectangle((x, y, *end), shape.color)
        else:
            text, font = _drawable(shape.content), font_of(shape.size * scale)
            canvas.text((x, y), text, shape.color, font, ANCHORS[shape.anchor])
    return picture


def _drawable(text: str) -> str:
    """Return the part of a text that the font can draw."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = (c for c in decomposed if " " <= c <= "~" or c in BEYOND_ASCII)
    return " ".join("".join(kept).split())
