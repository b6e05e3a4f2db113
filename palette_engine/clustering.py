"""Clusters: which colors belong together, by weighted k-means in CIELAB."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from palette_engine.histogram import Points

__all__ = ["Clusters", "cluster"]

COARSE_POINTS = 4096
"""How many points the starts are made on, at the most."""

STARTS = 16
"""How many starts there are with few clusters; one start alone can be 5 % worse than the best."""

SEED = 20_260_101
"""Where the pseudo-random starts begin; any number will do, as long as it stays."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """Groups of points.

    `center` is float64 `(k, 3)`, the weighted mean of each group in CIELAB. `label` is
    `(m,)`, the group of each point. Every group has at least one point.
    """

    center: NDArray[np.float64]
    label: NDArray[np.intp]


def cluster(points: Points, colors: int) -> Clusters:
    """Return `colors` clusters of the points, or one for each point if there are fewer.

    Minimizes the weighted mean squared ΔE*ab of points to their centers (Lloyd 1982, started
    by k-means++, Arthur and Vassilvitskii 2007). Many starts run on few coarse points; the
    best goes on to the fine ones. Deterministic, in one thread: two threads add numbers in
    another order.
    """
    if len(points.weight) <= colors:
        return Clusters(points.lab, np.arange(len(points.weight)))
    from threadpoolctl import threadpool_limits

    import_module("sklearn.cluster")  # the limit only reaches libraries that are loaded by now
    with threadpool_limits(1):
        label = _refined(points, _started(points, colors))
    return Clusters(_means(points, label), label)


def _started(points: Points, colors: int) -> NDArray[np.float64]:
    """Return the centers of the best of many starts on coarse points, `(colors, 3)`."""
    from sklearn.cluster import KMeans

    lab, weight = _coarse(points, max(COARSE_POINTS, 8 * colors))
    if len(weight) < 2 * colors:  # thousands of dark colors, all within a few units of Lab
        lab, weight = points.lab, points.weight
    starts = max(1, min(STARTS, 4 * STARTS // colors + 2))
    model = KMeans(colors, n_init=starts, tol=1e-3, random_state=SEED)
    centers: NDArray[np.float64] = model.fit(lab, sample_weight=weight).cluster_centers_
    return centers


def _refined(points: Points, centers: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return each point's cluster after k-means from the given centers."""
    from sklearn.cluster import KMeans

    model = KMeans(len(centers), init=centers, n_init=1, tol=1e-6, max_iter=100)
    label = model.fit(points.lab, sample_weight=points.weight).labels_
    # A cluster may end without points when colors are few; the rest close ranks.
    return np.unique(label, return_inverse=True)[1]


def _coarse(points: Points, most: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return means and weights of points in Lab cells just coarse enough for `most` of them."""
    if len(points.weight) <= most:
        return points.lab, points.weight
    side = 1.0
    while True:
        cells = np.floor(points.lab / side).astype(np.int64) + 512
        _, cell = np.unique(cells @ (1, 1024, 1024**2), return_inverse=True)
        count = int(cell.max()) + 1
        if count <= most:
            break
        side *= 1.25
    weight = np.bincount(cell, points.weight)
    sums = [np.bincount(cell, points.weight * axis) for axis in points.lab.T]
    means: NDArray[np.float64] = np.stack(sums, axis=1) / weight[:, np.newaxis]
    return means, weight.astype(np.float64)


def _means(points: Points, label: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the weighted mean of each cluster, summed in the points' order."""
    weight = np.bincount(label, points.weight)
    sums = [np.bincount(label, points.weight * axis) for axis in points.lab.T]
    means: NDArray[np.float64] = np.stack(sums, axis=1) / weight[:, np.newaxis]
    return means
