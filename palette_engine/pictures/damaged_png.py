"""Damaged PNG: a PNG without the chunks that are damaged, or of the pixels that are there."""

from __future__ import annotations

import contextlib
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, repeat, takewhile
from typing import IO

from palette_engine.pictures.png_file import SIGNATURE, Chunk, chunk_of, chunks_of

__all__ = ["Completed", "attempts", "completed", "in_order", "is_doubtful"]

NEEDED = (b"IHDR", b"PLTE", b"IDAT", b"IEND")

KEPT = (b"tRNS", b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"eXIf")
"""The other chunks that decide how a picture looks."""

BEFORE_PALETTE = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
"""The chunks that must stand before the palette."""

PACKED = (b"iCCP", b"eXIf")
"""Those that hold a file of another kind."""

LENGTHS = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32}
"""The bytes of chunks that always have the same number."""

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""The channels of a pixel, by color type."""

PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
"""First column and row, and their distances, of the seven passes (PNG, section 8.1)."""

STEPS = ((8, 8), (4, 8), (4, 4), (2, 4), (2, 2), (1, 2), (1, 1))
"""The distances of the pixels that are there after each pass."""

PAETH = 4
"""The highest number of a filter."""

PIECE = 2**16

ZEROS = bytes(64)
"""As many zeros in a row are hardly compressed data."""


@dataclass(frozen=True, eq=False)
class Completed:
    """A PNG of what is there: of the first rows, or of each first pixel in `step` columns and rows.

    In the latter, which was interlaced, the other pixels may be zero. If it is not `certain`,
    a checksum is wrong, and nothing tells which pixels are.
    """

    file: IO[bytes]
    step: tuple[int, int] = (1, 1)
    is_certain: bool = True


def attempts(file: IO[bytes]) -> Iterator[tuple[IO[bytes], str]]:
    """Yield a PNG with fewer and fewer chunks, and a sentence about what was left out.

    First without those that do not matter, and without damaged ones that matter only if they are
    intact; then without large ones of those, and at last without transparent colors. Nothing is
    yielded of what is no PNG.
    """
    chunks = [*chunks_of(file)]
    damaged = {chunk for chunk in chunks if chunk.is_ancillary and not _is_fine(chunk, file)}
    names = ", ".join(dict.fromkeys(chunk.name.decode("ascii") for chunk in damaged))
    steps = (
        ((), f"damaged chunks do not count: {names}" if names else "damaged notes do not count"),
        (PACKED, "its damaged color profile and Exif data do not count"),
        ((b"tRNS",), "its damaged transparency does not count"),
    )
    for left_out, sentence in steps if chunks else ():
        wanted = {*NEEDED, *KEPT} - {*left_out}
        kept = [chunk for chunk in chunks if chunk.name in wanted and chunk not in damaged]
        yield io.BytesIO(SIGNATURE + b"".join(chunk.whole(file) for chunk in kept)), sentence


def in_order(file: IO[bytes]) -> tuple[IO[bytes], str] | None:
    """Return a PNG without repeated and misplaced chunks, and their names; None if there are none.

    Of chunks that may be there once, the first counts, and color must be told before the palette
    (PNG, section 5.6), as for libpng; for Pillow, the last counts wherever it is.
    """
    seen: set[bytes] = set()
    wrong = []
    for chunk in takewhile(lambda chunk: chunk.name != b"IDAT", chunks_of(file)):
        is_late = chunk.name in BEFORE_PALETTE and b"PLTE" in seen
        if is_late or (chunk.name in seen and chunk.name in (b"PLTE", *KEPT)):
            wrong.append(chunk)
        seen.add(chunk.name)
    if not wrong:
        return None
    parts = [chunk.whole(file) for chunk in chunks_of(file) if chunk not in wrong]
    names = ", ".join(dict.fromkeys(chunk.name.decode("ascii") for chunk in wrong))
    return io.BytesIO(SIGNATURE + b"".join(parts)), names


def is_doubtful(file: IO[bytes]) -> bool:
    """Return whether a checksum of pixels is wrong, at which Pillow does not look."""
    return any(chunk.name == b"IDAT" and not chunk.is_intact(file) for chunk in chunks_of(file))


def completed(file: IO[bytes]) -> Completed | None:
    """Return a PNG of what can be decoded; None if that is nothing."""
    header, kept, pieces = b"", [], []
    for chunk in chunks_of(file):
        if chunk.name == b"IDAT":
            pieces.append(chunk)
        elif chunk.name in (*NEEDED, *KEPT) and chunk.is_intact(file):
            data = chunk.data(file)
            if chunk.name == b"IHDR":
                header = data
            elif chunk.name != b"IEND":
                kept.append(chunk_of(chunk.name, data))
    if len(header) != 13:
        return None
    sizes = _row_sizes(header)
    whole = _repacked(pieces, file, sizes)
    if not whole.is_complete and (cut := _before_zeros(pieces, file)):
        whole = _repacked(cut, file, sizes)
        is_certain = True
    else:
        is_certain = whole.is_complete or not _has_wrong_checksum(pieces, file, whole)
    if len(sizes) > 1:
        return _interlaced(header, kept, whole, sizes, is_certain)
    ((size, height),) = sizes
    count = min(whole.decoded // size, height)
    if not count:
        return None
    lower = header[:4] + count.to_bytes(4, "big") + header[8:]
    return Completed(_png_of(lower, kept, whole.data), is_certain=is_certain)


@dataclass(frozen=True, eq=False)
class _Repacked:
    """Rows of a PNG compressed again, and filled with zeros.

    `decoded` is the number of bytes that are real. `is_complete` is whether the stream ended with
    the right checksum, and `is_broken` whether it was damaged.
    """

    data: bytes
    decoded: int
    is_complete: bool
    is_broken: bool


def _repacked(pieces: Sequence[Chunk], file: IO[bytes], sizes: list[tuple[int, int]]) -> _Repacked:
    """Return what can be decompressed of IDAT chunks."""
    stream = _Stream(_data_of(pieces, file))
    expected = sum(size * count for size, count in sizes)
    packer = zlib.compressobj(1)
    packed, decoded = [], 0
    for piece in _with_known_filters(iter(stream), sizes):
        part = piece[: expected - decoded]
        decoded += len(part)
        packed.append(packer.compress(part))
    missing = range(decoded, expected, PIECE)
    packed += [packer.compress(bytes(min(PIECE, expected - start))) for start in missing]
    data = b"".join([*packed, packer.flush()])
    return _Repacked(data, decoded, stream.is_complete and decoded == expected, stream.is_broken)


def _before_zeros(pieces: Sequence[Chunk], file: IO[bytes]) -> list[Chunk]:
    """Return IDAT chunks up to zeros in one with a wrong checksum; none if there are no zeros.

    They are what a download leaves that reserved its file, or what a disk gives for lost blocks.
    """
    for number, chunk in enumerate(pieces):
        if not chunk.is_intact(file) and (length := chunk.data(file).find(ZEROS)) >= 0:
            return [*pieces[:number], replace(chunk, length=length)]
    return []


def _has_wrong_checksum(pieces: Sequence[Chunk], file: IO[bytes], found: _Repacked) -> bool:
    """Return whether a checksum is wrong, and not only missing since the file ends before it."""
    size = file.seek(0, os.SEEK_END)
    return found.is_broken or any(
        not chunk.is_intact(file) for chunk in pieces if chunk.start + chunk.length + 4 <= size
    )


def _interlaced(
    header: bytes,
    kept: list[bytes],
    found: _Repacked,
    sizes: list[tuple[int, int]],
    is_certain: bool,
) -> Completed | None:
    """Return an interlaced PNG filled with zeros, or None if not even its first pass is there."""
    passes, decoded = 0, found.decoded
    for size, count in sizes:
        decoded -= size * count
        passes += decoded >= 0
    if not passes:
        return None
    return Completed(_png_of(header, kept, found.data), STEPS[passes - 1], is_certain)


def _png_of(header: bytes, kept: list[bytes], data: bytes) -> IO[bytes]:
    ends = chunk_of(b"IDAT", data), chunk_of(b"IEND", b"")
    return io.BytesIO(b"".join([SIGNATURE, chunk_of(b"IHDR", header), *kept, *ends]))


def _is_fine(chunk: Chunk, file: IO[bytes]) -> bool:
    length = LENGTHS.get(chunk.name, chunk.length)
    return chunk.length == length and chunk.is_intact(file)


def _row_sizes(header: bytes) -> list[tuple[int, int]]:
    """Return the bytes of a row with its filter, and the rows, of each pass."""
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    bits = header[8] * CHANNELS[header[9]]
    if not header[12]:
        return [((width * bits + 7) // 8 + 1, height)]
    sizes = []
    for left, top, across, down in PASSES:
        columns = max(0, -(-(width - left) // across))
        rows = max(0, -(-(height - top) // down)) if columns else 0
        sizes.append(((columns * bits + 7) // 8 + 1, rows))
    return sizes


def _data_of(pieces: Sequence[Chunk], file: IO[bytes]) -> Iterator[bytes]:
    """Yield the compressed data of IDAT chunks, the last of which may be cut short."""
    for chunk in pieces:
        file.seek(chunk.start)
        left = chunk.length
        while left and (piece := file.read(min(left, PIECE))):
            left -= len(piece)
            yield piece


def _with_known_filters(pieces: Iterator[bytes], sizes: list[tuple[int, int]]) -> Iterator[bytes]:
    """Yield decompressed data up to a row that does not begin with the number of a filter."""
    starts = accumulate(chain.from_iterable(repeat(size, count) for size, count in sizes))
    start, end = 0, 0
    for piece in pieces:
        begin, end = end, end + len(piece)
        while start < end:
            if piece[start - begin] > PAETH:
                yield piece[: start - begin]
                return
            start = next(starts, end)
        yield piece


class _Stream:
    """Decompressed data, up to where they are damaged.

    Then `is_complete` is whether they ended with the right checksum, and `is_broken` whether they
    are damaged and not just cut short.
    """

    def __init__(self, data: Iterator[bytes]) -> None:
        self.is_complete = self.is_broken = False
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        inflater = zlib.decompressobj()
        for piece in self._data:
            while piece and not inflater.eof:
                before = inflater.copy()
                try:
                    yield inflater.decompress(piece, PIECE)
                except zlib.error:
                    self.is_broken = True
                    yield from _up_to_damage(before, piece)
                    return
                piece = inflater.unconsumed_tail
        with contextlib.suppress(zlib.error):
            yield inflater.flush()
        self.is_complete = inflater.eof


def _up_to_damage(inflater: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    """Yield what the bytes before the damaged one give."""
    for value in piece:
        try:
            yield inflater.decompress(bytes((value,)))
        except zlib.error:
            return
