"""Small picture: pixels sampled from the strips of a larger one.

Standard library only.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TypeAlias

BYTES = {"rgb": 3, "rgba": 4, "mask": 1}
"""The bytes of one pixel of each plane."""

CODES = {"rgba": "I", "mask": "B"}
"""The array type code of one pixel of each plane that has one."""

Watch: TypeAlias = Callable[[int, int, list[bytes]], None]
"""Sees a strip: its first row, the number of its rows, and its planes."""


def ignore_strips(_top: int, _rows: int, _planes: list[bytes]) -> None:
    """Do nothing about strips."""


class SmallPicture:
    """A picture that fits into a size, and has pixels of a larger one, which `add` takes.

    `names` are those of its planes: the colors have alpha, even if those of the larger one do not.
    See docs/decisions.md#sampled-thumbnails.
    """

    def __init__(
        self, names: Sequence[str], larger: tuple[int, int], most: tuple[int, int]
    ) -> None:
        scale = min(1.0, *(limit / size for limit, size in zip(most, larger, strict=True)))
        self.width, self.height = (max(1, round(size * scale)) for size in larger)
        self.names = ["rgba" if name == "rgb" else name for name in names]
        self.rows = centers(larger[1], self.height)
        """The rows of the larger picture that are sampled."""
        self._columns = centers(larger[0], self.width)
        self._wide = larger[0]
        self._pixels = [BYTES[name] for name in names]
        self._planes = [array(CODES[name]) for name in self.names]

    @property
    def planes(self) -> bytes:
        """All planes, as one strip."""
        return b"".join(plane.tobytes() for plane in self._planes)

    def add(self, top: int, rows: int, planes: list[bytes]) -> None:
        """Take the pixels that are in a strip; strips come in order, and overlap nowhere."""
        first, last = (bisect_left(self.rows, row) for row in (top, top + rows))
        for small, size, plane in zip(self._planes, self._pixels, planes, strict=True):
            line = self._wide * size
            for row in self.rows[first:last]:
                start = (row - top) * line
                pixels = plane[start : start + line]
                if size == 3:
                    small.frombytes(self._opaque(pixels))
                else:
                    values = array(small.typecode, pixels)
                    small.extend([values[column] for column in self._columns])

    def _opaque(self, pixels: bytes) -> bytes:
        """Return the sampled pixels of a row without alpha, with alpha."""
        return b"".join([pixels[3 * at : 3 * at + 3] + b"\xff" for at in self._columns])


def centers(length: int, count: int) -> list[int]:
    """Return the middles of `count` equal parts of a length."""
    return [(2 * part + 1) * length // (2 * count) for part in range(count)]
