"""Masks: planes that multiply a picture's alpha.

Standard library only.
"""

from __future__ import annotations


def masked(count: int, planes: bytes) -> bytes:
    """Return `count` R'G'B'A u8 pixels with their masks multiplied into the alpha.

    `planes` is the pixels, then each mask with one byte a pixel. The engine rounds in the same way.
    """
    pixels = bytearray(planes[: 4 * count])
    for start in range(4 * count, len(planes), count):
        mask = planes[start : start + count]
        pixels[3::4] = bytes(
            (alpha * weight + 127) // 255 for alpha, weight in zip(pixels[3::4], mask, strict=True)
        )
    return bytes(pixels)
