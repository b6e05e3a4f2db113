"""Swap: changes the colors of pictures as swatches of their palettes are edited."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from palette_engine.options import OPTIONS
from palette_engine.palette.value import Palette
from palette_engine.recoloring.recolor import RecoloredFrame, ignore_progress

if TYPE_CHECKING:
    from PIL.Image import Image

    from palette_engine.pictures.reading import Source

__all__ = ["swap_colors", "swap_colors_of_frames"]


def swap_colors(
    source: Source,
    palette: Palette,
    edited: Palette,
    *,
    max_pixels: int = OPTIONS["max_pixels"].default,
    max_memory: int = OPTIONS["max_memory"].default,
    damaged: str = OPTIONS["damaged"].default,
    progress: Callable[[float], None] = ignore_progress,
) -> Image:
    """Return a picture whose colors follow smoothly as swatches of its palette are edited.

    `edited` has a color for each swatch of `palette`, in the same order. The other arguments are
    those of `recolor`.

    The result is indexed (Pillow's mode P) if 256 entries are enough, else RGB or RGBA.

    Guarantees: Pixels in the color of a swatch get its color in `edited`. If no swatch is edited,
    no visible pixel changes. Grays stay gray, if swatches that are gray become grays. Equal colors
    stay equal. Size and alpha do not change.

    Raises what `recolor` and `ColorMapping.of` raise.

    See docs/decisions.md#palette-based-recoloring.
    """
    frames = swap_colors_of_frames(
        source,
        palette,
        edited,
        frames="first",
        max_pixels=max_pixels,
        max_memory=max_memory,
        damaged=damaged,
        progress=progress,
    )
    with contextlib.closing(frames):
        return next(frames).image


def swap_colors_of_frames(
    source: Source,
    palette: Palette,
    edited: Palette,
    *,
    frames: int | str = "all",
    max_pixels: int = OPTIONS["max_pixels"].default,
    max_memory: int = OPTIONS["max_memory"].default,
    damaged: str = OPTIONS["damaged"].default,
    progress: Callable[[float], None] = ignore_progress,
) -> Generator[RecoloredFrame]:
    """Yield the frames of an animation, each changed as `swap_colors` does.

    `frames` and `progress` are those of `recolor_frames`. One frame is in memory at a time.
    """
    from palette_engine.recoloring.color_mapping import ColorMapping
    from palette_engine.recoloring.color_table import ColorTable
    from palette_engine.recoloring.raster import Picture, image_of_colors

    chosen = OPTIONS["frames"].read(frames)
    damaged = OPTIONS["damaged"].read(damaged)
    change = ColorTable(ColorMapping.of(palette, edited))
    for picture in Picture.read_frames(source, chosen, max_pixels, max_memory, damaged):
        rgb = change(picture.rgb, progress)
        progress(1)
        yield RecoloredFrame(image_of_colors(rgb, picture.alpha), picture.duration)
