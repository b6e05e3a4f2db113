"""Equal keys: sorting integer keys, and finding where groups of equal ones begin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["begins", "sorting_order", "starts"]


def sorting_order(keys: NDArray[np.uint32]) -> NDArray[np.intp]:
    """Return the indices that sort keys, `(m,)`; equal keys keep their order.

    Key and index share one integer, as a plain sort is much faster than `argsort`.
    """
    index = np.arange(len(keys), dtype=np.uint64)
    packed = np.sort(keys.astype(np.uint64) << np.uint64(32) | index)
    return (packed & np.uint64(2**32 - 1)).astype(np.intp)


def starts(keys: NDArray[np.uint32]) -> NDArray[np.intp]:
    """Return the index at which each group of equal keys begins; `keys` are sorted."""
    return np.flatnonzero(begins(keys))


def begins(keys: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which keys differ from the one before, `(m,)`; the first always does."""
    return np.concatenate([np.ones(min(1, len(keys)), bool), keys[1:] != keys[:-1]])
