"""Small picture: a larger one in few pixels, from its strips.

Standard library only.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache
from operator import itemgetter
from typing import TypeAlias

from extract_palette.pictures.viewport import Box

BYTES = {"rgb": 3, "rgba": 4, "mask": 1}
"""The bytes of one pixel of each plane."""

PARTS = 3
"""A pixel is the mean of the middles of so many parts of its width and of its height."""

LIGHT = 4095
"""Linear light of white: the sum for `PARTS` x `PARTS` pixels fits into 16 bits."""

Watch: TypeAlias = Callable[[int, int, list[bytes]], None]
"""Sees a strip: its first row, the number of its rows, and its planes."""


def ignore_strips(_top: int, _rows: int, _planes: list[bytes]) -> None:
    """Do nothing about strips."""


class SmallPicture:
    """A picture that fits into a size, and shows a larger one, whose strips `add` takes.

    `names` are those of its planes: the colors have alpha, even if those of the larger one do not.
    `at` is the position of the larger one in a whole of which it is a part.
    See docs/decisions.md#averaged-thumbnails.
    """

    def __init__(
        self,
        names: Sequence[str],
        larger: tuple[int, int],
        most: tuple[int, int],
        at: tuple[int, int] = (0, 0),
    ) -> None:
        self.box = Box(*at, *larger)
        """The part of the whole that it shows."""
        scale = min(1.0, *(limit / size for limit, size in zip(most, larger, strict=True)))
        self.width, self.height = (max(1, round(size * scale)) for size in larger)
        self.is_whole = scale == 1.0
        """Whether it has as many pixels as the larger picture."""
        self.names = ["rgba" if name == "rgb" else name for name in names]
        self.rows = centers(larger[1], PARTS * self.height)
        """The rows of the larger picture that are sampled."""
        self._pick = itemgetter(*centers(larger[0], PARTS * self.width))
        self._wide = larger[0]
        self._pixels = [BYTES[name] for name in names]
        self._samples = [[bytearray() for _ in range(size)] for size in self._pixels]
        """The samples of each channel of each plane, row by row."""
        self._whole = [bytearray() for _ in names]
        """The planes as they are, if nothing has to be averaged."""
        self._result: bytes | None = None

    @property
    def planes(self) -> bytes:
        """All planes, as one strip, once all rows were added."""
        if self._result is None and self.is_whole:
            colors, *masks = self._whole
            self._result = b"".join([_with_alpha(colors, self._pixels[0]), *masks])
        elif self._result is None:
            channels, *samples = self._samples
            middles = [self._part(channel, PARTS // 2, PARTS // 2) for (channel,) in samples]
            self._result = b"".join([self._colors(channels), *middles])
        return self._result

    def add(self, top: int, rows: int, planes: list[bytes]) -> None:
        """Take the pixels that are in a strip; strips come in order, and overlap nowhere."""
        if self.is_whole:
            for kept, plane in zip(self._whole, planes, strict=True):
                kept += plane
            return
        first, last = (bisect_left(self.rows, row) for row in (top, top + rows))
        for channels, size, plane in zip(self._samples, self._pixels, planes, strict=True):
            line = self._wide * size
            for row in self.rows[first:last]:
                start = (row - top) * line
                pixels = plane[start : start + line]
                for number, channel in enumerate(channels):
                    channel += bytes(self._pick(pixels[number::size]))

    def _part(self, channel: bytearray, down: int, across: int) -> bytes:
        """Return one of the `PARTS` x `PARTS` samples of every pixel."""
        line = PARTS * self.width
        rows = range(down * line, len(channel), PARTS * line)
        return b"".join([bytes(channel[row + across : row + line : PARTS]) for row in rows])

    def _colors(self, channels: list[bytearray]) -> bytes:
        """Return means in linear light as R'G'B'A, and the middle sample where alpha is not 255."""
        count = self.width * self.height
        result = bytearray(b"\xff" * (4 * count))
        for number in range(3):
            result[number::4] = self._means(channels[number])
        if len(channels) == 4 and channels[3].count(255) < len(channels[3]):
            middles = bytearray(4 * count)
            for number, channel in enumerate(channels):
                middles[number::4] = self._part(channel, PARTS // 2, PARTS // 2)
            for at in self._unlike_opaque(channels[3]):
                result[4 * at : 4 * at + 4] = middles[4 * at : 4 * at + 4]
        return bytes(result)

    def _unlike_opaque(self, alpha: bytearray) -> list[int]:
        """Return the pixels of which some samples are not opaque."""
        opaque = bytes([0] * 255 + [1])
        count = self.width * self.height
        whole = (1 << (8 * count)) - 1
        for down in range(PARTS):
            for across in range(PARTS):
                part = self._part(alpha, down, across).translate(opaque)
                whole &= int.from_bytes(part, "little")
        flags = whole.to_bytes(count, "little")
        return [at for at, flag in enumerate(flags) if not flag]

    def _means(self, channel: bytearray) -> bytes:
        """Return the mean of each pixel's samples.

        Whole planes are added as one long number of 16 bits a pixel: there is no NumPy here.
        """
        low, high, back = light_tables()
        count = self.width * self.height
        total, sums = 0, bytearray(2 * count)
        for down in range(PARTS):
            for across in range(PARTS):
                part = self._part(channel, down, across)
                sums[0::2], sums[1::2] = part.translate(low), part.translate(high)
                total += int.from_bytes(sums, "little")
        values = memoryview(total.to_bytes(2 * count, "little"))
        if sys.byteorder == "big":
            values = memoryview(bytes(values)[::-1])
            return bytes(map(back.__getitem__, values.cast("H")))[::-1]
        return bytes(map(back.__getitem__, values.cast("H")))


def _with_alpha(colors: bytearray, size: int) -> bytes:
    """Return R'G'B'A u8 of pixels of a size in bytes, which have no alpha if that is 3."""
    if size == BYTES["rgba"]:
        return bytes(colors)
    result = bytearray(b"\xff" * (len(colors) // size * 4))
    for number in range(size):
        result[number::4] = colors[number::size]
    return bytes(result)


@cache
def light_tables() -> tuple[bytes, bytes, bytes]:
    """Return the low and the high bytes of sRGB values in linear light, and a sum's sRGB value."""
    light = [round(LIGHT * _linear(value / 255)) for value in range(256)]
    parts = PARTS**2
    back, value = bytearray(), 0
    for total in range(parts * LIGHT + 1):
        while value < 255 and parts * (light[value] + light[value + 1]) < 2 * total:
            value += 1
        back.append(value)
    return bytes(v & 255 for v in light), bytes(v >> 8 for v in light), bytes(back)


def _linear(value: float) -> float:
    """Return a value of sRGB, 0 to 1, in linear light (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def centers(length: int, count: int) -> list[int]:
    """Return the middles of `count` equal parts of a length."""
    return [(2 * part + 1) * length // (2 * count) for part in range(count)]
