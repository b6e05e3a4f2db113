"""Reference: the best palette found by many runs of k-means over all distinct colors."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans

from benchmarks.cache import cache_path
from benchmarks.colors import Colors, Lab

__all__ = ["reference"]

RUNS = 24
"""The number of runs, each with its own k-means++ start."""

MANY_RUNS = 240
"""The number of runs for a picture with few colors, where a run is fast."""

FEW_COLORS = 2000
"""A picture with at most this many distinct colors has few."""

FINISHED = 4
"""How many of the best runs are continued until no center moves."""


def reference(colors: Colors, count: int, ours: Lab) -> Lab:
    """Return the best known `count` centers in CIELAB, not rounded; `(count, 3)` or fewer.

    The runs are made once and kept in the cache. Every call makes one more run, which starts from
    `ours`, the palette to be measured, and keeps its result if it is better. So a palette is never
    better than its reference just because the other runs were unlucky.
    """
    if len(colors.weight) <= count:
        return colors.lab
    path = cache_path(f"reference-{colors.digest}-{count}.npz")
    centers = _load(path) if path.exists() else _best(colors, _runs(colors, count))
    if len(ours) == count:
        centers = _best(colors, [centers, _finish(colors, ours)])
    _save(path, centers)
    return centers


def _runs(colors: Colors, count: int) -> list[Lab]:
    """Return the final centers of the best runs."""
    runs = RUNS if len(colors.weight) > FEW_COLORS else MANY_RUNS
    models = [
        KMeans(count, n_init=1, random_state=seed, tol=1e-3).fit(
            colors.lab, sample_weight=colors.weight
        )
        for seed in range(runs)
    ]
    models.sort(key=lambda model: float(model.inertia_))
    return [_finish(colors, model.cluster_centers_) for model in models[:FINISHED]]


def _finish(colors: Colors, centers: Lab) -> Lab:
    """Return the final centers of a run of k-means that starts from the given centers."""
    model = KMeans(len(centers), init=centers, n_init=1, tol=1e-7, max_iter=1000)
    finished: Lab = model.fit(colors.lab, sample_weight=colors.weight).cluster_centers_
    return finished


def _best(colors: Colors, candidates: Iterable[Lab]) -> Lab:
    return min(candidates, key=colors.error)


def _load(path: Path) -> Lab:
    with np.load(path) as file:
        centers: Lab = file["centers"]
    return centers


def _save(path: Path, centers: Lab) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, centers=centers)
    part.replace(path)
