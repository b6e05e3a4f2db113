"""Recolor: a picture in the colors of a palette."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from palette_engine.errors import InputError, OptionError, Reason
from palette_engine.options import DITHER, OPTIONS
from palette_engine.palette.value import Palette

if TYPE_CHECKING:
    from PIL.Image import Image

    from palette_engine.pictures.reading import Source

__all__ = ["DITHERS", "MOST_COLORS", "check_recoloring", "recolor"]

DITHERS = DITHER.keys
"""How pixels side by side may mix to colors that are not in the palette."""

MOST_COLORS = 8192
"""How many colors a palette may have; dithering with as many takes some seconds."""


def check_recoloring(colors: int, dither: str) -> None:
    """Raise what `recolor` does for that many colors, or for that `dither`."""
    if dither not in DITHERS:
        raise OptionError(f"dither must be {DITHER.takes}.")
    if not colors:
        raise InputError("The palette has no colors; take one that has.", Reason.NO_COLORS)
    if colors > MOST_COLORS:
        raise InputError(
            f"The palette has {colors:,} colors; a picture is recolored with up to "
            f"{MOST_COLORS:,}, so take a smaller one.",
            Reason.TOO_MANY_COLORS,
            colors=colors,
            most=MOST_COLORS,
        )


def _tell_nobody(_done: float) -> None:
    """Do nothing."""


def recolor(
    source: Source,
    palette: Palette,
    dither: str = "none",
    *,
    max_pixels: int = OPTIONS["max_pixels"].default,
    progress: Callable[[float], None] = _tell_nobody,
) -> Image:
    """Return a picture in which every pixel has the color of a swatch.

    `source` is what `pictures.reading.read_pixels` takes; the first frame is read, in sRGB,
    turned as its EXIF orientation says. `dither` is one of `DITHERS`. `progress` is called with
    the part of the work that is done, 0 to 1.

    The result is indexed (Pillow's mode P), with the palette's colors in the palette's order, if
    256 entries hold them and one more for every swatch that is not opaque, by its alpha; else it
    is RGB or RGBA.

    Guarantees: without dithering, a pixel has the swatch nearest in ΔE*ab, of equals the first;
    a pixel that has a swatch's color keeps it, but for floyd-steinberg only if no error of
    pixels before it arrives; size and alpha stay.

    Raises `OptionError` for another `dither`, and `InputError` for a palette without colors or
    with more than `MOST_COLORS`, or a picture that cannot be used.
    """
    check_recoloring(len(palette.swatches), dither)
    import numpy as np

    from palette_engine.recoloring.dithering import METHODS
    from palette_engine.recoloring.raster import Picture, image_of

    picture = Picture.read(source, max_pixels)
    colors = np.array([swatch.color for swatch in palette.swatches], np.uint8)
    index = METHODS[dither](picture, colors, progress)
    progress(1)
    return image_of(index, picture.alpha, colors)
