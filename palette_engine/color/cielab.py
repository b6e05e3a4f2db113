"""CIELAB: conversion from and to sRGB, and the CIEDE2000 color difference, by scikit-image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine import libraries

__all__ = ["LARGEST_SL", "Lab", "compress_chroma", "delta_e", "lab_of", "nearest_rgb"]

Lab: TypeAlias = NDArray[np.float64]
"""CIELAB colors (D65, 2° observer), float64 `(n, 3)`."""

COMPRESSION = 0.01
"""How much less differences between vivid colors count, in 1/ΔE*ab; 0 is CIELAB itself.

CIE94 and CIEDE2000 divide differences in hue by 1 + 0.015 C, and those in chroma by more. Measured
in docs/decisions.md#compressed-chroma.
"""

CHUNK = 2**13
"""The number of colors that are converted at a time.

So that they fit into a processor's cache, half a million take a third of the time.
"""

LARGEST_SL = 1.75
"""A bound of S_L, by which ΔE2000 divides ΔL*: it is at most 1.7471, for black and white.

So ΔE2000 is at least ΔL* / 1.75.
"""


def lab_of(rgb: NDArray[Any]) -> Lab:
    """Return sRGB colors, `(..., 3)` numbers from 0 to 255, in CIELAB."""
    flat = rgb.reshape(-1, 3)
    lab = np.empty(flat.shape, np.float64)
    convert = libraries.load().rgb2lab
    for start in range(0, len(flat), CHUNK):
        chunk = flat[start : start + CHUNK].astype(np.float64)
        lab[start : start + CHUNK] = _rounded(convert(chunk / 255))
    return lab.reshape(rgb.shape)


def compress_chroma(lab: Lab) -> Lab:
    """Return colors in CIELAB with compressed chroma, where distances are nearer to ΔE2000.

    The hue angle and L* stay; the chroma C becomes ln(1 + 0.01 C) / 0.01, as in DIN99 (DIN
    6176) with another constant.
    """
    chroma = np.sqrt(lab[:, 1] ** 2 + lab[:, 2] ** 2)
    scaled = COMPRESSION * chroma
    factor = np.where(scaled > 0, np.log1p(scaled) / np.where(scaled > 0, scaled, 1), 1)
    return _rounded(np.stack([lab[:, 0], factor * lab[:, 1], factor * lab[:, 2]], axis=1))


def _rounded(lab: NDArray[np.float64]) -> Lab:
    """Return multiples of 2**-16. See docs/decisions.md#rounded-cielab."""
    rounded: Lab = np.round(lab * 2**16) / 2**16
    return rounded


def nearest_rgb(lab: Lab) -> NDArray[np.uint8]:
    """Return the 8-bit sRGB color nearest to each color in ΔE*ab, uint8 `(n, 3)`.

    Rounding each channel does not always give the nearest color, so its 26 neighbors are compared
    as well. See docs/decisions.md#nearest-8-bit-color.
    """
    step = np.array((0, -1, 1), np.float64)
    steps = np.stack(np.meshgrid(step, step, step, indexing="ij"), axis=-1).reshape(-1, 3)
    middle = np.round(libraries.load().lab2rgb(lab) * 255)
    candidates = (middle[:, np.newaxis] + steps).clip(0, 255)
    distance = ((lab_of(candidates) - lab[:, np.newaxis]) ** 2).sum(axis=2)
    # Rounded, so that the last digits do not break a tie and tint a gray.
    choice = np.round(distance, 6).argmin(axis=1)
    rows = np.arange(len(lab), dtype=np.intp)
    nearest: NDArray[np.uint8] = candidates[rows, choice].astype(np.uint8)
    return nearest


def delta_e(left: Lab, right: Lab) -> NDArray[np.float64]:
    """Return ΔE2000 (CIE 142, kL = kC = kH = 1) between colors.

    The arrays, `(..., 3)`, are broadcast against each other; the result lacks the last axis.
    """
    measure: Callable[..., NDArray[np.float64]] = libraries.load().deltaE_ciede2000
    return measure(*np.broadcast_arrays(left, right))
