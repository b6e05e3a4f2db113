"""Seeding: centers to start k-means from, near the optimum and without randomness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab
from palette_engine.extraction.centers import Centers
from palette_engine.extraction.octree import Cells

__all__ = ["grow", "search_centers", "settle"]

CANDIDATES = 128
"""The number of cells, those with most of the error, that are tried as a new center.

See docs/decisions.md#seeding-without-chance.
"""

STEPS = 12
"""At most this many steps of k-means follow each change."""


def search_centers(cells: Cells, colors: int, fixed: Lab, breath: int = 5) -> Centers:
    """Return `colors` centers, the `fixed` ones, `(f, 3)`, among them; fewer if cells are fewer.

    Centers are added where they lower the error most (the global k-means algorithm of Likas,
    Vlassis and Verbeek, Pattern Recognition 36, 2003, several at a time). Then the set breathes:
    `breath` centers too many are added in the same way, and those that matter least are removed. If
    that lowers the error it is repeated, else `breath` is reduced by one (after the breathing
    k-means algorithm of Fritzke, arXiv:2006.15666). See docs/decisions.md#seeding-without-chance.
    """
    centers = Centers(fixed)
    if not len(fixed):
        centers = centers.with_more((cells.weight @ cells.lab)[np.newaxis])
    while len(centers) < colors:
        more = grow(cells, centers, min(max(1, len(centers) // 4), colors - len(centers)))
        if len(more) == len(centers):
            return centers  # every cell is a center
        centers = settle(cells, more, STEPS // 3)
    centers = settle(cells, centers, STEPS)
    error = _error(cells, centers)
    breath = min(breath, max(1, colors // 2))
    while breath:
        inhaled = settle(cells, grow(cells, centers, breath), STEPS)
        exhaled = settle(cells, _shrink(cells, inhaled, colors), STEPS)
        new_error = _error(cells, exhaled)
        if new_error < error * (1 - 1e-5) - 1e-9:
            centers, error = exhaled, new_error
        else:
            breath -= 1
    return centers


def settle(cells: Cells, centers: Centers, steps: int) -> Centers:
    """Return centers after at most `steps` steps of weighted k-means (Lloyd 1982)."""
    before = float("inf")
    for _ in range(steps):
        label, nearest = _nearest(cells, _scores(cells, centers))
        error = float(cells.weight @ nearest)
        if before - error <= 1e-4 * error:
            break
        before = error
        centers = _means(cells, label, centers)
    return centers


def grow(cells: Cells, centers: Centers, count: int) -> Centers:
    """Return the centers and at most `count` cells that lower the error most, one a cluster."""
    label, nearest = _nearest(cells, _scores(cells, centers))
    tried = np.argsort(-cells.weight * nearest, kind="stable")[: max(CANDIDATES, 2 * count)]
    points = cells.lab[tried]
    saved = _terms(points) @ cells.terms.T
    np.subtract(nearest - cells.square, saved, out=saved)
    gain = np.maximum(saved, 0, out=saved) @ cells.weight
    order = np.lexsort((-gain, label[tried]))
    best = order[np.flatnonzero(np.diff(label[tried][order], prepend=-1))]
    best = best[np.argsort(-gain[best], kind="stable")][:count]
    return centers.with_more(points[best[gain[best] > 1e-9]])


def _shrink(cells: Cells, centers: Centers, count: int) -> Centers:
    """Return `count` centers, without those whose removal raises the error least.

    The nearest neighbor of a removed center stays, as it takes over its points.
    """
    score = _scores(cells, centers)
    label, nearest = _nearest(cells, score)
    score[cells.index, label] = np.inf
    _, second = _nearest(cells, score)
    loss = np.bincount(label, cells.weight * (second - nearest), len(centers))
    apart = ((centers.lab[:, np.newaxis] - centers.lab) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    excess = len(centers) - count
    gone = np.zeros(len(centers), bool)
    staying = set(np.flatnonzero(centers.is_fixed).tolist())
    for center in np.argsort(loss, kind="stable").tolist():
        if np.count_nonzero(gone) == excess:
            break
        if center not in staying:
            gone[center] = True
            if len(staying) + excess < len(centers):
                staying.add(int(apart[center].argmin()))
    return centers.where(~gone)


def _scores(cells: Cells, centers: Centers) -> NDArray[np.float64]:
    """Return the squared ΔE*ab from each cell to each center, less the cell's square, `(n, k)`.

    The cell's square is the same for all centers, so the nearest center has the smallest score.
    """
    scores: NDArray[np.float64] = cells.terms @ _terms(centers.lab).T
    return scores


def _terms(centers: Lab) -> NDArray[np.float64]:
    """Return the factors of a cell's axes and of one in its score, `(k, 4)`."""
    return np.column_stack([-2 * centers, (centers**2).sum(axis=1)])


def _nearest(
    cells: Cells, scores: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the nearest center of each cell, and its squared ΔE*ab from there, `(n,)` each."""
    label = scores.argmin(axis=1)
    return label, scores[cells.index, label] + cells.square


def _error(cells: Cells, centers: Centers) -> float:
    """Return the weighted mean squared ΔE*ab of cells to their nearest centers."""
    _, nearest = _nearest(cells, _scores(cells, centers))
    return float(cells.weight @ nearest)


def _means(cells: Cells, label: NDArray[np.intp], centers: Centers) -> Centers:
    """Return the weighted means of clusters; fixed centers and empty ones stay where they are."""
    count = len(centers)
    # All four sums at once: those of each moment have labels of their own.
    labels = label + count * np.arange(4, dtype=np.intp)[:, np.newaxis]
    sums = np.bincount(labels.reshape(-1), cells.moments.reshape(-1), 4 * count).reshape(4, count)
    weight = np.where(sums[0] > 0, sums[0], 1)
    return centers.moved(np.where(sums[0] > 0, sums[1:] / weight, centers.lab.T).T)
