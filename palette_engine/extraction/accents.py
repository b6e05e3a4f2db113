"""Accents: small areas of a color that stands alone, and how much small areas count."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import NONE
from palette_engine.extraction.octree import Cells

__all__ = [
    "covered",
    "emphasized",
    "flat_colors",
    "lone_colors",
    "lost_accent",
    "lost_at",
    "worth_it",
]

SIDE = 5.0
"""The side of the cells of CIELAB that areas are counted in."""

SIGNIFICANT = 0.0005
"""The share of the area that makes a color significant: of a megapixel, 22 x 22 pixels."""

BLURRED = 0.8
"""The part of a speck that is left of it once edges are smooth: what an accent needs is less."""

ALONE = 0.5
"""A color stands alone if the box of three cells around it holds this part of that of seven.

In a row of shades it holds 3/7, in a crowd of them less.
"""

UTTERLY_ALONE = 0.75
"""The same for a color that a palette cannot do without: smooth edges are rows of shades, too."""

SOLID = 0.001
"""The share of the area that one color needs to be a flat area rather than part of an edge."""

SAME = 5.0
"""A flat color is there if a swatch is within this ΔE2000 of it."""

CELLS = 1024
"""How many cells it is judged on whether an accent is worth its color."""

MOST_FLOOR = 0.008
"""With full emphasis, a significant color counts as if it had this share of the area."""

FARTHEST = 10.0
"""With full emphasis, an accent is lost if it is farther than this ΔE2000 from every swatch."""

SMALL = 0.02
"""The share of the area up to which a color is an accent; larger ones speak for themselves.

