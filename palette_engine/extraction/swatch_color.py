"""Swatch color: the one 8-bit color that stands for each cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import nearest_rgb
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import Clusters

__all__ = ["SWATCHES", "Choose", "Colors"]

DOMINANT = 0.5
"""A color with more than this share of its cluster stands for it, exactly as it is."""

OUTSTANDING = 0.25
RIVALS = 2
"""So does a color with more than a quarter of it, if that is over twice the next one's
share: the rest are its smooth edges."""

AREA = 0.0005
"""The share of the picture that a color needs for that: edges are full of chance majorities."""

Colors: TypeAlias = NDArray[np.uint8]
"""sRGB, uint8 `(k, 3)`."""

Choose: TypeAlias = Callable[[Points, Clusters], Colors]
"""Return one sRGB color for each cluster, uint8 `(k, 3)`: its own for a fixed one, and no two
the same among the others."""


def by_mean(points: Points, clusters: Clusters) -> Colors:
    """Return the means: the colors that differ least from all they stand for."""
    return _distinct(points, clusters, nearest_rgb(clusters.centers.lab))


def by_reality(points: Points, clusters: Clusters) -> Colors:
    """Return colors that are in the picture: those nearest to the means."""
    colors = nearest_rgb(clusters.centers.lab)
    colors[~clusters.centers.is_fixed] = points.real[_central(points, clusters)]
    return colors


def by_dominance(points: Points, clusters: Clusters) -> Colors:
    """Return means; but a color that fills most of its cluster, and some area, as it is.

    So the flat colors of a screenshot or drawing come out exact.
    """
    colors = nearest_rgb(clusters.centers.lab)
    label = clusters.label
    weight = np.where(clusters.centers.is_fixed[label], 0, points.weight)
    order = np.lexsort((-weight, label))
    first = np.flatnonzero(np.diff(label[order], prepend=-1))
    heaviest = weight[order[first]]
    ends = np.append(first[1:], len(order))
    second = np.where(first + 1 < ends, weight[order[np.minimum(first + 1, len(order) - 1)]], 0)
    whole = np.bincount(label, weight, clusters.count)[label[order[first]]]
    most = heaviest > DOMINANT * whole
    most |= (heaviest > OUTSTANDING * whole) & (heaviest > RIVALS * second)
    chosen = order[first[most & (heaviest > AREA)]]
    colors[label[chosen]] = _rounded(points.rgb[chosen])
    return _distinct(points, clusters, colors)


SWATCHES: Mapping[str, Choose] = {
    "auto": by_dominance,
    "mean": by_mean,
    "real": by_reality,
}
"""How each choice of swatch colors finds them."""


def _distinct(points: Points, clusters: Clusters, colors: Colors) -> Colors:
    """Return colors of which no two are the same, apart from the fixed ones.

    Means of different clusters may round to one color; colors of the picture never do.
    """
    if not _repeated(colors).any():
        return colors
    central = colors.copy()
    central[~clusters.centers.is_fixed] = _rounded(points.rgb[_central(points, clusters)])
    colors = np.where(_repeated(colors)[:, np.newaxis], central, colors)
    return central if _repeated(colors).any() else colors


def _central(points: Points, clusters: Clusters) -> NDArray[np.intp]:
    """Return the index of the point nearest to the center of each cluster that is not fixed."""
    distance = ((points.lab - clusters.centers.lab[clusters.label]) ** 2).sum(axis=1)
    first = _first_of_each(clusters.label, distance)
    return first[~clusters.centers.is_fixed[clusters.label[first]]]


def _first_of_each(label: NDArray[np.intp], rank: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the index of the lowest-ranking point of each cluster; the first of equals."""
    order = np.lexsort((rank, label))
    return order[np.flatnonzero(np.diff(label[order], prepend=-1))]


def _rounded(rgb: NDArray[np.float64]) -> Colors:
    return np.round(rgb).astype(np.uint8)


def _repeated(colors: Colors) -> NDArray[np.bool_]:
    """Tell which colors occur more than once."""
    _, index, count = np.unique(colors, axis=0, return_inverse=True, return_counts=True)
    repeated: NDArray[np.bool_] = count[index.reshape(-1)] > 1
    return repeated
