"""K-means: which colors belong together, by weighted k-means in CIELAB with compressed chroma."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine import libraries
from palette_engine.color.cielab import Lab, compress_chroma
from palette_engine.extraction.centers import NONE, Centers
from palette_engine.extraction.octree import Cells
from palette_engine.extraction.seeding import search_centers

__all__ = [
    "THOROUGH",
    "Clusters",
    "Search",
    "centered",
    "cluster",
    "coarse_cluster",
    "nearest",
    "occupied",
    "one_thread",
    "refine",
]

SEARCHED_CELLS = 768
"""The number of cells on which starting centers are searched, or `CELLS_PER_COLOR` if that is more.

See docs/decisions.md#seeding-without-chance.
"""

CELLS_PER_COLOR = 24

STEPS = 20
"""At most this many steps of k-means on all points follow the search."""

TOLERANCE = 1e-4
"""k-means ends when centers move less than this part of the colors' variance."""

ROUNDS = 5
"""The number of parts in which those steps are taken if there are fixed centers."""

FEW_POINTS = 2048
"""With at most this many points, single points change clusters after k-means.

See docs/decisions.md#single-colors-change-clusters.
"""

BREATH = 4
"""The breath that the search begins with.

See docs/decisions.md#seeding-without-chance.
"""

BREATHS = (5, 3, 1)
"""With few points all of these are tried, as that is quick.

See docs/decisions.md#seeding-without-chance.
"""

DRAWN = 8
"""The number of k-means++ starts that compete with the search if there are few points.

See docs/decisions.md#seeding-without-chance.
"""

SWEEPS = 50
"""At most this many passes look for single points to move."""


@dataclass(frozen=True)
class Search:
    """How long starting centers are searched: on how many cells, and with what breath."""

    cells: int = SEARCHED_CELLS
    cells_per_color: int = CELLS_PER_COLOR
    breath: int = BREATH


THOROUGH = Search()


@dataclass(frozen=True, eq=False)
class Clusters:
    """Points in clusters.

    `label` is `(m,)`, the cluster of each point. Free centers are the weighted means of their
    clusters in CIELAB, except those that were released; their clusters all have points. Clusters
    of fixed centers may be empty.
    """

    centers: Centers
    label: NDArray[np.intp]

    @property
    def count(self) -> int:
        """The number of clusters."""
        return len(self.centers)

    def release(self, count: int) -> Clusters:
        """Return the clusters with all but the first `count` fixed centers free.

        Released centers stay where they are, and go if their clusters are empty.
        """
        centers = self.centers.release(count)
        used = _used(self.label, centers)
        return Clusters(centers.where(used), _renumber(self.label, used))


def cluster(
    lab: Lab,
    weight: NDArray[np.float64],
    colors: int,
    fixed: Lab = NONE,
    search: Search = THOROUGH,
) -> Clusters:
    """Return `colors` clusters of weighted colors, or one for each color if there are fewer.

    `lab` is float64 `(m, 3)`, `weight` float64 `(m,)`. `fixed` are centers that must be among them,
    `(f, 3)`, f at most `colors`; the others are found around them.

    Minimizes the weighted mean squared distance to the nearest center in CIELAB with compressed
    chroma; `lab` and the centers of the result are in CIELAB. A search on a few hundred cells
    finds where to start (`extraction.seeding`). scikit-learn's k-means (Lloyd 1982) continues with
    all colors. If they are few, single colors then change clusters until none is better elsewhere
    (Hartigan and Wong, Applied Statistics 28, 1979).

    Deterministic: nothing is random, and it runs in one thread, as two threads add numbers in
    another order.
    """
    if len(lab) + len(fixed) <= colors:
        label = np.arange(len(lab), dtype=np.intp) + len(fixed)
        return Clusters(Centers(fixed, lab), label)
    compressed, ends = compress_chroma(lab), compress_chroma(fixed)
    with one_thread():
        cells = Cells.of(compressed, weight, max(search.cells, search.cells_per_color * colors))
        if len(cells.weight) < 4 * colors:  # thousands of dark colors, all within a few units
            cells = Cells(compressed, weight)
        breaths = BREATHS if len(lab) <= FEW_POINTS else (search.breath,)
        starts = [search_centers(cells, colors, ends, breath) for breath in breaths]
        if len(lab) <= FEW_POINTS and not len(fixed):
            starts.append(Centers(free=_draw_centers(compressed, weight, colors)))
        labels = [_refine(compressed, weight, centers) for centers in starts]
    error = partial(_error, compressed, weight, ends)
    return _clusters(lab, weight, min(labels, key=error) if len(labels) > 1 else labels[0], fixed)


