"""Exact sum: whole numbers that are added and multiplied without ever overflowing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["LIMIT", "exact_integers"]

LIMIT = 2**62
"""Sums below it are kept in int64."""


def exact_integers(numbers: NDArray[Any], total: int) -> NDArray[Any]:
    """Return whole numbers in a type in which sums up to `total` are exact.

    That is int64, or if it cannot hold `total`, Python's own integers (dtype object), which are
    some ten times slower and have no limit. See docs/decisions.md#sums-beyond-int64.
    """
    return numbers.astype(np.int64 if total < LIMIT else object, copy=False)
