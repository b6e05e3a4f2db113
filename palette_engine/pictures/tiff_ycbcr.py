"""TIFF YCbCr: luma and chroma, of which several pixels may share one, become RGB.

TIFF 6.0 (Adobe, 1992), section 21.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.libraries import warn
from palette_engine.pictures.tiff_tags import Tags, damage

__all__ = ["YCbCr", "ycbcr_of"]

COEFFICIENTS, SUBSAMPLING, REFERENCE = 529, 530, 532
"""Tags: how much red, green and blue make luma; pixels of a chroma; codes of black and white."""

BT_601 = (0.299, 0.587, 0.114)
"""The coefficients of a file that tells none."""

FULL_RANGE = (0.0, 255.0, 128.0, 255.0, 128.0, 255.0)
"""The codes of black and white of luma, and of none and most of both chromas, if none are told."""

RATIONAL = 5


@dataclass(frozen=True)
class YCbCr:
    """How colors are stored: the size of the block of pixels that share their chroma, and ranges.

    `coefficients` are those of red, green and blue in luma, and `reference` the codes of the lowest
    and highest luma, and of no and most chroma, of Cb and then Cr.
    """

    across: int
    down: int
    coefficients: tuple[float, ...]
    reference: tuple[float, ...]

    @property
    def is_subsampled(self) -> bool:
        """Whether several pixels share their chroma."""
        return self.across * self.down > 1

    @property
    def unit(self) -> int:
        """The bytes of a block: the luma of all its pixels, row by row, then Cb and Cr."""
        return self.across * self.down + 2

    def row_bytes(self, width: int) -> int:
        """Return the bytes of a row of blocks."""
        return -(-width // self.across) * self.unit

    def expanded(self, data: bytes, width: int, height: int) -> NDArray[np.uint8]:
        """Return blocks as pixels, `(h, w, 3)`; those of a block have its chroma, as in libtiff."""
        columns, rows = -(-width // self.across), -(-height // self.down)
        blocks = np.frombuffer(data, np.uint8, rows * columns * self.unit)
        blocks = blocks.reshape(rows, columns, self.unit)
        luma = blocks[..., :-2].reshape(rows, columns, self.down, self.across).swapaxes(1, 2)
        upright = luma.reshape(rows * self.down, columns * self.across, 1)
        chroma = blocks[..., -2:].repeat(self.down, axis=0).repeat(self.across, axis=1)
        return np.concatenate([upright, chroma], axis=2)[:height, :width]

    def rgb(self, color: NDArray[Any]) -> NDArray[np.float64]:
        """Return colors, uint8 `(n, 3)`, as RGB, 0 to 1."""
        low, high = (np.array(self.reference[start::2], np.float64) for start in (0, 1))
        ranges = np.array((255, 127, 127), np.float64)
        luma, cb, cr = ((color - low) * (ranges / (high - low)) / 255).T
        of_red, of_green, of_blue = self.coefficients
        red = luma + cr * (2 - 2 * of_red)
        blue = luma + cb * (2 - 2 * of_blue)
        green = (luma - of_blue * blue - of_red * red) / of_green
        return np.stack([red, green, blue], axis=1).clip(0, 1)


def ycbcr_of(tags: Tags) -> YCbCr:
    """Return how a TIFF stores YCbCr; warns with `PaletteWarning` of numbers without a meaning."""
    sizes = tags.numbers(SUBSAMPLING).tolist() or [2, 2]
    if len(sizes) != 2 or not {*sizes} <= {1, 2, 4}:
        raise damage(tags.name, "its YCbCrSubSampling has no meaning")
    coefficients = _rationals(tags, COEFFICIENTS, 3) or BT_601
    reference = _rationals(tags, REFERENCE, 6) or FULL_RANGE
    usual = all(0 < each < 1 for each in coefficients) and abs(sum(coefficients) - 1) < 0.05
    ranges = zip(reference[::2], reference[1::2], strict=True)
    if not usual or not all(low < high for low, high in ranges):
        warn(f"{tags.name}: its coefficients of YCbCr have no meaning; those of BT.601 count.")
        coefficients, reference = BT_601, FULL_RANGE
    return YCbCr(sizes[0], sizes[1], coefficients, reference)


def _rationals(tags: Tags, tag: int, count: int) -> tuple[float, ...]:
    """Return the fractions of a tag, none if it is missing, and zeros if they are none."""
    entry = tags.entries.get(tag)
    if entry is None:
        return ()
    data = tags.data(tag)
    if entry.kind != RATIONAL or len(data) != 8 * count:
        return (0.0,) * count
    numbers = struct.unpack(f"{tags.order}{2 * count}I", data)
    parts = zip(numbers[::2], numbers[1::2], strict=True)
    return tuple(above / below if below else 0.0 for above, below in parts)
