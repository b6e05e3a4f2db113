"""Minimum distance: swatches that differ enough, and others in place of those that do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from palette_engine import libraries
from palette_engine.color.cielab import LARGEST_SL, Lab, compress_chroma, delta_e, lab_of
from palette_engine.extraction.centers import Centers
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import (
    Clusters,
    centered,
    nearest,
    one_thread,
)
from palette_engine.extraction.octree import Cells, grouped
from palette_engine.extraction.seeding import settle
from palette_engine.extraction.swatch_color import Choose, Colors

__all__ = ["NEAR_KEPT", "find_others", "keep_apart"]

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

MOVING_CELLS, CELLS_PER_COLOR = 1280, 16
"""The number of cells on which they move, or so many a color if that is more."""

STEPS = 12
"""At most this many steps of k-means move them in a round.

See docs/decisions.md#a-minimum-distance-at-the-cost-of-one-search.
"""

PACKINGS = 16
"""At most this many colors are tried as the one that the others are packed around."""

PACKED = 128
"""No other is tried once this many colors have been packed that were not before."""

ADJUSTMENTS = 3
"""How often colors may come nearer to the means of their clusters where there is room."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The cells of a picture, and in each the color that stands for it if it is chosen.

    `colors` is uint8 `(c, 3)`, for each cell the color of the picture nearest to its mean; `lab`
    is `(c, 3)`, the same in CIELAB.
    """

    cells: Cells
    colors: Colors
    lab: Lab
    known: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def of(cls, points: Points, pull: NDArray[np.float64]) -> Candidates:
        """Return the cells of points and their colors."""
        cells = Cells.of(points.lab, pull, CELLS)
        if len(cells.weight) == len(pull):
            return cls(cells, points.real, lab_of(points.real))
        order, first = grouped(points.lab, pull, CELLS)
        cell = np.repeat(np.arange(len(first), dtype=np.intp), np.diff(first, append=len(order)))
        square: NDArray[np.float64] = ((points.lab[order] - cells.lab[cell]) ** 2).sum(axis=1)
        least = np.flatnonzero(square == np.minimum.reduceat(square, first)[cell])
        middle = order[least[np.flatnonzero(np.diff(cell[least], prepend=-1))]]
        colors = points.real[middle]
        return cls(cells, colors, lab_of(colors))

    def far(self, index: int) -> NDArray[np.float64]:
        """Return the ΔE2000 of a candidate from all, `(c,)`; it is worked out once."""
        if index not in self.known:
            self.known[index] = delta_e(self.lab, self.lab[index])
        return self.known[index]


@dataclass(frozen=True, eq=False)
class Chosen:
    """Swatch colors, some of them kept, which come first, and the others found.

    `colors` is uint8 `(k, 3)`, `lab` the same in CIELAB, `kept` bool `(k,)`. Found colors must be
    at least `distance` apart (ΔE2000), and as far from kept ones, or `NEAR_KEPT` if that is more.
    Kept colors may be as near to each other as they like.
    """

    colors: Colors
    lab: Lab
    kept: NDArray[np.bool_]
    distance: float

    @classmethod
    def of(cls, colors: Colors, kept: NDArray[np.bool_], distance: float) -> Chosen:
        """Return colors, uint8 `(k, 3)`."""
        return cls(colors, lab_of(colors), kept, distance)

    def __len__(self) -> int:
        return len(self.colors)

    def where(self, stays: NDArray[np.bool_]) -> Chosen:
        """Return the colors that stay, `(k,)`, in their order."""
        return replace(self, colors=self.colors[stays], lab=self.lab[stays], kept=self.kept[stays])

    def with_found(self, candidates: Candidates, found: Iterable[int]) -> Chosen:
        """Return the colors with some more that were found."""
        index = np.array([*found], np.intp)
        return replace(
            self,
            colors=np.concatenate([self.colors, candidates.colors[index]]),
            lab=np.concatenate([self.lab, candidates.lab[index]]),
            kept=np.append(self.kept, np.zeros(len(index), bool)),
        )

    @property
    def centers(self) -> Centers:
        """The colors as centers, the kept ones fixed."""
        return Centers(self.lab[self.kept], self.lab[~self.kept])

    @property
    def least(self) -> float:
        """The least ΔE2000 between two colors that were found."""
        return max(self.distance, DIFFERENT)

    @property
    def required(self) -> NDArray[np.float64]:
        """The least ΔE2000 of a found color from each of these, `(k,)`."""
        return np.where(self.kept, max(self.distance, NEAR_KEPT), self.least)

    def too_near(self, lab: Lab) -> NDArray[np.bool_]:
        """Return which of these each of other colors, `(n, 3)`, is too near to, `(n, k)`."""
        # ΔE2000 is at least ΔL* / S_L, which excludes most pairs without computing it.
        reach = LARGEST_SL * self.required
        near: NDArray[np.bool_] = abs(lab[:, np.newaxis, 0] - self.lab[:, 0]) < reach
        one, other = np.nonzero(near)
        near[one, other] = delta_e(lab[one], self.lab[other]) < self.required[other]
        return near

    def spare(self, lab: Lab) -> NDArray[np.float64]:
        """Return how much farther than they must be other colors `(n, 3)` are from these, `(n,)`.

        That is from the nearest of these, and negative if it is too near.
        """
        apart = delta_e(lab[:, np.newaxis], self.lab) - self.required
        spare: NDArray[np.float64] = apart.min(axis=1, initial=np.inf)
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
    place; if there is none, there are fewer clusters. See
    docs/decisions.md#a-minimum-distance-at-the-cost-of-one-search.
    """
    colors = choose(points, clusters)
    chosen = Chosen.of(colors, clusters.centers.is_fixed, distance)
    if not distance and not chosen.kept.any():
        return clusters, colors
    wanted = len(chosen)
    stays = _staying(points, clusters, chosen)
    if stays.all():
        return clusters, colors
    candidates = Candidates.of(points, pull)
    moving = Moving.of(points, pull, wanted)
    for _ in range(ROUNDS):
        filled = _refilled(candidates, chosen.where(stays), wanted)
        centers = clusters.centers.where(stays)
        clusters = moving.moved(centers.with_more(filled.lab[len(centers) :]))
        colors = choose(points, clusters)
        chosen = Chosen.of(colors, clusters.centers.is_fixed, distance)
        stays = _staying(points, clusters, chosen)
        if np.count_nonzero(stays) == wanted:
            return clusters, colors
    chosen = chosen.where(stays)
    best = _refilled(candidates, chosen, wanted)
    if len(best) < wanted:
        # Those that stay may be in each other's way; from one alone, more may find a place.
        best = max(best, *_packings(candidates, chosen, wanted), key=len)
    return _adjusted(points, pull, best, choose)


