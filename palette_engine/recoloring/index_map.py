"""Index map: which swatch each pixel of a picture belongs to, and where each swatch is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.srgb import Color
from palette_engine.extraction.ignored import is_ignored
from palette_engine.option_kinds import Region
from palette_engine.options import OPTIONS, Options
from palette_engine.palette.value import Palette
from palette_engine.pictures.pixels import LEAST_ALPHA, strip_rows
from palette_engine.pictures.reading import Source
from palette_engine.recoloring.raster import Picture
from palette_engine.recoloring.recolor import check_recoloring, ignore_progress
from palette_engine.recoloring.swatch_table import Index, Progress, SwatchTable

__all__ = ["IndexMap", "Place", "Places", "index_map", "index_table", "map_of", "places_in"]


@dataclass(frozen=True)
class Place:
    """Where a swatch is in a picture.

    `pixels` is the number of its pixels; `area` the sum of their alpha, 0 to 255 each; `share` its
    part of the area of all swatches, 0 to 1. `box` is left, top, width and height of the smallest
    rectangle around them, in pixels. `center` is x and y of their mean, weighed by alpha, in pixels
    from the picture's top left corner. Both are None of a swatch without pixels.
    """

    pixels: int = 0
    area: int = 0
    share: float = 0.0
    box: tuple[int, int, int, int] | None = None
    center: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class IndexMap:
    """The index of the swatch that each pixel belongs to, and the places of all swatches.

    `index` is `(h, w)`, uint8 for up to 255 swatches, else uint16. It is `none`, which is the
    number of swatches, where a pixel belongs to no swatch, as it is transparent or ignored.
    `places` has a row for each swatch. Pixels of alpha below 8, of 255, have an index, but are not
    in places, as they do not count in palettes either; if all are such, they are.
    """

    index: Index
    places: tuple[Place, ...]

    @property
    def none(self) -> int:
        """The index of pixels that belong to no swatch."""
        return len(self.places)


def index_map(
    source: Source,
    palette: Palette,
    *,
    ignore: str | Iterable[str | Color] = (),
    ignore_distance: float = 5.0,
    region: str | Region | None = None,
    frames: int | str = "first",
    max_pixels: int = OPTIONS["max_pixels"].default,
    max_memory: int = OPTIONS["max_memory"].default,
    damaged: str = OPTIONS["damaged"].default,
    progress: Progress = ignore_progress,
) -> IndexMap:
    """Return which swatch each pixel of a picture belongs to.

    `source` is a path, bytes, a file, a Pillow image or an array. Of its `frames`, “first” or the
    number of one is read, or a `region` of it, as it is shown. A pixel belongs to the swatch that
    looks nearest, of ties to the first: the one that it gets in `recolor` without dithering. The
    other arguments are those of `extract` and `recolor`.

    Raises what `recolor` raises.
    """
    check_recoloring(len(palette.swatches), "none")
    options = Options.of(
        {"ignore": ignore, "ignore_distance": ignore_distance, "region": region}
        | {"frames": frames, "max_pixels": max_pixels, "max_memory": max_memory}
        | {"damaged": damaged}
    )
    picture = Picture.chosen(source, options)
    colors = np.array([swatch.color for swatch in palette.swatches], np.uint8)
    return map_of(picture, index_table(colors, options), len(colors), progress)


def index_table(colors: NDArray[np.uint8], options: Options) -> SwatchTable:
    """Return the table of the nearest of colors, `(k, 3)`, in which ignored ones have none."""
    return SwatchTable(colors, partial(is_ignored, options=options))


def map_of(
    picture: Picture, table: SwatchTable, count: int, progress: Progress = ignore_progress
) -> IndexMap:
    """Return the index map of a picture for the `count` swatches of a table."""
    index = table(picture, progress)
    index[picture.alpha == 0] = count
    return IndexMap(index, places_in(index, picture.alpha, count))


def places_in(index: Index, alpha: NDArray[np.uint8], count: int) -> tuple[Place, ...]:
    """Return the places of `count` swatches in an index map and its alpha, both `(h, w)`."""
    places = Places(count)
    height, width = index.shape
    for top, bottom in strip_rows(width, height):
        places.add(index[top:bottom], alpha[top:bottom], top)
    return places.found


class Places:
    """Measures the places of swatches, in strips of a picture from its top to its bottom."""

    def __init__(self, count: int) -> None:
        self._counted, self._faint = _Sums(count), _Sums(count)

    def add(
        self, index: NDArray[np.unsignedinteger[Any]], alpha: NDArray[np.uint8], top: int
    ) -> None:
        """Add rows, of which `top` is the first: indexes and alpha, both `(rows, w)`."""
        seen = alpha >= LEAST_ALPHA
        if seen.all():
            self._counted.add(index, alpha, top)
            return
        none = self._counted.none
        self._counted.add(np.where(seen, index, none), alpha, top)
        if not self._counted.total:
            self._faint.add(index, alpha, top)

    @property
    def found(self) -> tuple[Place, ...]:
        """The place of each swatch."""
        return (self._counted if self._counted.total else self._faint).places


class _Sums:
    """What the places of `none` swatches are computed from; the row `none` is of no swatch."""

    def __init__(self, none: int) -> None:
        self.none = none
        self._pixels = np.zeros(none + 1, np.int64)
        # Areas, and sums of columns and rows weighed by alpha. Exact up to 2**53, which is that of
        # pictures with 2**32 pixels in rows of 8,192.
        self._sums = np.zeros((3, none + 1), np.float64)
        # The least and the greatest column, and the same of rows.
        self._least = np.full((2, none + 1), np.iinfo(np.int64).max, np.int64)
        self._most = np.full((2, none + 1), -1, np.int64)

    @property
    def total(self) -> int:
        """The area of all swatches."""
        return int(self._sums[0, : self.none].sum(dtype=np.float64))

    def add(self, index: NDArray[Any], alpha: NDArray[np.uint8], top: int) -> None:
        """Add rows, of which `top` is the first."""
        rows, width = index.shape
        size = self.none + 1
        flat, weight = index.reshape(-1).astype(np.intp), alpha.reshape(-1).astype(np.float64)
        columns = np.tile(np.arange(width, dtype=np.int64), rows)
        lines = np.repeat(np.arange(top, top + rows, dtype=np.int64), width)
        self._pixels += np.bincount(flat, minlength=size)
        self._sums[0] += np.bincount(flat, weight, size)
        for axis, position in enumerate((columns, lines)):
            self._sums[axis + 1] += np.bincount(flat, weight * position, size)
        self._widen(1, flat, lines)
        across = np.ascontiguousarray(index.T).reshape(-1).astype(np.intp)
        self._widen(0, across, np.repeat(np.arange(width, dtype=np.int64), rows))

    def _widen(self, axis: int, index: NDArray[np.intp], rising: NDArray[np.int64]) -> None:
        """Take positions that rise into the bounds of an axis."""
        # Of several values for the same index, the last is assigned.
        last = np.full(self.none + 1, -1, np.int64)
        last[index] = rising
        first = np.full(self.none + 1, np.iinfo(np.int64).max, np.int64)
        first[index[::-1]] = rising[::-1]
        np.maximum(self._most[axis], last, out=self._most[axis])
        np.minimum(self._least[axis], first, out=self._least[axis])

    @property
    def places(self) -> tuple[Place, ...]:
        """The place of each swatch."""
        return tuple(map(self._place, range(self.none)))

    def _place(self, swatch: int) -> Place:
        pixels, (area, *sums) = int(self._pixels[swatch]), self._sums[:, swatch].tolist()
        if not pixels or not area:
            return Place()
        (left, top), (right, bottom) = (
            self._least[:, swatch].tolist(),
            self._most[:, swatch].tolist(),
        )
        x, y = ((total + 0.5 * area) / area for total in sums)
        return Place(
            pixels,
            int(area),
            area / self.total,
            (left, top, right - left + 1, bottom - top + 1),
            (x, y),
        )
