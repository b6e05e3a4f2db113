"""Dithering: the swatches of pixels, alone or so that pixels side by side mix to their color.

Colors are mixed in linear light, as eyes and lenses do, and compared in CIELAB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

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
from palette_engine.recoloring.gamut import into_hull
from palette_engine.recoloring.raster import Picture

__all__ = ["METHODS", "Progress"]

Progress: TypeAlias = Callable[[float], None]
"""What is told the fraction of the work that is done."""

Light: TypeAlias = NDArray[np.int32]
"""Linear light of the three channels, 0 to `FULL`, int32 `(3, n)`."""

FULL = 2**16 - 1


LIGHT = np.round(np.array(LINEAR, np.float64) * FULL).astype(np.int32)
"""The linear light of each 8-bit level of sRGB."""

STEP_BITS = 4
"""Light is told apart in steps of 2**4 when the nearest swatch is looked up."""


def _step_codes() -> NDArray[np.uint32]:
    """Return the codes of the 8-bit levels nearest to each step of light, `(3, 2**12)`."""
    middles = np.arange(2**STEP_BITS // 2, FULL + 1, 2**STEP_BITS, dtype=np.int32)
    levels = np.searchsorted((LIGHT[1:] + LIGHT[:-1]) / 2, middles)
    # No two levels share a step, so a level's own light gives that level again.
    levels[LIGHT >> STEP_BITS] = np.arange(256, dtype=np.intp)
    return np.stack(
        [
            codes_of(axis * levels[:, np.newaxis].astype(np.uint8))
            for axis in np.eye(3, dtype=np.uint8)
        ]
    )


STEP_CODES = _step_codes()

MOST_TONES = 2**18
"""How many colors of a picture are told apart when it is dithered."""

CANDIDATES = 64
"""How many swatches, some the same, stand for a color in ordered dithering."""

WARM_UP = 32
"""How many more are chosen before those, until what is missing neither grows nor shrinks."""

DAMPING = 4
"""How little of what is missing is asked for when the next is chosen: one part in so many.

