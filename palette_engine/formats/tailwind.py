"""Tailwind: a theme of Tailwind CSS 4, which makes ``bg-<name>``, ``text-<name>`` and more."""

from __future__ import annotations

from palette_engine.formats.css import properties
from palette_engine.palette.value import Palette

__all__ = ["dumps"]


def dumps(palette: Palette) -> bytes:
    """Return the palette as a stylesheet to import after ``tailwindcss``."""
    lines = ["@theme {", *properties(palette), "}"]
    return "".join(f"{line}\n" for line in lines).encode()
