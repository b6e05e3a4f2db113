"""PNG files: their chunks, of which Pillow does not give all."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

__all__ = ["SIGNATURE", "Chunk", "chunk_of", "chunks_of"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"

MAX_CHUNK = 2**31 - 1
"""The bytes that a chunk has at most (PNG, third edition, section 5.3)."""

BLOCK = 2**16
"""The bytes that are read at a time, few enough for a cache."""

_name = re.compile(rb"[A-Za-z0-9_]{4}")
"""What Pillow takes for the name of a chunk; PNG has letters only."""


@dataclass(frozen=True)
class Chunk:
    """A chunk of a PNG: its name, where its data begin in the file, and how many bytes they are."""

    name: bytes
    start: int
    length: int

    def data(self, file: IO[bytes]) -> bytes:
        """Return the data; fewer bytes if the file ends before."""
        return _read(file, self.start, self.length)

    def whole(self, file: IO[bytes]) -> bytes:
        """Return the chunk as it stands in the file; fewer bytes if that ends before."""
        return _read(file, self.start - 8, self.length + 12)

    def is_intact(self, file: IO[bytes]) -> bool:
        """Return whether the checksum is right."""
        file.seek(self.start - 4)
        checksum, left = 0, self.length + 4
        while left and (piece := file.read(min(left, BLOCK))):
            checksum = zlib.crc32(piece, checksum)
            left -= len(piece)
        return file.read(4) == checksum.to_bytes(4, "big")

    @property
    def is_ancillary(self) -> bool:
        """Whether pixels can be decoded without the chunk."""
        return self.name[:1].islower()


def _read(file: IO[bytes], start: int, count: int) -> bytes:
    """Return bytes of a file, for which no more memory is taken than it has bytes."""
    size = file.seek(0, os.SEEK_END)
    file.seek(start)
    return file.read(min(count, size))


def chunks_of(file: IO[bytes]) -> Iterator[Chunk]:
    """Yield the chunks of a PNG, to its end or to what is no chunk; none if it is no PNG.

    Reads only names and lengths, and moves the position in the file.
    """
    file.seek(0)
    if file.read(8) != SIGNATURE:
        return
    start = 16
    while True:
        file.seek(start - 8)
        head = file.read(8)
        length, name = int.from_bytes(head[:4], "big"), head[4:]
        if not (_name.fullmatch(name) and length <= MAX_CHUNK):
            return
        yield Chunk(name, start, length)
        if name == b"IEND":
            return
        start += length + 12


def chunk_of(name: bytes, data: bytes) -> bytes:
    """Return a chunk as it stands in a file."""
    checksum = zlib.crc32(name + data)
    return len(data).to_bytes(4, "big") + name + data + checksum.to_bytes(4, "big")
