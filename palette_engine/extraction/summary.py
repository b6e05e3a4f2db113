"""Summary: a picture of which many palettes are asked for, one after the other."""

from __future__ import annotations

from functools import cached_property

from palette_engine.extraction.first_seen import Places
from palette_engine.extraction.histogram import Histogram, Points
from palette_engine.extraction.pipeline import palette_of, points_of
from palette_engine.options import Options
from palette_engine.palette.value import Palette
from palette_engine.pictures.pixels import Pixels

__all__ = ["Sampled"]


class Sampled:
    """A picture's sampled pixels, and what all palettes of it have in common."""

    def __init__(self, pixels: Pixels, name: str) -> None:
        self._pixels = pixels
        self._name = name
        self._histogram = Histogram.of(pixels)

    @cached_property
    def _points(self) -> Points:
        return points_of(self._histogram, "")

    @cached_property
    def _places(self) -> Places:
        return Places.of(self._pixels)

    def palette(self, options: Options) -> Palette:
        """Return the palette by some options; raises what `palette_of` does."""
        points = self._points
        places = self._places if options.order == "image" else None
        return palette_of(points, options, places, name=self._name, source="")
