"""CSS: a custom property a color.

One property a line, and names on lines of their own without a colon: programs that take colors
out of stylesheets, GIMP among them, look for ``color`` and a colon in each line.
"""

from __future__ import annotations

from collections.abc import Iterator

from palette_engine.formats.identifier import comment, identifiers
from palette_engine.palette.value import Palette

__all__ = ["dumps", "properties"]


def dumps(palette: Palette) -> bytes:
    """Return the palette as a stylesheet of custom properties, ``--color-<name>``."""
    lines = [":root {", *properties(palette), "}"]
    return "".join(f"{line}\n" for line in lines).encode()


def properties(palette: Palette) -> Iterator[str]:
    """Yield the lines of a rule: a custom property a color, after its name if it has one."""
    for swatch, name in zip(palette.swatches, identifiers(palette.swatches), strict=True):
        if text := comment(swatch.name):
            yield f"  /* {text} */"
        yield f"  --color-{name}: {swatch.hex};"
