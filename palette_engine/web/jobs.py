"""Jobs: the work that the server leaves to processes which can be killed.

Each job is a function whose arguments and result can be pickled. Heavy libraries are imported where
they are used, so that the server, which only names the jobs, does not load them.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from palette_engine.color.hex_code import format_hex
from palette_engine.color.srgb import Color
from palette_engine.errors import InputError, PaletteError, PaletteWarning, Reason
from palette_engine.options import READING, Options
from palette_engine.palette.edit import carry_edits
from palette_engine.palette.value import Palette
from palette_engine.pictures.file_types import check_exposed
from palette_engine.workers.pickled import Pickled

if TYPE_CHECKING:
    from palette_engine.extraction.summary import Summary
    from palette_engine.pictures.pixels import Pixels

__all__ = [
    "PREVIEW_SIDE",
    "MapBytes",
    "ReadPicture",
    "StoredSummary",
    "check_palette",
    "compare_palettes",
    "find_spot",
    "join_palettes",
    "load_libraries",
    "make_map",
    "make_palette",
    "make_preview",
    "measure_palette",
    "open_palette",
    "read_picture",
    "read_region",
    "recolor_picture",
]

FASTEST = 1
"""The level of PNG compression that takes the least time."""

OPAQUE = 255
"""The weight of a pixel that nothing shines through."""

PREVIEW_SIDE = 1000
"""The longer side of a preview has at most this many pixels.

