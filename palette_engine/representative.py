"""Representative: the one 8-bit color that stands for each cluster."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.clustering import Clusters
from palette_engine.histogram import Points

__all__ = ["representatives"]

DOMINANT = 0.5
"""A color with more than this share of its cluster stands for it, exactly as it is."""


def representatives(points: Points, clusters: Clusters) -> NDArray[np.uint8]:
    """Return one sRGB color for each cluster, uint8 `(k, 3)`, no two the same.

    That is the cluster's mean; or its heaviest color, untouched, if that has most of the
    cluster's weight, so that the flat colors of a screenshot or drawing come out exact.
    """
    from skimage.color import lab2rgb

    # Two steps, so that the conversion's last digits cannot tip a half and tint a gray.
    means = np.round(np.round(lab2rgb(clusters.center) * 255, 3)).clip(0, 255).astype(np.uint8)
    heaviest = _first_of_each(clusters.label, -points.weight)
    share = points.weight[heaviest] / np.bincount(clusters.label, points.weight)
    colors = np.where(share[:, np.newaxis] > DOMINANT, _rounded(points.rgb[heaviest]), means)

    # Means of different clusters may round to one color; colors of the picture never do.
    distance = ((points.lab - clusters.center[clusters.label]) ** 2).sum(axis=1)
    nearest = _rounded(points.rgb[_first_of_each(clusters.label, distance)])
    colors = np.where(_repeated(colors)[:, np.newaxis], nearest, colors)
    return nearest if _repeated(colors).any() else colors


def _first_of_each(label: NDArray[np.intp], rank: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the index of the lowest-ranking point of each cluster; the first of equals."""
    order = np.lexsort((rank, label))
    return order[np.flatnonzero(np.diff(label[order], prepend=-1))]


def _rounded(rgb: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.round(rgb).astype(np.uint8)


def _repeated(colors: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which colors occur more than once."""
    _, index, count = np.unique(colors, axis=0, return_inverse=True, return_counts=True)
    repeated: NDArray[np.bool_] = count[index.reshape(-1)] > 1
    return repeated
