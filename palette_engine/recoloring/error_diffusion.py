"""Error diffusion: passes each pixel's error on to its neighbors, so that they mix to its color."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palette_engine import libraries
from palette_engine.color.cielab import lab_of
from palette_engine.color.codes import COLOR, codes_of, words_of
from palette_engine.recoloring.mixing import CHANNELS, FULL, STEP_BITS, Light, Mixer, Tones
from palette_engine.recoloring.raster import Picture
from palette_engine.recoloring.swatch_table import Index, Progress

__all__ = ["FloydSteinberg", "spread_of"]

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

PARTS_BITS = 4
"""Neighbors get multiples of 2**-4 of an error."""

ROUNDING = 2**PARTS_BITS // 2
"""What is added to sixteenths before they are cut."""

BLOCK = 2**17
"""About how many pixels are looked up at a time."""


class FloydSteinberg:
    """Recolors pictures by error diffusion.

    R. W. Floyd and L. Steinberg, "An adaptive algorithm for spatial grey scale", Proc. SID 17
    (1976), row by row from the left. 7/16 of a pixel's error go to its right neighbor, and 3/16,
    5/16 and 1/16 to the neighbors below: left, middle and right. Invisible pixels pass on no error.
    Where swatches are near each other, 1/8 of the error is dropped (`spread_of`).

    See docs/decisions.md#dithering-in-linear-light.
    """

    def __init__(self, swatches: NDArray[np.uint8]) -> None:
        self._swatches = swatches
        self._mixer = Mixer.of(swatches)
        # One more, of a pixel that passes on nothing.
        spread = np.append(spread_of(swatches), np.int32(0))
        self._spread = np.repeat(spread[:, np.newaxis], CHANNELS, axis=1)

    def __call__(self, picture: Picture, progress: Progress) -> Index:
        """Return the index of a swatch for each pixel, `(h, w)`."""
        if picture.alpha.shape[1] == 1:
            return self(_widened(picture), progress)[:, :1]
        tones = Tones.of(picture, self._swatches)
        wanted = (tones.light << PARTS_BITS) + ROUNDING
        alpha, rgb = np.ascontiguousarray(picture.alpha), picture.rgb.reshape(-1, 3)
        opaque = bool(alpha.all())
        index = np.empty(picture.alpha.shape, self._mixer.table.dtype)
        errors = _Errors(len(index))
        for block in _blocks(*picture.alpha.shape):
            progress(block.start / block.steps)
            light = wanted.take(tones.by_code.take(block.codes(rgb)), axis=0)
            passing = None if opaque else block.cut(alpha) > 0
            block.paste(self._mixed(block, light, passing, errors), index)
        return index

    def _mixed(
        self, block: _Block, light: Light, passing: NDArray[np.bool_] | None, errors: _Errors
    ) -> Index:
        """Return the swatches of a block, `(steps, rows)`.

        `light` is what its colors want, `(steps, rows, 4)` in sixteenths with rounding; `passing`
        is whether a pixel passes on its error, `(steps, rows)`, or None if all do.
        """
        index = np.empty(light.shape[:2], self._mixer.table.dtype)
        top = block.top
        for number in range(len(index)):
            first, stop = block.rows_at(block.start + number)
            row = slice(first - top, stop - top)
            total, part, least, most = errors.work[:, : CHANNELS * (stop - first)]
            errors.add_up(first, stop, total, part)
            total += light[number, row].reshape(-1)
            np.right_shift(total, PARTS_BITS + STEP_BITS, out=part)
            found = self._mixer.nearest_of_steps(part)
            index[number, row] = found
            swatch = found.astype(np.intp)
            total >>= PARTS_BITS
            total -= self._mixer.light.take(swatch, axis=0).reshape(-1)
            np.maximum(total, least, out=total)
            np.minimum(total, most, out=total)
            if passing is not None:
                swatch[~passing[number, row]] = len(self._mixer.light)
            total *= self._spread.take(swatch, axis=0).reshape(-1)
            total >>= SPREAD_BITS
            errors.push(first, stop, total)
        return index


@dataclass(frozen=True)
class _Block:
    """Pixels of steps from `start` to before `stop`, in the rows from `top` to before `bottom`.

    The step of a pixel is its column plus twice its row. Pixels of a step do not depend on each
    other, only on those of the last three steps, so they are computed at once. In the memory of a
    picture, both a block's rows and its steps are at equal distances.
    """

    width: int
    height: int
    start: int
    stop: int

    @property
    def steps(self) -> int:
        """The number of steps of the whole picture."""
        return self.width + 2 * (self.height - 1)

    @property
    def top(self) -> int:
        """The first row."""
        return self.rows_at(self.start)[0]

    @property
    def bottom(self) -> int:
        """The row after the last."""
        return self.rows_at(self.stop - 1)[1]

    def rows_at(self, step: int) -> tuple[int, int]:
        """Return the first row of a step, and the row after its last."""
        return max(0, (step - self.width + 2) // 2), min(self.height - 1, step // 2) + 1

    def codes(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
        """Return the codes of the colors `(n, 3)` of a picture, `(steps, rows)`.

        Where the picture has no pixel, it is any of its colors.
        """
        if self.stop == self.steps:  # the last pixel, alone
            return codes_of(rgb[-1:]).reshape(1, 1)
        words = words_of(rgb, self._shape, self._first, self._strides)
        return np.ascontiguousarray((words & COLOR).T)

    def cut(self, flat: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the numbers of a picture, `(h, w)`, that are in the block, `(steps, rows)`."""
        view = np.ndarray(self._shape, np.uint8, flat, self._first, self._strides)
        return np.ascontiguousarray(view.T)

    def paste(self, found: Index, index: Index) -> None:
        """Write the block's indexes, `(steps, rows)`, into those of the picture, `(h, w)`."""
        lines = np.ascontiguousarray(found.T)
        # In the middle, the picture has a pixel for each step of a row.
        first = max(self.top, -((self.width - self.stop) // 2))
        after = max(first, min(self.bottom, self.start // 2 + 1))
        view = np.ndarray(
            self._shape,
            index.dtype,
            index,
            self._first * index.itemsize,
            tuple(stride * index.itemsize for stride in self._strides),
        )
        whole = slice(first - self.top, after - self.top)
        view[whole] = lines[whole]
        for row in (*range(self.top, min(first, self.bottom)), *range(after, self.bottom)):
            left = self.start - 2 * row
            columns = slice(max(0, left), min(self.width, self.stop - 2 * row))
            index[row, columns] = lines[row - self.top, columns.start - left : columns.stop - left]

    @property
    def _shape(self) -> tuple[int, int]:
        return self.bottom - self.top, self.stop - self.start

    @property
    def _first(self) -> int:
        """The index of the pixel of the first row and step."""
        return self.start + self.top * (self.width - 2)

    @property
    def _strides(self) -> tuple[int, int]:
        return self.width - 2, 1


def _blocks(height: int, width: int) -> Iterator[_Block]:
    """Yield the blocks of a picture; the last one is its last pixel."""
    last = width + 2 * (height - 1) - 1
    size = max(1, BLOCK // height)
    for start in range(0, last, size):
        yield _Block(width, height, start, min(start + size, last))
    yield _Block(width, height, last, last + 1)


class _Errors:
    """The errors that the pixels of the last three steps pass on, by row.

    `work` are two arrays to work in, and the least and the largest error, int32 `(4, 4 * rows)`.
    """

    def __init__(self, height: int) -> None:
        # The first row is above the picture, without errors.
        self._last, self._second, self._third = (
            np.zeros(CHANNELS * (height + 1), np.int32) for _ in range(3)
        )
        self.work = np.zeros((4, CHANNELS * height), np.int32)
        # numpy compares with an array in a quarter of the time that a number takes.
        self.work[2:] = [[-FULL], [FULL]]

    def add_up(
        self, first: int, stop: int, total: NDArray[np.int32], part: NDArray[np.int32]
    ) -> None:
        """Write to `total` the errors that reach a step's rows, in sixteenths."""
        above = slice(CHANNELS * first, CHANNELS * stop)
        left = slice(above.start + CHANNELS, above.stop + CHANNELS)
        np.multiply(self._last[left], 7, out=total)
        np.multiply(self._last[above], 3, out=part)
        total += part
        np.multiply(self._second[above], 5, out=part)
        total += part
        total += self._third[above]

    def push(self, first: int, stop: int, errors: NDArray[np.int32]) -> None:
        """Take the errors of a step's rows in."""
        newest = self._third
        newest[CHANNELS * max(0, first - 1) : CHANNELS * (first + 1)] = 0
        newest[CHANNELS * (first + 1) : CHANNELS * (stop + 1)] = errors
        self._last, self._second, self._third = newest, self._last, self._second


def _widened(picture: Picture) -> Picture:
    """Return a picture of one column with an invisible column beside it."""
    clear = np.zeros_like(picture.alpha)
    return Picture(np.repeat(picture.rgb, 2, axis=1), np.concatenate([picture.alpha, clear], 1))


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
