"""Gamut: the colors that can be mixed from given colors, as a convex hull in linear light.

See docs/decisions.md#dithering-in-linear-light.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine import libraries

__all__ = ["nearest_in_hull"]

Points: TypeAlias = NDArray[np.float64]
"""Points in three dimensions, float64 `(3, n)`, or one point, `(3,)`."""

THICKNESS = 8
"""How far the hull is extended on each axis, so that corners on a line or plane have a volume.

This is little: the darkest levels of sRGB differ by 20.
"""


def nearest_in_hull(points: NDArray[np.int32], corners: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the nearest point of the convex hull of corners for each point.

    All arrays are int32 `(3, n)`. Qhull computes the hull (Barber, Dobkin and Huhdanpaa 1996). For
    a point outside of it, only the triangles that face the point are searched.
    """
    solid = np.concatenate([corners, corners[:, :1] + THICKNESS * np.eye(3)], axis=1)
    hull = libraries.load().ConvexHull(solid.T)
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
    """Return the nearest point of a triangle to each point, `(3, n)`."""
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
        on_edge = start[:, np.newaxis] + np.multiply.outer(way, part)
        reach = _square(on_edge - points)
        closer = reach < distance
        nearest = np.where(closer, on_edge, nearest)
        distance = np.minimum(distance, reach)
    return nearest


def _dot(vector: Points, points: Points) -> Any:
    """Return the dot product of a vector with each point, `(n,)`."""
    # Not as a matrix product, whose last bits depend on the processor.
    return vector[0] * points[0] + vector[1] * points[1] + vector[2] * points[2]


def _square(points: Points) -> Any:
    return _dot(points, points)
