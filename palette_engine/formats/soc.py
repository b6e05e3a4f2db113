"""SOC: a color table of LibreOffice, in its user profile's ``config`` folder.

With the names of elements that LibreOffice's own tables have, which are those of OpenOffice 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from palette_engine.palette import Palette, Swatch, plain_text

__all__ = ["dumps"]

NAME_BYTES = 200


def dumps(palette: Palette) -> bytes:
    """Return the palette as a SOC file; the palette's own name is the file's."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<office:color-table xmlns:office="http://openoffice.org/2000/office"'
        ' xmlns:draw="http://openoffice.org/2000/drawing">',
    ]
    for swatch, name in zip(palette.swatches, _names(palette.swatches), strict=True):
        lines.append(f'  <draw:color draw:name="{escape(name)}" draw:color="{swatch.hex}"/>')
    lines.append("</office:color-table>")
    return "".join(f"{line}\n" for line in lines).encode()


def _names(swatches: Iterable[Swatch]) -> list[str]:
    """Return a name a swatch, no two equal: LibreOffice keeps the last color of a name only."""
    found: dict[str, None] = {}
    count: dict[str, int] = {}
    for swatch in swatches:
        name = stem = plain_text(swatch.label, NAME_BYTES) or swatch.hex
        while name in found:
            count[stem] = count.get(stem, 1) + 1
            name = f"{stem} ({count[stem]})"
        found[name] = None
    return list(found)
