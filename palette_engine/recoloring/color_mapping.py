"""Color mapping: where each color of sRGB moves if swatches of a palette are edited."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.oklab import oklab_of, srgb_of
from palette_engine.errors import InputError, OptionError, Reason
from palette_engine.palette.value import Palette
from palette_engine.recoloring.swatch_transfer import moved

__all__ = ["COARSE_NODES", "LEVELS", "MOST_SWATCHES", "NODES", "UNIT", "ColorMapping"]

NODES = 65
"""The number of nodes on each axis of the grid. See docs/decisions.md#a-grid-of-65-nodes."""

COARSE_NODES = 33
"""The number of nodes for previews, which are there in an eighth of the time."""

UNIT = 256
"""Ways are whole multiples of 1/256 of a level, so that results do not depend on the processor."""

MOST_SWATCHES = 256
"""How many swatches a palette may have whose colors are edited."""

PASSES = 8
"""How often the ways of swatches are corrected, one after the other."""

LEVELS = 255
"""The level of white."""

CHUNK = 2**14
"""The number of colors that are looked up at a time, so that they fit into a cache."""

Nodes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class ColorMapping:
    """A function of colors, which moves them by ways that a grid holds.

    `ways`, int32 `(nodes**3, 3)`, is how far red, green and blue of each node move, in levels times
    `UNIT`. There are `nodes` on each axis, at equal distances from level 0 to 255, and blue runs
    fastest.
    """

    nodes: int
    ways: NDArray[np.int32]

    @classmethod
    def of(cls, palette: Palette, edited: Palette, nodes: int = NODES) -> ColorMapping:
        """Return the mapping for a palette of which some swatches have another color in `edited`.

        A mapping with fewer `nodes` is there sooner, and less exact between them.

        Guarantees: The color of each swatch becomes that in `edited`. If no swatch differs, no
        color is changed. Grays stay gray, if swatches that are gray become grays. See
        docs/decisions.md#palette-based-recoloring.

        Raises `InputError` for a palette without colors or with more than `MOST_SWATCHES`, and
        `OptionError` if `edited` has another number of swatches, or if equal swatches become
        different ones.
        """
        old, new = (
            np.array([swatch.color for swatch in each.swatches], np.uint8).reshape(-1, 3)
            for each in (palette, edited)
        )
        old, new = _checked(old, new)
        levels = np.linspace(0, LEVELS, nodes)
        grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
        ways = np.zeros((nodes**3, 3), np.int32)
        if (old != new).any():
            before, after = oklab_of(old), oklab_of(new)
            for start in range(0, len(grid), CHUNK):
                chunk = grid[start : start + CHUNK]
                target = srgb_of(moved(oklab_of(chunk), before, after))
                ways[start : start + CHUNK] = np.round((target - chunk) * UNIT)
            _correct(ways, nodes, old, new)
        ways.flags.writeable = False
        return cls(nodes, ways)

    def __call__(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return where colors move, uint8 `(n, 3)` to `(n, 3)`.

        Between the nodes, ways are interpolated in the tetrahedron around a color, in which grays
        lie on an edge (J. Kasson, S. Nin, W. Plouffe and J. Hafner, 1995).
        """
        result = np.empty(rgb.shape, np.uint8)
        for start in range(0, len(rgb), CHUNK):
            chunk = rgb[start : start + CHUNK]
            ways = self._interpolated(chunk)
            ways += chunk.astype(np.int32) * np.int32(LEVELS * UNIT) + np.int32(LEVELS * UNIT // 2)
            ways //= np.int32(LEVELS * UNIT)
            result[start : start + CHUNK] = ways.clip(0, LEVELS)
        return result

    def _interpolated(self, rgb: NDArray[np.uint8]) -> NDArray[np.int32]:
        """Return the ways of colors times `LEVELS`, int32 `(n, 3)`."""
        ways = np.zeros(rgb.shape, np.int32)
        for node, weight in _tetrahedra(rgb, self.nodes):
            ways += self.ways.take(node, axis=0) * weight[:, np.newaxis]
        return ways


def _tetrahedra(rgb: NDArray[np.uint8], count: int) -> list[tuple[Nodes, NDArray[np.int32]]]:
    """Return the four nodes around each color, `(n,)` each, and weights whose sum is `LEVELS`."""
    place = rgb.T.astype(np.int32) * np.int32(count - 1)
    low = np.minimum(place // LEVELS, count - 2)
    place -= low * np.int32(LEVELS)
    strides = np.array((count * count, count, 1), np.intp)
    node = low[0] * strides[0] + low[1] * strides[1] + low[2]
    # The number of the axis in the lower bits is sorted along.
    red, green, blue = place * np.int32(4) + np.array([[0], [1], [2]], np.int32)
    red, green = np.maximum(red, green), np.minimum(red, green)
    green, blue = np.maximum(green, blue), np.minimum(green, blue)
    red, green = np.maximum(red, green), np.minimum(red, green)
    corners = []
    before = np.full(len(rgb), LEVELS, np.int32)
    for sorted_axis in (red, green, blue):
        beyond = sorted_axis >> np.int32(2)
        corners.append((node, before - beyond))
        node = node + strides.take(sorted_axis & np.int32(3))
        before = beyond
    corners.append((node, before))
    return corners


def _checked(
    old: NDArray[np.uint8], new: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return swatches, each once, and what they become; raises the errors of `ColorMapping.of`."""
    if len(old) != len(new):
        raise OptionError(
            f"The edited palette has {len(new):,} colors and the other {len(old):,}; it must have "
            "a color for each of them."
        )
    if not len(old):
        raise InputError("The palette has no colors; take one that has.", Reason.NO_COLORS)
    if len(old) > MOST_SWATCHES:
        raise InputError(
            f"The palette has {len(old):,} colors; those of at most {MOST_SWATCHES} can be edited, "
            "so take a smaller one.",
            Reason.TOO_MANY_COLORS,
            colors=len(old),
            most=MOST_SWATCHES,
        )
    pairs = np.unique(np.concatenate([old, new], axis=1), axis=0)
    if len(np.unique(pairs[:, :3], axis=0)) < len(pairs):
        raise OptionError("Swatches of the same color become different ones; give them one color.")
    return pairs[:, :3], pairs[:, 3:]


def _correct(
    ways: NDArray[np.int32], count: int, old: NDArray[np.uint8], new: NDArray[np.uint8]
) -> None:
    """Change the ways of nodes around swatches so that each swatch moves to its color exactly.

    The least change for one swatch after the other (S. Kaczmarz, 1937), those that are edited last.
    For a swatch that is no gray, the nodes of grays are left as they are.
    """
    wanted = (new.astype(np.float64) - old) * UNIT
    corners = _tetrahedra(old, count)
    nodes = np.stack([node for node, _ in corners], axis=1)
    parts = np.stack([weight for _, weight in corners], axis=1) / LEVELS
    free = (nodes % (count * count + count + 1) != 0) | (old == old[:, :1]).all(axis=1)[
        :, np.newaxis
    ]
    around, index = np.unique(nodes, return_inverse=True)
    index = index.reshape(nodes.shape)
    near = ways[around].astype(np.float64)
    order = np.argsort((old != new).any(axis=1), kind="stable")
    for _ in range(PASSES):
        for number in order.tolist():
            place, part = index[number], parts[number][:, np.newaxis]
            missing = wanted[number] - (part * near[place]).sum(axis=0)
            change = part * free[number][:, np.newaxis]
            near[place] += change * (missing / (change * change).sum())
    ways[around] = np.round(near).astype(np.int32)
