"""SVG: a swatch sheet as a drawing that any browser or editor opens.

Every swatch is a ``<rect class="swatch" fill="#rrggbb">`` with a ``<title>`` that begins with
the hex value. There are no scripts, styles, fonts or references to anything outside.
"""

from __future__ import annotations

from html import escape

from palette_engine.drawing.shapes import Drawing, Rectangle, Shape
from palette_engine.drawing.swatch_sheet import swatch_sheet_of
from palette_engine.palette.value import Palette

__all__ = ["dumps", "encode"]

FONTS = "Aileron, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"


def dumps(palette: Palette) -> bytes:
    """Return the palette as a swatch sheet; raises `InputError` if it is too large for one."""
    return encode(swatch_sheet_of(palette))


def encode(drawing: Drawing) -> bytes:
    """Return a drawing as SVG."""
    size = f'width="{drawing.width}" height="{drawing.height}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        f'viewBox="0 0 {drawing.width} {drawing.height}" font-family="{FONTS}">',
        f"<title>{escape(drawing.title)}</title>",
        *map(_element, drawing.shapes),
        "</svg>",
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _element(shape: Shape) -> str:
    fill = "#{:02x}{:02x}{:02x}".format(*shape.color)
    if isinstance(shape, Rectangle):
        place = f'x="{shape.x}" y="{shape.y}" width="{shape.width}" height="{shape.height}"'
        if not shape.title:
            return f'<rect {place} fill="{fill}"/>'
        title = f"<title>{escape(shape.title)}</title>"
        return f'<rect class="swatch" {place} fill="{fill}">{title}</rect>'
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    place = f'x="{shape.x}" y="{shape.y}" font-size="{shape.size}"{anchor}'
    return f'<text {place} fill="{fill}">{escape(shape.content)}</text>'
