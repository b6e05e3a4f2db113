"""CSS: a stylesheet with a custom property for each color.

Each property has a line of its own, and each name a line without a colon before it: programs that
collect colors from stylesheets, such as GIMP, look for ``color`` and a colon in each line.

https://www.w3.org/TR/css-variables-1/
"""

from __future__ import annotations

from collections.abc import Iterator

from palette_engine.formats.safe_names import comment_text, slugs
from palette_engine.formats.stylesheet import can_be, loads
from palette_engine.palette.value import Palette

__all__ = ["MAGIC", "can_be", "custom_properties", "dumps", "loads"]

MAGIC = rb"\s*(?:/\*(?:(?!\*/)[\s\S]){0,2000}\*/\s*)*:root\s*\{"


def dumps(palette: Palette) -> bytes:
    """Return a palette as a stylesheet of custom properties, ``--color-<name>``."""
    lines = [":root {", *custom_properties(palette), "}"]
    return "".join(f"{line}\n" for line in lines).encode()


def custom_properties(palette: Palette) -> Iterator[str]:
    """Yield the lines of a rule: a custom property for each color, after any name as a comment."""
    for swatch, slug in zip(palette.swatches, slugs(palette.swatches), strict=True):
        if text := comment_text(swatch.name):
            yield f"  /* {text} */"
        yield f"  --color-{slug}: {swatch.hex};"
