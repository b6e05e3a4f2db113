"""Themes: the five colors that people chose for pictures, and how far palettes are from them.

S. Lin and P. Hanrahan, "Modeling how people extract color themes from images", CHI 2013. The data
are the LHSP part of the DCCW dataset (S. Kim and S. Choi, SIGGRAPH 2021; MIT licence).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from benchmarks.colors import lab_of

__all__ = ["Theme", "distance_among_people", "distance_to_people", "read_themes"]


@dataclass(frozen=True, eq=False)
class Theme:
    """The colors that people could choose from for a picture, uint8 `(40, 3)`, and their choices.

    `chosen` is uint8 `(people, 5, 3)`.
    """

    candidates: NDArray[np.uint8]
    chosen: NDArray[np.uint8]


def read_themes(folder: Path) -> list[Theme]:
    """Return the themes in a folder's `swatches.tsv` and `themes.tsv`.

    Each line of both is the name of a picture, the number of colors, and these in hex.
    """
    candidates, chosen = (_colors(folder / f"{name}.tsv") for name in ("swatches", "themes"))
    return [
        Theme(rows[0], np.stack(chosen[name]))
        for name, rows in sorted(candidates.items())
        if name in chosen
    ]


def distance_to_people(theme: Theme, palette: NDArray[np.uint8]) -> float:
    """Return the mean ΔE*ab of the best one-to-one match with each person's theme, then its mean.

    `palette` is uint8 `(5, 3)`.
    """
    lab = lab_of(palette)
    total = 0.0
    for person in lab_of(theme.chosen):
        distance = ((lab[:, np.newaxis] - person) ** 2).sum(axis=2) ** 0.5
        total += float(distance[linear_sum_assignment(distance)].mean())
    return total / len(theme.chosen)


def distance_among_people(theme: Theme) -> float:
    """Return the mean of that distance from each person's theme to those of the others."""
    count = len(theme.chosen)
    others = [
        distance_to_people(
            Theme(theme.candidates, np.delete(theme.chosen, index, axis=0)), theme.chosen[index]
        )
        for index in range(count)
    ]
    return sum(others) / count


def _colors(path: Path) -> dict[str, list[NDArray[np.uint8]]]:
    """Return the colors in each line of a file, by the name of its picture."""
    found: dict[str, list[NDArray[np.uint8]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, *codes = line.split("\t")
        rows = [list(bytes.fromhex(code.removeprefix("#"))) for code in codes]
        found.setdefault(name, []).append(np.array(rows, np.uint8))
    return found
