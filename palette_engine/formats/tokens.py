"""Tokens: design tokens as the Design Tokens Community Group has them (DTCG 2025.10).

https://www.designtokens.org/TR/2025.10/format/
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from palette_engine.formats.identifier import identifiers, slug
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["VENDOR", "dumps", "dumps_legacy"]

VENDOR = "palette-engine"
"""Our key under ``$extensions``."""

NAME_BYTES = 200

_UNSAFE = re.compile(r"[{}*<>]")


def dumps(palette: Palette) -> bytes:
    """Return the palette as a token file: a group of colors, each with its share."""
    return _dumps(palette, _value)


def dumps_legacy(palette: Palette) -> bytes:
    """Return the palette as a token file as before 2025, where a color's value was its hex value.

    Style Dictionary's own CSS needs it.
    """
    return _dumps(palette, lambda swatch: swatch.hex)


def _dumps(palette: Palette, value_of: Callable[[Swatch], object]) -> bytes:
    """Return the palette as a token file with a value for each swatch."""
    group: dict[str, object] = {"$type": "color"}
    if text := _description(palette.name):
        group["$description"] = text
    # Numbers as keys would lose their place: JavaScript puts them first.
    names = identifiers(palette.swatches, before_number="color-")
    for swatch, name in zip(palette.swatches, names, strict=True):
        group[name] = _token(swatch, value_of(swatch))
    text = json.dumps({slug(palette.name) or "palette": group}, indent=2, ensure_ascii=False)
    return f"{text}\n".encode()


def _description(name: str) -> str:
    """Return a name as text that means nothing to the tools which read it, nor in what they write.

    Style Dictionary takes braces for a reference even in there, and many put it into a comment.
    """
    return plain_text(_UNSAFE.sub(" ", name), NAME_BYTES)


def _token(swatch: Swatch, value: object) -> dict[str, Any]:
    """Return one token."""
    token: dict[str, Any] = {"$value": value}
    if text := _description(swatch.name):
        token["$description"] = text
    if swatch.share:
        token["$extensions"] = {VENDOR: {"share": swatch.share}}
    return token


def _value(swatch: Swatch) -> dict[str, Any]:
    """Return a color as the color module of 2025.10 writes it."""
    return {
        "colorSpace": "srgb",
        "components": [channel / 255 for channel in swatch.color],
        "hex": swatch.hex,
    }
