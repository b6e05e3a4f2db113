"""Color count: how many colors a picture needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e, nearest_rgb
from palette_engine.extraction.accents import covered_share, flat_colors, lone_colors
from palette_engine.extraction.centers import NONE
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import one_thread
from palette_engine.extraction.octree import Cells
from palette_engine.extraction.seeding import grow, search_centers, settle

__all__ = ["count_colors"]

CELLS = 1024
"""The number of cells on which colors are counted."""

COVERED = 0.95
"""The share of the area that must be near its swatch; the rest may be grain.

See docs/decisions.md#the-number-of-colors.
"""

STRIDE = 16
"""From this many centers on, more than one is added or removed at a time: one for each so many."""

BLEND = 12.0
"""A color at most this far, in levels of sRGB, from the line between two flat ones is an edge.

See docs/decisions.md#the-number-of-colors.
"""

MAX_EDGES = 2.0
"""Edges between two colors have at most this many times the area of the smaller of them.

The edges of thin text have about as much area as the text. If there is more, it is something else,
such as a gray thing between black and white. See docs/decisions.md#the-number-of-colors.
"""


def count_colors(
    points: Points,
    pull: NDArray[np.float64],
    *,
    least: int,
    most: int,
    tolerance: float,
    fixed: Lab,
    named: Lab,
) -> tuple[int, Lab]:
    """Return the number of colors that a picture needs, and those that must be among them.

    The number is from `least` to `most`. The colors, `(f, 3)` in CIELAB, are the `fixed` ones, and
    those that are flat or stand alone and are farther than the tolerance from all others (ΔE2000;
    half of it for flat ones). There are as many more as it takes to bring 95 % of the area within
    the tolerance of its center; smooth edges between flat colors do not count. See
    docs/decisions.md#the-number-of-colors.
    """
    with one_thread():
        # Between kept colors, which may be none of the picture, there are no edges.
        flat = _with(
            _with(NONE, named, most, tolerance / 2), flat_colors(points), most, tolerance / 2
        )
        fixed = _with(fixed, flat, most, tolerance / 2)
        inside = points.where(~_edges(points, flat))
        if not len(inside.area):
            return max(least, len(fixed)), fixed
        fixed = _with(fixed, lone_colors(inside), most, tolerance)
        areas = Cells.of(inside.lab, inside.weight, CELLS)
        cells = Cells.of(points.lab, pull, CELLS)
        centers = search_centers(cells, max(1, least, len(fixed)), fixed)
        start = len(centers)
        while len(centers) < most and covered_share(areas, centers.lab, tolerance) < COVERED:
            step = min(max(1, len(centers) // STRIDE), most - len(centers))
            more = grow(cells, centers, step)
            if len(more) == len(centers):
                break
            centers = settle(cells, more, 4)
        count = len(centers)
        # Growing is greedy: a thorough search may do with fewer.
        step = max(1, count // STRIDE)
        while step and count > start:
            fewer = max(start, count - step)
            centers = search_centers(cells, fewer, fixed)
            if covered_share(areas, centers.lab, tolerance) < COVERED:
                step //= 2
            else:
                count = fewer
        # A drawing may have fewer colors than `least`, but its picture more, in mixtures.
        return max(least, count), fixed


def _with(fixed: Lab, colors: Lab, most: int, distance: float) -> Lab:
    """Return at most `most` colors: the fixed ones, then those farther than a ΔE2000 from all."""
    chosen = list(fixed)
    for color in colors:
        if len(chosen) == most:
            break
        if not chosen or delta_e(color, np.array(chosen, np.float64)).min() > distance:
            chosen.append(color)
    return np.array(chosen, np.float64).reshape(-1, 3)


def _edges(points: Points, flat: Lab) -> NDArray[np.bool_]:
    """Return which points are blends of two flat colors, as along smooth edges, `(m,)`.

    Programs blend in sRGB, so blends lie on the straight lines between colors there.
    """
    edge = np.zeros(len(points.area), bool)
    corners = nearest_rgb(flat).astype(np.float64)
    weight = points.weight
    dot = points.rgb @ corners.T
    square = (points.rgb**2).sum(axis=1)[:, np.newaxis] - 2 * dot + (corners**2).sum(axis=1)
    at = square <= BLEND**2
    areas = weight @ at
    # Near a color that has no pixels there may be none between it and another, either.
    for number in np.flatnonzero(areas):
        for other in np.flatnonzero(areas[:number]):
            line = corners[other] - corners[number]
            along = dot[:, other] - dot[:, number] - corners[number] @ line
            part = np.clip(along / (line @ line), 0, 1)
            offset = square[:, number] + part * (part * (line @ line) - 2 * along)
            between = (offset <= BLEND**2) & ~at[:, number] & ~at[:, other]
            if weight[between].sum() <= MAX_EDGES * min(areas[number], areas[other]):
                edge |= between
    return edge
