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
from PIL import Image, ImageDraw

from tests.measures import differences

__all__ = [
    "BROWN",
    "blocks",
    "bundled",
    "clearly_different",
    "disc",
    "encoded",
    "f32",
    "mosaic",
    "noise",
    "png",
    "png_of",
    "sky",
    "solid",
    "stripes",
    "tiff",
    "u8",
    "u16",
]

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


def noise(seed: int, *shape: int, top: int = 256) -> NDArray[np.uint8]:
    """Return a picture of random colors, whose channels are below `top`."""
    return np.random.default_rng(seed).integers(0, top, (*shape, 3), np.uint8)


def clearly_different(count: int, seed: int, least: float = 20) -> list[tuple[int, int, int]]:
    """Return random colors that are at least a ΔE2000 apart."""
    rng = np.random.default_rng(seed)
    colors: list[tuple[int, int, int]] = []
    while len(colors) < count:
        candidates = rng.integers(0, 256, (64, 3)).tolist()
        apart = differences(candidates, [*colors, *candidates])
        taken, first = [*range(len(colors))], len(colors)
        for index, (red, green, blue) in enumerate(candidates):
            if len(colors) < count and (apart[index, taken] >= least).all():
                colors.append((red, green, blue))
                taken.append(first + index)
    return colors


def mosaic(
    colors: Sequence[tuple[int, int, int]],
    size: tuple[int, int],
    seed: int,
    *,
    smooth: bool = False,
    least: float = 0.01,
) -> tuple[NDArray[np.uint8], list[float]]:
    """Return shapes in a random layout, and the true share of each color, all above `least`.

    With `smooth` it is drawn at four times the size and reduced, which blends the edges.
    """
    rng = np.random.default_rng(seed)
    factor = 4 if smooth else 1
    width, height = size[0] * factor, size[1] * factor
    while True:
        image = Image.new("L", (width, height), 0)  # the index of each pixel's color
        draw = ImageDraw.Draw(image)
        for index in range(1, len(colors)):
            # Later shapes are smaller, so that they leave something of the others.
            reach = rng.uniform(0.3, 0.5, 2) / index**0.5
            middle = rng.uniform(reach.max(), 1 - reach.max(), 2)
            corners = 4 if rng.random() < 0.5 else 60  # all but a circle
            angles = rng.uniform(0, 2 * np.pi) + 2 * np.pi * np.arange(corners) / corners
            outline = middle + reach * np.stack([np.cos(angles), np.sin(angles)], axis=1)
            draw.polygon([*map(tuple, (outline * [width, height]).tolist())], fill=index)
        indexes = np.asarray(image)
        shares = np.bincount(indexes.ravel(), minlength=len(colors)) / indexes.size
        if shares.min() > least:
            drawn = Image.fromarray(u8(colors)[indexes])
            return np.asarray(drawn.reduce(factor) if smooth else drawn), shares.tolist()


def disc(
    picture: NDArray[np.uint8],
    share: float,
    color: Color,
    place: tuple[float, float] = (0.4, 0.6),
) -> tuple[NDArray[np.uint8], float]:
    """Return a picture with a disc on it, and the share of the area that the disc has.

    `place` is where its middle is, as parts of the height and the width.
    """
    height, width = picture.shape[:2]
    rows, columns = np.indices((height, width))
    squares = (rows - place[0] * height) ** 2 + (columns - place[1] * width) ** 2
    inside = squares <= share * height * width / np.pi
    result = np.where(inside[..., np.newaxis], u8(color), picture)
    return result, float(inside.mean())


def sky(seed: int, height: int = 400, width: int = 600) -> NDArray[np.uint8]:
    """Return a gray sky that gets lighter downward, with grain."""
    rng = np.random.default_rng(seed)
    gray = np.linspace(90, 230, height)[:, np.newaxis] + rng.normal(0, 8, (height, width))
    return np.repeat(gray.clip(0, 255).round().astype(np.uint8)[..., np.newaxis], 3, axis=2)


def bundled(name: str) -> NDArray[np.uint8]:
    """Return a photo that comes with scikit-image."""
    from skimage import data

    picture: NDArray[np.uint8] = getattr(data, name)()
    return picture


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


def png_of(
    array: NDArray[Any], *chunks: tuple[bytes, bytes], kind: int = -1, interlaced: bool = False
) -> bytes:
    """Return an array `(h, w, channels)`, uint8 or uint16, as the bytes of a PNG with chunks.

    `kind` is PNG's color type, by default that of gray, gray with alpha, RGB or RGB with alpha.
    """
    height, width, channels = array.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels] if kind < 0 else kind
    depth = array.dtype.itemsize * 8
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    parts = [array[top::down, left::across] for left, top, across, down in ADAM7]
    rows = [row for part in (parts if interlaced else [array]) if part.size for row in part]
    data = zlib.compress(b"".join(b"\0" + row.astype(f">u{depth // 8}").tobytes() for row in rows))
    body = [(b"IHDR", header), *chunks, (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in body)


ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
"""First column and row, and their distances, of each pass of an interlaced PNG."""


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
