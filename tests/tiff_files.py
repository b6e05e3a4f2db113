"""TIFF files made by hand, of kinds that no library writes, and damaged ones."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

__all__ = ["Value", "compressed", "fields", "packed", "picture", "tiff_file"]

Value = int | Sequence[int] | bytes
"""One whole number, several, or bytes; those are of the type `undefined`."""


def tiff_file(
    fields: Mapping[int, Value],
    *segments: bytes,
    order: str = "<",
    kinds: Mapping[int, int] | None = None,
    big: bool = False,
    tiled: bool = False,
) -> bytes:
    """Return a TIFF with some tags and strips, or tiles, whose offsets and sizes it adds.

    Numbers are of the type LONG, or of that in `kinds`. A tag of None is left out.
    """
    body = bytearray()
    start = 16 if big else 8
    offsets = []
    for segment in segments:
        offsets.append(start + len(body))
        body += segment
    where, sizes = (324, 325) if tiled else (273, 279)
    all_fields: dict[int, Value] = {where: offsets, sizes: [*map(len, segments)], **fields}
    room = 8 if big else 4
    entries = []
    for tag, value in sorted(all_fields.items()):
        if isinstance(value, bytes):
            kind, count, data = 7, len(value), value
        else:
            numbers = [value] if isinstance(value, int) else [*value]
            kind, count = (kinds or {}).get(tag, 4), len(numbers)
            letter = {1: "B", 2: "B", 3: "H", 4: "I", 5: "Q", 11: "f", 16: "Q"}[kind]
            data = struct.pack(f"{order}{count}{letter}", *numbers)
        if len(data) > room:
            place, body = start + len(body), body + data
            data = struct.pack(order + ("Q" if big else "I"), place)
        head = struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, count)
        entries.append(head + data.ljust(room, b"\0"))
    mark = b"II" if order == "<" else b"MM"
    if big:
        first = mark + struct.pack(f"{order}HHHQ", 43, 8, 0, start + len(body))
    else:
        first = mark + struct.pack(f"{order}HI", 42, start + len(body))
    count_of = struct.pack(order + ("Q" if big else "H"), len(entries))
    return first + bytes(body) + count_of + b"".join(entries) + bytes(room)


def fields(
    samples: NDArray[Any], bits: Sequence[int], photometric: int, **more: Value
) -> dict[int, Value]:
    """Return the tags of a picture in one strip; the names of others are `t` and their number."""
    height, width, channels = samples.shape
    plain: dict[int, Value] = {
        256: width, 257: height, 258: bits, 259: 1, 262: photometric, 277: channels, 278: height
    }  # fmt: skip
    return {**plain, **{int(name[1:]): value for name, value in more.items()}}


def picture(
    samples: NDArray[Any],
    bits: Sequence[int] | int,
    photometric: int,
    order: str = "<",
    /,
    **more: Value,
) -> bytes:
    """Return an uncompressed TIFF of samples, `(h, w, channels)`."""
    sizes = [bits] * samples.shape[2] if isinstance(bits, int) else bits
    tags = fields(samples, sizes, photometric, **more)
    return tiff_file(tags, packed(samples, sizes, order), order=order)


def packed(samples: NDArray[np.generic], bits: Sequence[int], order: str = "<") -> bytes:
    """Return rows of samples, `(h, w, channels)`, of some bits each; rows begin at a byte."""
    rows = []
    for row in samples.tolist():
        if {*bits} <= {16, 24, 32}:
            byte_order = "little" if order == "<" else "big"
            rows += [
                value.to_bytes(size // 8, byte_order)
                for pixel in row
                for value, size in zip(pixel, bits, strict=True)
            ]
            continue
        digits = "".join(
            f"{value:0{size}b}" for pixel in row for value, size in zip(pixel, bits, strict=True)
        )
        digits = digits.ljust(-(-len(digits) // 8) * 8, "0")
        rows.append(int(digits, 2).to_bytes(len(digits) // 8, "big"))
    return b"".join(rows)


def compressed(data: bytes, rows: int, method: str) -> bytes:
    """Return bytes in equal rows as one strip of a TIFF has them, compressed by libtiff."""
    if method == "deflate":
        return zlib.compress(data)
    image = Image.frombytes("L", (len(data) // rows, rows), data)
    file = io.BytesIO()
    image.save(file, "TIFF", compression=method, strip_size=len(data) + 1)
    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        page = tiff.pages[0]
        assert isinstance(page, tifffile.TiffPage)
        (offset,), (size,) = page.dataoffsets, page.databytecounts
    return file.getvalue()[offset : offset + size]
