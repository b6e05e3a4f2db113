"""Busy patches: where something is drawn on the grounds of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.codes import CODES, codes_of
from palette_engine.extraction.block_grid import BlockGrid
from palette_engine.extraction.grounds import LUMA_CHROMA, Grounds, Rgb

__all__ = ["BusyPatches", "busy_patches"]

BITS = 5
"""Pixels are compared with grounds in 32 levels a channel, by a table."""

PRESENT = 0.04
"""A ground that fills this part of a patch is there; less may be a mixture that looks like it."""

GAP = 0.1
"""The part of a patch that its ground fills at least, between letters."""

RIM = 2
"""The number of rows and columns along the sides of a patch into which its neighbors leak."""

CLEAN = 0.7
"""Without a lossy codec, this part of the pixels that are a ground are so exactly."""

CLIPPED = 6
"""A ground this near to 0 or 255 cuts one half of the ringing around letters."""


@dataclass(frozen=True, eq=False)
class BusyPatches:
    """Patches with something in them that is no ground.

    `rgb` is uint8 `(n, p, 3)`. `label` is `(n, p)`: the ground of each sample, or the number of
    grounds if it is none, or one more if the sample does not exist. `counts` is float64
    `(n, g + 1)`, the samples of each label, and `sums` `(n, g + 1, 3)` their sums; `total` is
    `(n,)`, the samples that exist. `inner` is `(n,)`, those that are no ground and do not leak from
    other patches. `is_clean` is whether no codec has changed the picture.
    """

    rgb: NDArray[np.uint8]
    label: NDArray[np.intp]
    counts: NDArray[np.float64]
    sums: NDArray[np.float64]
    total: NDArray[np.float64]
    inner: NDArray[np.intp]
    is_clean: bool

    @classmethod
    def of(cls, grid: BlockGrid, grounds: Grounds, chosen: NDArray[np.bool_]) -> BusyPatches:
        """Return the chosen patches of a grid."""
        rgb, exists = grid.patches(chosen)
        count = len(grounds)
        codes = codes_of(rgb.reshape(-1, 3)).reshape(exists.shape)
        label = _table(grounds).take(_coarse(codes))
        label[~exists] = count + 1
        ground_codes = codes_of(np.round(grounds.rgb).astype(np.uint8))
        exact = codes == np.append(ground_codes, [CODES, CODES]).astype(np.uint32).take(label)
        first = np.arange(len(rgb), dtype=np.intp)[:, np.newaxis] * (count + 2)
        place, places = (first + label).ravel(), len(rgb) * (count + 2)
        counts = np.bincount(place, minlength=places)
        sums = [np.bincount(place, rgb[..., channel].ravel(), places) for channel in range(3)]
        high, wide = (2 * side for side in grid.block)
        on_ground = int(np.count_nonzero(label < count))
        is_clean = not on_ground or bool(np.count_nonzero(exact) > CLEAN * on_ground)
        # Without a codec nothing leaks.
        rim = min(RIM, wide // 4, high // 4) if not is_clean else 0
        inside = (label == count).reshape(-1, high, wide)[:, rim : high - rim, rim : wide - rim]
        return cls(
            rgb,
            label,
            counts.reshape(-1, count + 2)[:, :-1].astype(np.float64),
            np.stack(sums, axis=1).reshape(-1, count + 2, 3)[:, :-1].astype(np.float64),
            np.count_nonzero(exists, axis=1).astype(np.float64),
            np.count_nonzero(inside, axis=(1, 2)),
            is_clean,
        )

    def __len__(self) -> int:
        return len(self.total)

    @cached_property
    def extremes(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The least and the largest value of each channel in each patch, both `(n, 3)`."""
        exists = (self.label < self.counts.shape[1])[..., np.newaxis]
        if exists.all():
            return self.rgb.min(axis=1), self.rgb.max(axis=1)
        return (
            np.where(exists, self.rgb, np.uint8(255)).min(axis=1),
            np.where(exists, self.rgb, np.uint8(0)).max(axis=1),
        )

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which grounds are in each patch, `(n, g)`."""
        return self.counts[:, :-1] >= PRESENT * self.total[:, np.newaxis]

    @property
    def has_ground(self) -> NDArray[np.bool_]:
        """Which grounds fill the gaps of each patch, `(n, g)`."""
        return self.counts[:, :-1] >= GAP * self.total[:, np.newaxis]

    def without_others(self, ground: int) -> NDArray[np.bool_]:
        """Return which patches have no ground but this one, `(n,)`, if they have any."""
        others = self.counts[:, :-1].sum(axis=1) - self.counts[:, ground]
        alone: NDArray[np.bool_] = others < PRESENT * self.total
        return alone

    def loose(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Return the samples of chosen patches that are no ground, `(s, 3)`."""
        loose = self.label[chosen] == self.counts.shape[1] - 1
        samples: NDArray[np.uint8] = self.rgb[chosen][loose]
        return samples

    def offsets(self, grounds: Grounds, ground: int, chosen: NDArray[np.intp]) -> Rgb:
        """Return the mean of each chosen patch less its ground, `(c, 3)`.

        Smoothing, subpixels, subsampling and the transforms of codecs keep a patch's mean, so that
        is where an ink is, seen from its ground, whatever has smeared it.
        """
        color, total = grounds.rgb[ground], self.total[chosen, np.newaxis]
        sums, luma_of = self.sums[chosen].sum(axis=1), LUMA_CHROMA[0]
        offset: Rgb = sums / total - color
        if color.min() >= CLIPPED and color.max() <= 255 - CLIPPED:
            return offset
        # Half of the ringing is cut off there, so its mean is not 0; most of it is on the ground.
        others = total - self.counts[chosen, ground, np.newaxis]
        light = (sums - self.sums[chosen, ground]) @ luma_of[:, np.newaxis]
        luma = (light - others * (luma_of @ color)) / total
        result: Rgb = offset + luma - (offset @ luma_of)[:, np.newaxis]
        return result


def busy_patches(grid: BlockGrid, grounds: Grounds) -> NDArray[np.bool_]:
    """Return which patches of a grid have a block that is no ground, `(rows, columns)`."""
    busy = (grounds.block < 0) & (grid.present > 0)
    result: NDArray[np.bool_] = (
        busy[::2, ::2] | busy[1::2, ::2] | busy[::2, 1::2] | busy[1::2, 1::2]
    )
    return result


def _coarse(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the numbers in `_table` of colors that have these codes."""
    index = np.zeros_like(codes)
    for channel in range(3):
        levels = codes >> np.uint32(8 * channel + 8 - BITS) & np.uint32(2**BITS - 1)
        index |= levels << np.uint32(BITS * channel)
    return index


def _table(grounds: Grounds) -> NDArray[np.intp]:
    """Return the ground of each color in 32 levels a channel; their number if it is none.

    The levels of red are next to each other, as in the codes of colors.
    """
    middles = (np.arange(2**BITS, dtype=np.float64) + 0.5) * 2 ** (8 - BITS) - 0.5
    least = np.full((2**BITS,) * 3, np.inf, np.float64)
    table = np.full(least.shape, len(grounds), dtype=np.intp)
    for ground, color in enumerate(grounds.rgb):
        red, green, blue = (np.abs(middles - channel) for channel in color)
        distance = np.maximum(np.maximum(blue[:, None, None], green[:, None]), red)
        nearer = (distance <= grounds.reach[ground]) & (distance < least)
        table[nearer], least[nearer] = ground, distance[nearer]
    return table
