"""Families: a dozen basic colors, and how much of a picture is of each.

The families are the eleven basic color terms of English (Berlin and Kay 1969, Basic Color Terms)
and turquoise. A color belongs to the family of the name that is nearest to it in CIELAB with
compressed chroma (`color.cielab.compress_chroma`), among the names of the xkcd color survey (Munroe
2010) whose last word is in `WORDS`, such as “dusty pink”. Near the gray axis, lightness decides.
See docs/decisions.md#families-of-colors.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from palette_engine import libraries
from palette_engine.color.cielab import Lab, compress_chroma, lab_of
from palette_engine.palette.names import LISTS, read_list

__all__ = ["FAMILIES", "family_of", "is_monochrome", "share_of_gray"]

FAMILIES = (
    *("red", "orange", "brown", "yellow", "green", "turquoise", "blue", "purple", "pink"),
    *("white", "gray", "black"),
)
"""The names of the families, as tables have them."""

WORDS: Mapping[str, str] = {
    **{name: name for name in FAMILIES},
    "grey": "gray",
    "violet": "purple",
    "teal": "turquoise",
    "cyan": "turquoise",
    "aqua": "turquoise",
}
"""The families by the last words of names."""

NEUTRAL = 5.0
"""Names of colors with less chroma (C*ab) do not count: the survey's “pale grey” is white."""

BLACK, WHITE = 18.0, 92.0
"""On the gray axis, a color below the first L* is black, one above the second is white."""

BITS = 5
"""Colors in the same cell, of 32 a channel, belong to the family of the color in its middle."""

GRAY = 8.0
"""A color with at most this chroma (C*ab) counts as gray, whatever its lightness."""

MONOCHROME = 0.98
"""A picture is monochrome if at least this share of its area has no hue but one."""

HUE_WIDTH = 6.0
"""At most this distance (ΔE*ab) from the line of a hue, in the plane of a* and b*, is that hue."""


def family_of(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the index in `FAMILIES` of each color, `(n, 3)` to `(n,)`."""
    red, green, blue = (rgb[:, each].astype(np.intp) >> (8 - BITS) for each in range(3))
    found: NDArray[np.uint8] = _table()[(red << 2 * BITS) | (green << BITS) | blue]
    return found


def share_of_gray(lab: Lab, weight: NDArray[np.float64]) -> float:
    """Return the share of colors, `(n, 3)`, with a chroma of at most `GRAY`; weights sum to 1."""
    return float(weight[np.hypot(lab[:, 1], lab[:, 2]) <= GRAY].sum())


def is_monochrome(lab: Lab, weight: NDArray[np.float64]) -> bool:
    """Return whether colors, `(n, 3)`, have one hue or none, as a gray or a sepia photograph has.

    They have if `MONOCHROME` of the area is within `HUE_WIDTH` of the half-line from gray through
    the mean color; weights, `(n,)`, sum to 1.
    """
    plane = lab[:, 1:]
    mean = weight @ plane
    length = float(np.hypot(*mean))
    direction = mean / length if length > 0 else np.array([1.0, 0.0], np.float64)
    along = plane @ direction
    nearest = np.maximum(along, 0)[:, np.newaxis] * direction
    distance = np.hypot(*(plane - nearest).T)
    return float(weight[distance <= HUE_WIDTH].sum()) >= MONOCHROME


@cache
def _table() -> NDArray[np.uint8]:
    """Return the family of each cell, uint8 `(32768,)`, read-only."""
    levels = (np.arange(2**BITS, dtype=np.uint8) << np.uint8(8 - BITS)) + np.uint8(2 ** (7 - BITS))
    cells = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    lab, family = _examples()
    tree = libraries.load().KDTree(compress_chroma(lab))
    _, index = tree.query(compress_chroma(lab_of(cells)))
    table: NDArray[np.uint8] = family[index]
    table.flags.writeable = False
    return table


def _examples() -> tuple[Lab, NDArray[np.uint8]]:
    """Return colors in CIELAB, `(n, 3)`, and the family of each, `(n,)`."""
    names, listed = read_list(LISTS["xkcd"])
    words = [WORDS.get(name.split()[-1], "") for name in names]
    chroma = np.hypot(listed[:, 1], listed[:, 2])
    chosen = [i for i, word in enumerate(words) if word and chroma[i] >= NEUTRAL]
    families = [FAMILIES.index(words[i]) for i in chosen]
    axis = np.zeros((101, 3))
    axis[:, 0] = np.arange(101, dtype=np.float64)
    black, gray, white = (FAMILIES.index(name) for name in ("black", "gray", "white"))
    families += [
        black if lightness < BLACK else white if lightness > WHITE else gray
        for lightness in axis[:, 0].tolist()
    ]
    return np.concatenate([listed[chosen], axis]), np.array(families, np.uint8)
