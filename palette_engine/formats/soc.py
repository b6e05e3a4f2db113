"""SOC: a color table of LibreOffice, for the ``config`` folder of its user profile.

Its elements have the names of OpenOffice 1, as in LibreOffice's own tables.
"""

from __future__ import annotations

from html import escape

from palette_engine.formats.safe_names import unique_names
from palette_engine.palette.value import Palette, plain_text

__all__ = ["dumps"]

NAME_BYTES = 200


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
