"""Animations by code: GIFs and PNGs of known bytes, so that no program decides what is right."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.pictures.png_file import SIGNATURE, chunk_of, chunks_of

__all__ = [
    "BLUE",
    "CLEAR",
    "COLORS",
    "GREEN",
    "KEEP",
    "OVER",
    "RED",
    "REPLACE",
    "RESTORE",
    "WHITE",
    "GifFrame",
    "PngFrame",
    "apng",
    "encoded_frames",
    "gif",
]

RED, GREEN, BLUE, WHITE = (230, 25, 75), (60, 180, 75), (0, 130, 200), (255, 255, 255)
COLORS = (RED, GREEN, BLUE, WHITE)
"""The color table of the GIFs; their pixels are indices of it."""

KEEP, CLEAR, RESTORE = 1, 2, 3
"""Disposals of GIF; those of PNG are one less."""

REPLACE, OVER = 0, 1


@dataclass(frozen=True)
class GifFrame:
    """Indices of `COLORS`, `(h, w)`, at a place; `clear` is the index that is transparent."""

    index: NDArray[np.uint8]
    left: int = 0
    top: int = 0
    disposal: int = KEEP
    delay: int = 10
    clear: int | None = None


def gif(size: tuple[int, int], frames: Sequence[GifFrame], loops: int | None = 0) -> bytes:
    """Return a GIF with one table; `loops` is its number in the file, and None is no number."""
    table = bytes(channel for color in COLORS for channel in color)
    parts = [b"GIF89a", struct.pack("<HHBBB", *size, 0x81, 0, 0), table]
    if loops is not None:
        parts.append(b"!\xff\x0bNETSCAPE2.0\3\1" + struct.pack("<H", loops) + b"\0")
    for frame in frames:
        flags = frame.disposal << 2 | (frame.clear is not None)
        parts.append(b"!\xf9\4" + struct.pack("<BHB", flags, frame.delay, frame.clear or 0) + b"\0")
        height, width = frame.index.shape
        parts.append(b"," + struct.pack("<HHHHB", frame.left, frame.top, width, height, 0))
        parts.append(_lzw(frame.index.ravel().tolist()))
    return b"".join([*parts, b";"])


def _lzw(values: list[int]) -> bytes:
    """Return indices below 4 in codes of three bits, with a clear code before every two of them."""
    codes = [4]
    for at, value in enumerate(values):
        codes += [4, value] if at and at % 2 == 0 else [value]
    codes.append(5)
    number = sum(code << 3 * at for at, code in enumerate(codes))
    data = number.to_bytes((3 * len(codes) + 7) // 8, "little")
    blocks = [data[at : at + 255] for at in range(0, len(data), 255)]
    return b"\2" + b"".join(bytes((len(block),)) + block for block in blocks) + b"\0"


@dataclass(frozen=True)
class PngFrame:
    """Pixels, `(h, w)` or `(h, w, channels)`, uint8, at a place; the delay is a fraction."""

    pixels: NDArray[np.uint8]
    left: int = 0
    top: int = 0
    disposal: int = KEEP
    blend: int = REPLACE
    delay: tuple[int, int] = (1, 10)


def apng(
    size: tuple[int, int],
    frames: Sequence[PngFrame],
    *,
    plays: int = 0,
    separate: NDArray[np.uint8] | None = None,
    declared: int | None = None,
    common: bytes = b"",
) -> bytes:
    """Return an animated PNG; `separate` is a picture that is none of its frames.

    `declared` is how many frames it says it has, and `common` other chunks.
    """
    first = frames[0].pixels if separate is None else separate
    still = io.BytesIO(encoded(first, "PNG"))
    ihdr = next(chunks_of(still)).data(still)
    count = len(frames) if declared is None else declared
    parts = [
        *(SIGNATURE, chunk_of(b"IHDR", struct.pack(">II", *size) + ihdr[8:]), common),
        chunk_of(b"acTL", struct.pack(">II", count, plays)),
    ]
    if separate is not None:
        parts.append(chunk_of(b"IDAT", _data(separate)))
    number = 0
    for at, frame in enumerate(frames):
        height, width = frame.pixels.shape[:2]
        numbers = (number, width, height, frame.left, frame.top, *frame.delay)
        drawn = (frame.disposal - 1, frame.blend)
        parts.append(chunk_of(b"fcTL", struct.pack(">IIIIIHHBB", *numbers, *drawn)))
        number += 1
        if at == 0 and separate is None:
            parts.append(chunk_of(b"IDAT", _data(frame.pixels)))
        else:
            parts.append(chunk_of(b"fdAT", struct.pack(">I", number) + _data(frame.pixels)))
            number += 1
    return b"".join([*parts, chunk_of(b"IEND", b"")])


def _data(pixels: NDArray[np.uint8]) -> bytes:
    still = io.BytesIO(encoded(pixels, "PNG"))
    return b"".join(chunk.data(still) for chunk in chunks_of(still) if chunk.name == b"IDAT")


def encoded(pixels: NDArray[np.uint8], kind: str, **options: Any) -> bytes:
    """Return pixels as a file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def encoded_frames(frames: Sequence[NDArray[np.uint8]], kind: str, **options: Any) -> bytes:
    """Return frames as Pillow writes them."""
    images = [Image.fromarray(frame) for frame in frames]
    file = io.BytesIO()
    images[0].save(file, kind, save_all=True, append_images=images[1:], **options)
    return file.getvalue()
