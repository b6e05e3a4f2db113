"""Separation: a picture taken apart into one mask for each swatch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import lab_of
from palette_engine.color.codes import CODES, codes_at, codes_of, colors_of
from palette_engine.color.srgb import Color
from palette_engine.errors import InputError, OptionError, Reason
from palette_engine.extraction.nearest import nearest, second_nearest
from palette_engine.option_kinds import Region
from palette_engine.options import OPTIONS, Options
from palette_engine.palette.value import Palette
from palette_engine.pictures.pixels import strip_rows
from palette_engine.pictures.reading import Source
from palette_engine.recoloring.index_map import IndexMap, Places, index_table
from palette_engine.recoloring.raster import Picture
from palette_engine.recoloring.recolor import check_recoloring, ignore_progress
from palette_engine.recoloring.swatch_table import Index, Progress, distinct_places, index_type

__all__ = [
    "EDGES",
    "MAX_MASKS",
    "Divided",
    "Masks",
    "Separation",
    "check_separation",
    "separate",
]

MAX_MASKS = 256
"""How many swatches a picture is separated into, at most."""

SEARCHED = np.uint32(2**31)
"""Marks a color in the table of blends that was searched for."""


@dataclass(frozen=True, eq=False)
class Divided:
    """The swatch of each pixel, `(h, w)`, and with soft edges a `second` one and its `weight`.

    `weight` is uint8, from 0 to 127 of 255; that of the first swatch is the rest. Pixels that
    belong to no swatch have the index after the last.
    """

    index: Index
    second: Index | None = None
    weight: NDArray[np.uint8] | None = None


Divide: TypeAlias = Callable[[Picture, Progress], Divided]
"""Returns the swatches of the pixels of a picture, or of some of its rows."""


@dataclass(frozen=True, eq=False)
class Masks(Sequence[NDArray[np.uint8]]):
    """A mask for each of some `swatches`, uint8 `(h, w)`, which is computed when it is asked for.

    Guarantee: at each pixel that belongs to a swatch, the masks add up to its alpha, exactly; at
    others, all are 0.
    """

    swatches: int
    alpha: NDArray[np.uint8]
    divided: Divided

    def __len__(self) -> int:
        return self.swatches

    @overload
    def __getitem__(self, index: int) -> NDArray[np.uint8]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[NDArray[np.uint8]]: ...
    def __getitem__(self, index: int | slice) -> NDArray[np.uint8] | Sequence[NDArray[np.uint8]]:
        """Return the mask of a swatch; raises `IndexError`."""
        if isinstance(index, slice):
            return [self[each] for each in range(self.swatches)[index]]
        return self.rows(range(self.swatches)[index], 0, len(self.alpha))

    def rows(self, swatch: int, top: int, bottom: int) -> NDArray[np.uint8]:
        """Return the rows of a mask from `top` to the one before `bottom`."""
        rows = slice(top, bottom)
        alpha, divided = self.alpha[rows], self.divided
        own = divided.index[rows] == swatch
        if divided.second is None or divided.weight is None:
            return np.where(own, alpha, np.uint8(0))
        other = divided.second[rows] == swatch
        mask = np.zeros(alpha.shape, np.uint8)
        seconds = _parts(alpha, divided.weight[rows])
        mask[other] = seconds[other]
        mask[own] = (alpha - seconds)[own]
        return mask


@dataclass(frozen=True, eq=False)
class Separation:
    """A picture, sRGB uint8 `(h, w, 3)`, its index map, and a mask for each swatch."""

    rgb: NDArray[np.uint8]
    map: IndexMap
    masks: Masks

    def layer(self, swatch: int) -> NDArray[np.uint8]:
        """Return the pixels of a swatch, R'G'B'A uint8 `(h, w, 4)`, with its mask as alpha.

        Where that is 0, they are black, as colors that nobody sees would only make files large.
        """
        layer = np.zeros((*self.rgb.shape[:2], 4), np.uint8)
        mask = self.masks[swatch]
        layer[..., :3][mask > 0] = self.rgb[mask > 0]
        layer[..., 3] = mask
        return layer


def separate(
    source: Source,
    palette: Palette,
    edges: str = "hard",
    *,
    ignore: str | Iterable[str | Color] = (),
    ignore_distance: float = 5.0,
    region: str | Region | None = None,
    frames: int | str = "first",
    max_pixels: int = OPTIONS["max_pixels"].default,
    max_memory: int = OPTIONS["max_memory"].default,
    damaged: str = OPTIONS["damaged"].default,
    progress: Progress = ignore_progress,
) -> Separation:
    """Return a picture taken apart into one mask for each swatch.

    With “hard” edges, a pixel is in the mask of the swatch that looks nearest, as in `index_map`.
    With “soft” edges, it is in the masks of the two nearest, with weights inverse to the squares of
    their distances, which `extraction.nearest.nearest` documents; so the nearest has at least half.
    The masks add up to the picture's alpha, exactly, except where a color is ignored.

    The other arguments are those of `index_map`. Raises what that raises, and `OptionError` for
    other edges, and `InputError` for more than `MAX_MASKS` swatches.
    """
    check_separation(len(palette.swatches), edges)
    options = Options.of(
        {"ignore": ignore, "ignore_distance": ignore_distance, "region": region}
        | {"frames": frames, "max_pixels": max_pixels, "max_memory": max_memory}
        | {"damaged": damaged}
    )
    picture = Picture.chosen(source, options)
    colors = np.array([swatch.color for swatch in palette.swatches], np.uint8)
    divided = EDGES[edges](colors, options)(picture, progress)
    places = Places(len(colors))
    height, width = picture.alpha.shape
    for top, bottom in strip_rows(width, height):
        places.add(divided.index[top:bottom], picture.alpha[top:bottom], top)
    found = IndexMap(divided.index, places.found)
    return Separation(picture.rgb, found, Masks(len(colors), picture.alpha, divided))


def check_separation(colors: int, edges: object) -> None:
    """Raise the errors of `separate` for a number of colors and for `edges`."""
    if edges not in tuple(EDGES):  # it may be something without a hash
        raise OptionError(f"edges must be {' or '.join(EDGES)}, not {edges!r}.")
    check_recoloring(colors, "none")
    if colors > MAX_MASKS:
        raise InputError(
            f"The palette has {colors:,} colors; a picture is separated into up to {MAX_MASKS}, so "
            "take a smaller one.",
            Reason.TOO_MANY_COLORS,
            colors=colors,
            most=MAX_MASKS,
        )


def _hard(colors: NDArray[np.uint8], options: Options) -> Divide:
    """Return the function that finds the nearest swatch of each pixel."""
    table = index_table(colors, options)

    def divide(picture: Picture, progress: Progress) -> Divided:
        index = table(picture, progress)
        index[picture.alpha == 0] = len(colors)
        return Divided(index)

    return divide


def _soft(colors: NDArray[np.uint8], options: Options) -> Divide:
    """Return the function that finds the two nearest swatches of each pixel."""
    hard, count = _hard(colors, options), len(colors)
    blends = _Blends(colors)

    def divide(picture: Picture, progress: Progress) -> Divided:
        index = hard(picture, lambda done: progress(done / 2)).index
        second = np.full(index.shape, count, index_type(count + 1))
        weight = np.zeros(index.shape, np.uint8)
        height, width = index.shape
        for top, bottom in strip_rows(width, height) if count > 1 else ():
            progress(0.5 + top / height / 2)
            second[top:bottom], weight[top:bottom] = blends(picture.rgb[top:bottom])
        none = index == count
        second[none], weight[none] = count, 0
        return Divided(index, second, weight)

    return divide


EDGES: Mapping[str, Callable[[NDArray[np.uint8], Options], Divide]] = {
    "hard": _hard,
    "soft": _soft,
}
"""The function for each kind of edges; it takes colors, `(k, 3)`, and which are ignored."""


class _Blends:
    """The second nearest swatch of each color and its weight, found where it first occurs."""

    def __init__(self, colors: NDArray[np.uint8]) -> None:
        self._swatches = lab_of(colors)
        self._packed = np.zeros(CODES, np.uint32)

    def __call__(self, rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Return the index of the swatch and its weight for rows of colors, `(rows, w)` each."""
        codes = codes_of(rgb.reshape(-1, 3))
        packed = self._packed.take(codes)
        new = np.flatnonzero(packed == 0)
        if len(new):
            self._search(codes[new])
            packed[new] = self._packed.take(codes[new])
        packed = packed.reshape(rgb.shape[:2])
        return (packed & ~SEARCHED) >> np.uint32(8), packed & np.uint32(255)

    def _search(self, codes: NDArray[np.uint32]) -> None:
        codes = codes_at(distinct_places(codes))
        lab = lab_of(colors_of(codes))
        second, part = second_nearest(lab, self._swatches, nearest(lab, self._swatches))
        weight = np.floor(255 * part).astype(np.uint32)
        self._packed[codes] = SEARCHED | second.astype(np.uint32) << np.uint32(8) | weight


def _parts(alpha: NDArray[np.uint8], weight: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return alpha times weight, of 255, rounded."""
    product = alpha.astype(np.uint32) * weight
    return ((product + np.uint32(127)) // np.uint32(255)).astype(np.uint8)
