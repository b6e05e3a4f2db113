"""Damaged PNG: a PNG without the chunks that are damaged, or with its missing pixels filled."""

from __future__ import annotations

import contextlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, chain, repeat
from typing import IO

from palette_engine.pictures.png_file import SIGNATURE, Chunk, chunk_of, chunks_of

__all__ = ["Completed", "attempts", "completed"]

NEEDED = (b"IHDR", b"PLTE", b"IDAT", b"IEND")

KEPT = (b"tRNS", b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"eXIf")
"""The other chunks that decide how a picture looks."""

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


@dataclass(frozen=True, eq=False)
class Completed:
    """A PNG whose missing pixels are filled with zeros.

    The first `rows` are there; of an interlaced PNG, each first pixel in `step` columns and rows.
    """

    file: IO[bytes]
    rows: int
    step: tuple[int, int]


def attempts(file: IO[bytes]) -> Iterator[tuple[IO[bytes], str]]:
    """Yield a PNG with fewer and fewer chunks, and a sentence about what was left out.

    First without those that do not matter, and without damaged ones that matter only if they are
    intact; then without large ones of those. Nothing is yielded of what is no PNG.
    """
    chunks = [*chunks_of(file)]
    damaged = {chunk for chunk in chunks if chunk.is_ancillary and not _is_fine(chunk, file)}
    names = ", ".join(dict.fromkeys(chunk.name.decode("ascii") for chunk in damaged))
    sentence = f"damaged chunks do not count: {names}" if names else "damaged notes do not count"
    for left_out in ((), PACKED) if chunks else ():
        wanted = {*NEEDED, *KEPT} - {*left_out}
        parts = [SIGNATURE]
        for chunk in chunks:
            if chunk.name in wanted and chunk not in damaged:
                file.seek(chunk.start - 8)
                parts.append(file.read(chunk.length + 12))
        yield io.BytesIO(b"".join(parts)), sentence
        sentence = "its damaged color profile and Exif data do not count"


def completed(file: IO[bytes]) -> Completed | None:
    """Return a PNG with all of its pixels, of which those that cannot be decoded are zero.

    None if there is none to decode.
    """
    header, kept, pieces = b"", [SIGNATURE], []
    for chunk in chunks_of(file):
        if chunk.name == b"IDAT":
            pieces.append(chunk)
        elif chunk.name in (*NEEDED, *KEPT) and chunk.is_intact(file) and chunk.name != b"IEND":
            data = chunk.data(file)
            header = data if chunk.name == b"IHDR" else header
            kept.append(chunk_of(chunk.name, data))
    if len(header) != 13 or not pieces:
        return None
    sizes = _row_sizes(header)
    packed, decoded = _refilled(_data_of(pieces, file), sizes)
    whole = io.BytesIO(b"".join([*kept, chunk_of(b"IDAT", packed), chunk_of(b"IEND", b"")]))
    height = int.from_bytes(header[4:8], "big")
    if len(sizes) == 1:
        rows = decoded // sizes[0][0]
        return Completed(whole, rows, (1, 1)) if rows else None
    passes = 0
    for size, count in sizes:
        decoded -= size * count
        passes += decoded >= 0
    return Completed(whole, height, STEPS[passes - 1]) if passes else None


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


def _data_of(pieces: list[Chunk], file: IO[bytes]) -> Iterator[bytes]:
    """Yield the compressed data of IDAT chunks, the last of which may be cut short."""
    for chunk in pieces:
        file.seek(chunk.start)
        left = chunk.length
        while left and (piece := file.read(min(left, PIECE))):
            left -= len(piece)
            yield piece


def _refilled(data: Iterator[bytes], sizes: list[tuple[int, int]]) -> tuple[bytes, int]:
    """Return compressed rows of known sizes, filled with zeros, and how many bytes are real."""
    expected = sum(size * count for size, count in sizes)
    packer = zlib.compressobj(1)
    packed, decoded = [], 0
    for piece in _with_known_filters(_inflated(data), sizes):
        part = piece[: expected - decoded]
        decoded += len(part)
        packed.append(packer.compress(part))
        if decoded == expected:
            break
    missing = range(decoded, expected, PIECE)
    packed += [packer.compress(bytes(min(PIECE, expected - start))) for start in missing]
    return b"".join([*packed, packer.flush()]), decoded


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


def _inflated(data: Iterator[bytes]) -> Iterator[bytes]:
    """Yield decompressed data up to where they are damaged."""
    inflater = zlib.decompressobj()
    for piece in data:
        while piece and not inflater.eof:
            before = inflater.copy()
            try:
                yield inflater.decompress(piece, PIECE)
            except zlib.error:
                yield from _up_to_damage(before, piece)
                return
            piece = inflater.unconsumed_tail
    with contextlib.suppress(zlib.error):
        yield inflater.flush()


def _up_to_damage(inflater: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    """Yield what the bytes before the damaged one give."""
    for value in piece:
        try:
            yield inflater.decompress(bytes((value,)))
        except zlib.error:
            return