def find_others(
    points: Points, pull: NDArray[np.float64], colors: Colors, wanted: int, distance: float
) -> Colors:
    """Return at most `wanted` colors of the picture for which others, `(k, 3)`, leave room.

    Each is at least `distance` (ΔE2000) from all others, and where that lowers the error most.
    """
    chosen = Chosen.of(colors, np.zeros(len(colors), bool), distance)
    filled = _refilled(Candidates.of(points, pull), chosen, len(colors) + wanted)
    return filled.colors[len(colors) :]


def _staying(points: Points, clusters: Clusters, chosen: Chosen) -> NDArray[np.bool_]:
    """Return which swatches stay: the kept ones, then by area those far enough from them."""
    stays = chosen.kept.copy()
    near = chosen.too_near(chosen.lab)
    shares = np.array(points.shares(clusters.label, clusters.count), np.float64)
    found = np.flatnonzero(~stays)
    for index in found[np.argsort(-shares[found], kind="stable")]:
        stays[index] = not np.any(near[index] & stays)
    return stays


@dataclass(frozen=True, eq=False)
class Moving:
    """Points, `compressed` in chroma, and the `cells` of them on which centers move."""

    points: Points
    pull: NDArray[np.float64]
    compressed: Lab
    cells: Cells

    @classmethod
    def of(cls, points: Points, pull: NDArray[np.float64], colors: int) -> Moving:
        """Return points and cells that are fine enough for a number of colors."""
        compressed = compress_chroma(points.lab)
        most = max(MOVING_CELLS, CELLS_PER_COLOR * colors)
        return cls(points, pull, compressed, Cells.of(compressed, pull, most))

    def moved(self, centers: Centers) -> Clusters:
        """Return the clusters after some steps of k-means from the given centers."""
        starts = Centers(compress_chroma(centers.fixed), compress_chroma(centers.free))
        with one_thread():
            moved = settle(self.cells, starts, STEPS)
            label = libraries.load().pairwise_distances_argmin(self.compressed, moved.lab)
        return centered(self.points.lab, self.pull, Clusters(centers, label))


