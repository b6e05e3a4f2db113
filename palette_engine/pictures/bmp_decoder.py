"""BMP decoder: 1 to 32 bits, indexed, with run lengths or bit fields; also those of OS/2.

Pillow refuses most bit fields, 2 bits, short headers, and pixels that run lengths skip.
"""

from __future__ import annotations

from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import DAMAGE, InputError
from palette_engine.pictures.bit_fields import BitFields
from palette_engine.pictures.bmp_file import BIT_FIELDS, BmpHeader
from palette_engine.pictures.bmp_file import header_of as bmp_header_of
from palette_engine.pictures.channels import Channels
from palette_engine.pictures.color_tags import bmp_tags, color_of
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.region import Box
from palette_engine.pictures.run_lengths import unpacked

__all__ = ["header_of"]

PLAIN = 0
RUN_LENGTHS = {(1, 8), (2, 4)}
"""The compression and bits of pixels in run lengths."""

LONGEST_HEADER = 124
"""The bytes of the longest header that is known."""

INDEXED, BYTES, FIELDS = (1, 2, 4, 8), (24,), (16, 32)
"""The bits of a pixel that is an index, that is three bytes, and that has bit fields."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a BMP, or None if it is none.

    `data` must stay open until the picture is decoded. Raises `InputError` if it is damaged or of a
    kind that is not read.
    """
    try:
        header = bmp_header_of(data)
    except DAMAGE:
        return None
    if header is None:
        _check_header(data, name)
        return None
    if header.width < 0:
        raise InputError(f"{name} is damaged: its width is below 0.")
    height = abs(header.height)
    if (header.compression, header.bits) in RUN_LENGTHS:
        decode = partial(_decode_run_lengths, data, header, name)
        memory = 2 * header.width * height + _size_of(data)
        return Header(header.width, height, decode, memory)
    fields = None
    if header.bits in FIELDS and (header.compression == PLAIN or _has_fields(header)):
        fields = BitFields.of(header, name)
    elif header.compression != PLAIN or header.bits not in (*INDEXED, *BYTES):
        raise InputError(
            f"{name} is a BMP of a kind this cannot read ({header.bits} bits, compression "
            f"{header.compression}); save it as PNG."
        )
    decode = partial(_decode, data, header, fields, name)
    return Header(header.width, height, decode, header.row_size * height)


def _check_header(data: IO[bytes], name: str) -> None:
    """Raise `InputError` if a file without a known header is a BMP by its beginning."""
    data.seek(0)
    head = data.read(2**10)
    # Two numbers are reserved and 0; so it is no text that begins with these letters.
    if head[:2] != b"BM" or head[6:10] != bytes(4):
        return
    size = int.from_bytes(head[14:18], "little")
    if len(head) < 18 or len(head) < 14 + size <= 14 + LONGEST_HEADER:
        raise InputError(f"{name} is damaged or cut short: it ends in its header.")
    raise InputError(
        f"{name} is a BMP of a kind this cannot read (a header of {size:,} bytes); save it as PNG."
    )


def _has_fields(header: BmpHeader) -> bool:
    return header.compression in BIT_FIELDS and not header.is_os_2


def _size_of(data: IO[bytes]) -> int:
    return data.seek(0, 2)


def _decode(data: IO[bytes], header: BmpHeader, fields: BitFields | None, name: str) -> Decoded:
    """Return the pixels of a BMP without compression."""
    height, row = abs(header.height), header.row_size
    data.seek(header.start)
    stored = data.read(row * height)
    padding = row - (header.width * header.bits + 7) // 8  # of which the last may be missing
    if len(stored) < row * height - padding:
        raise InputError(f"{name} is damaged or cut short: some of its rows are missing.")
    upright = _upright(
        np.frombuffer(stored.ljust(row * height, b"\0"), np.uint8).reshape(height, row), header
    )
    profile = color_of(bmp_tags(header), name)
    if header.bits in INDEXED:
        indexes = partial(_indexes, upright, header.bits)
        return Decoded(indexes, partial(_of_table, _table(data, header)), False, profile)
    if fields is None:
        pixels = upright[:, : header.width * 3].reshape(height, header.width, 3)
        return Decoded(partial(_rows, pixels), _of_bytes, False, profile)
    numbers = upright.view(f"<u{header.bits // 8}")[:, : header.width]
    fields = fields.visible(numbers)
    return Decoded(partial(_rows, numbers), fields.channels, fields.is_deep, profile)


def _decode_run_lengths(data: IO[bytes], header: BmpHeader, name: str) -> Decoded:
    data.seek(header.start)
    pixels = unpacked(data.read(), header.width, abs(header.height), header.bits)
    if pixels is None:
        raise InputError(f"{name} is damaged or cut short: some of its rows are missing.")
    channels = partial(_of_table, _table(data, header))
    profile = color_of(bmp_tags(header), name)
    return Decoded(partial(_rows, _upright(pixels, header)), channels, False, profile)


def _upright(rows: NDArray[Any], header: BmpHeader) -> NDArray[Any]:
    """Return rows from the top, which the header may say are from the bottom."""
    return rows if header.height < 0 else rows[::-1]


def _table(data: IO[bytes], header: BmpHeader) -> NDArray[np.uint8]:
    """Return the colors of all indexes, uint8 `(256, 3)`; those that the file lacks are black."""
    data.seek(header.colors_at)
    stored = data.read(header.colors * header.color_size)
    count = len(stored) // header.color_size
    entries = np.frombuffer(stored[: count * header.color_size], np.uint8).reshape(count, -1)
    table = np.zeros((256, 3), np.uint8)
    table[:count] = entries[:, 2::-1]
    return table


def _rows(pixels: NDArray[Any], box: Box) -> NDArray[Any]:
    return pixels[box.top : box.bottom, box.left : box.right]


def _indexes(packed: NDArray[np.uint8], bits: int, box: Box) -> NDArray[np.uint8]:
    """Return the indexes in a box of packed rows."""
    rows = packed[box.top : box.bottom]
    if bits < 8:
        shifts = np.arange(8 - bits, -1, -bits, dtype=np.uint8)
        rows = (rows[..., np.newaxis] >> shifts & np.uint8(2**bits - 1)).reshape(len(rows), -1)
    return rows[:, box.left : box.right]


def _of_table(table: NDArray[np.uint8], native: NDArray[np.uint8]) -> Channels:
    """Return the colors of indexes, `(n,)`, or of indexes and weights, `(n, 2)`."""
    if native.ndim == 1:
        return Channels("RGB", table[native])
    return Channels("RGB", table[native[:, 0]], native[:, 1])


def _of_bytes(native: NDArray[np.uint8]) -> Channels:
    return Channels("RGB", native[:, ::-1])
