"""Lightness curve: how lightness moves where swatches are edited; it never falls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LightnessCurve"]

STEEPEST = 2.0
"""How many times a difference in lightness may grow, at most, beyond the outer anchors.

Else the noise of white paper that becomes red would grow with it.
"""


@dataclass(frozen=True, eq=False)
class LightnessCurve:
    """A smooth curve through anchors, rising as they do.

    `before` and `after` are the lightness of the anchors, float64 `(m,)`, and `slopes` the slope at
    each. The pieces are monotone cubic (F. N. Fritsch and J. Butland, "A method for constructing
    local monotone piecewise cubic interpolants", SIAM J. Sci. Stat. Comput. 5, 1984).
    """

    before: NDArray[np.float64]
    after: NDArray[np.float64]
    slopes: NDArray[np.float64]

    @classmethod
    def through(cls, anchors: Sequence[tuple[float, float]]) -> LightnessCurve:
        """Return the curve through anchors, each lightness before and after, at least one.

        Black stays black and white stays white, unless the curve would be steeper than `STEEPEST`.
        """
        first, last = min(anchors), max(anchors)
        ends = {
            0.0: max(0.0, first[1] - STEEPEST * first[0]),
            1.0: min(1.0, last[1] + STEEPEST * (1 - last[0])),
        }
        before, after = np.array(sorted((ends | dict(anchors)).items()), np.float64).T
        return cls(before, after, _slopes(before, after))

    def __call__(self, lightness: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where lightness, 0 to 1, moves; the shape stays."""
        values = lightness.clip(0, 1)
        piece = np.searchsorted(self.before[1:-1], values, side="right")
        width = np.diff(self.before)[piece]
        height = np.diff(self.after)[piece]
        part = (values - self.before[piece]) / width
        left, right = self.slopes[piece] * width, self.slopes[piece + 1] * width
        # Hermite's form, in which the coefficients of t, t² and t³ are those of the piece.
        square, cube = 3 * height - 2 * left - right, left + right - 2 * height
        curve: NDArray[np.float64] = ((cube * part + square) * part + left) * part
        return curve + self.after[piece]


def _slopes(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the slope at each anchor: the weighted harmonic mean of those on both sides."""
    width = np.diff(before)
    secant = np.diff(after) / width
    slopes = np.empty_like(before)
    slopes[[0, -1]] = secant[[0, -1]]
    near, far = 2 * width[1:] + width[:-1], width[1:] + 2 * width[:-1]
    low, high = secant[:-1], secant[1:]
    with np.errstate(divide="ignore"):
        slopes[1:-1] = (near + far) / (near / low + far / high)
    return slopes
