"""Oklab: conversion from and to sRGB, and the largest chroma that sRGB has.

B. Ottosson, "A perceptual color space for image processing" (2020),
https://bottosson.github.io/posts/oklab/. Unlike in CIELAB, tints of blue do not turn purple. See
docs/decisions.md#colors-are-changed-in-oklab.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.oklch import TO_CONES, TO_LAB
from palette_engine.color.srgb import ENCODED_THRESHOLD, GAMMA, OFFSET, SLOPE, encode_srgb

__all__ = ["Oklab", "in_gamut", "largest_chroma", "oklab_of", "srgb_of"]

Oklab: TypeAlias = NDArray[np.float64]
"""Oklab colors, float64 `(..., 3)`: lightness 0 to 1, a and b."""

CONES_OF_LIGHT = np.array(TO_CONES, np.float64)
OKLAB_OF_CONES = np.array(TO_LAB, np.float64)
# The published digits leave grays a chroma of 4e-8. Here it is 0: the rows of a and b add up to 0.
CONES_OF_LIGHT /= CONES_OF_LIGHT.sum(axis=1, keepdims=True)
OKLAB_OF_CONES[0] /= OKLAB_OF_CONES[0].sum()
OKLAB_OF_CONES[1:] -= OKLAB_OF_CONES[1:].mean(axis=1, keepdims=True)
LIGHT_OF_CONES = np.linalg.inv(CONES_OF_LIGHT).astype(np.float64)
CONES_OF_OKLAB = np.linalg.inv(OKLAB_OF_CONES).astype(np.float64)

LEVELS, HUES = 128, 360
"""The steps of lightness and of hue in the table of the largest chroma."""

HALVINGS = 16
"""How often the interval of a chroma is halved, which begins with 0 to 0.5."""

OUTSIDE = 0.01
"""How much light may be below 0 in the gamut, as a part of that of a gray of the same lightness.

Else the gamut would have a dent before the blue of the display: some of its tints are outside.
"""

BEYOND = 1e-4
"""How much light may be above that of white."""


def oklab_of(rgb: NDArray[Any]) -> Oklab:
    """Return sRGB colors, uint8 or float `(..., 3)` from 0 to 255, in Oklab."""
    levels = rgb.astype(np.float64)
    cones = np.cbrt(_product(_linear(levels / 255), CONES_OF_LIGHT))
    return _product(cones, OKLAB_OF_CONES)


def srgb_of(lab: Oklab) -> NDArray[np.float64]:
    """Return Oklab colors in sRGB, float64 `(..., 3)`, 0 to 255; those outside are clipped."""
    return encode_srgb(_light_of(lab).clip(0, 1)) * 255


def largest_chroma(lightness: NDArray[np.float64], hue: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest chroma in sRGB for each lightness, 0 to 1, and hue in radians.

    It is interpolated in a table, and 0 for black and white. The arrays have the same shape.
    """
    table = _chroma_table()
    level = lightness.clip(0, 1) * (LEVELS - 1)
    low = level.astype(np.intp).clip(0, LEVELS - 2)
    above = level - low
    turn = (hue / math.tau) % 1 * HUES
    left = turn.astype(np.intp)
    beyond = turn - left
    left %= HUES
    right = (left + 1) % HUES
    lower = table[low, left] * (1 - beyond) + table[low, right] * beyond
    upper = table[low + 1, left] * (1 - beyond) + table[low + 1, right] * beyond
    chroma: NDArray[np.float64] = lower * (1 - above) + upper * above
    return chroma


def in_gamut(lab: Oklab) -> Oklab:
    """Return Oklab colors with as much of their chroma as sRGB has, and lightness from 0 to 1."""
    result = lab.copy()
    result[..., 0].clip(0, 1, out=result[..., 0])
    outside = ~_is_in_gamut(result)
    colors = result[outside]
    part = np.zeros((len(colors), 1), np.float64)
    step = 1.0
    for _ in range(HALVINGS):
        step /= 2
        tried = colors * np.concatenate([np.ones_like(part), part + step, part + step], axis=1)
        part += np.where(_is_in_gamut(tried), step, 0)[:, np.newaxis]
    colors[:, 1:] *= part
    result[outside] = colors
    return result


@cache
def _chroma_table() -> NDArray[np.float64]:
    """Return the largest chroma of each lightness and hue, `(LEVELS, HUES)`."""
    lightness = np.linspace(0, 1, LEVELS)[:, np.newaxis]
    angle = np.arange(HUES, dtype=np.float64) * (math.tau / HUES)
    low = np.zeros((LEVELS, HUES), np.float64)
    step = 0.5
    for _ in range(HALVINGS):
        step /= 2
        chroma = low + step
        parts = (lightness + 0 * chroma, chroma * np.cos(angle), chroma * np.sin(angle))
        low += np.where(_is_in_gamut(np.stack(parts, axis=-1)), step, 0)
    low[[0, -1]] = 0
    return low


def _is_in_gamut(lab: Oklab) -> NDArray[np.bool_]:
    """Return which colors, `(..., 3)`, sRGB has, `(...)`."""
    light, least = _light_of(lab), -OUTSIDE * lab[..., 0] ** 3 - BEYOND / 100
    inside: NDArray[np.bool_] = (light.max(axis=-1) <= 1 + BEYOND) & (light.min(axis=-1) >= least)
    return inside


def _light_of(lab: Oklab) -> NDArray[np.float64]:
    """Return Oklab colors in linear light, which is outside of 0 to 1 for some."""
    cones = _product(lab, CONES_OF_OKLAB)
    return _product(cones * cones * cones, LIGHT_OF_CONES)


def _product(colors: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return colors, `(..., 3)`, times a matrix, `(3, 3)`."""
    # Not as a matrix product, whose last bits depend on the processor.
    x, y, z = colors[..., 0], colors[..., 1], colors[..., 2]
    rows = [row[0] * x + row[1] * y + row[2] * z for row in matrix.tolist()]
    return np.stack(rows, axis=-1)


def _linear(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sRGB values, 0 to 1, in linear light."""
    high = ((values + OFFSET) / (1 + OFFSET)) ** GAMMA
    return np.where(values <= ENCODED_THRESHOLD, values / SLOPE, high)
