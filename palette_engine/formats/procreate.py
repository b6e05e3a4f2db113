"""Procreate: the swatches of the drawing program for the iPad, a zip file of JSON.

A palette in Procreate holds 30 colors without names, so a longer one becomes several in one file.
"""

from __future__ import annotations

import colorsys
import json
import math
import re
from typing import Any

from palette_engine.errors import InputError
from palette_engine.formats import color_models
from palette_engine.formats.json_colors import parse_json, text_of
from palette_engine.formats.remarks import colors
from palette_engine.formats.zip_file import pack, unpack
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["MAGIC", "dumps", "loads"]

MAX_COLORS = 30
"""How many colors one palette in Procreate holds."""

NAME_BYTES = 200

MEMBER = "Swatches.json"
MAGIC = rb"PK\x03\x04(?=[\s\S]*Swatches\.json)"


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
    return pack({MEMBER: json.dumps(content, ensure_ascii=False).encode()})


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


def loads(data: bytes) -> Palette:
    """Return the palette in a Procreate file; several palettes in it become groups.

    Palettes that are numbered, as we write those of more than 30 colors, are one. Empty places are
    passed over. A remark tells of colors that are damaged and left out. Raises `InputError` if the
    bytes are not such a zip file.
    """
    content = parse_json(unpack(data, MEMBER))
    palettes = content if isinstance(content, list) else [content]
    if not all(isinstance(each, dict) for each in palettes):
        raise InputError("The Procreate file is damaged: its JSON is not a list of palettes.")
    names = [text_of(each.get("name")) for each in palettes]
    base = _common_name(names)
    swatches: list[Swatch] = []
    damaged = 0
    for name, each in zip(names, palettes, strict=True):
        rows = each.get("swatches")
        for row in rows if isinstance(rows, list) else ():
            swatch = _swatch(row, "" if base is not None else name)
            swatches += [swatch] if swatch else []
            damaged += swatch is None and row is not None
    remarks: tuple[Remark, ...] = ()
    if damaged:
        were = "was" if damaged == 1 else "were"
        remarks = (Remark(f"{colors(damaged)} that {were} damaged {were} left out.", damaged),)
    return Palette(tuple(swatches), base or "", remarks=remarks)


def _common_name(names: list[str]) -> str | None:
    """Return the name of the one palette that all in a file are; None if they are several."""
    if len(names) <= 1:
        return names[0] if names else ""
    base = re.sub(r" ?1$", "", names[0])
    return base if names == [f"{base} {number}" for number in range(1, len(names) + 1)] else None


def _swatch(row: Any, group: str) -> Swatch | None:
    """Return the swatch of hue, saturation and brightness; None if they are no numbers."""
    if not isinstance(row, dict):
        return None
    values = [_number(row.get(key)) for key in ("hue", "saturation", "brightness")]
    if not all(map(math.isfinite, values)):
        return None
    return Swatch(color_models.hsb(*values), group=group)


def _number(value: object) -> float:
    """Return a number from -1000 to 1000; NaN if it is none."""
    return float(value) if isinstance(value, int | float) and abs(value) <= 1000 else math.nan
