"""Android: color resources, an XML file with ``<color name="…">#aarrggbb</color>``.

https://developer.android.com/guide/topics/resources/more-resources#Color
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from palette_engine.errors import InputError
from palette_engine.formats.remarks import alpha_left_out
from palette_engine.formats.safe_names import slugs
from palette_engine.formats.xml_file import XML_START, elements_of, swatches_of
from palette_engine.palette.value import Palette

__all__ = ["MAGIC", "dumps", "loads"]

MAGIC = XML_START + rb"<resources(?=[\s\S]*<color[\s>])"

_MAX_ALIASES = 10


def dumps(palette: Palette) -> bytes:
    """Return a palette as color resources, named as identifiers of Java: ``warm_red``."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<resources>"]
    for swatch, name in zip(palette.swatches, slugs(palette.swatches, "color-"), strict=True):
        title = name if name[0].isalpha() else f"color-{name}"
        code = swatch.hex.removeprefix("#").upper()
        lines.append(f'    <color name="{title.replace("-", "_")}">#FF{code}</color>')
    lines.append("</resources>")
    return "".join(f"{line}\n" for line in lines).encode()


def loads(data: bytes) -> Palette:
    """Return the palette in color resources; references such as ``@color/red`` are followed.

    Remarks tell of alpha that was left out, and of references to other files. Raises `InputError`
    if the bytes are not such XML or are damaged.
    """
    elements = elements_of(data)
    if not elements or elements[0][0] != "resources":
        raise InputError("These are no color resources: the XML has no element resources.")
    texts = {
        attributes.get("name", ""): attributes.get("", "").strip()
        for tag, attributes in elements
        if tag == "color"
    }
    rows = list(_rows(texts))
    swatches, remarks = swatches_of((name, code) for name, code, _ in rows)
    if alphas := sum(is_clear for _, _, is_clear in rows):
        remarks += (alpha_left_out(alphas),)
    return replace(Palette(swatches, ""), remarks=remarks)


def _rows(texts: dict[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Yield name, opaque hex code, and whether alpha was left out, of each color."""
    for name, value in texts.items():
        text = value
        for _ in range(_MAX_ALIASES):
            if not text.startswith("@color/"):
                break
            text = texts.get(text.removeprefix("@color/"), "")
        match = re.fullmatch(
            r"#(?:([0-9a-f]{2})([0-9a-f]{6})|([0-9a-f])([0-9a-f]{3}))", text.lower()
        )
        if match:
            alpha = match[1] or 2 * match[3]
            yield name, f"#{match[2] or match[4]}", alpha != "ff"
        else:
            yield name, text, False
