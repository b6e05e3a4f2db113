"""Summary: all that palettes of a picture, or of many pictures, are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from palette_engine.extraction.first_seen import Tiles
from palette_engine.extraction.histogram import Histogram, Points
from palette_engine.extraction.sharpened import Sharpened
from palette_engine.extraction.thinning import thinned_histogram
from palette_engine.pictures.pixels import Pixels

__all__ = ["SampledPicture", "Summary"]

COMMON_TOTAL = 2**40
"""The weight that each picture is scaled to if all pictures count the same.

See docs/decisions.md#several-pictures-count-equally.
"""


@dataclass(frozen=True, eq=False)
class Summary:
    """How much of each color there is and, for palettes in the order ``image``, where.

    Guarantees: adding summaries gives exactly the summary of all their pixels, in any order and
    any grouping, however many there are.
    """

    histogram: Histogram
    sharpened: Sharpened
    tiles: Tiles | None = None

    @classmethod
    def of(cls, pixels: Pixels, order: str = "share") -> Summary:
        """Return the summary of pixels, for palettes in an order.

        Raises `ValueError` if the order is ``image`` and the pixels have no frame.
        """
        histogram = thinned_histogram(pixels)
        tiles = Tiles.of(pixels) if order == "image" else None
        return cls(histogram, Sharpened.of(pixels, histogram), tiles)

    def __add__(self, other: Summary) -> Summary:
        tiles = None
        if self.tiles is not None and other.tiles is not None:
            tiles = self.tiles + other.tiles
        histogram = self.histogram + other.histogram
        return Summary(histogram, self.sharpened.plus(other.sharpened, histogram), tiles)

    def scaled(self, factor: int) -> Summary:
        """Return the summary with every weight multiplied by a whole number."""
        histogram = self.histogram.scaled(factor)
        tiles = self.tiles and self.tiles.scaled(factor)
        return Summary(histogram, self.sharpened.scaled(factor, histogram), tiles)

    def equalized(self) -> Summary:
        """Return the summary scaled to the weight that all pictures have in common.

        Raises `ValueError` if it is empty.
        """
        return self.scaled(self.histogram.factor(COMMON_TOTAL))

    @property
    def is_empty(self) -> bool:
        """Whether all pixels have weight 0."""
        return not self.histogram.total

    @property
    def points(self) -> Points:
        """The colors in CIELAB, with their weights."""
        return self.histogram.points


class SampledPicture:
    """A picture's sampled pixels, from which several palettes are made.

    The summary is computed once; tiles are added only if an order needs them.
    """

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels

    def summary(self, order: str) -> Summary:
        """Return the summary for palettes in an order."""
        return self._located if order == "image" else self._plain

    @cached_property
    def _plain(self) -> Summary:
        return Summary.of(self._pixels)

    @cached_property
    def _located(self) -> Summary:
        return replace(self._plain, tiles=Tiles.of(self._pixels))
