"""Places: which swatch each pixel of a small picture belongs to.

Standard library only, in operations on whole pictures, as GIMP's Python may have no numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

VEIL = 224
"""How much the veil over all other places hides, of 255."""


@dataclass(frozen=True)
class Places:
    """An index map: for each pixel, row by row, the index of its swatch in `depth` bytes.

    The low byte comes first. Where the index is not that of a swatch, a pixel belongs to none.
    """

    width: int
    height: int
    count: int
    depth: int
    data: bytes
    shares: tuple[float, ...] = ()
    """The part of the area that each swatch has, 0 to 1, if it was asked for."""

    def at(self, x: int, y: int) -> int | None:
        """Return the index of the swatch that a pixel belongs to, if there is one."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return None
        start = (y * self.width + x) * self.depth
        index = int.from_bytes(self.data[start : start + self.depth], "little")
        return index if index < self.count else None

    def veil(self, index: int) -> bytes:
        """Return one byte a pixel: 0 at the places of a swatch, and `VEIL` everywhere else."""
        parts = [self._veil(byte, index >> 8 * byte & 255) for byte in range(self.depth)]
        if len(parts) == 1:
            return parts[0]
        numbers = (int.from_bytes(part, "little") for part in parts)
        return reduce(int.__or__, numbers).to_bytes(self.width * self.height, "little")

    def _veil(self, byte: int, value: int) -> bytes:
        """Return the veil where one byte of the indexes has another value."""
        table = bytearray([VEIL]) * 256
        table[value] = 0
        return self.data[byte :: self.depth].translate(table)
