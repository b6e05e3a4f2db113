"""Raster: all pixels of a picture, before and after it is recolored."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import OptionError
from palette_engine.option_kinds import Region, frame_bounds
from palette_engine.options import OPTIONS, Options
from palette_engine.pictures.limits import MAX_FRAMES
from palette_engine.pictures.orientation import shown
from palette_engine.pictures.reading import Source, read_frames

__all__ = ["MAX_ENTRIES", "Picture", "image_of"]

MAX_ENTRIES = 256
"""How many entries the palette of an indexed picture has at most."""


@dataclass(frozen=True, eq=False)
class Picture:
    """All pixels of a picture: sRGB, uint8 `(h, w, 3)`, and alpha, uint8 `(h, w)`.

    `duration` is how many milliseconds the frame of an animation is shown, None if it is not told.
    """

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    duration: Fraction | None = None

    @classmethod
    def read(
        cls,
        source: Source,
        max_pixels: int,
        max_memory: int = OPTIONS["max_memory"].default,
        damaged: str = OPTIONS["damaged"].default,
        region: Region | None = None,
        frame: int | str = "first",
    ) -> Picture:
        """Return a picture as it is shown; takes and raises what `read_frames` does.

        `frame` is “first” or the number of one.
        """
        frames = cls.read_frames(source, frame, max_pixels, max_memory, damaged, region)
        with contextlib.closing(frames):
            return next(frames)

    @classmethod
    def chosen(cls, source: Source, options: Options) -> Picture:
        """Return the part of a picture that options choose; takes and raises what `read` does.

        Raises `OptionError` if they choose several frames.
        """
        first, last = frame_bounds(options.frames)
        if first != last:
            raise OptionError(
                f"frames must be one frame here, such as 1, not {options.frames}; choose one."
            )
        return cls.read(
            source,
            options.max_pixels,
            options.max_memory,
            options.damaged,
            options.region,
            options.frames,
        )

    @classmethod
    def read_frames(
        cls,
        source: Source,
        frames: int | str,
        max_pixels: int,
        max_memory: int = OPTIONS["max_memory"].default,
        damaged: str = OPTIONS["damaged"].default,
        region: Region | None = None,
    ) -> Generator[Picture]:
        """Yield frames as they are shown; takes and raises what `read_frames` does."""
        for pixels in read_frames(
            source,
            frames,
            max_pixels=max_pixels,
            max_memory=max_memory,
            region=region,
            samples=max_pixels * MAX_FRAMES,
            damaged=damaged,
            least_alpha=1,
        ):
            frame = pixels.frame
            assert frame is not None
            rgb = pixels.rgb.reshape(frame.height, frame.width, 3)
            alpha = pixels.weight.reshape(frame.height, frame.width)
            orientation = frame.orientation
            yield cls(shown(rgb, orientation), shown(alpha, orientation), pixels.duration)


def image_of(
    index: NDArray[np.unsignedinteger[Any]],
    alpha: NDArray[np.uint8],
    colors: NDArray[np.uint8],
) -> Image.Image:
    """Return pixels as a Pillow image: indexed if 256 entries are enough, else RGB or RGBA.

    `index`, `(h, w)`, is each pixel's index in `colors`, `(k, 3)`; `alpha` is `(h, w)`. The first
    entries are the opaque colors in their order. After them comes an entry for each other pair of
    color and alpha that occurs, sorted by color, then alpha. Invisible pixels get the first color.
    """
    clear = alpha < 255
    key = index[clear].astype(np.uint32) << np.uint32(8) | alpha[clear]
    key[alpha[clear] == 0] = 0
    pairs = np.unique(key)
    count = len(colors) + len(pairs)
    if count > MAX_ENTRIES:
        rgb = colors[index]
        return Image.fromarray(np.dstack([rgb, alpha]) if len(pairs) else rgb)
    if len(pairs):
        index = index.copy()
        index[clear] = len(colors) + np.searchsorted(pairs, key)
        colors = np.concatenate([colors, colors[pairs >> np.uint32(8)]])
    image = Image.fromarray(index.astype(np.uint8, copy=False))
    image.putpalette(colors.tobytes())
    if len(pairs):
        opaque = np.full(count - len(pairs), 255, np.uint8)
        image.info["transparency"] = bytes([*opaque, *(pairs & np.uint32(255))])
    return image
