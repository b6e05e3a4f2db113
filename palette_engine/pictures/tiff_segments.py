"""TIFF segments: strips and tiles become samples, and no more of them than the layout promises."""

from __future__ import annotations

import io
import lzma
import struct
import zlib
from collections.abc import Iterable, Sequence
from itertools import groupby, islice, product, takewhile
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import DAMAGE, InputError, Reason, cause_of
from palette_engine.pictures.file_types import GET_PILLOW, readable_formats
from palette_engine.pictures.pillow_image import open_image
from palette_engine.pictures.pillow_limit import without_pillow_limit
from palette_engine.pictures.region import Box
from palette_engine.pictures.tiff_layout import BATCH, FLOAT, UNCOMPRESSED, WEBP, Layout, check_work
from palette_engine.pictures.tiff_tags import damage

__all__ = ["SampleReader"]

LZW, DEFLATE, OLD_DEFLATE, PACKBITS, LZMA, ZSTD = 5, 8, 32946, 32773, 34925, 50000

LZMA_MEMORY = 2**28
"""At most this many bytes are used to decompress LZMA; its header says how many it wants."""

REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
"""Each byte with its bits in reverse."""

Place: TypeAlias = tuple[int, int, int]
"""The plane, row and column of a segment."""


class SampleReader:
    """Reads the samples of a TIFF, and keeps the rows of segments that it read last.

    Pictures are read from top to bottom in strips that may end inside a segment. Small segments are
    read together, as each call of a library takes longer than their few pixels.
    """

    def __init__(self, file: IO[bytes], layout: Layout, name: str) -> None:
        """Raise `InputError` if reading would take too long."""
        check_work(layout, name)
        self._file = file
        self._layout = layout
        self._name = name
        self._kept: tuple[int, NDArray[Any]] | None = None

    def rows(self, box: Box) -> NDArray[Any]:
        """Return the samples in a box, `(h, w, samples)`, in the type `Layout.dtype`.

        Raises `InputError` if the file is damaged.
        """
        height = self._layout.segments.height * self._layout.rows_at_once
        parts = []
        for number in range(box.top // height, -(-box.bottom // height)):
            band = self._band(number)
            top = number * height
            part = band[max(0, box.top - top) : box.bottom - top, box.left : box.right]
            parts.append(part)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _band(self, number: int) -> NDArray[Any]:
        """Return the samples of rows of segments that are read at once, `(h, w, samples)`."""
        if self._kept is None or self._kept[0] != number:
            self._kept = None  # frees it before the next is read
            try:
                band = self._decoded(number * self._layout.rows_at_once)
            except InputError:
                raise
            except DAMAGE as error:
                raise damage(self._name, cause_of(error)) from error
            self._kept = (number, band)
        return self._kept[1]

    def _decoded(self, first: int) -> NDArray[Any]:
        """Return the samples of the rows of segments from one on, as many as are read at once."""
        layout, segments = self._layout, self._layout.segments
        planes, down, across = segments.offsets.shape
        last = min(first + layout.rows_at_once, down)
        top = first * segments.height
        height = min(last * segments.height, layout.height) - top
        places = [*product(range(planes), range(first, last), range(across))]
        if len(places) == 1:
            return self._pieces(places, self._stored_height(first))[0, :height]
        # Zeros, so that memory is never shown, whatever is wrong with the file.
        band = np.zeros((height, layout.width, len(layout.bits)), layout.dtype)
        for stored, alike in groupby(places, lambda place: self._stored_height(place[1])):
            while chunk := [*islice(alike, max(1, BATCH // layout.stored_bytes))]:
                pieces = self._pieces(chunk, stored)
                for (plane, row, column), piece in zip(chunk, pieces, strict=True):
                    line, left = row * segments.height - top, column * segments.width
                    channels = slice(plane * layout.channels, (plane + 1) * layout.channels)
                    target = band[
                        line : line + segments.height, left : left + segments.width, channels
                    ]
                    target[:] = piece[: target.shape[0], : target.shape[1]]
        return band

    def _stored_height(self, row: int) -> int:
        """Return the rows of pixels that are stored in each segment of a row of them."""
        segments = self._layout.segments
        if segments.is_tiled:
            return segments.height
        return min(segments.height, self._layout.height - row * segments.height)

    def _pieces(self, places: Sequence[Place], height: int) -> NDArray[Any]:
        """Return the samples of strips or tiles of some rows, `(n, h, w, channels of a plane)`."""
        layout = self._layout
        rows = -(-height // layout.rows_together)
        size = rows * layout.row_bytes
        # No compression of bytes makes them twice as many.
        parts = [self._raw(place, 2 * size + 4096) for place in places]
        data = self._decompressed(parts, layout.row_bytes, rows)
        if len(data) < len(parts) * size:
            raise damage(self._name, "it is cut short")
        numbers = np.frombuffer(data, np.uint8).reshape(-1, layout.row_bytes)
        if layout.ycbcr and layout.ycbcr.is_subsampled:
            samples = layout.ycbcr.pixels(numbers, layout.segments.width)
        else:
            bits = layout.bits[: layout.channels]
            samples = _unpacked(_unpredicted(numbers, layout, len(bits)), layout, bits)
        return samples.reshape(len(parts), -1, *samples.shape[1:])

    def _raw(self, place: Place, most: int) -> bytes:
        """Return the bytes of a strip or tile as they are stored, at most so many."""
        segments = self._layout.segments
        self._file.seek(int(segments.offsets[place]))
        raw = self._file.read(min(int(segments.counts[place]), most))
        return raw.translate(REVERSED) if self._layout.is_reversed else raw

    def _decompressed(self, parts: Sequence[bytes], row_bytes: int, rows: int) -> bytes:
        """Return the rows of strips or tiles, one after the other; fewer if some are missing."""
        compression, size = self._layout.compression, rows * row_bytes
        if compression == UNCOMPRESSED:
            return _joined(parts, size)
        if compression in (DEFLATE, OLD_DEFLATE):
            return _joined((_inflated(part, size) for part in parts), size)
        if compression == LZMA:
            return _joined((_without_lzma(part, size) for part in parts), size)
        if compression == WEBP:
            return b"".join(_without_webp(part, rows, self._layout, self._name) for part in parts)
        return _through_libtiff(parts, row_bytes, rows, compression, self._name)


def _joined(parts: Iterable[bytes], size: int) -> bytes:
    """Return the first `size` bytes of each part, up to one that has fewer."""
    whole = [*takewhile(lambda part: len(part) >= size, parts)]
    return whole[0][:size] if len(whole) == 1 else b"".join(part[:size] for part in whole)


def _inflated(part: bytes, size: int) -> bytes:
    """Return at most `size` bytes; if all are asked for, their checksum is compared, too."""
    stream = zlib.decompressobj()
    data = stream.decompress(part, size)
    if stream.unconsumed_tail:
        stream.decompress(stream.unconsumed_tail, 1)
    return data


def _without_lzma(part: bytes, size: int) -> bytes:
    """Return at most `size` bytes; if all are asked for, their checksum is compared, too."""
    stream = lzma.LZMADecompressor(memlimit=LZMA_MEMORY)
    data = stream.decompress(part, size)
    if not stream.eof and not stream.needs_input:
        stream.decompress(b"", 1)
    return data


def _without_webp(part: bytes, rows: int, layout: Layout, name: str) -> bytes:
    """Return the bytes of a strip or tile that is a WebP file of its size.

    Pillow's libtiff is mostly built without WebP, but Pillow itself with it.
    """
    if "WEBP" not in readable_formats():
        raise InputError(
            f"{name} is compressed with WebP, which the installed Pillow cannot read; "
            f"{GET_PILLOW}, or save it with LZW or Deflate (ZIP) compression.",
            Reason.FORMAT_MISSING,
        )
    with open_image(io.BytesIO(part), ["WEBP"]) as image:
        if image.size != (layout.segments.width, rows):
            raise damage(name, "a part of it is not of its size")
        return image.convert("RGBA" if layout.channels == 4 else "RGB").tobytes()


def _through_libtiff(
    parts: Sequence[bytes], row_bytes: int, rows: int, compression: int, name: str
) -> bytes:
    """Return bytes that are compressed as in a TIFF, decompressed by Pillow's libtiff.

    They are wrapped as a gray picture of 8 bits, each part as a strip, so that libtiff gives back
    all bits of samples that Pillow would cut, and never more than the picture has room for.
    """
    counts = np.array([len(part) for part in parts], np.uint32)
    offsets = 8 + np.cumsum(counts, dtype=np.uint32) - counts
    body = b"".join(parts)
    places = b""
    if len(parts) > 1:
        places = offsets.astype("<u4").tobytes() + counts.astype("<u4").tobytes()
    behind = 8 + len(body)
    first_offset, first_count = (8, len(body)) if not places else (behind, behind + 4 * len(parts))
    fields = {
        256: row_bytes, 257: rows * len(parts), 258: 8, 259: compression, 262: 1,
        273: first_offset, 277: 1, 278: rows, 279: first_count,
    }  # fmt: skip
    entries = b"".join(
        struct.pack("<HHII", tag, 4, len(parts) if tag in (273, 279) else 1, value)
        for tag, value in fields.items()
    )
    directory = struct.pack("<H", len(fields)) + entries + bytes(4)
    start = b"II\x2a\0" + struct.pack("<I", behind + len(places))
    wrapped = io.BytesIO(start + body + places + directory)
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