More makes a calmer pattern of colors that are nearer to each other, and mixes less exactly:
1 is noisy, 4 is 2 % further from the photograph seen from afar.
"""


def nearest_swatches(picture: Picture, swatches: NDArray[np.uint8], progress: Progress) -> Index:
    """Return the swatch nearest to each pixel, `(h, w)`; of equally near ones, the first."""
    flat = picture.rgb.reshape(-1, 3)
    table = nearest_of(present(flat), swatches, progress)
    height, width = picture.alpha.shape
    index = np.empty((height, width), table.dtype)
    for top, bottom in strip_rows(width, height):
        codes = codes_of(picture.rgb[top:bottom].reshape(-1, 3))
        index[top:bottom] = table.take(codes).reshape(-1, width)
    return index


def floyd_steinberg(picture: Picture, swatches: NDArray[np.uint8], progress: Progress) -> Index:
    """Return a swatch for each pixel, `(h, w)`, that makes good for the errors before it.

    Floyd and Steinberg, An adaptive algorithm for spatial grey scale (1976), row by row from
    the left. The error of a pixel goes on by 7/16 to the right, and by 3/16, 5/16 and 1/16 to
    the left, the middle and the right below; that of invisible pixels does not.

    Pixels of which column plus twice the row is the same do not depend on each other, and are
    dealt with at once.
    """
    height, width = picture.alpha.shape
    tones = Tones.of(picture, swatches)
    colors, visible = picture.rgb.reshape(-1, 3), picture.alpha.reshape(-1) > 0
    opaque = bool(visible.all())
    mixer = Mixer.of(swatches)
    index = np.zeros(width * height, mixer.table.dtype)
    # The errors of the last three steps, by row; before the first row, there are none.
    last, second, third = (np.zeros((3, height + 1), np.int32) for _ in range(3))
    steps = width + 2 * (height - 1)
    for step in range(steps):
        if step % 256 == 0:
            progress(step / steps)
        first, stop = max(0, (step - width + 2) // 2), min(height - 1, step // 2) + 1
        stride = max(1, width - 2)
        start = first * width + step - 2 * first
        places = slice(start, start + (stop - first - 1) * stride + 1, stride)
        above, here = slice(first, stop), slice(first + 1, stop + 1)
        error = 7 * last[:, here]
        error += 3 * last[:, above]
        error += 5 * second[:, above]
        error += third[:, above]
        error += 8
        error >>= 4
        error += tones.light_of(codes_of(colors[places]))
        chosen = mixer.nearest(error)
        index[places] = chosen
        error -= mixer.light.take(chosen, axis=1)
        np.clip(error, -FULL, FULL, out=error)
        if not opaque:
            error *= visible[places]
        third[:, max(0, first - 1) : first + 1] = 0
        third[:, here] = error
        last, second, third = third, last, second
    return index.reshape(height, width)


def ordered(picture: Picture, swatches: NDArray[np.uint8], progress: Progress) -> Index:
    """Return a swatch for each pixel, `(h, w)`, chosen by its color and its place in a matrix.

    Each color is mixed from some swatches, each of which makes good for the errors of those
    before it; sorted by lightness, a matrix says which of them comes where (Knoll, US patent
    6,606,166, expired; Bayer, An optimum method for two-level rendition of continuous-tone
    pictures, 1973).
    """
    tones = Tones.of(picture, swatches)
    mixer = Mixer.of(swatches)
    lightness = np.argsort(lab_of(swatches)[:, 0], kind="stable")
    rank = np.empty(len(swatches), mixer.table.dtype)
    rank[lightness] = np.arange(len(swatches), dtype=rank.dtype)
    wanted = tones.light
    mixed = np.empty((wanted.shape[1], CANDIDATES), rank.dtype)
    missing = np.zeros_like(wanted)
    for turn in range(WARM_UP + CANDIDATES):
        progress(turn / (WARM_UP + CANDIDATES))
        chosen = mixer.nearest(wanted + missing // DAMPING)
        mixed[:, turn % CANDIDATES] = rank[chosen]
        missing += wanted - mixer.light.take(chosen, axis=1)
    mixed.sort(axis=1)
    mixed = lightness.astype(rank.dtype)[mixed]
    height, width = picture.alpha.shape
    index = np.empty((height, width), rank.dtype)
    columns = np.arange(width, dtype=np.intp) % 8
    for top, bottom in strip_rows(width, height):
        tone = tones.place.take(codes_of(picture.rgb[top:bottom].reshape(-1, 3)))
        rows = np.arange(top, bottom, dtype=np.intp)[:, np.newaxis] % 8
        matrix = BAYER[rows, columns]
        index[top:bottom] = mixed[tone.reshape(-1, width), matrix]
    return index


METHODS: Mapping[str, Callable[[Picture, NDArray[np.uint8], Progress], Index]] = {
    "none": nearest_swatches,
    "floyd-steinberg": floyd_steinberg,
    "ordered": ordered,
}


@dataclass(frozen=True, eq=False)
class Tones:
    """The colors of a picture as the swatches can mix them.

    `place` is int32 `(2**24,)`: which tone a color is, by its code. `light` is that of the
    tones, brought into the hull of the swatches: what lies outside cannot be mixed, and its
    errors would only add up until a wrong color comes out.
    """

    place: NDArray[np.int32]
    light: Light

    @classmethod
    def of(cls, picture: Picture, swatches: NDArray[np.uint8]) -> Tones:
        """Return the tones of a picture: colors, or cells of colors if there are too many."""
        cells, bits = present(picture.rgb.reshape(-1, 3)), 0
        while len(cells) > MOST_TONES:
            bits += 1
            cells = np.unique(cells >> np.uint32(3))
        place = np.zeros(CODES >> 3 * bits, np.int32)
        place[cells] = np.arange(len(cells), dtype=np.int32)
        if bits:
            place = place.repeat(8**bits)
        # Swatches are themselves, whatever their cell is.
        place[codes_of(swatches)] = len(cells) + np.arange(len(swatches), dtype=np.int32)
        corners = colors_of(cells << np.uint32(3 * bits)).T
        light = (LIGHT[corners] + LIGHT[corners + 2**bits - 1]) // 2
        corners_of_hull = LIGHT[swatches.T]
        return cls(place, np.concatenate([into_hull(light, corners_of_hull), corners_of_hull], 1))

    def light_of(self, codes: NDArray[np.uint32]) -> Light:
        """Return the light of the tones of colors."""
        return self.light.take(self.place.take(codes), axis=1)


@dataclass(frozen=True, eq=False)
class Mixer:
    """Swatches, and which is nearest to what light: `table` is that of `nearest_of_all`."""

    light: Light
    table: Index

    @classmethod
    def of(cls, swatches: NDArray[np.uint8]) -> Mixer:
        """Return what mixes these swatches."""
        return cls(LIGHT[swatches.T], nearest_of_all(swatches))

    def nearest(self, light: Light) -> Index:
        """Return the place of about the nearest swatch, in CIELAB, to light of any amount."""
        steps = np.clip(light, 0, FULL) >> STEP_BITS
        codes = STEP_CODES[0].take(steps[0])
        codes |= STEP_CODES[1].take(steps[1])
        codes |= STEP_CODES[2].take(steps[2])
        chosen: Index = self.table.take(codes)
        return chosen


def _bayer(size: int) -> NDArray[np.intp]:
    """Return Bayer's matrix: every number below `size`² once, near ones far apart."""
    matrix = np.zeros((1, 1), np.intp)
    while len(matrix) < size:
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return matrix


BAYER = _bayer(8)
