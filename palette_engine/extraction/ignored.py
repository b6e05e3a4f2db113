"""Ignored: the colors that do not count, such as the paper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e, lab_of
from palette_engine.option_kinds import rgb_of
from palette_engine.options import Options

__all__ = ["is_ignored"]


def is_ignored(lab: Lab, options: Options) -> NDArray[np.bool_]:
    """Return which colors in CIELAB, `(n, 3)`, are ignored, `(n,)`.

    Those are within the option `ignore_distance`, in ΔE2000, of one that the option `ignore` names.
    """
    ignored = np.zeros(len(lab), bool)
    for code in options.ignore:
        color = lab_of(np.array(rgb_of(code), np.uint8))
        ignored |= delta_e(lab, color) <= options.ignore_distance
    return ignored
