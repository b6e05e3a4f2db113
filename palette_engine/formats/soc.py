"""SOC: a color table of LibreOffice, in its user profile's ``config`` folder.

With the names of elements that LibreOffice's own tables have, which are those of OpenOffice 1.
"""

from __future__ import annotations

from html import escape

from palette_engine.formats.identifier import unique
from palette_engine.palette.value import Palette, plain_text

__all__ = ["dumps"]

NAME_BYTES = 200


def dumps(palette: Palette) -> bytes:
    """Return the palette as a SOC file; the palette's own name is the file's."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<office:color-table xmlns:office="http://openoffice.org/2000/office"'
        ' xmlns:draw="http://openoffice.org/2000/drawing">',
    ]
    labels = (plain_text(swatch.label, NAME_BYTES) or swatch.hex for swatch in palette.swatches)
    # LibreOffice keeps only the last color of a name.
    for swatch, name in zip(palette.swatches, unique(labels, "{} ({})"), strict=True):
        lines.append(f'  <draw:color draw:name="{escape(name)}" draw:color="{swatch.hex}"/>')
    lines.append("</office:color-table>")
    return "".join(f"{line}\n" for line in lines).encode()
