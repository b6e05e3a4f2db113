"""Scribus: the colors of a document, an XML file of RGB or CMYK."""

from __future__ import annotations

import re
from html import escape

from palette_engine.color.hex_code import format_hex
from palette_engine.errors import InputError
from palette_engine.formats import color_models
from palette_engine.formats.safe_names import unique_names
from palette_engine.formats.xml_file import XML_START, elements_of, swatches_of
from palette_engine.palette.value import Palette, plain_text

__all__ = ["MAGIC", "dumps", "loads"]

MAGIC = XML_START + rb"<SCRIBUSCOLORS[\s>]"
NAME_BYTES = 200


def dumps(palette: Palette) -> bytes:
    """Return a palette as Scribus colors, whose names are all different."""
    name = escape(plain_text(palette.name, NAME_BYTES) or "Palette")
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<SCRIBUSCOLORS Name="{name}">']
    labels = (plain_text(swatch.label, NAME_BYTES) or swatch.hex for swatch in palette.swatches)
    for swatch, label in zip(palette.swatches, unique_names(labels, "{} ({})"), strict=True):
        lines.append(f'  <COLOR RGB="{swatch.hex}" NAME="{escape(label)}"/>')
    lines.append("</SCRIBUSCOLORS>")
    return "".join(f"{line}\n" for line in lines).encode()


def loads(data: bytes) -> Palette:
    """Return the palette in Scribus colors; CMYK is converted without a profile.

    A remark tells of colors in other models. Raises `InputError` if the bytes are not such XML
    or are damaged.
    """
    elements = elements_of(data)
    if not elements or elements[0][0] != "SCRIBUSCOLORS":
        raise InputError("These are no Scribus colors: the XML has no element SCRIBUSCOLORS.")
    swatches, remarks = swatches_of(
        (attributes.get("NAME", ""), attributes.get("RGB") or _of_inks(attributes.get("CMYK", "")))
        for tag, attributes in elements
        if tag == "COLOR"
    )
    name = plain_text(elements[0][1].get("Name", ""), NAME_BYTES)
    return Palette(swatches, name, remarks=remarks)


def _of_inks(code: str) -> str:
    """Return the hex code of four inks such as ``#e3bc285a``; an empty text if they are none."""
    if not re.fullmatch(r"#[0-9a-fA-F]{8}", code):
        return ""
    return format_hex(color_models.cmyk(*(ink / 255 for ink in bytes.fromhex(code[1:]))))
