"""Colors: all distinct colors of a picture, and the errors of palettes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, lab2rgb, rgb2lab
from sklearn.metrics import pairwise_distances_argmin

from benchmarks.pictures import Picture

__all__ = ["Colors", "Lab", "ciede2000", "lab_of", "round_to_srgb"]

Lab = NDArray[np.float64]
"""CIELAB (D65, 2° observer), float64 `(n, 3)`."""

ciede2000: Callable[[Lab, Lab], NDArray[np.float64]] = deltaE_ciede2000
"""Return ΔE2000 between colors in arrays that are broadcast; the result lacks the last axis."""


@dataclass(frozen=True, eq=False)
class Colors:
    """The distinct colors of a picture.

    `lab` is `(n, 3)`; `weight`, float64 `(n,)`, is the share of the pixels, with a sum of 1.
    Pictures with equal colors and shares have the same `digest`.
    """

    lab: Lab
    weight: NDArray[np.float64]
    digest: str

    @classmethod
    def of(cls, picture: Picture) -> Colors:
        """Return the colors of a picture."""
        packed = picture.reshape(-1, 3).astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
        keys, count = np.unique(packed, return_counts=True)
        rgb = np.stack([keys >> 16, keys >> 8 & 255, keys & 255], axis=1)
        digest = hashlib.sha256(keys.tobytes() + count.tobytes()).hexdigest()[:16]
        return cls(lab_of(rgb), count / count.sum(), digest)

    def nearest(self, centers: Lab) -> NDArray[np.intp]:
        """Return the index of the center that is nearest to each color in ΔE*ab, `(n,)`."""
        index: NDArray[np.intp] = pairwise_distances_argmin(self.lab, centers)
        return index

    def error(self, centers: Lab) -> float:
        """Return the mean squared ΔE*ab of all pixels to their nearest center."""
        distance = self.lab - centers[self.nearest(centers)]
        return float(self.weight @ (distance**2).sum(axis=1))


def lab_of(rgb: NDArray[Any]) -> Lab:
    """Return sRGB colors, numbers from 0 to 255 on the last axis, in CIELAB."""
    lab: Lab = rgb2lab(rgb.astype(np.float64) / 255)
    return lab


def round_to_srgb(lab: Lab) -> Lab:
    """Return the nearest colors with 8 bits per channel in sRGB, in CIELAB.

    Rounding each channel does not always give the nearest color, so its 26 neighbors are compared
    as well.
    """
    step = np.array((-1, 0, 1), np.float64)
    steps = np.stack(np.meshgrid(step, step, step), axis=-1).reshape(-1, 3)
    middle = np.round(lab2rgb(lab) * 255)
    candidates = lab_of((middle[:, np.newaxis] + steps).clip(0, 255))
    distance = ((candidates - lab[:, np.newaxis]) ** 2).sum(axis=2)
    rows = np.arange(len(lab), dtype=np.intp)
    nearest: Lab = candidates[rows, distance.argmin(axis=1)]
    return nearest
