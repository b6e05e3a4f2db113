"""Run lengths: the pixels of a BMP that is compressed as RLE4 or RLE8.

Microsoft's documentation, “Bitmap Compression”.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["unpacked"]

FULL = b"\xff"
"""The weight of a pixel that is drawn."""

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
    indexes, weights = bytearray(), bytearray()
    at, row_end, total, stop = 0, width, width * height, len(data) - 1
    while at < stop and row_end <= total:
        count, value = data[at], data[at + 1]
        at += 2
        drawn = len(indexes)
        if count:
            run = data[at - 1 : at] if bits == 8 else _numbers(data[at - 1 : at], bits)
            indexes += (run * count)[: min(count, row_end - drawn)]
            continue
        if value > SKIP:
            size = value if bits == 8 else -(-value // 2)
            indexes += _numbers(data[at : at + size], bits)[: min(value, row_end - drawn)]
            at += size + size % 2
            continue
        if value == END:
            goal = row_end = total
        elif value == END_OF_ROW:
            goal, row_end = row_end, row_end + width
        elif at < stop:
            across, down = data[at], data[at + 1]
            at += 2
            goal, row_end = min(drawn + across, row_end) + down * width, row_end + down * width
        else:
            return None
        goal = min(goal, total)
        weights += FULL * (drawn - len(weights)) + bytes(goal - drawn)
        indexes += bytes(goal - drawn)
        if value == END:
            break
    if len(indexes) < total:
        return None
    weights += FULL * (total - len(weights))
    planes = [np.frombuffer(each, np.uint8) for each in (indexes, weights)]
    return np.stack(planes, axis=1).reshape(height, width, 2)


def _numbers(data: bytes, bits: int) -> bytes:
    """Return the indexes in bytes, one or two in each."""
    if bits == 8:
        return data
    numbers = bytearray(2 * len(data))
    numbers[::2], numbers[1::2] = data.translate(HIGH), data.translate(LOW)
    return bytes(numbers)
