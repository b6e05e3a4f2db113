"""Tokens: design tokens in the format of the Design Tokens Community Group (DTCG 2025.10).

https://www.designtokens.org/TR/2025.10/format/
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from palette_engine.formats.safe_names import slug, slugs
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["VENDOR", "dumps", "dumps_legacy"]

VENDOR = "palette-engine"
"""Our key under ``$extensions``."""

NAME_BYTES = 200

# See docs/decisions.md#names-cleaned-by-format.
_UNSAFE = re.compile(r"[{}*<>]")


def dumps(palette: Palette) -> bytes:
    """Return a palette as a token file: a group of colors, each with its share."""
    return _dumps(palette, _value)


def dumps_legacy(palette: Palette) -> bytes:
    """Return a palette as a token file with hex values, as the drafts before 2025 had them.

    The CSS transforms of Style Dictionary need this form.
    """
    return _dumps(palette, lambda swatch: swatch.hex)


def _dumps(palette: Palette, value_of: Callable[[Swatch], object]) -> bytes:
    """Return a palette as a token file with the value that `value_of` returns for each swatch."""
    group: dict[str, object] = {"$type": "color"}
    if text := _description(palette.name):
        group["$description"] = text
    # Numeric keys would lose their order, as JavaScript puts them first.
    names = slugs(palette.swatches, number_prefix="color-")
    for swatch, name in zip(palette.swatches, names, strict=True):
        group[name] = _token(swatch, value_of(swatch))
    text = json.dumps({slug(palette.name) or "palette": group}, indent=2, ensure_ascii=False)
    return f"{text}\n".encode()


def _description(name: str) -> str:
    """Return a name without the characters that have a meaning to tools or in their output.

    Style Dictionary resolves braces as references even in descriptions, and many tools write
    descriptions into comments.
    """
    return plain_text(_UNSAFE.sub(" ", name), NAME_BYTES)


def _token(swatch: Swatch, value: object) -> dict[str, Any]:
    """Return the token of a swatch."""
    token: dict[str, Any] = {"$value": value}
    if text := _description(swatch.name):
        token["$description"] = text
    if swatch.share:
        token["$extensions"] = {VENDOR: {"share": swatch.share}}
    return token


def _value(swatch: Swatch) -> dict[str, Any]:
    """Return a color as the value of a color token (DTCG 2025.10, Color Module)."""
    return {
        "colorSpace": "srgb",
        "components": [channel / 255 for channel in swatch.color],
        "hex": swatch.hex,
    }
