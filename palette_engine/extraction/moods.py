"""Moods: palettes as people choose them, rather than those with the least difference.

S. Lin and P. Hanrahan, "Modeling how people extract color themes from images", CHI 2013, asked 40
people for five colors of each of 40 pictures. Each wants something else, so a palette is near to
most of them if it is in the middle of what they choose. People are simulated: each picks vivid
colors, and each pick far from the others. The palette is the middle of their themes. See
docs/decisions.md#as-people-choose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine import libraries
from palette_engine.color.cielab import Lab
from palette_engine.extraction.centers import Centers
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.kmeans import (
    THOROUGH,
    Clusters,
    Search,
    cluster,
    coarse_cluster,
    nearest,
)
from palette_engine.extraction.octree import Cells

__all__ = ["MOODS", "cluster_by_mood"]

CANDIDATES = 40
"""The number of clusters that simulated people choose from, as in the study."""

MOST_CHOSEN = 20
"""For a palette of more colors than this, they choose from cells of the octree: 4 a color."""

CELLS_PER_COLOR = 4

PICKS = 1280
"""The number of colors that are picked: by 256 people for a palette of five colors."""

LEAST_PEOPLE = 8

STEPS = 15
"""At most this many steps move a palette to the middle of themes."""

STILL = 0.05
"""A palette is in the middle if no center moves by more than this ΔE*ab in a coordinate."""

NEAR = 3.0
"""Nearer colors than this ΔE*ab count as this near, so that no center clings to one of them."""

LEAST_LIKING = 0.05
"""What is added to the relative chroma or lightness of a color, so that none is impossible."""

Liking: TypeAlias = Callable[[Lab], NDArray[np.float64]]
"""Returns how likely people are to pick each candidate first, positive `(c,)`."""


def people(lab: Lab) -> NDArray[np.float64]:
    """Return the liking for vivid colors, and for those far from the other candidates."""
    distance = ((lab[:, np.newaxis] - lab) ** 2).sum(axis=2) ** 0.5
    mean = distance.mean(axis=1)
    liking: NDArray[np.float64] = (_vividness(lab) * (mean / mean.max())) ** 0.5
    return liking


def colorful(lab: Lab) -> NDArray[np.float64]:
    """Return the liking for the most vivid colors."""
    return people(lab) * _vividness(lab) ** 2


def bright(lab: Lab) -> NDArray[np.float64]:
    """Return the liking for light and vivid colors."""
    return people(lab) * _vividness(lab) * _lightness(lab) ** 2


def muted(lab: Lab) -> NDArray[np.float64]:
    """Return the liking for colors near gray."""
    return people(lab) * (1 + 2 * LEAST_LIKING - _vividness(lab)) ** 3


def deep(lab: Lab) -> NDArray[np.float64]:
    """Return the liking for dark and vivid colors."""
    return people(lab) * _vividness(lab) * _darkness(lab) ** 2


def dark(lab: Lab) -> NDArray[np.float64]:
    """Return the liking for dark colors."""
    return people(lab) * _darkness(lab) ** 3


MOODS: Mapping[str, Liking] = {
    "people": people,
    "colorful": colorful,
    "bright": bright,
    "muted": muted,
    "deep": deep,
    "dark": dark,
}
"""The liking of each choice of the option `mood`, except `none`."""


def cluster_by_mood(
    points: Points,
    pull: NDArray[np.float64],
    colors: int,
    fixed: Lab,
    liking: Liking,
    search: Search = THOROUGH,
) -> Clusters:
    """Return `colors` clusters around centers that people with this liking would choose.

    `pull` is `(m,)`, the weight of each point in the search for candidates; `fixed` is `(f, 3)`,
    centers that must be among them. There are fewer clusters if the picture has fewer colors.
    """
    clusters = cluster(points.lab, pull, colors, fixed, search)
    count = clusters.count - len(fixed)
    candidates = _candidates(points, pull, colors)
    if not count or len(candidates) <= clusters.count:
        return clusters
    themes = candidates[_picks(candidates, liking(candidates), count, fixed)]
    free = _middle(clusters.centers.free, themes)
    return _occupied(points.lab, Centers(fixed, free))


def _candidates(points: Points, pull: NDArray[np.float64], colors: int) -> Lab:
    """Return the colors that people choose from, `(c, 3)`."""
    if colors <= MOST_CHOSEN:
        # People choose from what there is about; better centers would take longer than the palette.
        return coarse_cluster(points.lab, pull, CANDIDATES).centers.lab
    return Cells.of(points.lab, pull, CELLS_PER_COLOR * colors).lab


def _vividness(lab: Lab) -> NDArray[np.float64]:
    """Return the chroma of each color beside the largest one, from `LEAST_LIKING` on."""
    chroma = (lab[:, 1] ** 2 + lab[:, 2] ** 2) ** 0.5
    vividness: NDArray[np.float64] = chroma / max(float(chroma.max()), 1.0) + LEAST_LIKING
    return vividness


def _lightness(lab: Lab) -> NDArray[np.float64]:
    """Return the lightness of each color between the darkest and the lightest."""
    lightness = lab[:, 0] - lab[:, 0].min()
    relative: NDArray[np.float64] = lightness / max(float(lightness.max()), 1.0) + LEAST_LIKING
    return relative


def _darkness(lab: Lab) -> NDArray[np.float64]:
    return 1 + 2 * LEAST_LIKING - _lightness(lab)


def _picks(lab: Lab, liking: NDArray[np.float64], count: int, fixed: Lab) -> NDArray[np.intp]:
    """Return the candidates that each of some people picks, `(p, count)`.

    A pick's chance is its liking times its squared distance to the nearest color that is already
    in the theme, as in k-means++ (Arthur and Vassilvitskii 2007); fixed colors are in each.
    Nothing is random: the chances are those of a sequence that fills the cube evenly.
    """
    square = ((lab[:, np.newaxis] - lab) ** 2).sum(axis=2)
    many = max(LEAST_PEOPLE, PICKS // count)
    chance = _even(many, count)
    likings = np.tile(liking, (many, 1))
    near = np.full_like(likings, np.inf)
    if len(fixed):
        near[:] = ((lab[:, np.newaxis] - fixed) ** 2).sum(axis=2, dtype=np.float64).min(axis=1)
    picks = np.empty((many, count), np.intp)
    for step in range(count):
        weight = likings * near if step or len(fixed) else likings
        total = weight.cumsum(axis=1)
        picks[:, step] = (total <= chance[:, step : step + 1] * total[:, -1:]).sum(
            axis=1, dtype=np.intp
        )
        near = np.minimum(near, square[picks[:, step]])
    return picks


def _even(count: int, dimensions: int) -> NDArray[np.float64]:
    """Return numbers from 0 up to 1 that fill a cube evenly, `(count, dimensions)`.

    M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018: multiples of the
    powers of 1/g, where g is the positive root of g**(dimensions + 1) = g + 1.
    """
    root = 2.0
    for _ in range(64):
        root = (1 + root) ** (1 / (dimensions + 1))
    step = root ** -np.arange(1, dimensions + 1, dtype=np.float64)
    even: NDArray[np.float64] = (
        0.5 + np.arange(1, count + 1, dtype=np.float64)[:, np.newaxis] * step
    ) % 1
    return even


def _middle(palette: Lab, themes: NDArray[np.float64]) -> Lab:
    """Return the palette with the least mean ΔE*ab to themes, `(p, k, 3)`, near a palette `(k, 3)`.

    The colors of each theme are assigned to those of the palette one to one. Each color then moves
    to the geometric median of what it was assigned (Weiszfeld 1937), and so on.
    """
    assign = libraries.load().linear_sum_assignment
    for _ in range(STEPS):
        match = np.zeros((len(themes), 1), np.intp)
        if len(palette) > 1:
            match = np.stack([assign(costs)[1] for costs in _distances(palette, themes)])
        assigned = np.take_along_axis(themes, match[..., np.newaxis], axis=1)
        away = ((assigned - palette) ** 2).sum(axis=2, keepdims=True) ** 0.5
        weight = 1 / np.maximum(away, NEAR)
        moved = (weight * assigned).sum(axis=0) / weight.sum(axis=0)
        still = bool((abs(moved - palette) <= STILL).all())
        palette = moved
        if still:
            break
    return palette


def _distances(palette: Lab, themes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ΔE*ab of each color of a palette to each of each theme, `(p, k, k)`."""
    square = -2 * palette @ themes.transpose(0, 2, 1)
    square += (palette**2).sum(axis=1)[:, np.newaxis]
    square += (themes**2).sum(axis=2)[:, np.newaxis]
    return np.sqrt(np.maximum(square, 0, out=square), out=square)


def _occupied(lab: Lab, centers: Centers) -> Clusters:
    """Return the clusters of centers; a free one without colors moves to the nearest free color."""
    while True:
        label = nearest(lab, centers.lab)
        empty = (np.bincount(label, minlength=len(centers)) == 0) & ~centers.is_fixed
        if not empty.any():
            return Clusters(centers, label)
        moved = centers.lab.copy()
        first = empty.argmax()
        distance = ((lab - moved[first]) ** 2).sum(axis=1, dtype=np.float64)
        # A color on which there is a center already would not belong to this one.
        distance[(lab == moved[label]).all(axis=1)] = np.inf
        moved[first] = lab[distance.argmin()]
        centers = centers.moved(moved)
