"""Dithering: chooses a swatch for each pixel, so that neighboring pixels mix to the right color.

Colors are mixed in linear light, as in the eye, and compared as `extraction.nearest` does. See
docs/decisions.md#dithering-in-linear-light.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine import libraries
from palette_engine.color.cielab import lab_of
from palette_engine.color.srgb import LINEAR
from palette_engine.extraction.nearest import (
    CODES,
    Index,
    codes_of,
    colors_of,
    nearest_of,
    nearest_of_all,
    present,
)
from palette_engine.pictures.pixels import strip_rows
from palette_engine.recoloring.gamut import nearest_in_hull
from palette_engine.recoloring.raster import Picture

__all__ = ["METHODS", "Progress"]

Progress: TypeAlias = Callable[[float], None]
"""Is called with the fraction of the work that is done, 0 to 1."""

Light: TypeAlias = NDArray[np.int32]
"""Linear light of red, green and blue, 0 to `FULL`, int32 `(3, n)`."""

FULL = 2**16 - 1

LIGHT = np.round(np.array(LINEAR, np.float64) * FULL).astype(np.int32)
"""The linear light of each 8-bit level of sRGB."""

STEP_BITS = 4
"""Light is divided into steps of 2**4 to look up the nearest swatch."""


def _step_codes() -> NDArray[np.uint32]:
    """Return the codes of the 8-bit level nearest to each step of light, uint32 `(3, 2**12)`."""
    middles = np.arange(2**STEP_BITS // 2, FULL + 1, 2**STEP_BITS, dtype=np.int32)
    levels = np.searchsorted((LIGHT[1:] + LIGHT[:-1]) / 2, middles)
    # No two levels share a step, so the light of a level gives that level again.
    levels[LIGHT >> STEP_BITS] = np.arange(256, dtype=np.intp)
    return np.stack(
        [
            codes_of(axis * levels[:, np.newaxis].astype(np.uint8))
            for axis in np.eye(3, dtype=np.uint8)
        ]
    )


STEP_CODES = _step_codes()

MAX_TONES = 2**18
"""How many colors of a picture are distinguished when it is dithered."""

CANDIDATES = 64
"""How many swatches are mixed to a color in ordered dithering: one for each cell of the matrix.

See docs/decisions.md#dithering-in-linear-light.
"""

WARM_UP = 32
"""How many swatches are chosen and discarded first, until the accumulated error is stable."""

DAMPING = 4
"""Only 1/4 of the accumulated error is fed back at each step.

A larger divisor gives a calmer pattern of more similar colors, but mixes less exactly: 1 is noisy;
4 has a 2 % larger error after blurring, on a photograph.
"""


DENSE, SPARSE = 20.0, 60.0
"""Swatches whose neighbors are at most `DENSE` ΔE*ab away pass on `LEAST_SPREAD` of their errors.

