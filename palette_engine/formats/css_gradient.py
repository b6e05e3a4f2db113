"""CSS gradient: a custom property with a ramp from each color of a palette to the next.

https://www.w3.org/TR/css-images-3/#linear-gradients
"""

from __future__ import annotations

from palette_engine.formats.safe_names import slug
from palette_engine.palette.value import Palette

__all__ = ["dumps"]


def dumps(palette: Palette) -> bytes:
    """Return a palette as ``--gradient-<name>``, for ``background: var(--gradient-<name>)``.

    One color is a flat gradient, as CSS wants two.
    """
    codes = [swatch.hex for swatch in palette.swatches] or ["transparent"]
    stops = ", ".join(codes if len(codes) > 1 else codes * 2)
    name = slug(palette.name) or "palette"
    return f":root {{\n  --gradient-{name}: linear-gradient(to right, {stops});\n}}\n".encode()
