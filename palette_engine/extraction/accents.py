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
from palette_engine.extraction.kmeans import THOROUGH, Clusters, Search, cluster, refine
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

TWIN_ROUNDS = 3
"""At most so often are twins looked for."""

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
        axes = [np.floor(axis / SIDE).astype(np.int64) for axis in points.lab.T]
        axes = [axis - axis.min() for axis in axes]
        spans = [int(axis.max()) + 1 for axis in axes]
        flat = (axes[0] * spans[1] + axes[1]) * spans[2] + axes[2]
        area: NDArray[np.float64] = np.bincount(flat, points.weight).astype(np.float64)
        occupied = np.flatnonzero(area > 0)
        number = np.empty(len(area), np.intp)
        number[occupied] = np.arange(len(occupied), dtype=np.intp)
        positions = np.stack(np.unravel_index(occupied, tuple(spans)), axis=1)
        return cls(positions, number[flat], area[occupied])

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

    def means(self, points: Points, chosen: NDArray[np.bool_]) -> Lab:
        """Return the mean color of the points in the 3 x 3 x 3 boxes around each chosen box.

        `chosen` is `(c,)`; the result has a row for each box that is chosen.
        """
        sums = [np.bincount(self.box, points.weight * axis) for axis in points.lab.T]
        table = np.append(np.stack([self.area, *sums], axis=1), np.zeros((1, 4)), axis=0)
        grid = np.full(self.position.max(axis=0) + 3, -1, np.intp)
        grid[tuple(self.position.T + 1)] = np.arange(len(self.area), dtype=np.intp)
        step = np.arange(3, dtype=np.intp)
        steps = np.stack(np.meshgrid(step, step, step, indexing="ij"), axis=-1).reshape(-1, 1, 3)
        near = table[grid[tuple((self.position[chosen] + steps).T)]].sum(axis=1)
        means: Lab = near[:, 1:] / near[:, :1]
        return means


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
    search: Search = THOROUGH,
) -> Clusters:
    """Return `colors` clusters in which the fixed colors and the accents have their own centers.

    `pull` is `(m,)`, the weight of each point; `fixed` is `(f, 3)`. Accents are rescued one by one,
    the farthest first, at most one for every four free centers, but always one. An accent gets no
    center if too much of the picture is lost in exchange. See
    docs/decisions.md#emphasis-of-a-quarter.
    """
    if emphasis:
        fixed = _with_named(points, pull, colors, fixed, found, search)
    clusters = cluster(points.lab, pull, colors, fixed, search)
    distance = _lost_distance(emphasis)
    free = colors - len(fixed)
    for _ in range(max(1, free // COLORS_PER_ACCENT) if free > 1 else 0):
        accent = _lost_accent(points, clusters.centers.lab, distance)
        if not len(accent):
            break
        fixed = np.concatenate([fixed, accent])
        others = cluster(points.lab, pull, colors, fixed, search)
        if not _is_better(points, others.centers.lab, clusters.centers.lab, distance):
            break
        clusters = others
    return _without_twins(points, pull, clusters) if emphasis else clusters


def _without_twins(points: Points, pull: NDArray[np.float64], clusters: Clusters) -> Clusters:
    """Return clusters without twins, if other colors are lost.

    Twins are two centers that look the same. One of them goes to a lost color, the largest first,
    and the other centers settle around it. A new search for each color would be far too slow.
    """
    for _ in range(TWIN_ROUNDS):
        spare = _spare_twins(clusters, pull)
        lost = _lost_crowds(points, clusters.centers.lab) if len(spare) else NONE
        if not len(lost):
            break
        count = min(len(spare), len(lost))
        staying = np.ones(clusters.count, bool)
        staying[spare[:count]] = False
        centers = clusters.centers.where(staying)
        fixed = np.concatenate([centers.fixed, lost[:count]])
        clusters = refine(points.lab, pull, Centers(fixed, centers.free))
    return clusters


def _spare_twins(clusters: Clusters, pull: NDArray[np.float64]) -> list[int]:
    """Return the lighter center of each pair of twins, the nearest pair first."""
    centers, fixed = clusters.centers.lab, len(clusters.centers.fixed)
    lightness = centers[:, 0]
    # ΔE2000 is at least ΔL* / S_L, which excludes most pairs without computing it.
    near = abs(lightness[:, np.newaxis] - lightness) <= LARGEST_SL * TWIN
    left, right = np.nonzero(np.triu(near, 1))
    apart = delta_e(centers[left], centers[right])
    twins = np.flatnonzero(apart <= TWIN)
    weight = np.bincount(clusters.label, pull, clusters.count)
    spare: list[int] = []
    for pair in twins[np.argsort(apart[twins], kind="stable")].tolist():
        one, other = int(left[pair]), int(right[pair])
        lighter = other if one < fixed or weight[other] <= weight[one] else one
        if lighter >= fixed and one not in spare and other not in spare:
            spare.append(lighter)
    return spare


def _lost_crowds(points: Points, centers: Lab) -> Lab:
    """Return the significant colors that no center is like, no two alike, the largest first."""
    crowds = _alone(points, 0.0, 1.0)
    left = crowds[delta_e(crowds[:, np.newaxis], centers).min(axis=1) > UNLIKE]
    lost = []
    while len(left):
        lost.append(left[0])
        left = left[delta_e(left, left[0]) > UNLIKE]
    return np.array(lost, np.float64).reshape(-1, 3)


def _with_named(
    points: Points,
    pull: NDArray[np.float64],
    colors: int,
    fixed: Lab,
    found: NamedColors,
    search: Search,
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
        return cluster(inside.lab, inside.weight, colors, fixed, search).centers.lab
    centers = cluster(points.lab, pull, colors, fixed, search).centers.lab
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
    result: Lab = density.means(points, alone)[np.argsort(-near[alone], kind="stable")]
    return result
