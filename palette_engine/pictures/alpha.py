"""Alpha: colors that were mixed with a background become the colors before that."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["without_background"]


def without_background(
    color: NDArray[Any], alpha: NDArray[Any], background: float
) -> NDArray[np.float32]:
    """Return colors that were mixed with a background by alpha, as they were before that.

    `color` is uint8 or uint16 `(n, channels)`, `alpha` `(n,)` of the same type, and `background` is
    0 for colors that alpha is multiplied into and 1 for a white one. The result is from 0 to 1.
    """
    most = np.float32(np.iinfo(color.dtype).max)
    share = (alpha.astype(np.float32) / most)[:, np.newaxis]
    mixed = color.astype(np.float32) / most - np.float32(background) * (1 - share)
    straight: NDArray[np.float32] = np.zeros_like(mixed)
    np.divide(mixed, share, out=straight, where=share > 0)
    return straight.clip(0, 1)
