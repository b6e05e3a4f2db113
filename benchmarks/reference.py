"""Reference: the best palette that many k-means runs on every distinct color can find."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans

from benchmarks.cache import cached
from benchmarks.colors import Colors, Lab

__all__ = ["reference"]

RUNS = 24
"""How many runs there are, each with its own start by k-means++."""

MANY_RUNS = 240
"""How many there are for a picture with few colors, where a run takes no time."""

FEW_COLORS = 2000

FINISHED = 4
"""How many of the runs, the best after a rough stop, go on until nothing moves."""


def reference(colors: Colors, count: int, ours: Lab) -> Lab:
    """Return the best known `count` centers in CIELAB, not rounded; `(count, 3)` or fewer.

    The runs are made once and kept in the cache. Every time, one more run starts from `ours`,
    the palette to be judged, and what it finds is kept if it is better: so no palette can beat
    its reference because the runs had bad luck.
    """
    if len(colors.weight) <= count:
        return colors.lab
    path = cached(f"reference-{colors.digest}-{count}.npz")
    centers = _load(path) if path.exists() else _best(colors, _runs(colors, count))
    if len(ours) == count:
        centers = _best(colors, [centers, _finish(colors, ours)])
    _save(path, centers)
    return centers


def _runs(colors: Colors, count: int) -> list[Lab]:
    """Return the centers that the best of many runs end with."""
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
    """Return where k-means ends that starts from the given centers."""
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
