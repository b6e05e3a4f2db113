"""Jobs: what is worked out apart from the server, by a process that can be killed.

Each is a function of values that processes can hand to each other. The heavy libraries are imported
where they are used, so that the server, which only names the jobs, does without them.
"""

from __future__ import annotations

import contextlib
import io
import pickle
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from palette_engine.errors import DAMAGE, PaletteError, PaletteWarning, Reason
from palette_engine.options import Options
from palette_engine.palette.value import Palette

if TYPE_CHECKING:
    from palette_engine.extraction.summary import SampledPicture
    from palette_engine.pictures.pixels import Pixels

__all__ = ["LONGEST_SIDE", "Taken", "palette", "part", "prepare", "recolored", "reduced", "take"]

QUICK = 1
"""Of the levels of compression, that which takes least time."""

LONGEST_SIDE = 1000
"""How many pixels the longer side of a reduced picture has, at the most."""


@dataclass(frozen=True)
class Taken:
    """A picture that was read: its size as it is shown, and what `palette` takes.

    `first` is its first palette, or why the options give none. `notes` are sentences about what
    was made of the file.
    """

    width: int
    height: int
    sampled: bytes
    first: Palette | PaletteError
    notes: tuple[str, ...] = ()


def prepare() -> None:
    """Load what the other jobs need, so that the first does not wait for it."""
    from palette_engine import formats, libraries  # noqa: F401
    from palette_engine.extraction import pipeline  # noqa: F401
    from palette_engine.recoloring import dithering  # noqa: F401

    libraries.load()


class _File(io.BytesIO):
    """The bytes of a file that has a name."""

    def __init__(self, data: bytes | bytearray, name: str) -> None:
        super().__init__(data)
        self.name = name


def take(data: bytes | bytearray, name: str, max_pixels: int, options: Options) -> Taken:
    """Return a picture's size, and what palettes of it are made from, whatever the region.

    Raises what `pictures.reading.read_pixels` does, and `InputError` if nothing is visible.
    """
    from palette_engine.pictures.reading import read_pixels

    file = _File(data, name)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", PaletteWarning)
        pixels = read_pixels(file, max_pixels=max_pixels)
    notes = [str(each.message) for each in caught if issubclass(each.category, PaletteWarning)]
    if _is_animated(file):
        notes.append(f"{name or 'The picture'} has several frames or pages; the first counts.")
    frame = pixels.frame
    assert frame is not None
    width, height = frame.shown_size
    sampled, first = _first(pixels, name, options)
    if isinstance(first, PaletteError) and first.reason == Reason.TRANSPARENT:
        raise first
    return Taken(width, height, sampled, first, tuple(notes))


def part(
    data: bytes | bytearray, name: str, max_pixels: int, options: Options
) -> tuple[bytes, Palette | PaletteError]:
    """Return what palettes of the region that options name are made from, and the first of them.

    Raises `InputError` if the picture does not have the region.
    """
    from palette_engine.pictures.reading import read_pixels

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PaletteWarning)
        pixels = read_pixels(_File(data, name), max_pixels=max_pixels, region=options.region)
    return _first(pixels, name, options)


def _first(pixels: Pixels, name: str, options: Options) -> tuple[bytes, Palette | PaletteError]:
    """Return what palettes of pixels are made from, and the first or why there is none."""
    from palette_engine.extraction.summary import SampledPicture

    sampled = SampledPicture(pixels)
    first: Palette | PaletteError
    try:
        first = _palette(sampled, name, options)
    except PaletteError as error:
        first = error
    # Once a palette was made of it, it holds what all of them have in common.
    return pickle.dumps(sampled), first


def _is_animated(file: _File) -> bool:
    """Tell whether a picture that can be read has more frames, or pages, than the first."""
    from PIL import Image

    with contextlib.suppress(*DAMAGE, Image.DecompressionBombError), Image.open(file) as image:
        return bool(getattr(image, "is_animated", False))
    return False


def palette(sampled: bytes, name: str, options: Options) -> Palette:
    """Return a palette of a picture that was taken; raises what `palette_of` does."""
    return _palette(pickle.loads(sampled), name, options)


def _palette(sampled: SampledPicture, name: str, options: Options) -> Palette:
    from palette_engine.extraction.pipeline import palette_of

    summary = sampled.summary(options.order)
    return palette_of(summary, options, name=Path(name).stem or "Palette", source=name)


def reduced(data: bytes | bytearray, name: str, max_pixels: int) -> bytes:
    """Return a picture, as it is shown and in sRGB, as a PNG of at most `LONGEST_SIDE` a side.

    Pixels that become one are averaged. Raises what `read_pixels` does.
    """
    import numpy as np
    from PIL import Image

    from palette_engine.recoloring.raster import Picture

    picture = Picture.read(_File(data, name), max_pixels)
    opaque = bool((picture.alpha == 255).all())
    pixels = picture.rgb if opaque else np.dstack([picture.rgb, picture.alpha])
    image = Image.fromarray(pixels)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=QUICK)
    return file.getvalue()


def recolored(
    data: bytes | bytearray, name: str, max_pixels: int, palette: Palette, dither: str
) -> bytes:
    """Return a picture in the colors of a palette as a PNG; raises what `recolor` does."""
    from palette_engine.recoloring.image_files import dumps
    from palette_engine.recoloring.recolor import recolor

    image = recolor(_File(data, name), palette, dither, max_pixels=max_pixels)
    return dumps(image, ".png")
