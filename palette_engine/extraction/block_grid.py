"""Block grid: the samples of a picture in blocks and patches, as codecs cut it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
        layout = _Layout.of(pixels)
        if layout is None:
            return None
        return cls._padded(*layout.samples(pixels, slice(None)), layout.block)

    @classmethod
    def sketch_of(cls, pixels: Pixels) -> BlockGrid | None:
        """Return the first and the last row of each whole block as a grid; None as above.

        It takes much less time, and what varies in a block of it varies in the whole block.
        """
        layout = _Layout.of(pixels)
        if layout is None:
            return None
        height, width = layout.block
        first = np.arange(0, layout.rows - height + 1, height, dtype=np.intp)
        chosen = np.stack([first, first + height - 1], axis=1).reshape(-1)
        rgb, weight = layout.samples(pixels, chosen)
        whole = weight.shape[1] // width * width
        return cls(rgb[:, :whole], weight[:, :whole], (2, width))

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
        part = self._columns_first(self._rows.sum(axis=1, dtype=np.uint16))
        means: NDArray[np.float64] = part.sum(axis=0, dtype=np.uint32) / np.float64(self.block_size)
        return means

    @cached_property
    def block_least(self) -> NDArray[np.uint8]:
        """The least value of each channel in each block, `(rows, columns, 3)`."""
        least: NDArray[np.uint8] = self._columns_first(self._rows.min(axis=1)).min(axis=0)
        return least

    @cached_property
    def block_spreads(self) -> NDArray[np.uint8]:
        """The largest difference within a channel in each block, `(rows, columns)`."""
        most = self._columns_first(self._rows.max(axis=1)).max(axis=0)
        spreads: NDArray[np.uint8] = (most - self.block_least).max(axis=2)
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

    def _columns_first(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return `(rows, 3 w)` values by the column of a block that they are in, first.

        numpy reduces a first axis much faster than a short one in the middle.
        """
        columns = rows.reshape(*self.shape, self.block[1], 3).transpose(2, 0, 1, 3)
        return np.ascontiguousarray(columns)

    def _per_block(self, values: NDArray[np.uint8] | NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the sum of `(h, w)` values in each block."""
        part = values.reshape(self.shape[0], self.block[0], -1).sum(axis=1, dtype=np.int64)
        sums: NDArray[np.int64] = part.reshape(*self.shape, self.block[1]).sum(axis=2)
        return sums


@dataclass(frozen=True, eq=False)
class _Layout:
    """Where the samples of a picture are: `rows` rows of `a_row` each, in blocks.

    What remains of a row is left out. See `pictures.pixels.sample_positions`.
    """

    frame: Frame
    count: int
    a_row: int
    block: tuple[int, int]

    @classmethod
    def of(cls, pixels: Pixels) -> _Layout | None:
        """Return the layout of pixels; None if a block does not fit, or positions are not known."""
        frame, count = pixels.frame, len(pixels.rgb)
        if frame is None or not count:
            return None
        step = frame.total / count
        across = max(1, round(SIDE / step**0.5))
        block = round(SIDE * SIDE / across), across
        a_row = int(frame.width * count / frame.total)
        if frame.height < block[0] or a_row < block[1]:
            return None
        return cls(frame, count, a_row, block)

    @property
    def rows(self) -> int:
        """The number of rows of samples."""
        return self.frame.height

    def samples(
        self, pixels: Pixels, rows: slice | NDArray[np.intp]
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return colors and weights of chosen rows, `(r, a_row, 3)` and `(r, a_row)`."""
        shape = self.rows, self.a_row
        if self.count == self.frame.total:
            return pixels.rgb.reshape(*shape, 3)[rows], pixels.weight.reshape(shape)[rows]
        width = self.frame.width * self.count / self.frame.total
        first = np.ceil(np.arange(self.rows, dtype=np.int64) * width).astype(np.int64)[rows]
        index = first[:, np.newaxis] + np.arange(self.a_row, dtype=np.int64)
        np.minimum(index, self.count - 1, out=index)
        return pixels.rgb.take(index, axis=0), pixels.weight.take(index)
