"""Driver of the Palette Engine itself."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from PIL import Image

from benchmarks.tools.drivers.protocol import Color, Palette, serve
from palette_engine import OPTIONS, extract, recolor

__all__ = ["PALETTES", "PLAIN", "has_plain", "recolored"]

PLAIN: Mapping[str, Any] = {"emphasis": 0, "swatch": "mean"}
"""The options of a palette with the least error."""


def has_plain() -> bool:
    """Return whether the engine has the options of `PLAIN`."""
    return set(PLAIN) <= set(OPTIONS)


def engine(options: Mapping[str, Any], path: str, colors: int) -> Iterable[Color]:
    """`extract` of the file."""
    return [swatch.color for swatch in extract(path, colors=colors, **options).swatches]


def decoded(path: str, _colors: int) -> Iterable[Color]:
    """No palette: Pillow only decodes the file."""
    with Image.open(path) as image:
        image.load()
    return []


def automatic(path: str, _colors: int) -> Iterable[Color]:
    """`extract` of the file, which chooses the number of colors."""
    return [swatch.color for swatch in extract(path, colors="auto").swatches]


def recolored(path: str, colors: int, dither: bool, output: str) -> None:
    """`extract` and `recolor` of the file, with error diffusion or without."""
    palette = extract(path, colors=colors)
    recolor(path, palette, "floyd-steinberg" if dither else "none").save(output)


PALETTES: Mapping[str, Palette] = {
    "palette-engine": partial(engine, {}),
    "palette-engine-plain": partial(engine, PLAIN),
    "palette-engine-auto": automatic,
    "decoding": decoded,
    "palette-engine-quick": partial(engine, {"effort": "quick"}),
    "palette-engine-people": partial(engine, {"mood": "people"}),
}
"""The engine's rows, by the tool's name; the first two are in the catalog."""

if __name__ == "__main__":
    serve(PALETTES[sys.argv[1]], recolored)
