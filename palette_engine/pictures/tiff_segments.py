"""TIFF segments: strips and tiles become samples, and no more of them than the layout promises."""

from __future__ import annotations

import io
import lzma
import struct
import zlib
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import DAMAGE, InputError, cause_of
from palette_engine.pictures.pillow_limit import without_pillow_limit
from palette_engine.pictures.region import Box
from palette_engine.pictures.tiff_layout import FLOAT, UNCOMPRESSED, Layout
from palette_engine.pictures.tiff_tags import damage

__all__ = ["SampleReader"]

LZW, DEFLATE, OLD_DEFLATE, PACKBITS, LZMA, ZSTD = 5, 8, 32946, 32773, 34925, 50000

LZMA_MEMORY = 2**28
"""At most this many bytes are used to decompress LZMA; its header says how many it wants."""

REVERSED = np.packbits(
    np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1)[:, ::-1], axis=1
)[:, 0]
"""Each byte with its bits in reverse."""


class SampleReader:
    """Reads the samples of a TIFF, and keeps the row of segments that it read last.

    Pictures are read from top to bottom in strips that may end inside a segment.
    """

    def __init__(self, file: IO[bytes], layout: Layout, name: str) -> None:
        self._file = file
        self._layout = layout
        self._name = name
        self._kept: tuple[int, NDArray[Any]] | None = None

    def rows(self, box: Box) -> NDArray[Any]:
        """Return the samples in a box, `(h, w, samples)`, in the type `Layout.dtype`.

        Raises `InputError` if the file is damaged.
        """
        height = self._layout.segments.height
        parts = []
        for row in range(box.top // height, -(-box.bottom // height)):
            band = self._band(row)
            top = row * height
            part = band[max(0, box.top - top) : box.bottom - top, box.left : box.right]
            parts.append(part)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _band(self, row: int) -> NDArray[Any]:
        """Return the samples of a row of strips or tiles, `(h, w, samples)`."""
        if self._kept is None or self._kept[0] != row:
            self._kept = None  # frees it before the next is read
            try:
                band = self._decoded(row)
            except InputError:
                raise
            except DAMAGE as error:
                raise damage(self._name, cause_of(error)) from error
            self._kept = (row, band)
        return self._kept[1]

    def _decoded(self, row: int) -> NDArray[Any]:
        layout, segments = self._layout, self._layout.segments
        planes, _, across = segments.offsets.shape
        height = min(segments.height, layout.height - row * segments.height)
        stored = segments.height if segments.is_tiled else height
        if planes == across == 1:
            return self._segment(0, row, 0, stored)[:height]
        # Zeros, so that memory is never shown, whatever is wrong with the file.
        band = np.zeros((height, layout.width, len(layout.bits)), layout.dtype)
        for plane in range(planes):
            first = plane * layout.channels
            for column in range(across):
                left = column * segments.width
                target = band[:, left : left + segments.width, first : first + layout.channels]
                target[:] = self._segment(plane, row, column, stored)[:height, : target.shape[1]]
        return band

    def _segment(self, plane: int, row: int, column: int, height: int) -> NDArray[Any]:
        """Return the samples of a strip or tile, `(h, w, channels of its plane)`."""
        layout, segments = self._layout, self._layout.segments
        bits = layout.bits[plane * layout.channels : (plane + 1) * layout.channels]
        blocks, row_bytes, stored = layout.blocks, (segments.width * sum(bits) + 7) // 8, height
        if blocks:
            row_bytes, stored = layout.row_bytes, -(-height // blocks.down)
        size = stored * row_bytes
        self._file.seek(int(segments.offsets[plane, row, column]))
        # No compression of bytes makes them twice as many.
        raw = self._file.read(min(int(segments.counts[plane, row, column]), 2 * size + 4096))
        if layout.is_reversed:
            raw = REVERSED[np.frombuffer(raw, np.uint8)].tobytes()
        data = self._decompressed(raw, row_bytes, stored)
        if len(data) < size:
            raise damage(self._name, "it is cut short")
        if blocks:
            return blocks.expanded(data, segments.width, height)
        numbers = np.frombuffer(data, np.uint8, size).reshape(height, row_bytes)
        return _unpacked(_unpredicted(numbers, layout, len(bits)), layout, bits)

    def _decompressed(self, raw: bytes, row_bytes: int, rows: int) -> bytes:
        """Return at most `rows` rows of a strip or tile."""
        compression, size = self._layout.compression, rows * row_bytes
        if compression == UNCOMPRESSED:
            return raw
        if compression in (DEFLATE, OLD_DEFLATE):
            return zlib.decompressobj().decompress(raw, size)
        if compression == LZMA:
            return lzma.LZMADecompressor(memlimit=LZMA_MEMORY).decompress(raw, size)
        return _through_libtiff(raw, row_bytes, rows, compression, self._name)


def _through_libtiff(raw: bytes, row_bytes: int, rows: int, compression: int, name: str) -> bytes:
    """Return bytes that are compressed as in a TIFF, decompressed by Pillow's libtiff.

    They are wrapped as a gray picture of 8 bits in one strip, so that libtiff gives back all bits
    of samples that Pillow would cut, and never more than the picture has room for.
    """
    fields = {
        256: row_bytes, 257: rows, 258: 8, 259: compression, 262: 1,
        273: 8, 277: 1, 278: rows, 279: len(raw),
    }  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields.items())
    directory = struct.pack("<H", len(fields)) + entries + bytes(4)
    start = b"II\x2a\0" + struct.pack("<I", 8 + len(raw))
    wrapped = io.BytesIO(start + raw + directory)
    try:
        with without_pillow_limit(), Image.open(wrapped, formats=("TIFF",)) as image:
            return image.tobytes()
    except DAMAGE as error:
        if compression == ZSTD and not _has_zstd():
            raise InputError(
                f"{name} is compressed with Zstandard, which the installed Pillow cannot read; "
                "save it with LZW or Deflate (ZIP) compression, or without any."
            ) from error
        raise damage(name, f"its pixels cannot be decompressed ({cause_of(error)})") from error


def _has_zstd() -> bool:
    """Return whether Pillow's libtiff can write, and so read, Zstandard."""
    try:
        Image.new("L", (1, 1)).save(io.BytesIO(), "TIFF", compression="zstd")
    except DAMAGE:
        return False
    return True


def _unpredicted(numbers: NDArray[np.uint8], layout: Layout, channels: int) -> NDArray[np.uint8]:
    """Return rows of bytes without a predictor: 2 is differences, 3 those of the bytes of floats.

    TIFF 6.0, section 14, and Adobe Photoshop TIFF Technical Note 3 (2005).
    """
    if layout.predictor == 1:
        return numbers
    rows, size = len(numbers), layout.bits[0] // 8
    if layout.predictor == 2:
        values = numbers.view(f"{layout.order}u{size}")
        values = values.reshape(rows, layout.segments.width, channels)
        summed = np.add.accumulate(values, axis=1, dtype=f"u{size}")
        return summed.astype(f"{layout.order}u{size}", copy=False).view(np.uint8).reshape(rows, -1)
    by_channel = numbers.reshape(rows, -1, channels)
    summed = np.add.accumulate(by_channel, axis=1, dtype=np.uint8)
    # Of all samples of a row the highest bytes come first, whatever the byte order.
    planes = summed.reshape(rows, size, -1).swapaxes(1, 2)
    if layout.order == "<":
        planes = planes[..., ::-1]
    return planes.reshape(rows, -1)


def _unpacked(numbers: NDArray[np.uint8], layout: Layout, bits: tuple[int, ...]) -> NDArray[Any]:
    """Return rows of bytes as samples, `(h, w, channels)`."""
    height, width, channels = len(numbers), layout.segments.width, len(bits)
    size = bits[0]
    if {*bits} in ({8}, {16}, {32}, {64}):
        kind = "f" if layout.kind == FLOAT else "u"
        samples = numbers.view(f"{layout.order}{kind}{size // 8}")
        return samples.reshape(height, width, channels).astype(layout.dtype, copy=False)
    if {*bits} == {24}:
        parts = numbers.reshape(height, width, channels, 3).astype(np.uint32)
        low, middle, high = (0, 1, 2) if layout.order == "<" else (2, 1, 0)
        return parts[..., low] | parts[..., middle] << 8 | parts[..., high] << 16
    stored = np.unpackbits(numbers, axis=1, count=width * sum(bits))
    stored = stored.reshape(height, width, sum(bits))
    result = np.zeros((height, width, channels), layout.dtype)
    start = 0
    for channel, size in enumerate(bits):
        for bit in range(start, start + size):
            result[..., channel] <<= 1
            result[..., channel] |= stored[..., bit]
        start += size
    return result
