"""Separations: index maps and masks as a session's answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import OptionError
from palette_engine.options import Options
from palette_engine.recoloring.index_map import Place, Places
from palette_engine.recoloring.raster import Picture
from palette_engine.recoloring.recolor import check_recoloring, ignore_progress
from palette_engine.recoloring.separation import EDGES, Divided, Masks, check_separation
from palette_engine.recoloring.swatch_table import Index, index_type
from palette_engine.session.strips import Layout

__all__ = ["StripSeparation", "ignored_of", "map_values", "packed", "place_values"]

KINDS: Mapping[str, str] = {"index": "hard", "masks": "hard", "soft-masks": "soft"}
"""What a picture is separated into, each with its kind of edges."""


def ignored_of(values: Mapping[str, Any]) -> Options:
    """Return the options of a request that ignore colors; raises `OptionError`."""
    names = ("ignore", "ignore_distance")
    return Options.of({name: values[name] for name in names if name in values})


def packed(index: Index) -> memoryview:
    """Return indexes as bytes; those of two bytes with the low one first."""
    return np.ascontiguousarray(index, index.dtype.newbyteorder("<")).view(np.uint8).data


def map_values(index: Index, places: tuple[Place, ...], count: int) -> dict[str, Any]:
    """Return what an answer says about an index map of `count` colors."""
    height, width = index.shape
    return {
        "width": width,
        "height": height,
        "none": count,
        "depth": index.itemsize,
        "places": [*map(place_values, places)],
    }


def place_values(place: Place) -> dict[str, Any]:
    """Return a place as a JSON object."""
    return {
        "pixels": place.pixels,
        "area": place.area,
        "share": place.share,
        "box": place.box,
        "center": place.center,
    }


class StripSeparation:
    """A picture taken apart as its strips arrive; of each pixel, two to four bytes are kept."""

    def __init__(
        self, colors: NDArray[np.uint8], kind: object, options: Options, layout: Layout
    ) -> None:
        """Allocate what is kept; raises what `recoloring.separation.check_separation` raises."""
        if not isinstance(kind, str) or kind not in KINDS:
            raise OptionError(f"as must be {', '.join(KINDS)}, not {kind!r}.")
        if kind == "index":
            check_recoloring(len(colors), "none")
        else:
            check_separation(len(colors), KINDS[kind])
        self._count, self._kind = len(colors), kind
        self._divide = EDGES[KINDS[kind]](colors, options)
        self._places = Places(len(colors))
        shape = (layout.height, layout.width)
        type_ = index_type(len(colors) + 1)
        is_soft = KINDS[kind] == "soft"
        self._alpha = np.empty(shape, np.uint8)
        self._index = np.empty(shape, type_)
        self._second = np.empty(shape, type_) if is_soft else None
        self._weight = np.empty(shape, np.uint8) if is_soft else None

    def add(self, top: int, strip: Picture) -> None:
        """Take the next strip, of which `top` is the first row."""
        divided = self._divide(strip, ignore_progress)
        rows = slice(top, top + len(strip.alpha))
        self._places.add(divided.index, strip.alpha, top)
        self._alpha[rows], self._index[rows] = strip.alpha, divided.index
        if divided.second is not None and self._second is not None:
            self._second[rows] = divided.second
        if divided.weight is not None and self._weight is not None:
            self._weight[rows] = divided.weight

    def answers(self, top: int, bottom: int) -> Iterator[tuple[memoryview, dict[str, int]]]:
        """Yield the bytes of some rows, and the color that they are of, by its name."""
        if self._kind == "index":
            yield packed(self._index[top:bottom]), {}
            return
        masks = Masks(self._count, self._alpha, Divided(self._index, self._second, self._weight))
        for color in range(self._count):
            mask = masks.rows(color, top, bottom)
            if mask.any():
                yield mask.data, {"color": color}

    @property
    def values(self) -> dict[str, Any]:
        """What the last answer says."""
        return map_values(self._index, self._places.found, self._count)
