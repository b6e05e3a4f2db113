"""BMP files made by hand, with bit fields and headers that tell what their colors mean."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests import icc
from tests.pictures import color_files as files

__all__ = [
    "CALIBRATED",
    "LINKED",
    "SRGB_NAME",
    "bmp",
    "calibrated",
    "four_by_masks",
    "indexed_bmp",
    "os_2_bmp",
    "run_lengths",
    "with_profile",
]

SRGB_NAME, EMBEDDED, LINKED, CALIBRATED = b"BGRs", b"DEBM", b"KNIL", bytes(4)


def bmp(
    pixels: list[list[int]],
    masks: tuple[int, ...],
    *,
    bits: int = 32,
    size: int = 40,
    color: bytes = b"",
    behind: bytes = b"",
    upside_down: bool = True,
    compression: int = 3,
) -> bytes:
    """Return a BMP of pixels as they stand in its rows, with masks in or behind its header.

    `color` follows the masks, and `behind` the pixels.
    """
    height, width = len(pixels), len(pixels[0])
    row = -(-width * bits // 32) * 4
    kind = np.dtype(f"<u{bits // 8}")
    body = b"".join(np.array(line, kind).tobytes().ljust(row, b"\0") for line in pixels)
    info = struct.pack(
        "<IiiHHIIiiII", size, width, height, 1, bits, compression, len(body), 0, 0, 0, 0
    )
    if not upside_down:
        info = info[:8] + struct.pack("<i", -height) + info[12:]
    if compression or size > 40:
        info += struct.pack(f"<{len(masks)}I", *masks) + color
    info = info.ljust(size, b"\0")
    start = 14 + len(info)
    head = b"BM" + struct.pack("<IHHI", start + len(body) + len(behind), 0, 0, start)
    return head + info + body + behind


def four_by_masks(color: bytes, size: int = 124, behind: bytes = b"") -> bytes:
    """Return a BMP of the usual squares with bit fields and a header that tells their color."""
    picture = files.flat().astype(np.uint32)
    pixels = picture[..., 0] << 16 | picture[..., 1] << 8 | picture[..., 2]
    masks = (0xFF0000, 0xFF00, 0xFF, 0)
    return bmp(pixels[::-1].tolist(), masks, size=size, color=color, behind=behind)


def calibrated(primaries: icc.Primaries, gamma: float, sums: Sequence[float] = (1, 1, 1)) -> bytes:
    """Return a BMP with endpoints, which add up to `sums`, and a gamma."""
    ends = [
        round(part * total * 2**30)
        for (x, y), total in zip(primaries, sums, strict=True)
        for part in (x, y, 1 - x - y)
    ]
    return four_by_masks(CALIBRATED + struct.pack("<9I3I", *ends, *[round(gamma * 65536)] * 3))


def with_profile(profile: bytes) -> bytes:
    """Return a BMP of the usual squares with an ICC profile behind its pixels."""
    start = 124 + files.flat().size // 3 * 4
    color = EMBEDDED + bytes(48) + struct.pack("<IIII", 4, start, len(profile), 0)
    return four_by_masks(color, behind=profile)


def os_2_bmp(pixels: NDArray[Any], *, size: int, bits: int = 24, colors: Any = ()) -> bytes:
    """Return a BMP with a header of `size` bytes, as OS/2 writes it.

    `pixels` are RGB `(h, w, 3)`, or indexes `(h, w)` of colors.
    """
    height, width = pixels.shape[:2]
    rows = pixels[::-1]
    if bits == 24:
        padding = bytes(-width * 3 % 4)
        body = b"".join(row[:, ::-1].astype(np.uint8).tobytes() + padding for row in rows)
    else:
        body = b"".join(_row(row, bits) for row in rows.tolist())
    end = b"" if size == 12 else b"\0"
    table = b"".join(bytes((blue, green, red)) + end for red, green, blue in colors)
    shape = struct.pack("<HHHH" if size == 12 else "<IIHH", width, height, 1, bits)
    info = (struct.pack("<I", size) + shape).ljust(size, b"\0")
    start = 14 + len(info) + len(table)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + info + table + body


def indexed_bmp(
    pixels: NDArray[Any],
    colors: Sequence[tuple[int, int, int]],
    bits: int,
    *,
    top_down: bool = False,
    packed: bytes | None = None,
) -> bytes:
    """Return a BMP of indexes `(h, w)` in rows, or of them as `packed` by run lengths."""
    height, width = pixels.shape
    rows = pixels if top_down else pixels[::-1]
    body = packed if packed is not None else b"".join(_row(row, bits) for row in rows.tolist())
    compression = 0 if packed is None else {8: 1, 4: 2}[bits]
    table = b"".join(bytes((blue, green, red, 0)) for red, green, blue in colors)
    info = struct.pack(
        *("<IiiHHIIiiII", 40, width, -height if top_down else height, 1, bits),
        *(compression, len(body), 0, 0, len(colors), 0),
    )
    start = 14 + len(info) + len(table)
    head = b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start)
    return head + info + table + body


def _row(indexes: Sequence[int], bits: int) -> bytes:
    """Return the indexes of a row, which ends at four bytes."""
    digits = "".join(f"{index:0{bits}b}" for index in indexes)
    digits = digits.ljust(-(-len(digits) // 32) * 32, "0")
    return int(digits, 2).to_bytes(len(digits) // 8, "big")


def run_lengths(pixels: NDArray[Any], bits: int) -> bytes:
    """Return indexes `(h, w)` as RLE4 or RLE8: a run for each change, and one row uncompressed."""
    body = b""
    for number, row in enumerate(pixels[::-1].tolist()):
        if number == 1 and len(row) > 2:
            raw = bytes(row) if bits == 8 else _row(row, 4)[: -(-len(row) // 2)]
            body += bytes((0, len(row))) + raw + bytes(len(raw) % 2)
        else:
            for index, run in itertools.groupby(row):
                value = index if bits == 8 else index * 17
                body += bytes((len([*run]), value))
        body += b"\0\0"
    return body + b"\0\1"
