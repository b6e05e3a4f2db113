"""Run lengths: the pixels of a BMP that is compressed as RLE4 or RLE8.

Microsoft's documentation, “Bitmap Compression”.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["unpacked"]

END_OF_ROW, END, SKIP = 0, 1, 2
"""What a byte behind a 0 means; larger ones are numbers of pixels that follow as they are."""


HIGH = bytes(value >> 4 for value in range(256))
LOW = bytes(value & 15 for value in range(256))
"""The two indexes of 4 bits in each byte."""


def unpacked(data: bytes, width: int, height: int, bits: int) -> NDArray[np.uint8] | None:
    """Return index and weight, 0 or 255, of pixels, `(h, w, 2)`, rows as they are stored.

    Pixels that the data skip have weight 0, as in GIMP and in browsers. `bits` is 4 or 8. Returns
    None if the data break off before the last pixel.
    """
    # In bytes, as arrays take ten times as long for a run of a few pixels.
    indexes, weights = bytearray(width * height), bytearray(width * height)
    opaque = b"\xff" * 255
    at = row = column = 0
    while at + 1 < len(data) and row < height:
        count, value = data[at], data[at + 1]
        at += 2
        if count:
            run = _numbers(data[at - 1 : at], bits) * count
        elif value == END_OF_ROW:
            row, column = row + 1, 0
            continue
        elif value == END:
            break
        elif value == SKIP:
            if at + 1 >= len(data):
                return None
            column, row = column + data[at], row + data[at + 1]
            at += 2
            continue
        else:
            count, size = value, value if bits == 8 else -(-value // 2)
            run = _numbers(data[at : at + size], bits)
            at += size + size % 2
        count = min(count, width - column, len(run))
        if count > 0:
            start = row * width + column
            indexes[start : start + count] = run[:count]
            weights[start : start + count] = opaque[:count]
            column += count
    else:  # without an end that is told
        if row < height and not (row == height - 1 and column >= width):
            return None
    planes = [np.frombuffer(each, np.uint8).reshape(height, width) for each in (indexes, weights)]
    return np.stack(planes, axis=2)


def _numbers(data: bytes, bits: int) -> bytes:
    """Return the indexes in bytes, one or two in each."""
    if bits == 8:
        return data
    numbers = bytearray(2 * len(data))
    numbers[::2], numbers[1::2] = data.translate(HIGH), data.translate(LOW)
    return bytes(numbers)
