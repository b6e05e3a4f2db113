"""Order: in which sequence a palette's swatches stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from palette_engine.cielab import lab_of
from palette_engine.palette import Palette, Swatch

__all__ = ["ORDERS", "ordered"]

Lab: TypeAlias = tuple[float, float, float]
Key: TypeAlias = tuple[float, ...]

GRAY_CHROMA = 6.0
"""Below this chroma (CIELAB C*ab) a color reads as gray and its hue angle means nothing."""


def by_share(swatch: Swatch, _lab: Lab) -> Key:
    """Rank larger shares first."""
    return (-swatch.share,)


def by_lightness(_swatch: Swatch, lab: Lab) -> Key:
    """Rank lighter colors (CIELAB L*) first."""
    return (-lab[0],)


def by_hue(_swatch: Swatch, lab: Lab) -> Key:
    """Rank by hue angle from red (CIELAB h_ab from 0°), then the grays from light to dark."""
    lightness, a, b = lab
    if math.hypot(a, b) < GRAY_CHROMA:
        return (1, -lightness)
    return (0, math.degrees(math.atan2(b, a)) % 360)


ORDERS: Mapping[str, Callable[[Swatch, Lab], Key]] = {
    "share": by_share,
    "lightness": by_lightness,
    "hue": by_hue,
}
"""How each order ranks a swatch; equal ranks are settled by the color itself."""


def ordered(palette: Palette, order: str) -> Palette:
    """Return the palette with its swatches in the order of that name in `ORDERS`."""
    if not palette.swatches:
        return palette
    key = ORDERS[order]
    lab = lab_of(np.array([swatch.color for swatch in palette.swatches]))
    ranks = [
        (*key(swatch, tuple(row)), *swatch.color)
        for swatch, row in zip(palette.swatches, lab.tolist(), strict=True)
    ]
    ranked = sorted(zip(ranks, palette.swatches, strict=True), key=lambda pair: pair[0])
    return replace(palette, swatches=tuple(swatch for _, swatch in ranked))
