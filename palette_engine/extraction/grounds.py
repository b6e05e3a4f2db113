"""Grounds: the flat colors that a drawing's lettering and shapes stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.extraction.block_grid import BlockGrid
from palette_engine.pictures.pixels import Pixels

__all__ = [
    "DARK",
    "LUMA_CHROMA",
    "MAX_COLORS",
    "NOISY_REACH",
    "SIGNIFICANT",
    "Grounds",
    "Rgb",
    "has_no_grounds",
]

Rgb: TypeAlias = NDArray[np.float64]
"""sRGB from 0 to 255, float64 `(n, 3)`; renderers and codecs mix these numbers, not light."""

LUMA_CHROMA: Rgb = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]],
    np.float64,
)
"""The matrix to the luma and the two chromas of JPEG (ITU-T T.871)."""

SIGNIFICANT = 0.0005
"""The share of the area that a named color has at least: of a megapixel, 22 x 22 pixels."""

MAX_COLORS = 24
"""A drawing has at most this many grounds, and each at most this many inks."""

SHARE = 0.25
"""In a drawing, grounds fill this part of the picture."""

FLAT = 10
"""The channels of a flat block vary by at most this many levels: JPEG leaves such noise."""

DARK, NOISE = 40, 36
"""A block of at most the level `DARK` may vary by `NOISE`, as cameras make noise in the dark."""

REACH, NOISY_REACH = 14.0, 28.0
"""A pixel is a ground if it is at most this many levels from it, in the dark with noise farther."""

NEAR, PART_NEAR = 4.0, 0.6
"""Of the flat blocks within `REACH` of a ground, this part is within `NEAR`; else it is a gradient.
"""

WIDE = 0.25
"""Of the blocks of a ground, this part has neighbors of the same ground on two sides."""

SAME_LUMA, SAME_CHROMA = 8.0, 16.0
"""A border has the luma of one ground and a mixture of chromas, within these levels."""


@dataclass(frozen=True, eq=False)
class Grounds:
    """Flat colors, sRGB `(g, 3)`, the largest first.

    `reach` is `(g,)`: a pixel within this many levels of a ground is that ground. `block`
    is the ground of each block of a grid, `(rows, columns)`, or -1.
    """

    rgb: Rgb
    reach: NDArray[np.float64]
    block: NDArray[np.intp]

    @classmethod
    def of(cls, grid: BlockGrid) -> Grounds:
        """Return the grounds of a grid; none if it is no drawing."""
        means, spreads = grid.block_means, grid.block_spreads
        flat = _flat(means, spreads)
        flat &= grid.present == grid.block_size
        none = cls(np.empty((0, 3)), np.empty(0), np.full(grid.shape, -1, np.intp))
        least = SHARE * grid.present.sum() / grid.block_size
        if not least or np.count_nonzero(flat) < least:
            return none
        found = _crowds(means[flat], spreads[flat], max(2.0, SIGNIFICANT * flat.size))
        block = none.block.copy()
        block[flat] = found.block
        grounds = cls(found.rgb, found.reach, block)
        return grounds if np.count_nonzero(grounds.block >= 0) >= least else none

    def __len__(self) -> int:
        return len(self.rgb)

    def without_borders(self) -> Grounds:
        """Return the grounds without those that codecs make along borders.

        Subsampling gives a row of blocks the luma of one ground and a mixture of two chromas. Such
        blocks are the first ground's.
        """
        origin = np.arange(len(self), dtype=np.intp)
        for color in range(len(self)):
            mine = self.block == color
            wide = mine[1:, 1:] & mine[:-1, 1:] & mine[1:, :-1] & mine[:-1, :-1]
            if np.count_nonzero(wide) < WIDE * np.count_nonzero(mine):
                origin[color] = origin[_border_of(self.rgb, color)]
        real = origin == np.arange(len(self), dtype=np.intp)
        number = np.append((np.cumsum(real, dtype=np.intp) - 1)[origin], -1)
        return Grounds(self.rgb[real], self.reach[real], number[self.block])


def has_no_grounds(pixels: Pixels) -> bool:
    """Return whether pixels surely have no grounds: a look at a quarter of them shows it.

    In too many blocks, the first and the last row already vary.
    """
    sketch = BlockGrid.sketch_of(pixels)
    if sketch is None or not pixels.weight.all():
        return False
    least = SHARE * sketch.present.sum() / sketch.block_size
    # No mean is below the least value, so this finds at least all flat blocks.
    return bool(np.count_nonzero(_flat(sketch.block_least, sketch.block_spreads)) < int(least))


def _flat(color: NDArray[Any], spreads: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which blocks are flat; those with a dark color, `(..., 3)`, may vary more."""
    flat: NDArray[np.bool_] = (color.max(axis=2) <= DARK) & (spreads <= NOISE)
    flat |= spreads <= FLAT
    return flat


def _crowds(means: Rgb, spreads: NDArray[np.uint8], least: float) -> Grounds:
    """Return the colors that at least `least` blocks crowd around, and the one of each block."""
    colors: list[Rgb] = []
    reaches: list[float] = []
    owner = np.full(len(means), -1, np.intp)
    key = np.ravel_multi_index(tuple((means / 8).astype(np.intp).T), (32, 32, 32))
    left = np.ones(len(means), bool)
    for _ in range(2 * MAX_COLORS):
        counts = np.bincount(key[left], minlength=1)
        if len(colors) == MAX_COLORS or 4 * counts.max() < least:
            break
        box = left & (key == counts.argmax())
        distance = np.abs(means - np.median(means[box], axis=0)).max(axis=1)
        crowd, core = left & (distance <= REACH), distance <= NEAR
        is_flat = np.count_nonzero(core) >= PART_NEAR * np.count_nonzero(distance <= REACH)
        if is_flat and np.count_nonzero(crowd) >= least and (crowd & core).any():
            color = _typical(means[crowd & core])
            is_noisy = color.max() <= DARK and spreads[crowd].mean() > FLAT
            owner[crowd] = len(colors)
            colors.append(color)
            reaches.append(NOISY_REACH if is_noisy else REACH)
        left &= ~crowd & ~box
    return Grounds(
        np.array(colors, np.float64).reshape(-1, 3), np.array(reaches, np.float64), owner
    )


def _typical(means: Rgb) -> Rgb:
    """Return the color that most of some blocks have exactly, or their mean."""
    colors, counts = np.unique(np.round(means, 2), axis=0, return_counts=True)
    most = int(counts.argmax())
    typical: Rgb = colors[most] if 2 * counts[most] > len(means) else means.mean(axis=0)
    return typical


def _border_of(rgb: Rgb, color: int) -> int:
    """Return the larger ground that a narrow one is the border of, or the same if there is none."""
    luma, *chroma = LUMA_CHROMA @ rgb.T
    plane = np.stack(chroma, axis=1)
    for start in range(color):
        if abs(luma[start] - luma[color]) > SAME_LUMA:
            continue
        step = plane[color] - plane[start]
        for line in plane[:color] - plane[start]:
            part = np.clip(step @ line / max(line @ line, 1.0), 0, 1)
            if np.linalg.norm(step - part * line) <= SAME_CHROMA:
                return start
    return color
