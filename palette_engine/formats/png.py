"""PNG: a swatch sheet as an opaque sRGB picture at twice the size of the drawing.

The font is the one that Pillow brings along, so it looks the same everywhere. It has the
characters of ASCII and few others: letters lose their accents, and the rest is left out.
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

__all__ = ["dumps", "encode", "render"]

SCALE = 2

BEYOND_ASCII = "©«°±´·»‘’“”…‹›™"
"""What the font has besides ASCII."""

ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def dumps(palette: Palette) -> bytes:
    """Return the palette as a swatch sheet; raises `InputError` if it is too large for one."""
    return encode(swatch_sheet_of(palette))


def encode(drawing: Drawing) -> bytes:
    """Return a drawing as PNG."""
    from PIL.PngImagePlugin import PngInfo

    chunks = PngInfo()
    chunks.add(b"sRGB", b"\0")  # perceptual
    file = io.BytesIO()
    render(drawing, SCALE).save(file, "PNG", pnginfo=chunks, dpi=(96 * SCALE, 96 * SCALE))
    return file.getvalue()


def render(drawing: Drawing, scale: int) -> Image:
    """Return a drawing as a Pillow image in RGB, `scale` pixels for one of the drawing."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (drawing.width * scale, drawing.height * scale))
    draw = ImageDraw.Draw(picture)
    font_of = cache(ImageFont.load_default)  # which reads the font anew each time
    for shape in drawing.shapes:
        x, y = shape.x * scale, shape.y * scale
        if isinstance(shape, Rectangle):
            end = (x + shape.width * scale - 1, y + shape.height * scale - 1)
            if shape.width and shape.height:
                draw.rectangle((x, y, *end), shape.color)
        else:
            text, font = _in_font(shape.content), font_of(shape.size * scale)
            draw.text((x, y), text, shape.color, font, ANCHORS[shape.anchor])
    return picture


def _in_font(text: str) -> str:
    """Return what the font can draw of a text."""
    apart = unicodedata.normalize("NFKD", text)
    kept = (c for c in apart if " " <= c <= "~" or c in BEYOND_ASCII)
    return " ".join("".join(kept).split())
