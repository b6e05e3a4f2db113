"""Named colors: those that a person would name in a drawing, as a palette must have them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palette_engine.color.cielab import Lab, delta_e
from palette_engine.extraction.centers import NONE
from palette_engine.extraction.grounds import SIGNIFICANT
from palette_engine.extraction.histogram import Points

__all__ = ["NamedColors"]

COMPLETE = 0.95
"""A drawing is complete if its named colors, with their mixtures, are this part of the picture."""


LEAST = 0.35
"""Pictures are drawn if named colors, with their mixtures, have at least this part of them.

Parts of photographs have flat areas, too.
"""


@dataclass(frozen=True, eq=False)
class NamedColors:
    """The colors of a picture as if nothing were smeared, and those of them that have names.

    `lab` is `(n, 3)`, the named ones, the largest first. If `is_complete`, they are almost all.
    """

    points: Points
    lab: Lab
    is_complete: bool

    @classmethod
    def of(cls, named: Points, every: Points, points: Points) -> NamedColors:
        """Return the named colors that have a significant share of all colors.

        `points` are the colors as they are, which is what counts in a photograph.
        """
        share = named.area / every.area.sum()
        if share.sum() < LEAST:
            return cls.none(points)
        order = np.argsort(-share, kind="stable")
        order = order[share[order] >= SIGNIFICANT]
        return cls(every, named.lab[order], bool(share.sum() >= COMPLETE))

    @classmethod
    def none(cls, points: Points) -> NamedColors:
        """Return no named colors among points."""
        return cls(points, NONE, is_complete=False)

    def apart(self, others: Lab, distance: float) -> Lab:
        """Return the named colors that are farther than a ΔE2000 from others and larger ones."""
        chosen = [*others]
        for color in self.lab:
            if not chosen or delta_e(color, np.array(chosen, np.float64)).min() > distance:
                chosen.append(color)
        return np.array(chosen[len(others) :], np.float64).reshape(-1, 3)
