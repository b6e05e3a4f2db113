"""Difference: how far a picture's colors are from the swatches that stand for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e, lab_of
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.nearest import codes_of, colors_of, nearest
from palette_engine.palette.value import Difference
from palette_engine.pictures.pixels import STRIP, sample_positions

__all__ = ["fit_of", "mean_difference"]

PLACES = 8192
"""How many evenly spread places of the area are looked at, if there are more colors than that."""

TAIL = 0.95


def fit_of(points: Points, swatches: Lab, label: NDArray[np.intp]) -> Difference:
    """Return the mean and the 95th percentile of ΔE2000 over the area.

    `swatches` is `(k, 3)`, `label` `(m,)` the swatch of each point. Exact for up to 8,192
    colors; of more, as many evenly spread quantiles of the area are looked at.
    """
    area, lab = points.area, points.lab
    if len(area) > PLACES:
        ends = np.cumsum(area)
        # These products do not fit in 32 bits, the default integer of numpy 1.26 on Windows.
        odd = 2 * np.arange(PLACES, dtype=np.int64) + 1
        places = odd * int(ends[-1]) // (2 * PLACES)
        index = np.searchsorted(ends, places, side="right")
        lab, label, area = lab[index], label[index], np.ones(PLACES, np.int64)
    difference = delta_e(lab, swatches[label])
    order = np.argsort(difference, kind="stable")
    ends = np.cumsum(area[order])
    tail = order[min(int(np.searchsorted(ends, TAIL * ends[-1])), len(order) - 1)]
    # To six digits, where processors agree.
    return Difference(
        round(float(area @ difference / area.sum()), 6), round(float(difference[tail]), 6)
    )


def mean_difference(
    rgb: NDArray[np.uint8], weight: NDArray[np.uint8], swatches: NDArray[np.uint8]
) -> float | None:
    """Return the mean ΔE2000 between pixels and the swatch nearest to each; None if none counts.

    `rgb` is `(n, 3)`, `weight` `(n,)`, how much each counts, and `swatches` `(k, 3)`. At up to
    8,192 places of the area, which are spread as `sample_positions` does, it is looked at.
    """
    total = int(weight.sum(dtype=np.int64))
    if not total:
        return None
    places = sample_positions(0, total, total, PLACES)
    parts, done = [], 0
    for start in range(0, len(rgb), STRIP):
        ends = done + np.cumsum(weight[start : start + STRIP], dtype=np.int64)
        here = places[(done <= places) & (places < ends[-1])]
        parts.append(codes_of(rgb[start + np.searchsorted(ends, here, side="right")]))
        done = int(ends[-1])
    codes, count = np.unique(np.concatenate(parts), return_counts=True)
    lab, lab_of_swatches = lab_of(colors_of(codes)), lab_of(swatches)
    difference = delta_e(lab, lab_of_swatches[nearest(lab, lab_of_swatches)])
    # To six digits, where processors agree.
    return round(float(count @ difference / len(places)), 6)
