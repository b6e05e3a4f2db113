"""CSS: a stylesheet with a custom property for each color.

Each property has a line of its own, and each name a line without a colon before it: programs that
collect colors from stylesheets, such as GIMP, look for ``color`` and a colon in each line.

https://www.w3.org/TR/css-variables-1/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from palette_engine.formats.color_notation import coordinates_in
from palette_engine.formats.safe_names import comment_text, slugs
from palette_engine.formats.stylesheet import can_be, loads
from palette_engine.palette.value import Palette, Swatch

__all__ = [
    "MAGIC",
    "OKLCH_MAGIC",
    "P3_MAGIC",
    "can_be",
    "custom_properties",
    "dumps",
    "dumps_oklch",
    "dumps_p3",
    "loads",
]

_COMMENTS = rb"\s*(?:/\*(?:(?!\*/)[\s\S]){0,2000}\*/\s*)*"

_ROOT = _COMMENTS + rb":root\s*\{"
_FIRST = _COMMENTS + rb"--color-[\w-]+:\s*"

MAGIC = _ROOT + rb"(?!" + _FIRST + rb"(?:oklch\(|color\(display-p3\s))"
OKLCH_MAGIC = _ROOT + _FIRST + rb"oklch\("
P3_MAGIC = _ROOT + _FIRST + rb"color\(display-p3\s"


def dumps(palette: Palette) -> bytes:
    """Return a palette as a stylesheet of custom properties, ``--color-<name>``, in hex."""
    return _dumps(palette, _hex)


def dumps_oklch(palette: Palette) -> bytes:
    """Return a palette as such a stylesheet with ``oklch()``, in which wide colors stay."""
    return _dumps(palette, _oklch)


def dumps_p3(palette: Palette) -> bytes:
    """Return a palette as such a stylesheet with ``color(display-p3 …)``.

    What is beyond Display P3 has channels below 0 or above 1, which CSS allows.
    """
    return _dumps(palette, _p3)


def _dumps(palette: Palette, text_of: Callable[[Swatch], str]) -> bytes:
    lines = [":root {", *custom_properties(palette, text_of), "}"]
    return "".join(f"{line}\n" for line in lines).encode()


def _hex(swatch: Swatch) -> str:
    return swatch.hex


def _oklch(swatch: Swatch) -> str:
    """Return a color as ``oklch()``, precise enough to give the same 8-bit sRGB."""
    lightness, chroma, hue = coordinates_in(swatch, "oklch")
    # A gray has no hue, only noise in place of it.
    return f"oklch({lightness:.5f} {chroma:.5f} {hue if chroma >= 5e-6 else 0:.3f})"


def _p3(swatch: Swatch) -> str:
    """Return a color as ``color(display-p3 …)``, precise enough to give the same 8-bit sRGB."""
    channels = (f"{channel:.5f}" for channel in coordinates_in(swatch, "display-p3"))
    return f"color(display-p3 {' '.join(channels)})"


def custom_properties(palette: Palette, text_of: Callable[[Swatch], str] = _hex) -> Iterator[str]:
    """Yield the lines of a rule: a custom property for each color, after any name as a comment."""
    for swatch, slug in zip(palette.swatches, slugs(palette.swatches), strict=True):
        if text := comment_text(swatch.name):
            yield f"  /* {text} */"
        yield f"  --color-{slug}: {text_of(swatch)};"