def _refilled(candidates: Candidates, chosen: Chosen, wanted: int) -> Chosen:
    """Return colors with more of them, at most `wanted`, each far enough from all others.

    Each is a color of the picture, where that lowers the error most.
    """
    cells = candidates.cells
    free: NDArray[np.bool_] = np.count_nonzero(chosen.too_near(candidates.lab), axis=1) == 0
    squares = _squares(cells, chosen.lab).min(axis=1, initial=np.inf)
    found: list[int] = []
    while len(chosen) + len(found) < wanted and free.any():
        tried = np.argsort(-cells.weight * squares * free, kind="stable")[:CANDIDATES]
        tried = tried[free[tried]]
        left = _squares(cells, candidates.lab[tried])
        np.subtract(squares[:, np.newaxis], left, out=left)
        best = int(tried[(cells.weight @ np.maximum(left, 0, out=left)).argmax()])
        found.append(best)
        squares = np.minimum(squares, _squares(cells, candidates.lab[best : best + 1])[:, 0])
        free &= candidates.far(best) >= chosen.least
    return chosen.with_found(candidates, found)


def _packings(candidates: Candidates, chosen: Chosen, wanted: int) -> Iterator[Chosen]:
    """Yield colors packed around those that are kept, or around each of the chosen alone."""
    if chosen.kept.any():
        yield _packed(candidates, chosen.where(chosen.kept), wanted)
        return
    before = len(candidates.known)
    for base in np.eye(len(chosen), dtype=bool)[:PACKINGS]:
        yield _packed(candidates, chosen.where(base), wanted)
        if len(candidates.known) - before > PACKED:
            return


def _packed(candidates: Candidates, chosen: Chosen, wanted: int) -> Chosen:
    """Return colors with more of them, at most `wanted`, as near to each other as they may be."""
    spare = chosen.spare(candidates.lab)
    found: list[int] = []
    while len(chosen) + len(found) < wanted and (spare >= 0).any():
        best = int(np.where(spare >= 0, spare, np.inf).argmin())
        found.append(best)
        spare = np.minimum(spare, candidates.far(best) - chosen.least)
    return chosen.with_found(candidates, found)


def _adjusted(
    points: Points, pull: NDArray[np.float64], chosen: Chosen, choose: Choose
) -> tuple[Clusters, Colors]:
    """Return clusters around chosen colors that come nearer to their means where they may."""
    label = nearest(points.lab, chosen.lab)
    for _ in range(ADJUSTMENTS):
        clusters = centered(points.lab, pull, Clusters(chosen.centers, label))
        if clusters.count < len(chosen):  # a kept color has taken all colors of another
            break
        adjusted = _nearer(chosen, clusters.centers.lab, choose(points, clusters))
        new_label = nearest(points.lab, adjusted.lab)
        if adjusted is chosen or len(np.unique(new_label)) < len(np.unique(label)):
            break
        chosen, label = adjusted, new_label
    return Clusters(Centers(fixed=chosen.lab), label), chosen.colors


def _nearer(chosen: Chosen, means: Lab, colors: Colors) -> Chosen:
    """Return colors, each replaced by another, `(k, 3)`, if that is nearer to its mean and may be.

    `means` is `(k, 3)`.
    """
    others = Chosen.of(colors, chosen.kept, chosen.distance)
    gain = ((chosen.lab - means) ** 2).sum(axis=1) - ((others.lab - means) ** 2).sum(axis=1)
    to_old, to_new = chosen.too_near(others.lab), others.too_near(others.lab)
    np.fill_diagonal(to_old, False)
    np.fill_diagonal(to_new, False)
    moves = np.zeros(len(chosen), bool)
    for index in np.argsort(-gain, kind="stable")[: np.count_nonzero(gain > 0)]:
        moves[index] = not np.where(moves, to_new[index], to_old[index]).any()
    moves &= ~chosen.kept
    if not moves.any():
        return chosen
    pick = moves[:, np.newaxis]
    return replace(
        chosen,
        colors=np.where(pick, colors, chosen.colors),
        lab=np.where(pick, others.lab, chosen.lab),
    )


def _squares(cells: Cells, others: Lab) -> NDArray[np.float64]:
    """Return the squared ΔE*ab from each cell to each of the other colors, `(c, k)`."""
    squares: NDArray[np.float64] = cells.lab @ (-2 * others.T)
    squares += cells.square[:, np.newaxis]
    squares += (others**2).sum(axis=1, dtype=np.float64)
    return np.maximum(squares, 0, out=squares)