def coarse_cluster(
    lab: Lab, weight: NDArray[np.float64], colors: int, fixed: Lab = NONE
) -> Clusters:
    """Return what `cluster` begins with, in about a third of its time.

    Centers are added on a few hundred cells, as in `extraction.seeding`, but the search does not
    breathe, and no k-means on all colors follows.
    """
    if len(lab) + len(fixed) <= colors:
        return cluster(lab, weight, colors, fixed)
    compressed = compress_chroma(lab)
    with one_thread():
        cells = Cells.of(compressed, weight, max(SEARCHED_CELLS, CELLS_PER_COLOR * colors))
        centers = search_centers(cells, colors, compress_chroma(fixed), breath=0)
        label = _nearest(compressed, centers.lab)
    return _clusters(lab, weight, label, fixed)


def refine(lab: Lab, weight: NDArray[np.float64], centers: Centers) -> Clusters:
    """Return the clusters that k-means ends with when it starts from the given centers."""
    starts = Centers(compress_chroma(centers.fixed), compress_chroma(centers.free))
    with one_thread():
        label = _refine(compress_chroma(lab), weight, starts)
    return _clusters(lab, weight, label, centers.fixed)


def occupied(lab: Lab, clusters: Clusters, first: int) -> Clusters:
    """Return clusters in which no fixed center from index `first` on is without colors.

    An empty one gets the nearest color of a cluster that has others. So a center keeps its place in
    a palette even if codecs have left no pixel of its color.
    """
    label = clusters.label.copy()
    counts = np.bincount(label, minlength=clusters.count)
    for center in range(first, len(clusters.centers.fixed)):
        if counts[center]:
            continue
        square = ((lab - clusters.centers.lab[center]) ** 2).sum(axis=1, dtype=np.float64)
        square[counts[label] < 2] = np.inf
        color = int(square.argmin())
        if square[color] < np.inf:
            counts[label[color]] -= 1
            counts[center] += 1
            label[color] = center
    return Clusters(clusters.centers, label)


def centered(lab: Lab, weight: NDArray[np.float64], clusters: Clusters) -> Clusters:
    """Return the same clusters with all free centers at their means."""
    return _clusters(lab, weight, clusters.label, clusters.centers.fixed)


def nearest(lab: Lab, centers: Lab) -> NDArray[np.intp]:
    """Return the index of the center nearest to each color, `(m,)`, with compressed chroma."""
    with one_thread():
        return _nearest(compress_chroma(lab), compress_chroma(centers))


# All functions below get and return colors with compressed chroma, except `_clusters`.


def _refine(lab: Lab, weight: NDArray[np.float64], centers: Centers) -> NDArray[np.intp]:
    """Return the cluster of each color that k-means ends with, `(m,)`; some may be empty."""
    label = _run_kmeans(lab, weight, centers)
    return _exchange(lab, weight, label, centers.fixed) if len(lab) <= FEW_POINTS else label


def _nearest(lab: Lab, centers: Lab) -> NDArray[np.intp]:
    """Return the index of the center nearest to each color, `(m,)`."""
    index: NDArray[np.intp] = libraries.load().pairwise_distances_argmin(lab, centers)
    return index


def _draw_centers(lab: Lab, weight: NDArray[np.float64], colors: int) -> Lab:
    """Return the best centers of some k-means++ starts, with a fixed seed."""
    model = libraries.load().KMeans(colors, n_init=DRAWN, random_state=0)
    centers: Lab = model.fit(lab, sample_weight=weight).cluster_centers_
    return centers


