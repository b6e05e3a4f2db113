"""Difference: ΔE2000 from a picture's colors to the swatches that stand for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e, lab_of
from palette_engine.color.codes import codes_of, colors_of
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.nearest import nearest
from palette_engine.palette.value import Difference
from palette_engine.pictures.pixels import STRIP, sample_positions

__all__ = ["difference_of", "mean_difference"]

QUANTILES = 4096
"""If there are more colors, this many evenly spread quantiles of the area are measured."""

MEASURED = 8192
"""At most this many pixels are measured."""

TAIL = 0.95


def difference_of(points: Points, swatches: Lab, label: NDArray[np.intp]) -> Difference:
    """Return the mean and the 95th percentile of ΔE2000 over the area.

    `swatches` is `(k, 3)` in CIELAB, `label` `(m,)` the swatch of each point. Exact for at most
    4,096 colors; for more, as many evenly spread quantiles of the area are measured.
    """
    area, lab = points.area, points.lab
    if len(area) > QUANTILES:
        ends = np.cumsum(area)
        odd = 2 * np.arange(QUANTILES, dtype=np.int64) + 1
        # odd * total // parts, in an order in which no product is larger than the total.
        whole, rest = divmod(int(ends[-1]), 2 * QUANTILES)
        quantiles = odd * whole + odd * rest // (2 * QUANTILES)
        index = np.searchsorted(ends, quantiles, side="right")
        lab, label, area = lab[index], label[index], np.ones(QUANTILES, np.int64)
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
    """Return the mean ΔE2000 between pixels and the swatch nearest to each; None if all weigh 0.

    `rgb` is `(n, 3)`, `weight` `(n,)` and `swatches` `(k, 3)`. At most 8,192 pixels are measured,
    spread over the area as `sample_positions` spreads them. See
    docs/decisions.md#difference-without-dithering.
    """
    total = int(weight.sum(dtype=np.int64))
    if not total:
        return None
    sampled = sample_positions(0, total, total, MEASURED)
    parts, done = [], 0
    for start in range(0, len(rgb), STRIP):
        ends = done + np.cumsum(weight[start : start + STRIP], dtype=np.int64)
        here = sampled[(done <= sampled) & (sampled < ends[-1])]
        parts.append(codes_of(rgb[start + np.searchsorted(ends, here, side="right")]))
        done = int(ends[-1])
    codes, count = np.unique(np.concatenate(parts), return_counts=True)
    lab, lab_of_swatches = lab_of(colors_of(codes)), lab_of(swatches)
    difference = delta_e(lab, lab_of_swatches[nearest(lab, lab_of_swatches)])
    # To six digits, where processors agree.
    return round(float(count @ difference / len(sampled)), 6)