See docs/decisions.md#the-file-itself-is-shown.
"""


@dataclass(frozen=True)
class StoredSummary:
    """What palettes are made of: a summary, and the sampled pixels, which only one order needs."""

    summary: Pickled
    pixels: Pickled | None

    def __len__(self) -> int:
        return len(self.summary) + len(self.pixels or b"")

    def needed_for(self, options: Options) -> StoredSummary:
        """Return what a palette with these options needs."""
        return self if options.order == "image" else replace(self, pixels=None)


@dataclass(frozen=True)
class ReadPicture:
    """A picture that was read: its size as it is shown, and the summary for `make_palette`.

    `first` is its first palette, or why the options give none. `notes` are sentences about the
    file. If it `is_foreign`, a browser may show other colors than the palette is of; see
    docs/decisions.md#the-file-itself-is-shown. If it `is_transparent`, some of it is not opaque.
    """

    width: int
    height: int
    summary: StoredSummary
    first: Palette | PaletteError
    notes: tuple[str, ...] = ()
    is_foreign: bool = False
    is_transparent: bool = False


def load_libraries() -> None:
    """Import what the jobs need, so that the first one does not wait for it."""
    from palette_engine import formats, libraries  # noqa: F401
    from palette_engine.extraction import pipeline  # noqa: F401
    from palette_engine.recoloring import dithering  # noqa: F401

    libraries.load()


class _File(io.BytesIO):
    """The bytes of a file that has a name, of a type that the page reads."""

    def __init__(self, data: bytes | bytearray, name: str) -> None:
        super().__init__(data)
        self.name = name
        check_exposed(self, name)


def read_picture(data: bytes | bytearray, name: str, options: Options) -> ReadPicture:
    """Return a picture's size and the summary of all of it, whatever the options' region.

    Raises what `pictures.reading.read_pixels` does, and `InputError` if nothing is visible.
    """
    from palette_engine.pictures.reading import count_frames, read_pixels

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", PaletteWarning)
        pixels = read_pixels(_File(data, name), **_reading(options))
    notes = [str(each.message) for each in caught if issubclass(each.category, PaletteWarning)]
    is_foreign = bool(notes) or pixels.space is not None
    # See docs/decisions.md#notes-about-a-picture.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PaletteWarning)  # it has warned above
        frames = count_frames(_File(data, name), **_reading(options)).frames
    if frames > 1:
        notes.append(f"{name or 'The picture'} has several frames or pages; the first counts.")
    frame = pixels.frame
    assert frame is not None
    width, height = frame.shown_size
    is_transparent = bool((pixels.weight < OPAQUE).any())
    summary, first = _summary(pixels, name, options)
    if isinstance(first, PaletteError) and first.reason == Reason.TRANSPARENT:
        if pixels.frame_count > 1:
            raise InputError(str(first), Reason.EMPTY_FRAME, count=pixels.frame_count)
        raise first
    return ReadPicture(width, height, summary, first, tuple(notes), is_foreign, is_transparent)


def read_region(
    data: bytes | bytearray, name: str, options: Options
) -> tuple[StoredSummary, Palette | PaletteError]:
    """Return the summary of the options' region, and its first palette or why there is none.

    Raises `InputError` if the picture does not have the region.
    """
    from palette_engine.pictures.reading import read_pixels

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PaletteWarning)
        pixels = read_pixels(_File(data, name), region=options.region, **_reading(options))
    return _summary(pixels, name, options)


def _reading(options: Options) -> dict[str, Any]:
    """Return the options that say how a picture is read."""
    return {name: getattr(options, name) for name in READING}


def _summary(
    pixels: Pixels, name: str, options: Options
) -> tuple[StoredSummary, Palette | PaletteError]:
    """Return the summary of pixels, and the first palette or why there is none."""
    from palette_engine.extraction.summary import Summary

    summary = Summary.of(pixels)
    first: Palette | PaletteError
    try:
        first = _palette(summary, pixels, name, options)
    except PaletteError as error:
        first = error
    # After the first palette it holds what all palettes share.
    return StoredSummary(Pickled.of(summary), Pickled.of(pixels)), first


def make_palette(
    stored: StoredSummary,
    name: str,
    options: Options,
    start: Sequence[Color] = (),
    seen: Palette | None = None,
) -> Palette:
    """Return a palette of a picture that was read; raises what `palette_of` does.

    `stored` may have only what `StoredSummary.needed_for` returns. What was changed by hand in the
    palette that is `seen` is marked in the new one, and has its name.
    """
    pixels = stored.pixels.value() if stored.pixels else None
    palette = _palette(stored.summary.value(), pixels, name, options, start)
    return carry_edits(palette, seen) if seen else palette


def join_palettes(
    pictures: Sequence[tuple[str, StoredSummary]],
    options: Options,
    start: Sequence[Color] = (),
    seen: Palette | None = None,
) -> Palette:
    """Return one palette of several pictures that were read, with their names; all count the same.

    `start` and `seen` are those of `make_palette`. Raises what `palette_of_pictures` does.
    """
    from palette_engine.extraction.pipeline import palette_of_pictures

    def summary(stored: StoredSummary) -> Summary:
        pixels = stored.pixels.value() if stored.pixels else None
        return _with_tiles(stored.summary.value(), pixels, options).equalized()

    named = ((name, summary(stored)) for name, stored in pictures)
    palette = palette_of_pictures(named, options, start)
    return carry_edits(palette, seen) if seen else palette


def measure_palette(stored: StoredSummary, options: Options, palette: Palette) -> Palette:
    """Return a palette with the shares that it has in a picture; raises what `with_shares` does."""
    from palette_engine.extraction.shares import with_shares

    pixels = stored.pixels.value() if stored.pixels else None
    summary = _with_tiles(stored.summary.value(), pixels, options)
    return with_shares(palette, summary, options)


def check_palette(palette: Palette) -> dict[str, Any]:
    """Return the contrast of every two colors, and which are hard to tell apart."""
    from palette_engine.palette.check import checked, to_object

    return to_object(checked(palette))


def compare_palettes(first: Palette, second: Palette) -> dict[str, Any]:
    """Return what is new, gone and moved between two palettes; raises what `compared` does."""
    from palette_engine.palette.comparison import compared, to_object

    return to_object(compared(first, second))


def open_palette(data: bytes, name: str) -> Palette:
    """Return the palette in a file; raises what `formats.loads` does."""
    from palette_engine import formats

    palette = formats.loads(data, name)
    return replace(palette, name=palette.name or Path(name).stem)


def _palette(
    summary: Summary,
    pixels: Pixels | None,
    name: str,
    options: Options,
    start: Sequence[Color] = (),
) -> Palette:
    from palette_engine.extraction.pipeline import palette_of

    summary = _with_tiles(summary, pixels, options)
    stem = Path(name).stem or "Palette"
    return palette_of(summary, options, name=stem, source=name, start=start)


def _with_tiles(summary: Summary, pixels: Pixels | None, options: Options) -> Summary:
    """Return a summary that knows where colors are first seen, if the order asks for that."""
    from palette_engine.extraction.first_seen import Tiles

    if options.order == "image" and pixels is not None:
        return replace(summary, tiles=Tiles.of(pixels))
    return summary


def make_preview(data: bytes | bytearray, name: str, options: Options) -> bytes:
    """Return a picture, as it is shown and in sRGB, as a PNG of at most `PREVIEW_SIDE` a side.

    Pixels that become one are averaged. Raises what `read_pixels` does.
    """
    import numpy as np
    from PIL import Image

    from palette_engine.recoloring.raster import Picture

    picture = Picture.read(_File(data, name), **_reading(options))
    opaque = bool((picture.alpha == 255).all())
    pixels = picture.rgb if opaque else np.dstack([picture.rgb, picture.alpha])
    image = Image.fromarray(pixels)
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=FASTEST)
    return file.getvalue()


@dataclass(frozen=True)
class MapBytes:
    """The index map of a picture: its `size` is width, height and bytes a pixel (depth)."""

    data: bytes
    size: Mapping[str, int]


def make_map(preview: bytes, name: str, options: Options, palette: Palette) -> MapBytes:
    """Return the index map of a preview for a palette; raises what `index_map` does."""
    import numpy as np

    from palette_engine.recoloring.index_map import index_map

    found = index_map(
        _File(preview, name),
        palette,
        ignore=options.ignore,
        ignore_distance=options.ignore_distance,
        **_reading(options),
    )
    height, width = found.index.shape
    depth = found.index.dtype.itemsize
    data = found.index.astype(np.dtype(f"<u{depth}"), copy=False).tobytes()
    return MapBytes(data, {"width": width, "height": height, "depth": depth, "none": found.none})


def find_spot(preview: bytes, name: str, options: Options, x: float, y: float) -> str:
    """Return the color of a preview around a point, as a code; raises what `spot_color` does.

    `x` and `y` are parts of its width and height, from 0 to 1.
    """
    from palette_engine.recoloring.raster import Picture
    from palette_engine.recoloring.spot import RADIUS, spot_color_of

    picture = Picture.read(_File(preview, name), **_reading(options))
    height, width = picture.alpha.shape
    return format_hex(spot_color_of(picture, x * width, y * height, RADIUS))


def recolor_picture(
    data: bytes | bytearray, name: str, options: Options, palette: Palette, dither: str
) -> bytes:
    """Return a picture in the colors of a palette as a PNG; raises what `recolor` does."""
    from palette_engine.recoloring.image_files import dumps
    from palette_engine.recoloring.recolor import recolor

    image = recolor(_File(data, name), palette, dither, **_reading(options))
    return dumps(image, ".png")
