"""TIFF YCbCr: luma and color differences, of which several pixels may share the differences.

TIFF 6.0 (Adobe, 1992), sections 20 and 21.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError
from palette_engine.libraries import warn
from palette_engine.pictures.tiff_tags import Tags, damage

__all__ = ["YCbCr", "ycbcr_of"]

COEFFICIENTS, SUBSAMPLING, REFERENCES = 529, 530, 532
"""Tags."""

LUMA: tuple[float, ...] = (0.299, 0.587, 0.114)
"""The shares of red, green and blue in luma, unless a file says others (ITU-R BT.601)."""

FULL_RANGE: tuple[float, ...] = (0.0, 255.0, 128.0, 255.0, 128.0, 255.0)
"""The codes of black and white of each channel, unless a file says others."""

DEFAULT_SUBSAMPLING = (2, 2)

TOLERANCE = 0.05
"""How far the shares of luma may be from 1 in all."""

MAX_REFERENCE = 2**16
"""The largest distance from black to white in codes of 8 bits; more make one color of all."""

CODING_RANGES = (255, 127, 127)
"""What the distances from black to white stand for."""


@dataclass(frozen=True)
class YCbCr:
    """How YCbCr of 8 bits is stored.

    A Cb and a Cr are those of `across` x `down` pixels. `luma` has the shares of red, green and
    blue in luma, and `references` the codes of black and white of each channel.
    """

    across: int
    down: int
    luma: tuple[float, ...]
    references: tuple[float, ...]

    @property
    def is_subsampled(self) -> bool:
        """Whether several pixels share a Cb and a Cr."""
        return self.across * self.down > 1

    @property
    def unit_bytes(self) -> int:
        """The bytes of the pixels that share a Cb and a Cr."""
        return self.across * self.down + 2

    def pixels(self, units: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
        """Return Y, Cb and Cr of each pixel, uint8 `(h, width, 3)`, of rows of units.

        `units` is uint8 `(rows, bytes)`; `h` is a multiple of `down`. Cb and Cr are repeated, as
        libtiff does.
        """
        rows, across, down = len(units), self.across, self.down
        stored = units.reshape(rows, -1, self.unit_bytes)
        result = np.empty((rows, down, stored.shape[1], across, 3), np.uint8)
        luma = stored[..., :-2].reshape(rows, -1, down, across)
        result[..., 0] = luma.swapaxes(1, 2)
        result[..., 1:] = stored[:, np.newaxis, :, np.newaxis, -2:]
        return result.reshape(rows * down, -1, 3)[:, :width]

    def rgb(self, native: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return RGB of Y, Cb and Cr, uint8 `(n, 3)`; what is beyond is cut."""
        black, white = np.array(self.references, np.float64).reshape(3, 2).T
        scale = np.array(CODING_RANGES, np.float64) / (white - black)
        y, cb, cr = ((native - black) * scale).T
        of_red, of_green, of_blue = self.luma
        red = cr * (2 - 2 * of_red) + y
        blue = cb * (2 - 2 * of_blue) + y
        green = (y - of_blue * blue - of_red * red) / of_green
        rgb = np.stack([red, green, blue], axis=1)
        values: NDArray[np.uint8] = np.floor(rgb + 0.5).clip(0, 255).astype(np.uint8)
        return values


def ycbcr_of(tags: Tags, pixels: int) -> YCbCr:
    """Return how the YCbCr of a TIFF of some pixels is stored.

    Raises `InputError` if the file says what is not possible, and warns with `PaletteWarning` of
    numbers without a meaning.
    """
    across, down = _subsampling(tags, pixels)
    with contextlib.suppress(InputError):
        luma = tags.reals(COEFFICIENTS) or LUMA
        references = tags.reals(REFERENCES) or FULL_RANGE
        if _have_meaning(luma, references):
            return YCbCr(across, down, luma, references)
    warn(f"{tags.name}: its coefficients of YCbCr have no meaning; those of BT.601 count.")
    return YCbCr(across, down, LUMA, FULL_RANGE)


def _have_meaning(luma: Sequence[float], references: Sequence[float]) -> bool:
    """Return whether shares of luma, and codes of black and white, can be used."""
    if len(luma) != 3 or not all(0 < share < 1 for share in luma) or len(references) != 6:
        return False
    ranges = zip(references[::2], references[1::2], strict=True)
    return abs(sum(luma) - 1) < TOLERANCE and all(
        1 <= white - black <= MAX_REFERENCE for black, white in ranges
    )


def _subsampling(tags: Tags, pixels: int) -> tuple[int, int]:
    """Return the number of pixels across and down that share a Cb and a Cr."""
    found = tuple(tags.numbers(SUBSAMPLING).tolist())
    if not found:
        # Writers that leave the tag out may have as many bytes as there are without subsampling.
        is_whole = (
            tags.number(259, 1) == 1 and int(tags.numbers(279).sum(dtype=np.uint64)) == 3 * pixels
        )
        return (1, 1) if is_whole else DEFAULT_SUBSAMPLING
    if len(found) != 2 or not {*found} <= {1, 2, 4}:
        raise damage(tags.name, "its YCbCrSubSampling has no meaning")
    return found[0], found[1]
