"""Sharpened: the colors of a picture as if nothing had smeared them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from palette_engine.extraction.block_grid import BlockGrid
from palette_engine.extraction.busy_patches import BusyPatches, busy_patches
from palette_engine.extraction.grounds import Grounds, has_no_grounds
from palette_engine.extraction.histogram import Histogram, Points
from palette_engine.extraction.inks import inks_on
from palette_engine.extraction.kmeans import one_thread
from palette_engine.extraction.lights import lights_in, night_of
from palette_engine.extraction.mixtures import parts_of
from palette_engine.pictures.pixels import Pixels

__all__ = ["Sharpened"]

NOTHING = Histogram.of(Pixels(np.empty((0, 3), np.uint8), np.empty(0, np.uint8)))
"""The histogram of no pixels."""


@dataclass(frozen=True, eq=False)
class Sharpened:
    """The weights of the colors that pictures are drawn with, and of all that is not drawn.

    `named` are the colors of drawings, each with its part of all mixtures; `rest` is what they do
    not explain: of a photograph, everything. See docs/decisions.md#named-colors.
    """

    named: Histogram
    rest: Histogram

    @classmethod
    def of(cls, pixels: Pixels, whole: Histogram) -> Sharpened:
        """Return the sharpened colors of pixels, of which `whole` is the histogram."""
        if has_no_grounds(pixels):
            return cls(NOTHING, whole)
        grid = BlockGrid.of(pixels)
        grounds = Grounds.of(grid) if grid is not None else None
        if grid is None or grounds is None or not len(grounds):
            return cls(NOTHING, whole)
        with one_thread():
            return cls._drawn(grid, grounds, whole)

    @classmethod
    def _drawn(cls, grid: BlockGrid, grounds: Grounds, whole: Histogram) -> Sharpened:
        """Return the sharpened colors of a grid with these grounds."""
        busy = busy_patches(grid, grounds)
        patches = BusyPatches.of(grid, grounds, busy)
        if not patches.is_clean and len(fewer := grounds.without_borders()) < len(grounds):
            return cls._drawn(grid, fewer, whole)
        night, picture = night_of(grounds), grid.present.sum() / (4 * grid.block_size)
        inks = [
            (lights_in if ground == night else inks_on)(patches, grounds, ground, picture)
            for ground in range(len(grounds))
        ]
        parts = parts_of(patches, grounds, inks, night)
        weight = grid.patch_weights[busy] @ parts
        calm = ~busy.repeat(2, axis=0).repeat(2, axis=1) & (grounds.block >= 0)
        weight += np.bincount(grounds.block[calm], grid.block_weights[calm], len(weight))
        whole_weight = np.round(weight).astype(np.int64)
        used = whole_weight > 0
        if not used.any():
            return cls(NOTHING, whole)
        rgb = np.round(np.concatenate([grounds.rgb, *inks])).astype(np.uint8)
        rest = busy.copy()
        rest[busy] = ~parts.any(axis=1)
        return cls(
            Histogram.of_colors(rgb[used], whole_weight[used]), Histogram.of(grid.samples(rest))
        )

    def plus(self, other: Sharpened, whole: Histogram) -> Sharpened:
        """Return the sum of two; `whole` is the sum of the histograms of their pictures."""
        if self.is_plain and other.is_plain:
            return Sharpened(NOTHING, whole)
        return Sharpened(self.named + other.named, self.rest + other.rest)

    def scaled(self, factor: int, whole: Histogram) -> Sharpened:
        """Return all weights multiplied by a whole number; `whole` is the scaled histogram."""
        if self.is_plain:
            return Sharpened(NOTHING, whole)
        return Sharpened(self.named.scaled(factor), self.rest.scaled(factor))

    @property
    def is_plain(self) -> bool:
        """Whether nothing was drawn."""
        return not self.named.total

    @cached_property
    def points(self) -> Points:
        """All colors in CIELAB, with their weights."""
        return (self.rest if self.is_plain else self.named + self.rest).points
