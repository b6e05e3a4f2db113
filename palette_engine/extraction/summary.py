"""Summary: all that palettes of a picture, or of many pictures, are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, reduce
from itertools import groupby
from operator import add

import numpy as np

from palette_engine.extraction.first_seen import Tiles
from palette_engine.extraction.histogram import Histogram, Points
from palette_engine.extraction.sharpened import Sharpened
from palette_engine.extraction.thinning import thinned_histogram
from palette_engine.pictures.pixels import Pixels

__all__ = [
    "SampledPicture",
    "SeveralPictures",
    "Summary",
    "area_of",
    "mean_area",
    "shown_duration",
    "summary_of_frames",
]

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

    def of_area(self, area: Fraction) -> Summary:
        """Return the summary scaled so that its weight is about `area`, in a unit of the caller's.

        Raises `ZeroDivisionError` if it is empty.
        """
        return self.scaled(max(1, round(area / self.histogram.total)))

    @property
    def is_empty(self) -> bool:
        """Whether all pixels have weight 0."""
        return not self.histogram.total

    @property
    def points(self) -> Points:
        """The colors in CIELAB, with their weights."""
        return self.histogram.points


SHORTEST, STEADY = 10, 100
"""Browsers show a frame of at most 10 milliseconds for 100: https://bugs.webkit.org/36082.

See docs/decisions.md#animations.
"""


BATCH = 50
"""The tiles of so many frames are counted at once, as those of one take longer than the rest."""


def summary_of_frames(frames: Iterable[Pixels], order: str = "share") -> Summary:
    """Return the summary of frames, at least one, in which each counts by how long it is shown.

    It is exactly the sum of each frame's summary times its duration, divided by the greatest common
    divisor of all durations. Frames whose duration is not told, such as pages, count the same.
    """
    total: Summary | None = None
    unit, first = 1, Fraction(0)
    for duration, group in groupby(frames, shown_duration):
        part = reduce(add, (_counted(some, order) for some in _batches(group)))
        if total is None:
            total, first = part, duration
            continue
        # Durations are told in that of the first frame, and counted in the unit of all of them.
        factor = duration / first * unit
        larger = factor.denominator
        unit *= larger
        total = (total.scaled(larger) if larger > 1 else total) + part.scaled(int(factor * larger))
    if total is None:
        raise ValueError("there are no frames")
    return total


def mean_area(frames: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Return the mean visible area of frames, given the duration and the area of each."""
    total = sum((duration for duration, _ in frames), Fraction(0))
    return sum((duration * area for duration, area in frames), Fraction(0)) / total


def area_of(pixels: Pixels) -> Fraction:
    """Return the visible area of a picture in pixels, of which some may be sampled."""
    frame = pixels.frame
    assert frame is not None
    visible = Fraction(int(pixels.weight.sum(dtype=np.int64)), 255)
    return visible * frame.area / max(1, len(pixels.weight))


def shown_duration(pixels: Pixels) -> Fraction:
    """Return how many milliseconds a browser shows a frame; `STEADY` if that is not told."""
    told = pixels.duration
    return Fraction(STEADY) if told is None or told <= SHORTEST else told


def _batches(frames: Iterable[Pixels]) -> Iterator[Sequence[Pixels]]:
    """Yield frames in groups, in order: pages each for itself, as each is scaled."""
    batch: list[Pixels] = []
    for pixels in frames:
        is_page = pixels.duration is None or (batch and batch[-1].duration is None)
        if batch and (is_page or len(batch) == BATCH):
            yield batch
            batch = []
        batch.append(pixels)
    if batch:
        yield batch


def _counted(frames: Sequence[Pixels], order: str) -> Summary:
    """Return the summary of frames; those without a duration may have different sizes."""
    summary = reduce(add, map(Summary.of, frames))
    if order == "image":
        summary = replace(summary, tiles=Tiles.of(*frames))
    is_page = frames[0].duration is None and not summary.is_empty
    return summary.equalized() if is_page else summary


class SampledPicture:
    """A picture's sampled pixels, from which several palettes are made.

    The summary is computed once; tiles are added only if an order needs them.
    """

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels

    @property
    def is_empty(self) -> bool:
        """Whether all pixels have weight 0."""
        return not self._pixels.weight.any()

    def summary(self, order: str) -> Summary:
        """Return the summary for palettes in an order."""
        return self._located if order == "image" else self._plain

    def equalized(self, order: str) -> Summary:
        """Return the summary for an order, scaled to the weight that all pictures have in common.

        It is not kept, as the tiles take more memory than the pixels. Raises `ValueError` if the
        picture is empty.
        """
        tiles = Tiles.of(self._pixels) if order == "image" else None
        return replace(self._plain, tiles=tiles).equalized()

    @cached_property
    def _plain(self) -> Summary:
        return Summary.of(self._pixels)

    @cached_property
    def _located(self) -> Summary:
        return replace(self._plain, tiles=Tiles.of(self._pixels))


class SeveralPictures:
    """Pictures that count the same, from which several palettes are made together.

    The summaries are computed once. None of the pictures may be empty.
    """

    def __init__(self, pictures: Sequence[SampledPicture]) -> None:
        self._pictures = tuple(pictures)

    def summary(self, order: str) -> Summary:
        """Return the summary of all pictures for palettes in an order."""
        return self._located if order == "image" else self._plain

    @cached_property
    def _plain(self) -> Summary:
        return reduce(add, (picture.equalized("share") for picture in self._pictures))

    @cached_property
    def _located(self) -> Summary:
        return reduce(add, (picture.equalized("image") for picture in self._pictures))
