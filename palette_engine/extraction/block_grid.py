"""Block grid: the samples of a picture in blocks and patches, as codecs cut it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palette_engine.pictures.pixels import Frame, Pixels

__all__ = ["BlockGrid"]

SIDE = 8
"""The side of a block in samples if all pixels are sampled, as in JPEG; a patch has twice as much.

With 4:2:0, a patch is what JPEG spreads chroma over.
"""


@dataclass(frozen=True, eq=False)
class BlockGrid:
    """Samples in rows, cut into blocks, and into patches of 2 x 2 blocks.

    `rgb` is uint8 `(h, w, 3)`, `weight` uint8 `(h, w)`, 0 where there is no sample; `block` is the
    number of rows and columns of a block. Samples of a large picture are every pixel of a column
    and few of a row, so its blocks are high and narrow.
    """

    rgb: NDArray[np.uint8]
    weight: NDArray[np.uint8]
    block: tuple[int, int]

    @classmethod
    def of(cls, pixels: Pixels) -> BlockGrid | None:
        """Return the grid of pixels; None if a block does not fit, or positions are not known."""
        frame = pixels.frame
        if frame is None or not len(pixels.rgb):
            return None
        if len(pixels.rgb) == frame.total:
            shape = frame.height, frame.width
            if min(shape) < SIDE:
                return None
            rgb, weight = pixels.rgb.reshape(*shape, 3), pixels.weight.reshape(shape)
            return cls._padded(rgb, weight, (SIDE, SIDE))
        step = frame.total / len(pixels.rgb)
        index = _sampled_rows(frame, len(pixels.rgb))
        across = max(1, round(SIDE / step**0.5))
        block = round(SIDE * SIDE / across), across
        if index.shape[0] < block[0] or index.shape[1] < block[1]:
            return None
        return cls._padded(pixels.rgb[index], pixels.weight[index], block)

    @classmethod
    def _padded(
        cls, rgb: NDArray[np.uint8], weight: NDArray[np.uint8], block: tuple[int, int]
    ) -> BlockGrid:
        """Return a grid that ends with whole patches."""
        below, right = (-size % (2 * side) for size, side in zip(weight.shape, block, strict=True))
        if below or right:
            rgb = np.pad(rgb, ((0, below), (0, right), (0, 0)))
            weight = np.pad(weight, ((0, below), (0, right)))
        return cls(rgb, weight, block)

    @property
    def shape(self) -> tuple[int, int]:
        """The number of rows and columns of blocks."""
        height, width = self.weight.shape
        return height // self.block[0], width // self.block[1]

    @property
    def block_size(self) -> int:
        """The number of samples in a block."""
        return self.block[0] * self.block[1]

    @cached_property
    def present(self) -> NDArray[np.int64]:
        """The number of samples that exist in each block."""
        if self.weight.all():
            return np.full(self.shape, self.block_size, np.int64)
        return self._per_block(self.weight > 0)

    @cached_property
    def block_weights(self) -> NDArray[np.int64]:
        """The weight of each block."""
        return self._per_block(self.weight)

    @property
    def patch_weights(self) -> NDArray[np.int64]:
        """The weight of each patch."""
        rows, columns = self.shape
        pairs = self.block_weights.reshape(rows // 2, 2, columns // 2, 2)
        weights: NDArray[np.int64] = pairs.sum(axis=(1, 3))
        return weights

    @cached_property
    def block_means(self) -> NDArray[np.float64]:
        """The mean color of each block, `(rows, columns, 3)`."""
        part = self._rows.sum(axis=1, dtype=np.uint32).reshape(self._columns)
        means: NDArray[np.float64] = part.sum(axis=2, dtype=np.uint32) / np.float64(self.block_size)
        return means

    @cached_property
    def block_spreads(self) -> NDArray[np.uint8]:
        """The largest difference within a channel in each block, `(rows, columns)`."""
        most = self._rows.max(axis=1).reshape(self._columns).max(axis=2)
        least = self._rows.min(axis=1).reshape(self._columns).min(axis=2)
        spreads: NDArray[np.uint8] = (most - least).max(axis=2)
        return spreads

    def patches(self, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """Return the samples of chosen patches, `(n, p, 3)`, and which of them exist, `(n, p)`."""
        rows, columns = chosen.shape
        shape = rows, 2 * self.block[0], columns, 2 * self.block[1]
        rgb = self.rgb.reshape(*shape, 3).transpose(0, 2, 1, 3, 4)[chosen]
        weight = self.weight.reshape(shape).transpose(0, 2, 1, 3)[chosen]
        size = 4 * self.block_size
        return rgb.reshape(-1, size, 3), weight.reshape(-1, size) > 0

    def samples(self, chosen: NDArray[np.bool_]) -> Pixels:
        """Return the samples of chosen patches, without a frame."""
        where = chosen.repeat(2 * self.block[0], axis=0).repeat(2 * self.block[1], axis=1)
        return Pixels(self.rgb[where], self.weight[where])

    @property
    def _rows(self) -> NDArray[np.uint8]:
        return self.rgb.reshape(self.shape[0], self.block[0], -1)

    @property
    def _columns(self) -> tuple[int, int, int, int]:
        return *self.shape, self.block[1], 3

    def _per_block(self, values: NDArray[np.uint8] | NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the sum of `(h, w)` values in each block."""
        part = values.reshape(self.shape[0], self.block[0], -1).sum(axis=1, dtype=np.int64)
        sums: NDArray[np.int64] = part.reshape(*self.shape, self.block[1]).sum(axis=2)
        return sums


def _sampled_rows(frame: Frame, count: int) -> NDArray[np.int64]:
    """Return which of `count` samples are in each row of a picture, as many in each of them.

    What remains of a row is left out. See `pictures.pixels.sample_positions`.
    """
    a_row = frame.width * count / frame.total
    first = np.ceil(np.arange(frame.height, dtype=np.int64) * a_row).astype(np.int64)
    index = first[:, np.newaxis] + np.arange(int(a_row), dtype=np.int64)
    rows: NDArray[np.int64] = np.minimum(index, count - 1)
    return rows
