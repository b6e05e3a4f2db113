"""Number: how many colors a picture needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.accents import covered, standing_out
from palette_engine.cells import Cells
from palette_engine.cielab import Lab, delta_e, nearest_rgb
from palette_engine.clustering import one_thread
from palette_engine.histogram import Points
from palette_engine.search import grown, searched, settled

__all__ = ["needed"]

CELLS = 1024
"""How many cells the question is answered on."""

COVERED = 0.95
"""The share of the area that must be near its swatch; the rest may be grain."""

BLEND = 12.0
"""A color so near to the line between two flat ones, in levels of sRGB, is taken for an edge."""

MOST_EDGES = 0.15
"""The share of the area that edges may have; if it is more, they are something else."""


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
        fixed = _required(points, fixed, most, tolerance)
        inside = points.where(~_edges(points, fixed))
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


def _required(points: Points, fixed: Lab, most: int, tolerance: float) -> Lab:
    """Return the fixed colors and those that a palette cannot do without."""
    alone, flat = standing_out(points)
    required = list(fixed)
    for colors, distance in ((flat, tolerance / 2), (alone, tolerance)):
        for color in colors:
            if len(required) == most:
                break
            if not required or delta_e(color, np.array(required)).min() > distance:
                required.append(color)
    return np.array(required).reshape(-1, 3)


def _edges(points: Points, flat: Lab) -> NDArray[np.bool_]:
    """Tell which points are blends of two flat colors, as along smooth edges.

    Programs blend in sRGB, so these lie on the straight lines between colors there.
    """
    edge = np.zeros(len(points.area), bool)
    corners = nearest_rgb(flat).astype(np.float64)
    for number, start in enumerate(corners):
        for end in corners[:number]:
            line = end - start
            part = np.clip((points.rgb - start) @ line / (line @ line), 0.05, 0.95)
            offset = points.rgb - start - part[:, np.newaxis] * line
            edge |= (offset**2).sum(axis=1) <= BLEND**2
    edge &= points.weight[edge].sum() <= MOST_EDGES
    return edge
