"""SCSS: a variable a color, and a map of them all."""

from __future__ import annotations

from palette_engine.formats.identifier import comment, identifiers
from palette_engine.palette.value import Palette

__all__ = ["dumps"]


def dumps(palette: Palette) -> bytes:
    """Return the palette as variables, ``$color-<name>``, and the map ``$palette`` of names."""
    names = identifiers(palette.swatches)
    lines = []
    for swatch, name in zip(palette.swatches, names, strict=True):
        if text := comment(swatch.name):
            lines.append(f"// {text}")
        lines.append(f"$color-{name}: {swatch.hex};")
    lines += ["$palette: (", *(f'  "{name}": $color-{name},' for name in names), ");"]
    return "".join(f"{line}\n" for line in lines).encode()
