"""Comparison: what is new, gone and changed between two palettes, and how much they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e, lab_of
from palette_engine.errors import InputError
from palette_engine.palette.order import MAX_SMOOTH_COLORS, ordered
from palette_engine.palette.value import Palette, Swatch

__all__ = ["MOVED_WITHIN", "Comparison", "Match", "compared", "to_object"]

SCHEMA = 1
"""The version of the object; grows if programs that read it have to change."""

MOVED_WITHIN = 10.0
"""The largest ΔE2000 between two colors without a common name that count as one that moved.

Below it, colors are hard to tell apart if they are not side by side; see `palette.check`.
"""


@dataclass(frozen=True)
class Match:
    """A swatch of the first palette, of the second, or the same one in both.

    `first` and `second` are indexes of swatches, None if it is only in the other palette.
    `distance` is the ΔE2000 between the two colors; None if it is only in one.
    """

    first: int | None
    second: int | None
    distance: float | None = None

    @property
    def change(self) -> str:
        """What became of it: ``same``, ``moved`` (its color), ``new`` or ``gone``."""
        if self.first is None:
            return "new"
        if self.second is None:
            return "gone"
        return "moved" if self.distance else "same"


@dataclass(frozen=True)
class Comparison:
    """Two palettes, side by side.

    `matches` has every swatch once: those of the first palette in its order, then what is new in
    the second. `minimum_difference` is the minimum color difference of Pan and Westland: the mean
    ΔE2000 from each color to the nearest one of the other palette. `dccw` is Dynamic Closest Color
    Warping by Kim and Choi: the mean distance, ΔE*ab, from each color to the nearest point of the
    line through the sorted colors of the other palette. Both are 0 for equal palettes.
    """

    first: Palette
    second: Palette
    matches: tuple[Match, ...]
    minimum_difference: float
    dccw: float


def compared(first: Palette, second: Palette) -> Comparison:
    """Return what is new, gone and moved between two palettes.

    Swatches of equal color and name belong together, then those of equal color, then those whose
    name is in both palettes once. Of the others, the nearest pairs do, by ΔE2000, if they are
    within `MOVED_WITHIN`.

    Raises `InputError` if a palette has no colors, or if both together have more than
    `MAX_SMOOTH_COLORS` different ones.

    Qianqian Pan and Stephen Westland, “Comparative Evaluation of Color Differences between Color
    Palettes”, Color and Imaging Conference 26 (2018). Suzi Kim and Sunghee Choi, “Dynamic Closest
    Color Warping to Sort and Compare Palettes”, ACM Transactions on Graphics 40, 4 (2021),
    https://doi.org/10.1145/3450626.3459776.
    """
    swatches = (*first.swatches, *second.swatches)
    if not (first.swatches and second.swatches):
        raise InputError("There is nothing to compare: a palette has no colors.")
    if len({swatch.color for swatch in swatches}) > MAX_SMOOTH_COLORS:
        raise InputError(
            f"Palettes with at most {MAX_SMOOTH_COLORS:,} different colors together can be "
            "compared; these have more."
        )
    left, right = _lab_of(first.swatches), _lab_of(second.swatches)
    distances = delta_e(left[:, np.newaxis], right)
    return Comparison(
        first,
        second,
        _matches(first.swatches, second.swatches, distances),
        float((distances.min(axis=1).mean() + distances.min(axis=0).mean()) / 2),
        _dccw(first, second),
    )


def to_object(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as a JSON object; matches hold the indexes of swatches, from 0."""
    return {
        "schema": SCHEMA,
        "palettes": [
            {
                "name": palette.name,
                "source": palette.source,
                "swatches": [{"hex": each.hex, "name": each.name} for each in palette.swatches],
            }
            for palette in (comparison.first, comparison.second)
        ],
        "matches": [
            {"change": each.change, "swatches": [each.first, each.second], "delta_e": each.distance}
            for each in comparison.matches
        ],
        "minimum_color_difference": comparison.minimum_difference,
        "dccw": comparison.dccw,
    }


def _lab_of(swatches: Sequence[Swatch]) -> Lab:
    return lab_of(np.array([swatch.color for swatch in swatches], np.uint8))


def _matches(
    first: Sequence[Swatch], second: Sequence[Swatch], distances: NDArray[np.float64]
) -> tuple[Match, ...]:
    """Return the matches of two lists of swatches, `distances` apart."""
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for left, right in _pairs(first, second, distances):
        if left not in partner and right not in taken:
            partner[left] = right
            taken.add(right)
    old = [
        Match(left, partner[left], float(distances[left, partner[left]]))
        if left in partner
        else Match(left, None)
        for left in range(len(first))
    ]
    return (*old, *(Match(None, right) for right in range(len(second)) if right not in taken))


def _pairs(
    first: Sequence[Swatch], second: Sequence[Swatch], distances: NDArray[np.float64]
) -> Iterator[tuple[int, int]]:
    """Yield indexes of swatches that may belong together, the best pairs first."""
    equal = [
        (left, right)
        for left, one in enumerate(first)
        for right, other in enumerate(second)
        if one.color == other.color
    ]
    yield from (pair for pair in equal if first[pair[0]].name == second[pair[1]].name)
    yield from equal
    names = _single_names(second)
    for name, left in _single_names(first).items():
        if name in names:
            yield left, names[name]
    near = np.argwhere(distances <= MOVED_WITHIN).tolist()
    for left, right in sorted(near, key=lambda pair: (distances[pair[0], pair[1]], *pair)):
        yield left, right


def _single_names(swatches: Sequence[Swatch]) -> dict[str, int]:
    """Return the indexes of swatches whose names come once, by name."""
    counts = Counter(swatch.full_name for swatch in swatches)
    return {
        swatch.full_name: index
        for index, swatch in enumerate(swatches)
        if swatch.full_name and counts[swatch.full_name] == 1
    }


def _dccw(first: Palette, second: Palette) -> float:
    """Return the Dynamic Closest Color Warping of two palettes.

    They are sorted together, by the shortest path through all their colors, so that both share one
    tendency.
    """
    colors = {swatch.color for swatch in (*first.swatches, *second.swatches)}
    together = ordered(Palette(tuple(Swatch(color) for color in sorted(colors))), "smooth")
    rank = {swatch.color: index for index, swatch in enumerate(together.swatches)}
    lines = [
        _lab_of(sorted(palette.swatches, key=lambda swatch: rank[swatch.color]))
        for palette in (first, second)
    ]
    there, back = _distances_to_line(lines[0], lines[1]), _distances_to_line(lines[1], lines[0])
    return float(np.concatenate([there, back]).mean())


def _distances_to_line(points: Lab, line: Lab) -> NDArray[np.float64]:
    """Return the distance of each point, `(n, 3)`, from the line through others in their order."""
    starts, ends = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    ways = ends - starts
    lengths = (ways**2).sum(axis=1, dtype=np.float64)
    offsets = points[:, np.newaxis] - starts
    along = (offsets * ways).sum(axis=2, dtype=np.float64) / np.where(lengths > 0, lengths, 1)
    nearest = starts + along.clip(0, 1)[..., np.newaxis] * ways
    squares = ((points[:, np.newaxis] - nearest) ** 2).sum(axis=2, dtype=np.float64)
    found: NDArray[np.float64] = np.sqrt(squares.min(axis=1))
    return found
