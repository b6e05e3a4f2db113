"""Swatch color: the 8-bit color of each cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e, lab_of, nearest_rgb
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import Clusters

__all__ = ["SWATCHES", "Choose", "Colors", "with_named", "without"]

DOMINANT = 0.5
"""A color with more than this share of its cluster is the cluster's swatch, unchanged.

See docs/decisions.md#exact-flat-colors.
"""

OUTSTANDING = 0.25
RIVALS = 2
"""So is a color with more than `OUTSTANDING` of its cluster and more than `RIVALS` times the share
of the next color: the others are its smooth edges.

See docs/decisions.md#exact-flat-colors.
"""

AREA = 0.0005
"""Such a color has at least this share of the picture; in edges, majorities are chance.

See docs/decisions.md#exact-flat-colors.
"""

EXACT = 1.0
"""A dominant color within this ΔE2000 of a named one is its exact color."""

Colors: TypeAlias = NDArray[np.uint8]
"""sRGB, uint8 `(k, 3)`."""

Choose: TypeAlias = Callable[[Points, Clusters], Colors]
"""A function that returns one sRGB color for each cluster, uint8 `(k, 3)`: a fixed center's own,
and no two equal ones among the others."""


def by_mean(points: Points, clusters: Clusters) -> Colors:
    """Return the mean of each cluster, which has the least mean squared ΔE*ab from its colors."""
    return _without_repeats(points, clusters, nearest_rgb(clusters.centers.lab))


def by_reality(points: Points, clusters: Clusters) -> Colors:
    """Return the color of the picture that is nearest to the mean of each cluster."""
    colors = nearest_rgb(clusters.centers.lab)
    colors[~clusters.centers.is_fixed] = points.real[_central(points, clusters)]
    return colors


def by_dominance(points: Points, clusters: Clusters) -> Colors:
    """Return the dominant color of each cluster that has one, and means of the others.

    So the flat colors of a screenshot or drawing come out exact.
    """
    colors = nearest_rgb(clusters.centers.lab)
    label = clusters.label
    weight = np.where(clusters.centers.is_fixed[label], 0, points.weight)
    first, heaviest = _heaviest(label, weight, clusters.count)
    rest = weight.copy()
    rest[first] = 0
    _, second = _heaviest(label, rest, clusters.count)
    whole = np.bincount(label, weight, clusters.count)
    most = heaviest > DOMINANT * whole
    most |= (heaviest > OUTSTANDING * whole) & (heaviest > RIVALS * second)
    chosen = first[(most & (heaviest > AREA))[label[first]]]
    colors[label[chosen]] = _rounded(points.rgb[chosen])
    return _without_repeats(points, clusters, colors)


def _heaviest(
    label: NDArray[np.intp], weight: NDArray[np.float64], count: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the index of the heaviest point of each cluster that has any, and all their weights.

    Of equals it is the first; the weights are `(count,)`, 0 of a cluster without points.
    """
    most = np.zeros(count)
    np.maximum.at(most, label, weight)
    found = np.flatnonzero(weight == most[label])
    _, first = np.unique(label[found], return_index=True)
    return found[first], most


SWATCHES: Mapping[str, Choose] = {
    "auto": by_dominance,
    "mean": by_mean,
    "real": by_reality,
}
"""The function of each choice of the option `swatch`."""


def with_named(choose: Choose, named: Lab) -> Choose:
    """Return the function `choose`, except that clusters around named colors keep those.

    Mixtures outweigh thin strokes, so the dominant color of such a cluster may be a mixture.
    """

    def chosen(points: Points, clusters: Clusters) -> Colors:
        colors = choose(points, clusters)
        centers = clusters.centers.lab
        same = np.all(np.abs(centers[:, np.newaxis] - named) < 1e-6, axis=2)
        own = np.any(same, axis=1)
        own &= delta_e(lab_of(colors), centers) > EXACT
        exact = np.where(own[:, np.newaxis], nearest_rgb(centers), colors)
        return colors if _repeated(exact).any() else exact

    return chosen


def without(choose: Choose, ignored: Callable[[Lab], NDArray[np.bool_]]) -> Choose:
    """Return the function `choose`, except that no found color is ignored.

    `ignored` returns which colors `(n, 3)` in CIELAB are, `(n,)`; no point's `real` color may be. A
    mean may be, although none of its colors is: the color nearest to it takes its place. See
    docs/decisions.md#ignored-means.
    """

    def chosen(points: Points, clusters: Clusters) -> Colors:
        colors = choose(points, clusters)
        gone = ignored(lab_of(colors)) & ~clusters.centers.is_fixed
        if not gone.any():
            return colors
        real = by_reality(points, clusters)
        colors = np.where(gone[:, np.newaxis], real, colors)
        return real if _repeated(colors).any() else colors

    return chosen


def _without_repeats(points: Points, clusters: Clusters, colors: Colors) -> Colors:
    """Return the colors with no two equal, except those of fixed centers.

    Means of different clusters may round to the same color; colors of the picture never do. See
    docs/decisions.md#equal-means.
    """
    if not _repeated(colors).any():
        return colors
    central = colors.copy()
    central[~clusters.centers.is_fixed] = _rounded(points.rgb[_central(points, clusters)])
    colors = np.where(_repeated(colors)[:, np.newaxis], central, colors)
    return central if _repeated(colors).any() else colors


def _central(points: Points, clusters: Clusters) -> NDArray[np.intp]:
    """Return the index of the point nearest to each free center."""
    distance = ((points.lab - clusters.centers.lab[clusters.label]) ** 2).sum(axis=1)
    first = _first_of_each(clusters.label, distance)
    return first[~clusters.centers.is_fixed[clusters.label[first]]]


def _first_of_each(label: NDArray[np.intp], rank: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the index of the point of the lowest rank in each cluster, of equal ones the first."""
    order = np.lexsort((rank, label))
    return order[np.flatnonzero(np.diff(label[order], prepend=-1))]


def _rounded(rgb: NDArray[np.float64]) -> Colors:
    return np.round(rgb).astype(np.uint8)


def _repeated(colors: Colors) -> NDArray[np.bool_]:
    """Return which colors occur more than once, `(k,)`."""
    _, index, count = np.unique(colors, axis=0, return_inverse=True, return_counts=True)
    repeated: NDArray[np.bool_] = count[index.reshape(-1)] > 1
    return repeated
