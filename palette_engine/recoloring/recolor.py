"""Recolor: changes every pixel of a picture to a color of a palette."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from palette_engine.errors import InputError, OptionError, Reason
from palette_engine.options import DITHER, OPTIONS
from palette_engine.palette.value import Palette

if TYPE_CHECKING:
    from PIL.Image import Image

    from palette_engine.pictures.reading import Source

__all__ = [
    "DITHERS",
    "MAX_COLORS",
    "RecoloredFrame",
    "check_recoloring",
    "ignore_progress",
    "recolor",
    "recolor_frames",
]

DITHERS = DITHER.keys
"""How neighboring pixels may mix to colors that are not in the palette."""

MAX_COLORS = 8192
"""How many colors a palette may have; dithering with this many takes some seconds."""


@dataclass(frozen=True, eq=False)
class RecoloredFrame:
    """A frame in the colors of a palette, and how many milliseconds it is shown.

    `duration` is that of the file, or None if that does not say it.
    """

    image: Image
    duration: Fraction | None = None


def check_recoloring(colors: int, dither: str) -> None:
    """Raise the errors of `recolor` for a number of colors and a `dither`."""
    if dither not in DITHERS:
        raise OptionError(f"dither must be {DITHER.takes}.")
    if not colors:
        raise InputError("The palette has no colors; take one that has.", Reason.NO_COLORS)
    if colors > MAX_COLORS:
        raise InputError(
            f"The palette has {colors:,} colors; a picture is recolored with up to "
            f"{MAX_COLORS:,}, so take a smaller one.",
            Reason.TOO_MANY_COLORS,
            colors=colors,
            most=MAX_COLORS,
        )


def ignore_progress(_done: float) -> None:
    """Do nothing."""


def recolor(
    source: Source,
    palette: Palette,
    dither: str = "none",
    *,
    max_pixels: int = OPTIONS["max_pixels"].default,
    max_memory: int = OPTIONS["max_memory"].default,
    damaged: str = OPTIONS["damaged"].default,
    progress: Callable[[float], None] = ignore_progress,
) -> Image:
    """Return a picture in which every pixel has the color of a swatch.

    `source` is a path, bytes, a file, a Pillow image or an array, as for `extract`. Its first frame
    is read, converted to sRGB and turned by its EXIF orientation.

    `dither` is “none”, “floyd-steinberg” or “ordered”. `max_pixels` is the largest picture that is
    read, in pixels, and `max_memory` the most megabytes that decoding it may take. `damaged` is
    “read” or “refuse”: what is missing of a damaged JPEG or PNG becomes transparent, or is an
    error. `progress` is called with the fraction of the work that is done, 0 to 1.

    The result is indexed (Pillow's mode P), with the palette's colors in their order, if 256
    entries are enough for the colors and for every pair of color and partial alpha. Otherwise it
    is RGB or RGBA.

    Guarantees: Without dithering, every pixel gets the swatch that looks nearest, by the distance
    that `extraction.nearest.nearest` documents; of ties, the first.
    Pixels that have the color of a swatch keep it; with floyd-steinberg, only if no error of
    previous pixels reaches them. Size and alpha do not change.

    Raises `OptionError` for an unknown `dither`, and `InputError` for a palette without colors or
    with more than `MAX_COLORS`, or for a picture that cannot be used.

    See docs/decisions.md#exact-recoloring.
    """
    frames = recolor_frames(
        source,
        palette,
        dither,
        frames="first",
        max_pixels=max_pixels,
        max_memory=max_memory,
        damaged=damaged,
        progress=progress,
    )
    with contextlib.closing(frames):
        return next(frames).image


def recolor_frames(
    source: Source,
    palette: Palette,
    dither: str = "none",
    *,
    frames: int | str = "all",
    max_pixels: int = OPTIONS["max_pixels"].default,
    max_memory: int = OPTIONS["max_memory"].default,
    damaged: str = OPTIONS["damaged"].default,
    progress: Callable[[float], None] = ignore_progress,
) -> Generator[RecoloredFrame]:
    """Yield the frames of an animation, each recolored as `recolor` does.

    `frames` is “first”, “all”, a number from 1, or a range such as “3-10”; each is as it is shown.
    A picture has one frame. The other arguments and errors are those of `recolor`; `progress` is
    called for each frame from 0 to 1. One frame is in memory at a time.

    See docs/decisions.md#animations.
    """
    check_recoloring(len(palette.swatches), dither)
    import numpy as np

    from palette_engine.recoloring.dithering import METHODS
    from palette_engine.recoloring.raster import Picture, image_of

    chosen = OPTIONS["frames"].read(frames)
    damaged = OPTIONS["damaged"].read(damaged)
    colors = np.array([swatch.color for swatch in palette.swatches], np.uint8)
    method = METHODS[dither](colors)
    pictures: Iterable[Picture]
    if chosen == "first":  # what decoding took is free again before this one is recolored
        pictures = iter((Picture.read(source, max_pixels, max_memory, damaged),))
    else:
        pictures = Picture.read_frames(source, chosen, max_pixels, max_memory, damaged)
    for picture in pictures:
        index = method(picture, progress)
        progress(1)
        yield RecoloredFrame(image_of(index, picture.alpha, colors), picture.duration)
