"""Effort: how much work goes into a palette, by the choices of the option of that name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palette_engine.extraction.kmeans import Search
from palette_engine.extraction.thinning import MANY_COLORS, PROBES
from palette_engine.pictures.pixels import Draft, spread_positions

__all__ = ["EFFORTS", "Effort"]


@dataclass(frozen=True)
class Effort:
    """When fewer pixels are enough, if ever, and how long starting centers are searched."""

    draft: Draft | None
    search: Search


def are_of_photograph(colors: NDArray[np.uint8]) -> bool:
    """Return whether visible pixels, `(n, channels)`, are those of a photograph in color.

    They are if they have as many colors as those of a photograph that is thinned.
    """
    if len(colors) < PROBES:
        return False
    codes = np.zeros(PROBES, np.uint32)
    for channel in colors[spread_positions(PROBES, len(colors) // PROBES)].T:
        codes = codes << np.uint32(8) | channel
    return len(np.unique(codes)) >= MANY_COLORS


EFFORTS: Mapping[str, Effort] = {
    "full": Effort(None, Search()),
    "quick": Effort(Draft(2**15, are_of_photograph), Search(256, 8, 1)),
}
"""The work by the choices of the option `effort`. See docs/decisions.md#quick-palettes."""
