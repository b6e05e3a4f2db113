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

PACKINGS = 16
"""At most this many colors are tried as the one that the others are packed around."""

ROUNDS = 4
"""How often replacements may move to the means of their clusters; after that they stay put."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A color of the picture, `color` uint8 and `lab` `(1, 3)`.

    `far` is its ΔE2000 from each cell, `(c,)`.
    """

    color: Colors
    lab: Lab
    far: NDArray[np.float64]


class Candidates:
    """The cells of a picture, each with the color that stands for it if it is chosen.

    These are computed when they are asked for, and once.
    """

    def __init__(self, points: Points, cells: Cells) -> None:
        self.cells = cells
        self._points = points
        self._known: dict[int, Candidate] = {}

    def of_cell(self, index: int) -> Candidate:
        """Return the color of the picture that is nearest to a cell."""
        if index not in self._known:
            cell = self.cells.lab[index]
            nearest = ((self._points.lab - cell) ** 2).sum(axis=1, dtype=np.float64).argmin()
            color: Colors = self._points.real[nearest][np.newaxis]
            lab = lab_of(color)
            self._known[index] = Candidate(color, lab, delta_e(self.cells.lab, lab))
        return self._known[index]


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

    def with_found(self, found: Candidate) -> Chosen:
        """Return the colors with one more that was found."""
        return replace(
            self,
            colors=np.concatenate([self.colors, found.color]),
            lab=np.concatenate([self.lab, found.lab]),
            kept=np.append(self.kept, False),
        )

    @property
    def least(self) -> float:
        """The least ΔE2000 between two colors that were found."""
        return max(self.distance, DIFFERENT)

    def spare(self, lab: Lab) -> NDArray[np.float64]:
        """Return how much farther than they must be other colors `(..., 3)` are from these.

        The result, `(...)`, is that of the nearest of these, and negative if it is too near.
        """
        if not len(self):
            return np.full(lab.shape[:-1], np.inf, np.float64)
        least = np.where(self.kept, max(self.distance, NEAR_KEPT), self.least)
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
    candidates = Candidates(points, Cells.of(points.lab, pull, CELLS))
    for _ in range(ROUNDS):
        chosen = Chosen(colors, lab_of(colors), clusters.centers.is_fixed, distance)
        stays = _staying(points, clusters, chosen)
        if np.count_nonzero(stays) == wanted:
            return clusters, colors
        filled = _refilled(candidates, chosen.where(stays), wanted)
        centers = clusters.centers.where(stays)
        centers = centers.with_more(filled.lab[len(centers) :])
        clusters = refine(points.lab, pull, centers)
        colors = choose(points, clusters)
    chosen = Chosen(colors, lab_of(colors), clusters.centers.is_fixed, distance)
    chosen = chosen.where(_staying(points, clusters, chosen))
    best = _refilled(candidates, chosen, wanted)
    if len(best) < wanted:
        # Those that stay may be in each other's way; from one alone, more may find a place.
        each = np.eye(len(chosen), dtype=bool)[:PACKINGS]
        bases = [chosen.kept] if chosen.kept.any() else each
        packed = [_packed(candidates, chosen.where(base), wanted) for base in bases]
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


def _refilled(candidates: Candidates, chosen: Chosen, wanted: int) -> Chosen:
    """Return colors with more of them, at most `wanted`, each far enough from all others.

    Each is a color of the picture, where that lowers the error most.
    """
    cells = candidates.cells
    free = chosen.spare(cells.lab) >= 0
    squares = _squares(cells, chosen.lab).min(axis=1)
    while len(chosen) < wanted and free.any():
        tried = np.argsort(-cells.weight * squares * free, kind="stable")[:CANDIDATES]
        tried = tried[free[tried]]
        left = _squares(cells, cells.lab[tried])
        np.subtract(squares[:, np.newaxis], left, out=left)
        best = int(tried[(cells.weight @ np.maximum(left, 0, out=left)).argmax()])
        found = candidates.of_cell(best)
        if (chosen.spare(found.lab) >= 0).all():
            chosen = chosen.with_found(found)
            squares = np.minimum(squares, _squares(cells, found.lab)[:, 0])
            free &= found.far >= chosen.least
        free[best] = False
    return chosen


def _packed(candidates: Candidates, chosen: Chosen, wanted: int) -> Chosen:
    """Return colors with more of them, at most `wanted`, as near to each other as they may be."""
    spare = chosen.spare(candidates.cells.lab)
    while len(chosen) < wanted and (spare >= 0).any():
        best = int(np.where(spare >= 0, spare, np.inf).argmin())
        found = candidates.of_cell(best)
        if (chosen.spare(found.lab) >= 0).all():
            chosen = chosen.with_found(found)
            spare = np.minimum(spare, found.far - chosen.least)
        spare[best] = -np.inf
    return chosen


def _squares(cells: Cells, others: Lab) -> NDArray[np.float64]:
    """Return the squared ΔE*ab from each cell to each of the other colors, `(c, k)`."""
    squares: NDArray[np.float64] = cells.lab @ (-2 * others.T)
    squares += cells.square[:, np.newaxis]
    squares += (others**2).sum(axis=1, dtype=np.float64)
    return np.maximum(squares, 0, out=squares)
