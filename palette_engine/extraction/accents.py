"""Accents: small areas of a color that stands alone, which area alone would lose."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import LARGEST_SL, Lab, delta_e
from palette_engine.extraction.centers import NONE, Centers
from palette_engine.extraction.grounds import SIGNIFICANT
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import Clusters, cluster, refine
from palette_engine.extraction.named_colors import NamedColors
from palette_engine.extraction.octree import Cells

__all__ = [
    "cluster_with_accents",
    "covered_share",
    "flat_colors",
    "lone_colors",
    "pull_of",
]

SIDE = 5.0
"""The side, in units of CIELAB, of the boxes that areas are counted in."""

BLURRED = 0.8
"""Smooth edges leave this part of a small area in its box, so an accent needs less of it."""

ALONE = 0.5
"""A color stands alone if the 3 x 3 x 3 boxes around it hold this part of 7 x 7 x 7 boxes.

In a row of shades they hold 3/7, in a crowd of shades less. See
docs/decisions.md#emphasis-of-a-quarter.
"""

UTTERLY_ALONE = 0.75
"""The same for a color that must not be missing; smooth edges are rows of shades, too."""

SOLID = 0.001
"""A color with at least this share of the area is a flat area rather than part of an edge."""

SAME = 5.0
"""A palette has a flat color if a center is within this ΔE2000 of it."""

CELLS = 1024
"""The number of cells on which the area that is lost for an accent is measured."""

MAX_FLOOR = 0.008
"""At full emphasis, a significant color counts as if it had at least this share of the area.

See docs/decisions.md#emphasis-of-a-quarter.
"""

FARTHEST = 10.0
"""At full emphasis, an accent is lost if it is farther than this ΔE2000 from every center.

See docs/decisions.md#emphasis-of-a-quarter.
"""

COLORS_PER_ACCENT = 4
"""At most one in this many colors is given to an accent; but always one.

See docs/decisions.md#emphasis-of-a-quarter.
"""

TWIN, UNLIKE = 2.0, 8.0
"""Two centers look the same within this ΔE2000; a color is unlike all of them beyond that one."""

SMALL = 0.02
"""An accent has at most this share of the area; larger areas get a center without help.