From `SPARSE` on they pass on all; between them, it is interpolated. See
docs/decisions.md#less-noise-in-dense-palettes.
"""

LEAST_SPREAD = 7 / 8

NEIGHBORS = 3
"""A color is mixed from at most four swatches that enclose it: one and three neighbors."""

SPREAD_BITS = 8
"""How much of its error a swatch passes on is a multiple of 2**-8."""


def nearest_swatches(picture: Picture, swatches: NDArray[np.uint8], progress: Progress) -> Index:
    """Return the index of the swatch nearest to each pixel, `(h, w)`; of ties, the first swatch."""
    flat = picture.rgb.reshape(-1, 3)
    table = nearest_of(present(flat), swatches, progress)
    height, width = picture.alpha.shape
    index = np.empty((height, width), table.dtype)
    for top, bottom in strip_rows(width, height):
        codes = codes_of(picture.rgb[top:bottom].reshape(-1, 3))
        index[top:bottom] = table.take(codes).reshape(-1, width)
    return index


def floyd_steinberg(picture: Picture, swatches: NDArray[np.uint8], progress: Progress) -> Index:
    """Return the index of a swatch for each pixel, `(h, w)`, by error diffusion.

    R. W. Floyd and L. Steinberg, "An adaptive algorithm for spatial grey scale", Proc. SID 17
    (1976), row by row from the left. 7/16 of a pixel's error go to its right neighbor, and 3/16,
    5/16 and 1/16 to the neighbors below: left, middle and right. Invisible pixels pass on no error.
    Where swatches are near each other, 1/8 of the error is dropped (`spread_of`).

    Pixels with the same sum of column and twice the row do not depend on each other, and are
    computed at once. See docs/decisions.md#dithering-in-linear-light.
    """
    height, width = picture.alpha.shape
    tones = Tones.of(picture, swatches)
    colors, visible = picture.rgb.reshape(-1, 3), picture.alpha.reshape(-1) > 0
    opaque = bool(visible.all())
    mixer, spread = Mixer.of(swatches), spread_of(swatches)
    index = np.zeros(width * height, mixer.table.dtype)
    # The errors of the last three steps, by row; index 0 is above the first row, without errors.
    last, second, third = (np.zeros((3, height + 1), np.int32) for _ in range(3))
    steps = width + 2 * (height - 1)
    for step in range(steps):
        if step % 256 == 0:
            progress(step / steps)
        first, stop = max(0, (step - width + 2) // 2), min(height - 1, step // 2) + 1
        stride = max(1, width - 2)
        start = first * width + step - 2 * first
        pixels = slice(start, start + (stop - first - 1) * stride + 1, stride)
        above, here = slice(first, stop), slice(first + 1, stop + 1)
        error = 7 * last[:, here]
        error += 3 * last[:, above]
        error += 5 * second[:, above]
        error += third[:, above]
        error += 8
        error >>= 4
        error += tones.light_of(codes_of(colors[pixels]))
        chosen = mixer.nearest(error)
        index[pixels] = chosen
        error -= mixer.light.take(chosen, axis=1)
        np.clip(error, -FULL, FULL, out=error)
        error *= spread.take(chosen)
        error >>= SPREAD_BITS
        if not opaque:
            error *= visible[pixels]
        third[:, max(0, first - 1) : first + 1] = 0
        third[:, here] = error
        last, second, third = third, last, second
    return index.reshape(height, width)


def spread_of(swatches: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return how much of its error each swatch passes on, int32 `(k,)` multiples of 2**-8.

    The mean color of an area then is wrong by at most 1/16 of the distance between swatches, where
    that is too little to be seen, and there is less noise.
    """
    lab = lab_of(swatches)
    # The swatch itself is one of them.
    near = libraries.load().KDTree(lab).query(lab, [min(NEIGHBORS + 1, len(lab))])[1][:, 0]
    distance = ((lab - lab[near]) ** 2).sum(axis=1) ** 0.5
    lost = (1 - LEAST_SPREAD) * ((SPARSE - distance) / (SPARSE - DENSE)).clip(0, 1)
    spread: NDArray[np.int32] = np.round((1 - lost) * 2**SPREAD_BITS).astype(np.int32)
    return spread