def _error(lab: Lab, weight: NDArray[np.float64], fixed: Lab, label: NDArray[np.intp]) -> float:
    """Return the weighted mean squared distance of colors to the centers of their clusters."""
    centers = _means(lab, weight, label, fixed, max(len(fixed), int(label.max()) + 1))
    return float(weight @ ((lab - centers[label]) ** 2).sum(axis=1))


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which scikit-learn and the libraries below it use one thread."""
    limit: AbstractContextManager[object] = _pools().limit(limits=1)
    return limit


@cache
def _pools() -> Any:
    """Return the controller of the threads of all loaded libraries."""
    # The controller only knows what is loaded by now.
    return libraries.load().ThreadpoolController()


def _run_kmeans(lab: Lab, weight: NDArray[np.float64], centers: Centers) -> NDArray[np.intp]:
    """Return the cluster of each color after k-means from the given centers."""
    if not len(centers.free):
        return _nearest(lab, centers.lab)
    if not len(centers.fixed):
        model = libraries.load().KMeans(
            len(centers), init=centers.lab, n_init=1, tol=TOLERANCE, max_iter=STEPS
        )
        label: NDArray[np.intp] = model.fit(lab, sample_weight=weight).labels_.astype(np.intp)
        return label
    count = len(centers.free)
    label = _nearest(lab, centers.lab)
    for _ in range(ROUNDS):
        # What belongs to a fixed center pulls at no other.
        movable = ~centers.is_fixed[label]
        if len(np.unique(label[movable])) < count:
            break
        init, steps = centers.free, STEPS // ROUNDS
        model = libraries.load().KMeans(count, init=init, n_init=1, tol=TOLERANCE, max_iter=steps)
        model.fit(lab[movable], sample_weight=weight[movable])
        centers = replace(centers, free=model.cluster_centers_)
        before, label = label, _nearest(lab, centers.lab)
        if np.array_equal(label, before):
            break  # the centers are the means of their clusters, and stay there
    return label


def _exchange(
    lab: Lab, weight: NDArray[np.float64], label: NDArray[np.intp], fixed: Lab
) -> NDArray[np.intp]:
    """Return labels of which none can change and lower the error, `(m,)`.

    k-means asks which center is nearest; this asks which cluster is better once its center has
    moved. With heavy colors, as in flat pictures, the answers differ. See
    docs/decisions.md#single-colors-change-clusters.
    """
    label = label.copy()
    count = max(int(label.max()) + 1, len(fixed))
    index = np.arange(len(label), dtype=np.intp)
    square = (lab**2).sum(axis=1)[:, np.newaxis]
    for _ in range(SWEEPS):
        total = np.bincount(label, weight, count)
        center = _means(lab, weight, label, fixed, count)
        distance = np.maximum(square - 2 * lab @ center.T + (center**2).sum(axis=1), 0)
        # A mean moves when a color joins or leaves it; a fixed center does not.
        share = total / (total + weight[:, np.newaxis])
        share[:, : len(fixed)] = 1
        joining = distance * share
        rest = (total[label] - weight) / total[label]
        rest[label < len(fixed)] = 1
        alone = rest <= 1e-12
        leaving = distance[index, label] / np.where(alone, 1, rest)
        joining[index, label] = np.inf
        target = joining.argmin(axis=1)
        gain = weight * (leaving - joining[index, target])
        gain[alone | (gain <= 1e-10 * (weight @ distance[index, label]))] = 0
        movers = np.argsort(-gain, kind="stable")[: np.count_nonzero(gain)]
        moved = _independent(movers, label, target)
        if not len(moved):
            break
        label[moved] = target[moved]
    return label


def _independent(
    movers: NDArray[np.intp], label: NDArray[np.intp], target: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the movers that share no cluster with one before them."""
    touched: set[int] = set()
    chosen = []
    for mover in movers.tolist():
        clusters = {int(label[mover]), int(target[mover])}
        if not clusters & touched:
            touched |= clusters
            chosen.append(mover)
    return np.array(chosen, np.intp)


def _clusters(
    lab: Lab, weight: NDArray[np.float64], label: NDArray[np.intp], fixed: Lab
) -> Clusters:
    """Return the clusters of labels; drops empty free ones and renumbers the others.

    All colors are in CIELAB, and so the centers are means there.
    """
    count = max(len(fixed), int(label.max(initial=-1)) + 1)
    means = Centers(fixed).moved(_means(lab, weight, label, fixed, count))
    used = _used(label, means)
    return Clusters(means.where(used), _renumber(label, used))


def _used(label: NDArray[np.intp], centers: Centers) -> NDArray[np.bool_]:
    """Return which centers have colors, or are fixed and may have none."""
    used: NDArray[np.bool_] = np.bincount(label, minlength=len(centers)) > 0
    return used | centers.is_fixed


def _renumber(label: NDArray[np.intp], used: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return labels `(m,)` that number the used clusters only."""
    return (np.cumsum(used, dtype=np.intp) - 1)[label]


def _means(
    lab: Lab, weight: NDArray[np.float64], label: NDArray[np.intp], fixed: Lab, count: int
) -> Lab:
    """Return the weighted mean of each cluster, in the colors' order, or its fixed center."""
    total = np.bincount(label, weight, count)
    sums = [np.bincount(label, weight * axis, count) for axis in lab.T]
    means: Lab = np.stack(sums, axis=1) / np.where(total > 0, total, 1)[:, np.newaxis]
    means[: len(fixed)] = fixed
    return means
