"""Tailwind: a theme of Tailwind CSS 4 with the classes ``bg-<name>``, ``text-<name>`` and more."""

from __future__ import annotations

from palette_engine.formats.css import custom_properties
from palette_engine.formats.stylesheet import loads
from palette_engine.palette.value import Palette

__all__ = ["MAGIC", "dumps", "loads"]

MAGIC = rb"\s*(?:@import[^;]*;\s*)*@theme\b[^{;]*\{"


def dumps(palette: Palette) -> bytes:
    """Return a palette as a stylesheet to import after ``tailwindcss``."""
    lines = ["@theme {", *custom_properties(palette), "}"]
    return "".join(f"{line}\n" for line in lines).encode()
