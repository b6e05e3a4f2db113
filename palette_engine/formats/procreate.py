"""Procreate: the swatches of the drawing program for the iPad, a zip file of JSON.

A palette there has thirty places, so a longer one becomes several in one file. It holds no
names of colors.
"""

from __future__ import annotations

import colorsys
import json

from palette_engine.formats.archive import packed
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["dumps"]

PLACES = 30
NAME_BYTES = 200


def dumps(palette: Palette) -> bytes:
    """Return the palette as a Procreate file."""
    name = plain_text(palette.name, NAME_BYTES) or "Palette"
    starts = range(0, max(1, len(palette.swatches)), PLACES)
    content = [
        {
            "name": f"{name} {number}" if len(starts) > 1 else name,
            "swatches": [_row(swatch) for swatch in palette.swatches[start : start + PLACES]],
        }
        for number, start in enumerate(starts, start=1)
    ]
    return packed({"Swatches.json": json.dumps(content, ensure_ascii=False).encode()})


def _row(swatch: Swatch) -> dict[str, float]:
    """Return a color as hue, saturation and brightness, each from 0 to 1."""
    hue, saturation, brightness = colorsys.rgb_to_hsv(*(c / 255 for c in swatch.color))
    return {
        "hue": hue,
        "saturation": saturation,
        "brightness": brightness,
        "alpha": 1,
        "colorSpace": 0,
    }
