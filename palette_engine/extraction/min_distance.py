"""Minimum distance: swatches that differ enough, and others in place of those that do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e, lab_of
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import Clusters, nearest, refined
from palette_engine.extraction.octree import Cells
from palette_engine.extraction.swatch_color import Choose, Colors

__all__ = ["NEAR_KEPT", "Distance", "distinct"]

NEAR_KEPT = 5.0
"""No found color is nearer than this ΔE2000 to one that was to be kept."""

DIFFERENT = 1e-6
"""Colors that may be as near as they like must still not be the same."""

CELLS = 1024
"""How many cells replacements are looked for in."""

CANDIDATES = 64
"""How many cells, those with most of the error, are tried as a replacement."""

ROUNDS = 4
"""How often replacements may settle into places of their own; after that they stay put."""


@dataclass(frozen=True)
class Distance:
    """How far apart swatches must be, in ΔE2000: found ones, and found ones from kept ones."""

    found: float
    kept: float


def distinct(
    points: Points,
    pull: NDArray[np.float64],
    clusters: Clusters,
    choose: Choose,
    distance: Distance,
    kept: int,
) -> tuple[Clusters, Colors]:
    """Return clusters whose colors are all far enough apart, and those colors.

    Of two that are too near, the one with less area goes. What fits worst of that which is far
    enough from all others comes in its place; if nothing is, there are fewer clusters. The
    first `kept` centers always stay.
    """
    colors = choose(points, clusters)
    if not distance.found and not kept:
        return clusters, colors
    wanted = clusters.count
    cells = Cells.of(points.lab, pull, CELLS)
    for _ in range(ROUNDS):
        stay = _staying(points, clusters, colors, distance, kept)
        if len(stay) == wanted:
            return clusters, colors
        filled = _refilled(points, cells, colors[stay], wanted, distance, kept)
        centers = np.concatenate([clusters.center[stay], lab_of(filled[len(stay) :])])
        clusters = refined(points.lab, pull, centers, kept)
        colors = choose(points, clusters)
    stay = _staying(points, clusters, colors, distance, kept)
    best = _refilled(points, cells, colors[stay], wanted, distance, kept)
    if len(best) < wanted:
        # Those that stay may be in each other's way; from one alone, more may find a place.
        bases = [colors[:kept]] if kept else colors[stay][:, np.newaxis]
        packed = [_packed(points, cells, base, wanted, distance, kept) for base in bases]
        best = max(best, *packed, key=len)
    colors = best
    centers = lab_of(colors)
    return Clusters(centers, nearest(points.lab, centers), len(centers)), colors


def _staying(
    points: Points, clusters: Clusters, colors: Colors, distance: Distance, kept: int
) -> NDArray[np.intp]:
    """Return which swatches stay: the kept ones, then by area those far enough from them."""
    lab = lab_of(colors)
    shares = np.array(points.shares(clusters.label, clusters.count), np.float64)
    stay = list(range(kept))
    for index in kept + np.argsort(-shares[kept:], kind="stable"):
        if _far(lab[index], lab[stay], distance, kept).all():
            stay.append(int(index))
    return np.array(sorted(stay), np.intp)


def _refilled(
    points: Points, cells: Cells, colors: Colors, wanted: int, distance: Distance, kept: int
) -> Colors:
    """Return colors with more of them, up to `wanted`, each far enough from all others.

    Each is a color of the picture, where that lowers the error most.
    """
    lab = lab_of(colors)
    free = _far(cells.lab, lab, distance, kept)
    squares = _squares(cells.lab, lab).min(axis=1)
    while len(colors) < wanted and free.any():
        tried = np.argsort(-cells.weight * squares * free, kind="stable")[:CANDIDATES]
        tried = tried[free[tried]]
        gain = cells.weight @ np.maximum(
            squares[:, np.newaxis] - _squares(cells.lab, cells.lab[tried]), 0
        )
        best = tried[gain.argmax()]
        color = _real(points, cells.lab[best])
        if _far(lab_of(color), lab, distance, kept).all():
            colors = np.concatenate([colors, color])
            lab = lab_of(colors)
            squares = np.minimum(squares, _squares(cells.lab, lab[-1:])[:, 0])
            free = np.logical_and(free, _far(cells.lab, lab, distance, kept))
        free[best] = False
    return colors


def _packed(
    points: Points, cells: Cells, colors: Colors, wanted: int, distance: Distance, kept: int
) -> Colors:
    """Return colors with more of them, up to `wanted`, as near to each other as they may be."""
    lab = lab_of(colors)
    spare = _spare(cells.lab, lab, distance, kept)
    while len(colors) < wanted and (spare >= 0).any():
        best = np.where(spare >= 0, spare, np.inf).argmin()
        color = _real(points, cells.lab[best])
        if _far(lab_of(color), lab, distance, kept).all():
            colors = np.concatenate([colors, color])
            lab = lab_of(colors)
            spare = np.minimum(spare, _spare(cells.lab, lab[-1:], distance, 0))
        spare[best] = -np.inf
    return colors


def _real(points: Points, lab: NDArray[np.float64]) -> Colors:
    """Return the color of the picture that is nearest to one in CIELAB, `(1, 3)`."""
    color: Colors = points.real[_squares(points.lab, lab[np.newaxis]).argmin()][np.newaxis]
    return color


def _spare(lab: Lab, others: Lab, distance: Distance, kept: int) -> NDArray[np.float64]:
    """Return how much farther than they must be colors are from the nearest of the others."""
    found = max(distance.found, DIFFERENT)
    is_kept = np.arange(len(others), dtype=np.intp) < kept
    least = np.where(is_kept, distance.kept, found)
    spare = delta_e(lab[..., np.newaxis, :], others) - least
    nearest_one: NDArray[np.float64] = spare.min(axis=-1)
    return nearest_one


def _far(lab: Lab, others: Lab, distance: Distance, kept: int) -> NDArray[np.bool_]:
    """Tell which colors are far enough from all others, of which the first are kept ones."""
    if not len(others):
        return np.ones(lab.shape[:-1], bool)
    return _spare(lab, others, distance, kept) >= 0


def _squares(lab: Lab, others: Lab) -> NDArray[np.float64]:
    """Return the squared ΔE*ab from each color to each of the others, `(m, k)`."""
    squares: NDArray[np.float64] = ((lab[:, np.newaxis] - others) ** 2).sum(axis=2)
    return squares
