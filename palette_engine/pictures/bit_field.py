"""Bit field: a channel that is some of the bits of a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BitField"]


@dataclass(frozen=True)
class BitField:
    """The bits of a channel in a pixel: how many there are below them, and how many they are."""

    shift: int
    size: int
    mask: int

    @classmethod
    def of(cls, mask: int) -> BitField:
        """Return the bits that are set in a mask."""
        shift = (mask & -mask).bit_length() - 1 if mask else 0
        return cls(shift, (mask >> shift).bit_length(), mask)

    def fits(self, bits: int) -> bool:
        """Return whether the bits are in one piece, and inside of the pixel."""
        return self.mask == ((1 << self.size) - 1) << self.shift and self.mask < 1 << bits

    def values(self, pixels: NDArray[np.uint32]) -> NDArray[np.uint16]:
        """Return the channel of pixels, 0 to 65,535."""
        most = (1 << self.size) - 1
        numbers = (pixels >> np.uint32(self.shift) & np.uint32(most)).astype(np.uint64)
        scaled = (numbers * np.uint64(65535) + np.uint64(most // 2)) // np.uint64(max(most, 1))
        return scaled.astype(np.uint16)
