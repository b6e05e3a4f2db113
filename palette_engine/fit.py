"""Fit: how far a picture's colors are from the swatches that stand for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.cielab import Lab, delta_e
from palette_engine.histogram import Points
from palette_engine.palette import Fit

__all__ = ["fit_of"]

PLACES = 8192
"""How many evenly spread places of the area are looked at, if there are more colors than that."""

TAIL = 0.95


def fit_of(points: Points, swatches: Lab, label: NDArray[np.intp]) -> Fit:
    """Return the mean and the 95th percentile of ΔE2000 over the area.

    `swatches` is `(k, 3)`, `label` `(m,)` the swatch of each point. Exact for up to 8,192
    colors; of more, as many evenly spread quantiles of the area are looked at.
    """
    area, lab = points.area, points.lab
    if len(area) > PLACES:
        ends = np.cumsum(area)
        places = (2 * np.arange(PLACES) + 1) * int(ends[-1]) // (2 * PLACES)
        index = np.searchsorted(ends, places, side="right")
        lab, label, area = lab[index], label[index], np.ones(PLACES, np.int64)
    difference = delta_e(lab, swatches[label])
    order = np.argsort(difference, kind="stable")
    ends = np.cumsum(area[order])
    tail = order[min(int(np.searchsorted(ends, TAIL * ends[-1])), len(order) - 1)]
    # To six digits, where processors agree.
    return Fit(round(float(area @ difference / area.sum()), 6), round(float(difference[tail]), 6))
