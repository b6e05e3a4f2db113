"""Start: from the palette that the user sees, of which only kept colors change.

See docs/decisions.md#from-the-palette-that-is-seen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import delta_e, lab_of
from palette_engine.color.srgb import Color
from palette_engine.extraction.centers import Centers
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import Clusters, nearest
from palette_engine.extraction.min_distance import find_others
from palette_engine.extraction.swatch_color import Colors
from palette_engine.option_kinds import rgb_of
from palette_engine.options import Options
from palette_engine.palette.order import ordered
from palette_engine.palette.value import Palette, Swatch

__all__ = ["Started", "start_from"]

SHARE_NOISE = 0.02
"""Shares that are measured around swatches, not around means, may differ by this much."""

POSITION_NOISE = 0.2
"""For the same reason, this part of all pairs of swatches may be first seen the other way round."""


@dataclass(frozen=True, eq=False)
class Started:
    """The colors of a palette, uint8 `(k, 3)`, in the sequence that the user sees.

    `is_new` says which are not those of the start.
    """

    clusters: Clusters
    colors: Colors
    is_new: tuple[bool, ...]

    def arranged(self, palette: Palette, order: str) -> Palette:
        """Return the palette of these colors in an order; those that are seen keep their sequence.

        New colors are put where the order wants them. If the sequence is not in that order at all,
        the palette is ordered.
        """
        pairs = [*zip(palette.swatches, self.is_new, strict=True)]
        seen = replace(palette, swatches=tuple(swatch for swatch, is_new in pairs if not is_new))
        new = [swatch for swatch, is_new in pairs if is_new]
        wanted = ordered(palette, order)
        if not _is_in_order(seen, order):
            return wanted
        return replace(palette, swatches=_inserted(seen.swatches, new, wanted.swatches))


def start_from(
    start: Sequence[Color], points: Points, pull: NDArray[np.float64], options: Options
) -> Started:
    """Return the colors of a palette that differs from a start as little as the options allow.

    `start` has at least one color, and none twice. `pull` is `(m,)`, the weight of each point.
    """
    kept = [*map(rgb_of, options.keep)]
    new = [color for color in kept if color not in start]
    colors = _with_kept(start, kept)
    colors = _without_smallest(colors, kept, points, options.bounds[1])
    if new and options.min_distance:
        colors = _apart(colors, kept, new, points, pull, options.min_distance)
    array = np.array(colors, np.uint8)
    lab = lab_of(array)
    clusters = Clusters(Centers(fixed=lab), nearest(points.lab, lab))
    return Started(clusters, array, tuple(color not in start for color in colors))


def _with_kept(start: Sequence[Color], kept: Sequence[Color]) -> list[Color]:
    """Return the start with each kept color in it, in place of the nearest that is not kept."""
    colors = [*start]
    for color in kept:
        if color in colors:
            continue
        others = [index for index, other in enumerate(colors) if other not in kept]
        if others:
            distance = _distances([colors[index] for index in others], [color])
            colors[others[int(distance[:, 0].argmin())]] = color
        else:
            colors.append(color)
    return colors


def _without_smallest(
    colors: list[Color], kept: Collection[Color], points: Points, most: int
) -> list[Color]:
    """Return at most `most` colors; those of the least area go, and never kept ones."""
    spare = len(colors) - most
    if spare <= 0:
        return colors
    label = nearest(points.lab, lab_of(np.array(colors, np.uint8)))
    shares = points.shares(label, len(colors))
    others = [index for index, color in enumerate(colors) if color not in kept]
    gone = sorted(others, key=lambda index: shares[index])[:spare]
    return [color for index, color in enumerate(colors) if index not in gone]


def _apart(
    colors: list[Color],
    kept: Collection[Color],
    new: Sequence[Color],
    points: Points,
    pull: NDArray[np.float64],
    distance: float,
) -> list[Color]:
    """Return colors of which those too near to a new kept one are replaced by others, or go."""
    near = _distances(colors, new).min(axis=1)
    others = [index for index, color in enumerate(colors) if color not in kept]
    gone = [index for index in others if near[index] < distance]
    staying = [color for index, color in enumerate(colors) if index not in gone]
    array = np.array(staying, np.uint8)
    found = find_others(points, pull, array, len(gone), distance).tolist()
    instead = {index: (r, g, b) for index, (r, g, b) in zip(gone, found, strict=False)}
    apart = [instead.get(index, color) for index, color in enumerate(colors)]
    return [color for index, color in enumerate(apart) if index not in gone or index in instead]


def _distances(colors: Sequence[Color], others: Sequence[Color]) -> NDArray[np.float64]:
    """Return ΔE2000 between colors, `(n, k)`."""
    one, two = (lab_of(np.array(each, np.uint8)) for each in (colors, others))
    return delta_e(one[:, np.newaxis], two)


def _is_in_order(palette: Palette, order: str) -> bool:
    """Return whether swatches are in an order, except for what measuring them again changes."""
    swatches = palette.swatches
    wanted = ordered(palette, order).swatches
    if wanted == swatches:
        return True
    if order == "share":
        steps = pairwise(swatches)
        return all(after.share - before.share <= SHARE_NOISE for before, after in steps)
    if order == "image":
        index = {swatch.color: index for index, swatch in enumerate(wanted)}
        pairs = [*combinations((index[swatch.color] for swatch in swatches), 2)]
        turned = sum(before > after for before, after in pairs)
        return turned <= POSITION_NOISE * len(pairs)
    return False


def _inserted(
    seen: Sequence[Swatch], new: Sequence[Swatch], wanted: Sequence[Swatch]
) -> tuple[Swatch, ...]:
    """Return swatches with new ones, each behind the one that is before it as wanted."""
    result = [*seen]
    for index, swatch in enumerate(wanted):
        if swatch in new:
            result.insert(result.index(wanted[index - 1]) + 1 if index else 0, swatch)
    return tuple(result)
