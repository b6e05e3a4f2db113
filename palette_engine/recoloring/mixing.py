"""Mixing: the light that swatches mix to, and the nearest swatch of any light.

Colors are mixed in linear light, as in the eye, and compared as `extraction.nearest` does. See
docs/decisions.md#dithering-in-linear-light.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, lab_of
from palette_engine.color.codes import CODES, codes_at, codes_of, colors_of, places_of
from palette_engine.color.srgb import LINEAR
from palette_engine.extraction.nearest import nearest
from palette_engine.pictures.pixels import STRIP
from palette_engine.recoloring.gamut import nearest_in_hull
from palette_engine.recoloring.raster import Picture
from palette_engine.recoloring.swatch_table import Index, distinct_places, index_type

__all__ = ["CHANNELS", "FULL", "LIGHT", "MAX_TONES", "STEP_BITS", "Light", "Mixer", "Tones"]

Light: TypeAlias = NDArray[np.int32]
"""Linear light of red, green and blue, and nothing, int32 `(n, 4)`; each has its `ORIGIN` added.

Rows of 16 bytes are looked up at once, and a range of rows is a range of numbers.
"""

CHANNELS = 4

FULL = 2**16 - 1
"""The light of white."""

LIGHT = np.round(np.array(LINEAR, np.float64) * FULL).astype(np.int32)
"""The linear light of each 8-bit level of sRGB."""

STEP_BITS = 4
"""Light is divided into steps of 2**4 to look up the nearest swatch."""

STEPS = (FULL + 1) >> STEP_BITS
"""The number of steps from black to white."""

RANGE = 3 * STEPS
"""The number of steps of a channel: with an error of white, light is from -1 to 2 times white."""

ORIGIN = (STEPS + RANGE * np.arange(CHANNELS, dtype=np.int32)) << STEP_BITS
"""What is added to the light of each channel, so that no two channels have a step in common."""

CELL_BITS = 6
"""The fineness of the cells that `Mixer` looks at: 64 cells a channel.

See docs/decisions.md#exact-recoloring.
"""

IN_CELL = 8 - CELL_BITS
"""The bits of a level that say where it is in its cell."""

CELL_SHIFT = np.uint32(3 * IN_CELL)
"""A place on Morton's curve shifted by this is the number of the cell."""

MAX_TONES = 2**18
"""How many colors of a picture are distinguished when it is dithered."""


