"""PNG: a swatch sheet as an opaque sRGB picture, two pixels for one unit of the drawing.

The font comes with Pillow, so text looks the same on every machine. It has ASCII and a few other
characters: letters lose their accents, and other characters are left out.
"""

from __future__ import annotations

import io
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from palette_engine.drawing.shapes import Drawing, Rectangle
from palette_engine.drawing.swatch_sheet import swatch_sheet_of
from palette_engine.palette.value import Palette

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["dumps", "encode", "rasterize"]

SCALE = 2

BEYOND_ASCII = "©«°±´·»‘’“”…‹›™"
"""The characters that the font has besides ASCII."""

ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def dumps(palette: Palette) -> bytes:
    """Return a palette as a swatch sheet; raises `InputError` if it is too large for one."""
    return encode(swatch_sheet_of(palette))


def encode(drawing: Drawing) -> bytes:
    """Return a drawing as a PNG file."""
    from PIL.PngImagePlugin import PngInfo

    chunks = PngInfo()
    chunks.add(b"sRGB", b"\0")  # perceptual
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
