"""Minimum distance: swatches that differ enough, and others in place of those that do not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e, lab_of
from palette_engine.extraction.centers import Centers
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import Clusters, nearest, refine
from palette_engine.extraction.octree import Cells
from palette_engine.extraction.swatch_color import Choose, Colors

__all__ = ["NEAR_KEPT", "keep_apart"]

NEAR_KEPT = 5.0
"""No found color is nearer than this ΔE2000 to a kept one, which would be taken for it.

See docs/decisions.md#distance-to-kept-colors.
"""

DIFFERENT = 1e-6
"""The least ΔE2000 between two colors without a minimum distance: they must not be the same."""

CELLS = 1024
"""The number of cells that replacements are looked for in."""

CANDIDATES = 64
"""The number of cells, those with most of the error, that are tried as a replacement."""

ROUNDS = 4
"""How often replacements may move to the means of their clusters; after that they stay put."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """Swatch colors, some of them `kept` and the others found.

    `colors` is uint8 `(k, 3)`, `lab` the same in CIELAB, `kept` bool `(k,)`. Found colors must be
    at least `distance` apart (ΔE2000), and as far from kept ones, or `NEAR_KEPT` if that is more.
    Kept colors may be as near to each other as they like.
    """

    colors: Colors
    lab: Lab
    kept: NDArray[np.bool_]
    distance: float

    def __len__(self) -> int:
        return len(self.colors)

    def where(self, stays: NDArray[np.bool_]) -> Chosen:
        """Return the colors that stay, `(k,)`, in their order."""
        return replace(self, colors=self.colors[stays], lab=self.lab[stays], kept=self.kept[stays])

    def with_found(self, color: Colors, lab: Lab) -> Chosen:
        """Return the colors with one more that was found, `(1, 3)`."""
        return replace(
            self,
            colors=np.concatenate([self.colors, color]),
            lab=np.concatenate([self.lab, lab]),
            kept=np.append(self.kept, False),
        )

    def newest(self) -> Chosen:
        """Return only the last color."""
        return self.where(np.arange(len(self), dtype=np.intp) == len(self) - 1)

    def spare(self, lab: Lab) -> NDArray[np.float64]:
        """Return how much farther than they must be other colors `(..., 3)` are from these.

        The result, `(...)`, is that of the nearest of these, and negative if it is too near.
        """
        if not len(self):
            return np.full(lab.shape[:-1], np.inf, np.float64)
        found = max(self.distance, DIFFERENT)
        least = np.where(self.kept, max(self.distance, NEAR_KEPT), found)
        spare: NDArray[np.float64] = (delta_e(lab[..., np.newaxis, :], self.lab) - least).min(-1)
        return spare


def keep_apart(
    points: Points,
    pull: NDArray[np.float64],
    clusters: Clusters,
    choose: Choose,
    distance: float,
) -> tuple[Clusters, Colors]:
    """Return clusters of which the colors are far enough apart, and those colors.

    `pull` is `(m,)`, the weight of each point in the clustering; `distance` is the least ΔE2000
    between two colors. Fixed centers always stay. Of two colors that are too near, the one with
    less area goes. The color that fits worst among those far enough from all others takes its
    place; if there is none, there are fewer clusters.
    """
    colors = choose(points, clusters)
    if not distance and not len(clusters.centers.fixed):
        return clusters, colors
    wanted = clusters.count
    cells = Cells.of(points.lab, pull, CELLS)
    for _ in range(ROUNDS):
        chosen = Chosen(colors, lab_of(colors), clusters.centers.is_fixed, distance)
        stays = _staying(points, clusters, chosen)
        if np.count_nonzero(stays) == wanted:
            return clusters, colors
        filled = _refilled(points, cells, chosen.where(stays), wanted)
        centers = clusters.centers.where(stays)
        centers = centers.with_more(filled.lab[len(centers) :])
        clusters = refine(points.lab, pull, centers)
        colors = choose(points, clusters)
    chosen = Chosen(colors, lab_of(colors), clusters.centers.is_fixed, distance)
    chosen = chosen.where(_staying(points, clusters, chosen))
    best = _refilled(points, cells, chosen, wanted)
    if len(best) < wanted:
        # Those that stay may be in each other's way; from one alone, more may find a place.
        each = np.eye(len(chosen), dtype=bool)
        bases = [chosen.kept] if chosen.kept.any() else each
        packed = [_packed(points, cells, chosen.where(base), wanted) for base in bases]
        best = max(best, *packed, key=len)
    return Clusters(Centers(fixed=best.lab), nearest(points.lab, best.lab)), best.colors


def _staying(points: Points, clusters: Clusters, chosen: Chosen) -> NDArray[np.bool_]:
    """Return which swatches stay: the kept ones, then by area those far enough from them."""
    stays = chosen.kept.copy()
    shares = np.array(points.shares(clusters.label, clusters.count), np.float64)
    found = np.flatnonzero(~stays)
    for index in found[np.argsort(-shares[found], kind="stable")]:
        stays[index] = bool(chosen.where(stays).spare(chosen.lab[index]) >= 0)
    return stays


def _refilled(points: Points, cells: Cells, chosen: Chosen, wanted: int) -> Chosen:
    """Return colors with more of them, at most `wanted`, each far enough from all others.

    Each is a color of the picture, where that lowers the error most.
    """
    free = chosen.spare(cells.lab) >= 0
    squares = _squares(cells.lab, chosen.lab).min(axis=1)
    while len(chosen) < wanted and free.any():
        tried = np.argsort(-cells.weight * squares * free, kind="stable")[:CANDIDATES]
        tried = tried[free[tried]]
        gain = cells.weight @ np.maximum(
            squares[:, np.newaxis] - _squares(cells.lab, cells.lab[tried]), 0
        )
        best = tried[gain.argmax()]
        color = _real(points, cells.lab[best])
        lab = lab_of(color)
        if (chosen.spare(lab) >= 0).all():
            chosen = chosen.with_found(color, lab)
            squares = np.minimum(squares, _squares(cells.lab, lab)[:, 0])
            free &= chosen.newest().spare(cells.lab) >= 0
        free[best] = False
    return chosen


def _packed(points: Points, cells: Cells, chosen: Chosen, wanted: int) -> Chosen:
    """Return colors with more of them, at most `wanted`, as near to each other as they may be."""
    spare = chosen.spare(cells.lab)
    while len(chosen) < wanted and (spare >= 0).any():
        best = np.where(spare >= 0, spare, np.inf).argmin()
        color = _real(points, cells.lab[best])
        lab = lab_of(color)
        if (chosen.spare(lab) >= 0).all():
            chosen = chosen.with_found(color, lab)
            spare = np.minimum(spare, chosen.newest().spare(cells.lab))
        spare[best] = -np.inf
    return chosen


def _real(points: Points, lab: NDArray[np.float64]) -> Colors:
    """Return the color of the picture that is nearest to one in CIELAB, `(1, 3)`."""
    color: Colors = points.real[_squares(points.lab, lab[np.newaxis]).argmin()][np.newaxis]
    return color


def _squares(lab: Lab, others: Lab) -> NDArray[np.float64]:
    """Return the squared ΔE*ab from each color to each of the others, `(m, k)`."""
    squares: NDArray[np.float64] = ((lab[:, np.newaxis] - others) ** 2).sum(axis=2)
    return squares
