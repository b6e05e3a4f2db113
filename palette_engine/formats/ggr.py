"""GGR: a GIMP gradient, a ramp from each color of a palette to the next.

A text file: ``GIMP Gradient``, a name, the number of segments, and a line for each: left end,
middle and right end from 0 to 1, RGBA at both ends from 0 to 1, and the kinds of blending and
coloring, of which 0 is linear and RGB.

https://developer.gimp.org/core/standards/ggr/
"""

from __future__ import annotations

from itertools import pairwise

from palette_engine.palette.value import Palette, plain_text

__all__ = ["dumps"]

NAME_BYTES = 100


def dumps(palette: Palette) -> bytes:
    """Return a palette as a gradient with equal segments; one color is a flat gradient."""
    ends = [" ".join(f"{channel / 255:.6f}" for channel in each.color) for each in palette.swatches]
    ends = ends or ["0 0 0"]
    pairs = list(pairwise(ends)) or [(ends[0], ends[0])]
    lines = ["GIMP Gradient", f"Name: {plain_text(palette.name, NAME_BYTES) or 'Palette'}"]
    lines.append(str(len(pairs)))
    for index, (first, second) in enumerate(pairs):
        left, middle, right = ((index + part) / len(pairs) for part in (0, 0.5, 1))
        places = f"{left:.6f} {middle:.6f} {right:.6f}"
        lines.append(f"{places} {first} 1.000000 {second} 1.000000 0 0 0 0")
    return "".join(f"{line}\n" for line in lines).encode()
