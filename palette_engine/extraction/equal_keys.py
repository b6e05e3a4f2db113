"""Equal keys: where runs of them begin, side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["begins", "places_in_order", "starts"]


def places_in_order(keys: NDArray[np.uint32]) -> NDArray[np.intp]:
    """Return the places of keys from the least to the greatest; equal ones stay as they stood.

    Key and place share one integer: a plain sort is much faster than one of places.
    """
    place = np.arange(len(keys), dtype=np.uint64)
    packed = np.sort(keys.astype(np.uint64) << np.uint64(32) | place)
    return (packed & np.uint64(2**32 - 1)).astype(np.intp)


def starts(keys: NDArray[np.uint32]) -> NDArray[np.intp]:
    """Return where runs of equal keys begin."""
    return np.flatnonzero(begins(keys))


def begins(keys: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Tell which keys differ from the one before; the first always does."""
    return np.concatenate([np.ones(min(1, len(keys)), bool), keys[1:] != keys[:-1]])
