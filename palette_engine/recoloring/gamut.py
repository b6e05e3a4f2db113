"""Gamut: the colors that can be mixed from some."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["into_hull"]

Points: TypeAlias = NDArray[np.float64]
"""Points in three dimensions, float64 `(3, n)`, or one, `(3,)`."""

THICKNESS = 8
"""So thick is the hull of corners on a line or a plane made; sRGB's darkest levels are 20 apart."""


def into_hull(points: NDArray[np.int32], corners: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the point of the convex hull of corners that is nearest to each point.

    All are int32 `(3, n)`. The hull is Qhull's (Barber, Dobkin and Huhdanpaa 1996); of its
    triangles, those that a point is outside of are where the nearest point may be.
    """
    from scipy.spatial import ConvexHull

    solid = np.concatenate([corners, corners[:, :1] + THICKNESS * np.eye(3)], axis=1)
    hull = ConvexHull(solid.T)
    outside = points.astype(np.float64)
    moved = outside.copy()
    distance = np.full(points.shape[1], np.inf, np.float64)
    for plane, triangle in zip(hull.equations, hull.simplices, strict=True):
        above = np.flatnonzero(_dot(plane[:3], outside) + plane[3] > 1)
        candidates = outside[:, above]
        found = _on_triangle(candidates, *solid[:, triangle].T)
        reach = _square(found - candidates)
        closer = reach < distance[above]
        distance[above[closer]] = reach[closer]
        moved[:, above[closer]] = found[:, closer]
    return np.round(moved).astype(np.int32)


def _on_triangle(points: Points, first: Points, second: Points, third: Points) -> Points:
    """Return the nearest place on a triangle to each point."""
    along, across = second - first, third - first
    to_along, to_across = (_dot(side, points - first[:, np.newaxis]) for side in (along, across))
    square, mixed, other = _square(along), _dot(along, across), _square(across)
    area = max(square * other - mixed**2, 1e-9)
    u = (other * to_along - mixed * to_across) / area
    v = (square * to_across - mixed * to_along) / area
    inside = (u >= 0) & (v >= 0) & (u + v <= 1)
    nearest: Points = np.multiply.outer(along, u) + np.multiply.outer(across, v)
    nearest += first[:, np.newaxis]
    distance = np.where(inside, _square(nearest - points), np.inf)
    for start, end in ((first, second), (second, third), (third, first)):
        way = end - start
        part = (_dot(way, points - start[:, np.newaxis]) / max(_square(way), 1e-9)).clip(0, 1)
        place = start[:, np.newaxis] + np.multiply.outer(way, part)
        reach = _square(place - points)
        closer = reach < distance
        nearest = np.where(closer, place, nearest)
        distance = np.minimum(distance, reach)
    return nearest


def _dot(vector: Points, points: Points) -> Any:
    """Return the dot product of a vector with each point, `(n,)`."""
    # No matrix product: its last bits depend on the processor.
    return vector[0] * points[0] + vector[1] * points[1] + vector[2] * points[2]


def _square(points: Points) -> Any:
    return _dot(points, points)
