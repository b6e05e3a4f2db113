"""Centers: where clusters of colors have their middle, and which of them must stay there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab

__all__ = ["NONE", "Centers"]

NONE: Lab = np.empty((0, 3))
"""No centers."""


@dataclass(frozen=True, eq=False)
class Centers:
    """Centers in CIELAB, float64 `(f, 3)` that are `fixed`, and `(k - f, 3)` that are `free`.

    Labels number the fixed ones first. Fixed centers stay where they are, even without colors;
    free ones move to the mean of their colors. See docs/decisions.md#fixed-centers-as-a-value.
    """

    fixed: Lab = field(default_factory=lambda: NONE)
    free: Lab = field(default_factory=lambda: NONE)

    @cached_property
    def lab(self) -> Lab:
        """All centers by their labels, `(k, 3)`."""
        return np.concatenate([self.fixed, self.free])

    def __len__(self) -> int:
        return len(self.fixed) + len(self.free)

    @property
    def is_fixed(self) -> NDArray[np.bool_]:
        """Whether each center is fixed, by its label, `(k,)`."""
        return np.arange(len(self), dtype=np.intp) < len(self.fixed)

    def with_more(self, free: Lab) -> Centers:
        """Return the centers with more free ones behind them."""
        return replace(self, free=np.concatenate([self.free, free]))

    def where(self, chosen: NDArray[np.bool_]) -> Centers:
        """Return the centers that are chosen, by label `(k,)`; the order stays."""
        count = len(self.fixed)
        return Centers(self.fixed[chosen[:count]], self.free[chosen[count:]])

    def moved(self, lab: Lab) -> Centers:
        """Return the centers with the free ones moved to these positions, by label `(k, 3)`."""
        return replace(self, free=lab[len(self.fixed) :])

    def release(self, count: int) -> Centers:
        """Return the centers with all but the first `count` fixed ones free."""
        return Centers(self.fixed[:count], np.concatenate([self.fixed[count:], self.free]))
