"""Small pictures whose colors are known, and their files."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

__all__ = ["BROWN", "blocks", "encoded", "f32", "png", "solid", "stripes", "tiff", "u8", "u16"]

BROWN = (200, 100, 50)
"""A color whose channels differ, so that none can be mistaken for another."""

Color = Sequence[int]


def u8(values: Any) -> NDArray[np.uint8]:
    """Return an array of 8-bit numbers."""
    return np.array(values, np.uint8)


def u16(values: Any) -> NDArray[np.uint16]:
    """Return an array of 16-bit numbers."""
    return np.array(values, np.uint16)


def f32(values: Any) -> NDArray[np.float32]:
    """Return an array of 32-bit floats."""
    return np.array(values, np.float32)


def solid(mode: str = "RGB", color: int | float | tuple[int, ...] = BROWN) -> Image.Image:
    """Return a Pillow image of one color."""
    return Image.new(mode, (16, 8), color)


def blocks(*counts: tuple[Color, int]) -> NDArray[np.uint8]:
    """Return a picture one pixel high with so many pixels of each color."""
    return np.concatenate([np.tile(u8([[color]]), (1, count, 1)) for color, count in counts], 1)


def stripes(height: int, width: int, period: int, colors: Sequence[Color]) -> NDArray[np.uint8]:
    """Return vertical stripes: of each `period` columns, all but one have the first color."""
    first, second = u8(colors)
    columns = (np.arange(width) % period == period - 1)[:, np.newaxis]
    return np.broadcast_to(np.where(columns, second, first), (height, width, 3))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return a Pillow image as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def tiff(array: NDArray[Any], **options: Any) -> bytes:
    """Return an array as the bytes of a TIFF, as tifffile writes it."""
    file = io.BytesIO()
    tifffile.imwrite(file, array, **options)
    return file.getvalue()


def png(
    depth: int,
    kind: int,
    row: bytes,
    *chunks: tuple[bytes, bytes],
    size: tuple[int, int] = (2, 1),
) -> bytes:
    """Return a PNG of one row as the bytes of a file, for the kinds that Pillow cannot write.

    `kind` is PNG's color type: 0 gray, 2 RGB, 3 indexed, 4 gray with alpha, 6 RGB with alpha.
    """
    header = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, 0)
    body = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"\0" + row)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in body)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
