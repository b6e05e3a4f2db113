"""SVG: a swatch sheet as a drawing for browsers and editors.

Each swatch is a ``<rect class="swatch" fill="#rrggbb">`` with a ``<title>`` that begins with
the hex value. The file has no scripts, styles, embedded fonts or external references.

https://www.w3.org/TR/SVG11/
"""

from __future__ import annotations

from html import escape

from palette_engine.color.hex_code import format_hex
from palette_engine.drawing.shapes import Drawing, Rectangle, Shape
from palette_engine.drawing.swatch_sheet import swatch_sheet_of
from palette_engine.errors import InputError
from palette_engine.formats.xml_file import XML_START, elements_of, swatches_of
from palette_engine.palette.value import Palette, plain_text

__all__ = ["MAGIC", "dumps", "encode", "loads"]

NAME_BYTES = 200

MAGIC = XML_START + rb'<svg(?=[\s\S]*<rect class="swatch")'
"""Matches the beginning of our sheets; another drawing is a picture."""

FONTS = "Aileron, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"


def dumps(palette: Palette) -> bytes:
    """Return a palette as a swatch sheet; raises `InputError` if it is too large for one."""
    return encode(swatch_sheet_of(palette))


def loads(data: bytes) -> Palette:
    """Return the palette in a swatch sheet of ours.

    Raises `InputError` if the bytes are not such a drawing or are damaged.
    """
    elements = elements_of(data)
    rows = []
    for index, (tag, attributes) in enumerate(elements):
        if tag.rpartition(":")[2] == "rect" and attributes.get("class") == "swatch":
            title = elements[index + 1][1].get("", "") if index + 1 < len(elements) else ""
            rows.append((title.partition(" ")[2], attributes.get("fill", "")))
    if not rows:
        raise InputError("This drawing is not a swatch sheet: it has no rectangle of class swatch.")
    swatches, remarks = swatches_of(rows)
    name = next((attributes.get("", "") for tag, attributes in elements if tag == "title"), "")
    return Palette(swatches, plain_text(name, NAME_BYTES), remarks=remarks)


def encode(drawing: Drawing) -> bytes:
    """Return a drawing as an SVG file; its units are CSS pixels."""
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
    """Return a shape as an element."""
    fill = format_hex(shape.color)
    if isinstance(shape, Rectangle):
        position = f'x="{shape.x}" y="{shape.y}" width="{shape.width}" height="{shape.height}"'
        if not shape.title:
            return f'<rect {position} fill="{fill}"/>'
        title = f"<title>{escape(shape.title)}</title>"
        return f'<rect class="swatch" {position} fill="{fill}">{title}</rect>'
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    position = f'x="{shape.x}" y="{shape.y}" font-size="{shape.size}"{anchor}'
    return f'<text {position} fill="{fill}">{escape(shape.content)}</text>'
