"""Strips: the pixels of a picture as they arrive through a pipe, some rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError
from palette_engine.pictures.pixels import Frame, Pixels, sample_positions, seen
from palette_engine.pictures.weights import product
from palette_engine.recoloring.raster import Picture

__all__ = ["NOTHING", "ClientGone", "Layout", "Strip", "Strips"]

PLANES = [
    [colors, *masks] for colors in ("rgb", "rgba") for masks in ([], ["mask"], ["mask", "mask"])
]

MAX_STRIP_PIXELS = 2**28
"""Pixels of a strip, at most: a gigabyte of R'G'B'A, far more than a client needs."""

MAX_PICTURE_PIXELS = 2**40
"""Pixels of a picture, at most, so that the number of its bytes fits into int64.

See docs/decisions.md#exact-whole-numbers.
"""

SKIPPED = 2**20
"""Bytes that are read at a time if they are not needed."""


class ClientGone(Exception):
    """The input ended within a picture, so no client waits for an answer."""


@dataclass(frozen=True)
class Layout:
    """The size of a picture in pixels, the rows of a strip, and the numbers of masks and channels.

    The channels are those of the colors, 3 or, with alpha, 4.
    """

    width: int
    height: int
    rows: int
    masks: int
    channels: int = 4

    @classmethod
    def of(cls, values: object) -> Layout:
        """Return the layout in a request's values; raises `InputError`."""
        row = values if isinstance(values, dict) else {}
        sizes = [row.get(key) for key in ("width", "height", "rows")]
        counts = [size for size in sizes if type(size) is int and 1 <= size < 2**31]
        if counts != sizes:
            raise InputError("A picture's width, height and rows must be whole numbers above 0.")
        if row.get("planes") not in PLANES:
            raise InputError(
                'A picture\'s planes must be "rgb" or "rgba", then up to two times "mask", '
                'such as ["rgba", "mask"].'
            )
        width, height, rows = counts
        if width * min(height, rows) > MAX_STRIP_PIXELS:
            raise InputError(f"A strip has more than {MAX_STRIP_PIXELS:,} pixels; send fewer rows.")
        if width * height > MAX_PICTURE_PIXELS:
            raise InputError(f"A picture has at most {MAX_PICTURE_PIXELS:,} pixels; send fewer.")
        return cls(width, height, rows, len(row["planes"]) - 1, len(row["planes"][0]))

    @classmethod
    def of_bytes(cls, values: object) -> Layout:
        """Return the layout of the bytes that follow a request; raises `InputError`."""
        count = values.get("bytes") if isinstance(values, dict) else None
        if type(count) is not int or not 0 <= count <= MAX_STRIP_PIXELS:
            raise InputError(
                f"A request's bytes must be a whole number from 0 to {MAX_STRIP_PIXELS:,}."
            )
        return cls(count, 1, 1, 0, channels=1)

    @property
    def spans(self) -> Iterator[tuple[int, int]]:
        """The first row of each strip, and the row after its last."""
        for top in range(0, self.height, self.rows):
            yield top, min(self.height, top + self.rows)

    @property
    def bytes(self) -> int:
        """The bytes of all strips together."""
        return self.width * self.height * (self.channels + self.masks)


NOTHING = Layout(0, 0, 1, 0)


@dataclass(frozen=True, eq=False)
class Strip:
    """Rows of a picture: sRGB, uint8 `(n, 3)`, alpha, and alpha times masks, uint8 `(n,)`."""

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    weight: NDArray[np.uint8]


class Strips:
    """The strips of the picture that a pipe delivers next; they can be read once."""

    def __init__(self, source: BufferedIOBase, layout: Layout) -> None:
        self.layout = layout
        self._source = source
        self._left = layout.bytes
        self._buffers: dict[int, NDArray[np.uint8]] = {}

    def __iter__(self) -> Iterator[Strip]:
        """Yield each strip as it arrives, or raise `ClientGone`; it holds until the next one."""
        channels = self.layout.channels
        for top, bottom in self.layout.spans:
            count = (bottom - top) * self.layout.width
            colors = self._read(count * channels, 0).reshape(-1, channels)
            alpha = colors[:, 3] if channels == 4 else np.full(count, 255, np.uint8)
            weight = alpha
            for number in range(self.layout.masks):
                weight = product(weight, self._read(count, number + 1))
            yield Strip(colors[:, :3], alpha, weight)

    def sampled(self) -> Pixels:
        """Return the sampled pixels, which do not depend on the height of the strips.

        Only one strip at a time is in memory. Raises `ClientGone`.
        """
        width, height = self.layout.width, self.layout.height
        parts, alphas, start = [], [np.empty(0, np.uint8)], 0
        for strip in self:
            stop = start + len(strip.weight)
            chosen = sample_positions(start, stop, width * height) - start
            parts.append(Pixels(strip.rgb[chosen], strip.weight[chosen]))
            alphas.append(strip.alpha[chosen])
            start = stop
        pixels = Pixels.joined(parts)
        weight = seen(pixels.weight, np.concatenate(alphas))
        return Pixels(pixels.rgb, weight, Frame(width, height))

    def picture(self) -> Picture:
        """Return all pixels; raises `ClientGone`."""
        width, height = self.layout.width, self.layout.height
        rgb = np.empty((height, width, 3), np.uint8)
        alpha = np.empty((height, width), np.uint8)
        for (top, bottom), strip in zip(self.layout.spans, self, strict=True):
            rgb[top:bottom] = strip.rgb.reshape(-1, width, 3)
            alpha[top:bottom] = strip.weight.reshape(-1, width)
        return Picture(rgb, alpha)

    def pictures(self) -> Iterator[tuple[int, Picture]]:
        """Yield the first row of each strip, and the strip as a picture that holds until the next.

        Its alpha is multiplied by its masks. Raises `ClientGone`.
        """
        width = self.layout.width
        for (top, _), strip in zip(self.layout.spans, self, strict=True):
            yield top, Picture(strip.rgb.reshape(-1, width, 3), strip.weight.reshape(-1, width))

    def content(self) -> bytes:
        """Return all bytes; raises `ClientGone`."""
        return self._read(self.layout.bytes, 0).tobytes()

    def skip(self) -> None:
        """Read the remaining bytes and drop them; raises `ClientGone`."""
        while self._left:
            self._read(min(self._left, SKIPPED), 0)

    def _read(self, count: int, plane: int) -> NDArray[np.uint8]:
        """Return the next `count` bytes, in place of those before; raises `ClientGone`."""
        # Allocated before reading: if there is no memory, all bytes can still be skipped. Used
        # again, because fresh memory takes about as long as reading into it.
        buffer = self._buffers.get(plane)
        if buffer is None or len(buffer) < count:
            buffer = self._buffers[plane] = np.empty(count, np.uint8)
        data = buffer[:count]
        view = data.data
        while view:
            read = self._source.readinto(view)
            if not read:
                raise ClientGone
            self._left -= read
            view = view[read:]
        return data
