"""Procreate: the swatches of the drawing program for the iPad, a zip file of JSON.

A palette in Procreate holds 30 colors without names, so a longer one becomes several in one file.
"""

from __future__ import annotations

import colorsys
import json

from palette_engine.formats.zip_file import pack
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["dumps"]

MAX_COLORS = 30
"""How many colors one palette in Procreate holds."""

NAME_BYTES = 200


def dumps(palette: Palette) -> bytes:
    """Return a palette as a Procreate file."""
    name = plain_text(palette.name, NAME_BYTES) or "Palette"
    starts = range(0, max(1, len(palette.swatches)), MAX_COLORS)
    content = [
        {
            "name": f"{name} {number}" if len(starts) > 1 else name,
            "swatches": [_row(swatch) for swatch in palette.swatches[start : start + MAX_COLORS]],
        }
        for number, start in enumerate(starts, start=1)
    ]
    return pack({"Swatches.json": json.dumps(content, ensure_ascii=False).encode()})


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
