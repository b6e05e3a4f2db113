"""Measures of palettes for tests, computed in the simplest way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from skimage import color as conversions

from palette_engine.palette.value import Palette

__all__ = [
    "colors_of",
    "difference",
    "differences",
    "hexes",
    "least_difference",
    "nearest",
    "shares",
]

Color = tuple[int, int, int]
Numbers: TypeAlias = NDArray[np.float64]


def colors_of(picture: NDArray[np.uint8]) -> set[Color]:
    """Return the colors of a picture, or of any `(..., 3)` array."""
    return {(red, green, blue) for red, green, blue in picture.reshape(-1, 3).tolist()}


def shares(palette: Palette) -> dict[Color, float]:
    """Return the share of each color."""
    return {swatch.color: swatch.share for swatch in palette.swatches}


def hexes(palette: Palette) -> list[str]:
    """Return the colors as hex values, in their order."""
    return [swatch.hex for swatch in palette.swatches]


def differences(one: Iterable[Sequence[float]], other: Iterable[Sequence[float]]) -> Numbers:
    """Return ΔE2000 between all colors of two lists, `(m, k)`."""
    left, right = (
        conversions.rgb2lab(np.array([*colors], float).reshape(-1, 3) / 255)
        for colors in (one, other)
    )
    # By its name, because only some releases of scikit-image have types for it.
    measure: Callable[..., Numbers] = getattr(conversions, "deltaE_ciede2000")  # noqa: B009
    return measure(left[:, np.newaxis], right[np.newaxis])


def difference(one: Sequence[int], other: Sequence[int]) -> float:
    """Return ΔE2000 between two colors."""
    return float(differences([one], [other])[0, 0])


def least_difference(colors: Iterable[Sequence[int]]) -> float:
    """Return the least ΔE2000 between two of the colors; infinity for one color."""
    listed = [*colors]
    pairs = differences(listed, listed)
    np.fill_diagonal(pairs, np.inf)
    return float(pairs.min())


def nearest(palette: Palette, color: Sequence[int]) -> float:
    """Return the least ΔE2000 from a color to a swatch."""
    return float(differences([color], [swatch.color for swatch in palette.swatches]).min())
