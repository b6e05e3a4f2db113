"""Separated pixels: how the layers of a separation look, alone and together, as R'G'B'A u8.

Standard library only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import compress


def flat_layer(code: str, mask: bytes) -> bytes:
    """Return the pixels of one color with a mask as their alpha."""
    pixels = bytearray(bytes.fromhex(code[1:] + "00") * len(mask))
    pixels[3::4] = mask
    return bytes(pixels)


def pixel_layer(pixels: bytes, mask: bytes) -> bytes:
    """Return R'G'B'A u8 pixels with a mask in place of their alpha."""
    masked = bytearray(pixels)
    masked[3::4] = mask
    return bytes(masked)


def flat_layers(codes: Sequence[str], masks: Mapping[int, bytes], count: int) -> bytes:
    """Return how the flat layers of `count` pixels look together.

    `masks` are those of colors by their indexes, at most two of which share a pixel. Its colors are
    mixed in linear light, as GIMP does it.
    """
    pixels = bytearray(4 * count)
    for index, mask in masks.items():
        color = bytes.fromhex(codes[index][1:])
        for at in compress(range(count), mask):
            place, part, before = 4 * at, mask[at], pixels[4 * at + 3]
            own = _mixed(bytes(pixels[place : place + 3]), before, color, part) if before else color
            pixels[place : place + 4] = own + bytes([before + part])
    return bytes(pixels)


def _linear(value: float) -> float:
    """Return the light of a value of sRGB (IEC 61966-2-1), of 255."""
    part = value / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


LIGHT = [_linear(value) for value in range(256)]

BOUNDS = [_linear(value + 0.5) for value in range(255)]
"""The light from which on the next value of sRGB is nearer."""


def _mixed(one: bytes, part: int, other: bytes, rest: int) -> bytes:
    """Return two colors mixed in linear light, by their parts."""
    lights = zip(one, other, strict=True)
    total = part + rest
    mixed = ((part * LIGHT[a] + rest * LIGHT[b]) / total for a, b in lights)
    return bytes(bisect_right(BOUNDS, light) for light in mixed)
