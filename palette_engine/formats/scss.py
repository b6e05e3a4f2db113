"""SCSS: a variable for each color, and a map of all of them."""

from __future__ import annotations

from palette_engine.formats.safe_names import comment_text, slugs
from palette_engine.formats.stylesheet import can_be, loads
from palette_engine.palette.value import Palette

__all__ = ["MAGIC", "can_be", "dumps", "loads"]

MAGIC = rb"(?:\s*//[^\n]*\n)*\s*\$[\w-]+\s*:"


def dumps(palette: Palette) -> bytes:
    """Return a palette as variables, ``$color-<name>``, and the map ``$palette`` of names."""
    names = slugs(palette.swatches)
    lines = []
    for swatch, name in zip(palette.swatches, names, strict=True):
        if text := comment_text(swatch.name):
            lines.append(f"// {text}")
        lines.append(f"$color-{name}: {swatch.hex};")
    lines += ["$palette: (", *(f'  "{name}": $color-{name},' for name in names), ");"]
    return "".join(f"{line}\n" for line in lines).encode()