Also how much of the area may be lost in exchange for one.
"""


@dataclass(frozen=True, eq=False)
class Field:
    """How the area is spread over cells of CIELAB.

    `place` is int64 `(c, 3)`, the occupied cells; `cell` is `(m,)`, the cell of each point;
    `area` float64 `(c,)` is the share of the area in it.
    """

    place: NDArray[np.int64]
    cell: NDArray[np.intp]
    area: NDArray[np.float64]

    @classmethod
    def of(cls, points: Points) -> Field:
        """Return the field of points."""
        place = np.floor(points.lab / SIDE).astype(np.int64)
        place -= place.min(axis=0)
        spans = place.max(axis=0) + 1
        flat = np.ravel_multi_index(tuple(place.T), tuple(spans))
        occupied = np.flatnonzero(np.bincount(flat))
        cell = np.searchsorted(occupied, flat)
        places = np.stack(np.unravel_index(occupied, tuple(spans)), axis=1)
        area = np.bincount(cell, points.weight)
        return cls(places, cell, area.astype(np.float64))

    def around(self, values: NDArray[Any], reach: int) -> NDArray[np.float64]:
        """Return the sum of `(c,)` values over the box of cells up to `reach` away from each."""
        index = tuple(self.place.T)
        grid = np.zeros(self.place.max(axis=0) + 1)
        grid[index] = values
        for axis in range(3):
            size = grid.shape[axis]
            sums = np.concatenate([np.zeros_like(grid.take([0], axis)), grid.cumsum(axis)], axis)
            place = np.arange(size, dtype=np.intp)
            last = np.minimum(place + reach + 1, size)
            first = np.maximum(place - reach, 0)
            grid = sums.take(last, axis) - sums.take(first, axis)
        inside: NDArray[np.float64] = grid[index]
        return inside


def emphasized(points: Points, emphasis: float) -> NDArray[np.float64]:
    """Return how much each point draws a center to it, float64 `(m,)`, summing to 1.

    `emphasis` goes from 0, by area, to 1, where each significant color counts as if it had at
    least 0.8 % of the area. In between that floor goes with its square, so that up to a quarter
    nothing is lifted.
    """
    weight = points.weight
    floor = MOST_FLOOR * emphasis**2
    if floor <= SIGNIFICANT:
        return weight
    field = Field.of(points)
    lifted = np.where(field.area >= SIGNIFICANT, np.maximum(floor / field.area, 1), 1)
    pull = weight * lifted[field.cell]
    share: NDArray[np.float64] = pull / pull.sum()
    return share


def lost_at(emphasis: float) -> float:
    """Return the ΔE2000 to the nearest swatch beyond which a color counts as lost.

    That is 10 over the square root of the emphasis: 20 at a quarter, and never at 0.
    """
    return FARTHEST / emphasis**0.5 if emphasis else math.inf


def lost_accent(points: Points, centers: Lab, distance: float) -> Lab:
    """Return the accent that is farthest from all centers, `(1, 3)`.

    An accent has from 0.05 % to 2 % of the area and stands alone in CIELAB: around it there is
    little else, unlike a shade in a row of shades. If none is farther than a ΔE2000, there are
    no rows.
    """
    if distance == math.inf:
        return NONE
    accents = _alone(points, ALONE, SMALL)
    lost = delta_e(accents[:, np.newaxis], centers).min(axis=1)
    farthest = np.argsort(-lost, kind="stable")[:1]
    accent: Lab = accents[farthest[lost[farthest] > distance]]
    return accent


def worth_it(points: Points, before: Lab, after: Lab, distance: float) -> bool:
    """Tell whether centers with an accent among them are better than those without it.

    They are unless more than `SMALL` of the area, or any flat color as a whole, is lost.
    """
    cells = Cells.of(points.lab, points.weight, CELLS)
    if covered(cells, before, distance) - covered(cells, after, distance) > SMALL:
        return False
    weight = points.weight
    flat = _flat(points)
    kept = [
        weight[flat] @ (delta_e(points.lab[flat][:, np.newaxis], centers).min(axis=1) <= SAME)
        for centers in (before, after)
    ]
    return bool(kept[0] <= kept[1] + 1e-9)


def covered(cells: Cells, centers: Lab, distance: float) -> float:
    """Return the share of the area that is within a ΔE2000 of the center it belongs to."""
    label = ((cells.lab[:, np.newaxis] - centers) ** 2).sum(axis=2).argmin(axis=1)
    return float(cells.weight[delta_e(cells.lab, centers[label]) <= distance].sum())


def lone_colors(points: Points) -> Lab:
    """Return the colors that stand so alone that they must not be missing, `(a, 3)`.

    Those with most area come first. Boxes overlap, so a color is there several times.
    """
    return _alone(points, UTTERLY_ALONE, 1.0)


def flat_colors(points: Points) -> Lab:
    """Return the colors that fill an area of their own, the largest first, `(a, 3)`."""
    return points.lab[_flat(points)]


def _flat(points: Points) -> NDArray[np.intp]:
    """Return the indices of the colors that fill an area of their own, the largest first."""
    weight = points.weight
    field = Field.of(points)
    box = field.around(field.area, 1)[field.cell]
    flat = np.flatnonzero((weight >= SOLID) & (weight >= ALONE * box))
    return flat[np.argsort(-weight[flat], kind="stable")]


def _alone(points: Points, part: float, most: float) -> Lab:
    """Return the mean colors of the boxes of CIELAB that stand alone.

    They hold a significant share of the area, at most `most`, and `part` of what the larger
    boxes around them hold. Those with most area come first. Boxes overlap, so a color is there
    several times.
    """
    field = Field.of(points)
    near = field.around(field.area, 1)
    alone = (near >= SIGNIFICANT * BLURRED) & (near <= most)
    alone &= near >= part * field.around(field.area, 3)
    if not alone.any():
        return NONE
    sums = [
        field.around(np.bincount(field.cell, points.weight * axis), 1)[alone]
        for axis in points.lab.T
    ]
    means = np.stack(sums, axis=1) / near[alone, np.newaxis]
    result: Lab = means[np.argsort(-near[alone], kind="stable")]
    return result
