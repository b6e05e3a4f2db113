"""Color count: how many colors a picture needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e, nearest_rgb
from palette_engine.extraction.accents import covered, flat_colors, lone_colors
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import one_thread
from palette_engine.extraction.octree import Cells
from palette_engine.extraction.seeding import grown, searched, settled

__all__ = ["needed"]

CELLS = 1024
"""How many cells the question is answered on."""

COVERED = 0.95
"""The share of the area that must be near its swatch; the rest may be grain."""

BLEND = 12.0
"""A color so near to the line between two flat ones, in levels of sRGB, is taken for an edge."""

MOST_EDGES = 2.0
"""How much area the edges between two colors have, beside the smaller of them, at the most.

Of thin text it is as much; if there is more, it is something else, such as a gray thing between
black and white.
"""


def needed(
    points: Points,
    pull: NDArray[np.float64],
    *,
    least: int,
    most: int,
    tolerance: float,
    fixed: Lab,
) -> tuple[int, Lab]:
    """Return the least number of colors that represents a picture, and those that it must have.

    The number is from `least` to `most`. The colors, `(f, 3)`, are the `fixed` ones and those
    that fill an area of their own or stand alone, unless one of them is within `tolerance`
    (ΔE2000; half of it for flat ones) already. There are as many others as it takes to have
    95 % of the area, smooth edges between flat colors left out, within the tolerance of its
    swatch.
    """
    with one_thread():
        fixed = _with(fixed, flat_colors(points), most, tolerance / 2)
        inside = points.where(~_edges(points, fixed))
        if not len(inside.area):
            return max(least, len(fixed)), fixed
        fixed = _with(fixed, lone_colors(inside), most, tolerance)
        areas = Cells.of(inside.lab, inside.weight, CELLS)
        cells = Cells.of(points.lab, pull, CELLS)
        centers = searched(cells, max(1, least, len(fixed)), fixed)
        start = len(centers)
        while len(centers) < most and covered(areas, centers, tolerance) < COVERED:
            more = grown(cells, centers, 1)
            if len(more) == len(centers):
                break
            centers = settled(cells, more, len(fixed), 4)
        count = len(centers)
        # Growing is greedy: a thorough search may do with fewer.
        while count > start:
            centers = searched(cells, count - 1, fixed)
            if covered(areas, centers, tolerance) < COVERED:
                break
            count -= 1
        return count, fixed


def _with(fixed: Lab, colors: Lab, most: int, distance: float) -> Lab:
    """Return colors with those others that are farther than a ΔE2000 from all before them."""
    chosen = list(fixed)
    for color in colors:
        if len(chosen) == most:
            break
        if not chosen or delta_e(color, np.array(chosen, np.float64)).min() > distance:
            chosen.append(color)
    return np.array(chosen, np.float64).reshape(-1, 3)


def _edges(points: Points, flat: Lab) -> NDArray[np.bool_]:
    """Tell which points are blends of two flat colors, as along smooth edges.

    Programs blend in sRGB, so these lie on the straight lines between colors there.
    """
    edge = np.zeros(len(points.area), bool)
    corners = nearest_rgb(flat).astype(np.float64)
    weight = points.weight
    at = [((points.rgb - corner) ** 2).sum(axis=1) <= BLEND**2 for corner in corners]
    areas = [weight[near].sum() for near in at]
    for number, start in enumerate(corners):
        for other, end in enumerate(corners[:number]):
            line = end - start
            part = np.clip((points.rgb - start) @ line / (line @ line), 0, 1)
            offset = points.rgb - start - part[:, np.newaxis] * line
            between = ((offset**2).sum(axis=1) <= BLEND**2) & ~at[number] & ~at[other]
            if weight[between].sum() <= MOST_EDGES * min(areas[number], areas[other]):
                edge |= between
    return edge
