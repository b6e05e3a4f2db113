"""SOC: a color table of LibreOffice, for the ``config`` folder of its user profile.

Its elements have the names of OpenOffice 1, as in LibreOffice's own tables.
"""

from __future__ import annotations

from html import escape

from palette_engine.errors import InputError
from palette_engine.formats.safe_names import unique_names
from palette_engine.formats.xml_file import XML_START, elements_of, swatches_of
from palette_engine.palette.value import Palette, plain_text

__all__ = ["MAGIC", "dumps", "loads"]

NAME_BYTES = 200

MAGIC = XML_START + rb"<(?:\w+:)?color-table[\s>]"


def dumps(palette: Palette) -> bytes:
    """Return a palette as a SOC file; LibreOffice shows the name of the file as the palette's."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<office:color-table xmlns:office="http://openoffice.org/2000/office"'
        ' xmlns:draw="http://openoffice.org/2000/drawing">',
    ]
    labels = (plain_text(swatch.label, NAME_BYTES) or swatch.hex for swatch in palette.swatches)
    # Of colors with equal names, LibreOffice keeps only the last.
    for swatch, name in zip(palette.swatches, unique_names(labels, "{} ({})"), strict=True):
        lines.append(f'  <draw:color draw:name="{escape(name)}" draw:color="{swatch.hex}"/>')
    lines.append("</office:color-table>")
    return "".join(f"{line}\n" for line in lines).encode()


def loads(data: bytes) -> Palette:
    """Return the palette in a SOC file, whatever prefixes its elements have.

    A remark tells of colors that cannot be read. Raises `InputError` if the bytes are not such XML
    or are damaged.
    """
    elements = elements_of(data)
    if not elements or elements[0][0].rpartition(":")[2] != "color-table":
        raise InputError("This is not a LibreOffice color table: it has no element color-table.")
    rows = [
        {key.rpartition(":")[2]: value for key, value in attributes.items()}
        for tag, attributes in elements[1:]
        if tag.rpartition(":")[2] == "color"
    ]
    swatches, remarks = swatches_of((row.get("name", ""), row.get("color", "")) for row in rows)
    return Palette(swatches, "", remarks=remarks)