def ordered_dithering(picture: Picture, swatches: NDArray[np.uint8], progress: Progress) -> Index:
    """Return the index of a swatch for each pixel, `(h, w)`, by its color and position.

    Each color is mixed from `CANDIDATES` swatches; each of them compensates for the errors of the
    previous ones (T. Knoll, US patent 6,606,166, expired). Sorted by lightness, they are
    distributed by a threshold matrix (B. E. Bayer, "An optimum method for two-level rendition of
    continuous-tone pictures", ICC 1973).
    """
    tones = Tones.of(picture, swatches)
    mixer = Mixer.of(swatches)
    lightness = np.argsort(lab_of(swatches)[:, 0], kind="stable")
    rank = np.empty(len(swatches), mixer.table.dtype)
    rank[lightness] = np.arange(len(swatches), dtype=rank.dtype)
    mixed = np.empty((tones.light.shape[1], CANDIDATES), rank.dtype)
    error = np.zeros_like(tones.light)
    for step in range(WARM_UP + CANDIDATES):
        progress(step / (WARM_UP + CANDIDATES))
        chosen = mixer.nearest(tones.light + error // DAMPING)
        mixed[:, step % CANDIDATES] = rank[chosen]
        error += tones.light - mixer.light.take(chosen, axis=1)
    mixed.sort(axis=1)
    mixed = lightness.astype(rank.dtype)[mixed]
    height, width = picture.alpha.shape
    index = np.empty((height, width), rank.dtype)
    columns = np.arange(width, dtype=np.intp) % 8
    for top, bottom in strip_rows(width, height):
        tone = tones.by_code.take(codes_of(picture.rgb[top:bottom].reshape(-1, 3)))
        rows = np.arange(top, bottom, dtype=np.intp)[:, np.newaxis] % 8
        matrix = BAYER[rows, columns]
        index[top:bottom] = mixed[tone.reshape(-1, width), matrix]
    return index


METHODS: Mapping[str, Callable[[Picture, NDArray[np.uint8], Progress], Index]] = {
    "none": nearest_swatches,
    "floyd-steinberg": floyd_steinberg,
    "ordered": ordered_dithering,
}


@dataclass(frozen=True, eq=False)
class Tones:
    """The colors of a picture, moved to the nearest colors that the swatches can mix.

    `by_code`, int32 `(2**24,)`, is the index of a color's tone, by the color's code. `light` is the
    light of the tones, moved into the convex hull of the swatches. Light outside the hull cannot be
    mixed, and its errors would add up until wrong colors appear.
    """

    by_code: NDArray[np.int32]
    light: Light

    @classmethod
    def of(cls, picture: Picture, swatches: NDArray[np.uint8]) -> Tones:
        """Return the tones of a picture: its colors, or cells of colors if it has too many."""
        cells, bits = present(picture.rgb.reshape(-1, 3)), 0
        while len(cells) > MAX_TONES:
            bits += 1
            cells = np.unique(cells >> np.uint32(3))
        by_code = np.zeros(CODES >> 3 * bits, np.int32)
        by_code[cells] = np.arange(len(cells), dtype=np.int32)
        if bits:
            by_code = by_code.repeat(8**bits)
        # The colors of swatches are tones of their own, in any cell.
        by_code[codes_of(swatches)] = len(cells) + np.arange(len(swatches), dtype=np.int32)
        corners = colors_of(cells << np.uint32(3 * bits)).T
        light = (LIGHT[corners] + LIGHT[corners + 2**bits - 1]) // 2
        corners_of_hull = LIGHT[swatches.T]
        return cls(
            by_code, np.concatenate([nearest_in_hull(light, corners_of_hull), corners_of_hull], 1)
        )

    def light_of(self, codes: NDArray[np.uint32]) -> Light:
        """Return the light of the tones of colors, `(3, n)`, from their codes, `(n,)`."""
        return self.light.take(self.by_code.take(codes), axis=1)


@dataclass(frozen=True, eq=False)
class Mixer:
    """The light of swatches, and the nearest swatch by color code, from `nearest_of_all`."""

    light: Light
    table: Index

    @classmethod
    def of(cls, swatches: NDArray[np.uint8]) -> Mixer:
        """Return a mixer of swatches, uint8 `(k, 3)`."""
        return cls(LIGHT[swatches.T], nearest_of_all(swatches))

    def nearest(self, light: Light) -> Index:
        """Return the index of the nearest swatch, `(n,)`, within a step of light.

        Light outside 0 to `FULL` is clipped.
        """
        steps = np.clip(light, 0, FULL) >> STEP_BITS
        codes = STEP_CODES[0].take(steps[0])
        codes |= STEP_CODES[1].take(steps[1])
        codes |= STEP_CODES[2].take(steps[2])
        chosen: Index = self.table.take(codes)
        return chosen


def _bayer(size: int) -> NDArray[np.intp]:
    """Return Bayer's matrix, `(size, size)`: each number below `size`² once."""
    matrix = np.zeros((1, 1), np.intp)
    while len(matrix) < size:
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return matrix


BAYER = _bayer(8)
