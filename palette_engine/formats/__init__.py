"""Formats: palettes as bytes and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from palette_engine.formats import document, gpl, hexlist
from palette_engine.palette import Palette

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True)
class Format:
    """One row of the registry.

    `dumps` turns a palette into a file's bytes. `loads` is its inverse, up to what the format
    can hold; it raises `InputError` for bytes that are not such a file.
    """

    title: str
    suffix: str
    dumps: Callable[[Palette], bytes]
    loads: Callable[[bytes], Palette]


FORMATS: Mapping[str, Format] = {
    "hex": Format("a hex color a line", ".hex", hexlist.dumps, hexlist.loads),
    "json": Format("a JSON document with shares", ".json", document.dumps, document.loads),
    "gpl": Format("a GIMP palette, also for Inkscape and Krita", ".gpl", gpl.dumps, gpl.loads),
}
"""Every format by its name."""