def _levels_of_steps() -> NDArray[np.intp]:
    """Return the 8-bit level nearest to each step of a channel, `(RANGE,)`."""
    middles = np.arange(2**STEP_BITS // 2, FULL + 1, 2**STEP_BITS, dtype=np.int32)
    levels = np.searchsorted((LIGHT[1:] + LIGHT[:-1]) / 2, middles)
    # No two levels share a step, so the light of a level gives that level again.
    levels[LIGHT >> STEP_BITS] = np.arange(256, dtype=np.intp)
    return np.pad(levels, (STEPS, RANGE - 2 * STEPS), mode="edge")


LEVELS = _levels_of_steps()


def light_of(rgb: NDArray[np.uint8]) -> Light:
    """Return the light of colors, `(n, 3)` to `(n, 4)`."""
    return with_origin(LIGHT[rgb])


def with_origin(light: NDArray[np.int32]) -> Light:
    """Return light from 0 to `FULL`, `(n, 3)`, as `Light`."""
    return np.pad(light, ((0, 0), (0, CHANNELS - 3))) + ORIGIN


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
        places = present(picture.rgb.reshape(-1, 3))
        bits, firsts = 0, np.ones(len(places), np.bool_)
        while np.count_nonzero(firsts) > MAX_TONES:
            bits += 1
            cells = places >> np.uint32(3 * bits)
            firsts[1:] = cells[1:] != cells[:-1]
        by_code = np.zeros(CODES, np.int32)
        by_code[codes_at(places)] = np.cumsum(firsts, dtype=np.int32) - 1
        cells = places[firsts] >> np.uint32(3 * bits)
        # The colors of swatches are tones of their own, in any cell.
        by_code[codes_of(swatches)] = len(cells) + np.arange(len(swatches), dtype=np.int32)
        corners = colors_of(codes_at(cells << np.uint32(3 * bits))).T
        light = (LIGHT[corners] + LIGHT[corners + (2**bits - 1)]) // 2
        moved = nearest_in_hull(light, LIGHT[swatches.T])
        return cls(by_code, np.concatenate([with_origin(moved.T), light_of(swatches)]))


def present(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the place on Morton's curve of each color of pixels `(n, 3)`, once and rising."""
    if len(rgb) < STRIP:
        return distinct_places(codes_of(rgb))
    seen = np.zeros(CODES, np.bool_)
    for start in range(0, len(rgb), STRIP):
        seen[codes_of(rgb[start : start + STRIP])] = True
    return distinct_places(np.flatnonzero(seen).astype(np.uint32))


@dataclass(frozen=True, eq=False)
class Mixer:
    """The light of swatches, `(k, 4)`, and about the nearest swatch of any light.

    That is the swatch nearest to the middle of the color's cell; but of a swatch's own color,
    exactly that swatch. See docs/decisions.md#exact-recoloring.

    Levels of a channel that no swatch is told apart by are in one class. `classes`, uint8
    `(4 * RANGE,)`, is the class of each step of each channel, and `table` the swatch by the
    classes: `table[red + 2**8 * green + 2**16 * blue]`.
    """

    light: Light
    classes: NDArray[np.uint8]
    table: Index

    @classmethod
    def of(cls, swatches: NDArray[np.uint8]) -> Mixer:
        """Return a mixer of swatches, uint8 `(k, 3)`."""
        lab = lab_of(swatches)
        cells, own = nearest(_middles(), lab), nearest(lab, lab)
        apart = cells[places_of(codes_of(swatches)) >> CELL_SHIFT] != own
        classes, levels = zip(*map(_classes, swatches[apart].T), strict=True)
        red, green, blue = (axis.astype(np.uint32) for axis in levels)
        codes = red + (green << np.uint32(8))[:, np.newaxis]
        codes = codes + (blue << np.uint32(16))[:, np.newaxis, np.newaxis]
        table = np.zeros((len(blue), 256, 256), index_type(len(swatches)))
        table[:, : len(green), : len(red)] = cells[places_of(codes) >> CELL_SHIFT]
        place = (axis[levels] for axis, levels in zip(classes, swatches[apart].T, strict=True))
        table[tuple(place)[::-1]] = own[apart]
        unused = np.zeros(RANGE, np.uint8)
        steps = np.concatenate([*(axis[LEVELS] for axis in classes), unused])
        return cls(light_of(swatches), steps, table.reshape(-1))

    def nearest(self, light: Light) -> Index:
        """Return the index of the nearest swatch, `(n, 4)` to `(n,)`, within a step of light.

        Light is from `-FULL` to `2 * FULL`.
        """
        return self.nearest_of_steps((light >> STEP_BITS).reshape(-1))

    def nearest_of_steps(self, steps: NDArray[np.int32]) -> Index:
        """Return the index of the nearest swatch, from steps of light, `(4 * n,)` to `(n,)`."""
        nearest_swatch: Index = self.table.take(self.classes.take(steps).view("<u4"))
        return nearest_swatch


@cache
def _middles() -> Lab:
    """Return the middles of the cells of all colors along Morton's curve."""
    corners = codes_at(np.arange(CODES >> CELL_SHIFT, dtype=np.uint32) << CELL_SHIFT)
    return lab_of(colors_of(corners) + (2**IN_CELL - 1) / 2)


def _classes(own: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Return the class of each level of a channel, `(256,)`, and one level of each class.

    Levels in `own` are classes of their own, the others those of their cells.
    """
    levels = np.arange(256, dtype=np.intp)
    key = np.where(np.isin(levels, own), 256 + levels, levels >> IN_CELL)
    _, first, classes = np.unique(key, return_index=True, return_inverse=True)
    return classes.astype(np.uint8), first