Also the share of the area that may be lost in exchange for an accent. See
docs/decisions.md#emphasis-of-a-quarter.
"""


@dataclass(frozen=True, eq=False)
class Density:
    """How the area is spread over boxes of CIELAB with sides of `SIDE`.

    `position` is int64 `(c, 3)`, the occupied boxes; `box` is `(m,)`, the box of each point;
    `area` is float64 `(c,)`, the share of the area in each box.
    """

    position: NDArray[np.int64]
    box: NDArray[np.intp]
    area: NDArray[np.float64]

    @classmethod
    def of(cls, points: Points) -> Density:
        """Return the density of points."""
        position = np.floor(points.lab / SIDE).astype(np.int64)
        position -= position.min(axis=0)
        spans = position.max(axis=0) + 1
        flat = np.ravel_multi_index(tuple(position.T), tuple(spans))
        occupied = np.flatnonzero(np.bincount(flat))
        box = np.searchsorted(occupied, flat)
        positions = np.stack(np.unravel_index(occupied, tuple(spans)), axis=1)
        area = np.bincount(box, points.weight)
        return cls(positions, box, area.astype(np.float64))

    def around(self, values: NDArray[Any], reach: int) -> NDArray[np.float64]:
        """Return the sum of `(c,)` values over all boxes at most `reach` away from each box."""
        index = tuple(self.position.T)
        grid = np.zeros(self.position.max(axis=0) + 1)
        grid[index] = values
        for axis in range(3):
            size = grid.shape[axis]
            sums = np.concatenate([np.zeros_like(grid.take([0], axis)), grid.cumsum(axis)], axis)
            middle = np.arange(size, dtype=np.intp)
            last = np.minimum(middle + reach + 1, size)
            first = np.maximum(middle - reach, 0)
            grid = sums.take(last, axis) - sums.take(first, axis)
        inside: NDArray[np.float64] = grid[index]
        return inside


def pull_of(points: Points, emphasis: float) -> NDArray[np.float64]:
    """Return the weight of each point in the clustering, float64 `(m,)`, summing to 1.

    `emphasis` is from 0, the share of the area, to 1, where each significant color counts as if it
    had at least 0.8 % of the area. That floor grows with the square of the emphasis, so that up to
    0.25 nothing is lifted. See docs/decisions.md#emphasis-of-a-quarter.
    """
    weight = points.weight
    floor = MAX_FLOOR * emphasis**2
    if floor <= SIGNIFICANT:
        return weight
    density = Density.of(points)
    lifted = np.where(density.area >= SIGNIFICANT, np.maximum(floor / density.area, 1), 1)
    pull = weight * lifted[density.box]
    share: NDArray[np.float64] = pull / pull.sum()
    return share


def cluster_with_accents(
    points: Points,
    pull: NDArray[np.float64],
    colors: int,
    fixed: Lab,
    found: NamedColors,
    emphasis: float,
) -> Clusters:
    """Return `colors` clusters in which the fixed colors and the accents have their own centers.

    `pull` is `(m,)`, the weight of each point; `fixed` is `(f, 3)`. Accents are rescued one by one,
    the farthest first, at most one for every four free centers, but always one. An accent gets no
    center if too much of the picture is lost in exchange. See
    docs/decisions.md#emphasis-of-a-quarter.
    """
    if emphasis:
        fixed = _with_named(points, pull, colors, fixed, found)
    clusters = cluster(points.lab, pull, colors, fixed)
    distance = _lost_distance(emphasis)
    free = colors - len(fixed)
    for _ in range(max(1, free // COLORS_PER_ACCENT) if free > 1 else 0):
        accent = _lost_accent(points, clusters.centers.lab, distance)
        if not len(accent):
            break
        fixed = np.concatenate([fixed, accent])
        others = cluster(points.lab, pull, colors, fixed)
        if not _is_better(points, others.centers.lab, clusters.centers.lab, distance):
            break
        clusters = others
    return _without_twins(points, pull, clusters) if emphasis else clusters


def _without_twins(points: Points, pull: NDArray[np.float64], clusters: Clusters) -> Clusters:
    """Return clusters without twins, if other colors are lost.

    Twins are two centers that look the same. As long as there are any that are not both fixed,
    the largest lost colors get centers in place of the smaller ones.
    """
    crowds = _alone(points, 0.0, 1.0)
    for _ in range(clusters.count - len(clusters.centers.fixed)):
        centers = clusters.centers
        twins = _twins(centers.lab)
        twins = twins[~centers.is_fixed[twins]]
        if not len(twins):
            break
        lost = crowds[delta_e(crowds[:, np.newaxis], centers.lab).min(axis=1) > UNLIKE]
        lost = _unlike(lost, len(twins))
        if not len(lost):
            break
        area = np.bincount(clusters.label, points.weight, clusters.count)[twins]
        stays = np.ones(clusters.count, bool)
        stays[twins[np.argsort(area, kind="stable")[: len(lost)]]] = False
        left = centers.where(stays)
        moved = Centers(np.concatenate([left.fixed, lost]), left.free)
        clusters = refine(points.lab, pull, moved)
    return clusters


def _twins(centers: Lab) -> NDArray[np.intp]:
    """Return the indices of centers that look the same as one before them."""
    lightness = centers[:, 0]
    # ΔE2000 is at least ΔL* / S_L, which excludes most pairs without computing it.
    near = np.triu(abs(lightness[:, np.newaxis] - lightness) <= LARGEST_SL * TWIN, 1)
    one, other = np.nonzero(near)
    return np.unique(other[delta_e(centers[one], centers[other]) <= TWIN])


def _unlike(colors: Lab, most: int) -> Lab:
    """Return at most `most` of the colors that are unlike all before them."""
    chosen = colors[:1]
    for color in colors[1:]:
        if len(chosen) == most:
            break
        if delta_e(color, chosen).min() > UNLIKE:
            chosen = np.concatenate([chosen, color[np.newaxis]])
    return chosen


def _with_named(
    points: Points, pull: NDArray[np.float64], colors: int, fixed: Lab, found: NamedColors
) -> Lab:
    """Return the fixed colors, and the named ones that must be centers, too, `(f, 3)`."""
    named = found.apart(fixed, SAME)
    free = colors - len(fixed)
    if not len(named) or not free:
        return fixed
    if len(named) <= free and found.is_complete:
        return np.concatenate([fixed, named])
    if found.is_complete:
        inside = found.points
        return cluster(inside.lab, inside.weight, colors, fixed).centers.lab
    centers = cluster(points.lab, pull, colors, fixed).centers.lab
    lost = delta_e(named[:, np.newaxis], centers).min(axis=1) > SAME
    return np.concatenate([fixed, named[lost][: max(1, free // 2)]])


def _lost_distance(emphasis: float) -> float:
    """Return the ΔE2000 to the nearest center beyond which a color counts as lost.

    That is 10 over the square root of the emphasis: 20 at 0.25, and infinite at 0.
    """
    return FARTHEST / emphasis**0.5 if emphasis else math.inf


def _lost_accent(points: Points, centers: Lab, distance: float) -> Lab:
    """Return the accent that is farthest from all centers, `(1, 3)`.

    An accent has 0.05 % to 2 % of the area and stands alone in CIELAB: around it there is little
    else, unlike a shade in a row of shades. If none is farther than `distance` (ΔE2000), the result
    has no rows.
    """
    if distance == math.inf:
        return NONE
    accents = _alone(points, ALONE, SMALL)
    lost = delta_e(accents[:, np.newaxis], centers).min(axis=1)
    farthest = np.argsort(-lost, kind="stable")[:1]
    accent: Lab = accents[farthest[lost[farthest] > distance]]
    return accent


def _is_better(points: Points, after: Lab, before: Lab, distance: float) -> bool:
    """Return whether centers with an accent among them are better than those without it.

    They are unless more than `SMALL` of the area, or any flat color as a whole, is lost.
    """
    cells = Cells.of(points.lab, points.weight, CELLS)
    if covered_share(cells, before, distance) - covered_share(cells, after, distance) > SMALL:
        return False
    weight = points.weight
    flat = _flat(points)
    kept = [
        weight[flat] @ (delta_e(points.lab[flat][:, np.newaxis], centers).min(axis=1) <= SAME)
        for centers in (before, after)
    ]
    return bool(kept[0] <= kept[1] + 1e-9)


def covered_share(cells: Cells, centers: Lab, distance: float) -> float:
    """Return the share of the area that is within a ΔE2000 of the center it belongs to."""
    label = ((cells.lab[:, np.newaxis] - centers) ** 2).sum(axis=2).argmin(axis=1)
    return float(cells.weight[delta_e(cells.lab, centers[label]) <= distance].sum())


def lone_colors(points: Points) -> Lab:
    """Return the colors that stand so far alone that they must not be missing, `(a, 3)`.

    The largest come first. Boxes overlap, so one color may be in several rows.
    """
    return _alone(points, UTTERLY_ALONE, 1.0)


def flat_colors(points: Points) -> Lab:
    """Return the colors that fill an area of their own, the largest first, `(a, 3)`."""
    return points.lab[_flat(points)]


def _flat(points: Points) -> NDArray[np.intp]:
    """Return the indices of the colors that fill an area of their own, the largest first."""
    weight = points.weight
    density = Density.of(points)
    around = density.around(density.area, 1)[density.box]
    flat = np.flatnonzero((weight >= SOLID) & (weight >= ALONE * around))
    return flat[np.argsort(-weight[flat], kind="stable")]


def _alone(points: Points, part: float, most: float) -> Lab:
    """Return the mean colors of the 3 x 3 x 3 boxes of CIELAB that stand alone, `(a, 3)`.

    They hold a significant share of the area, at most `most`, and at least `part` of the area in
    the 7 x 7 x 7 boxes around them. The largest come first; one color may be in several rows.
    """
    density = Density.of(points)
    near = density.around(density.area, 1)
    alone = (near >= SIGNIFICANT * BLURRED) & (near <= most)
    alone &= near >= part * density.around(density.area, 3)
    if not alone.any():
        return NONE
    sums = [
        density.around(np.bincount(density.box, points.weight * axis), 1)[alone]
        for axis in points.lab.T
    ]
    means = np.stack(sums, axis=1) / near[alone, np.newaxis]
    result: Lab = means[np.argsort(-near[alone], kind="stable")]
    return result
