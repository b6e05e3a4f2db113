"""Boxes: the parts of which AVIF, HEIC and JPEG 2000 files are made.

ISO/IEC 14496-12, section 4.2, and 15444-1, annex I.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import IO

__all__ = ["boxes", "first", "number_of", "top_boxes"]

MAX_META = 2**24
"""Bytes of a box with metadata, at most; pixels are in other boxes."""

MAX_BOXES = 10_000
"""So many boxes of a file are looked at."""


def top_boxes(file: IO[bytes], names: Collection[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the names and bodies of the boxes of a file that have one of some names."""
    start = 0
    for _ in range(MAX_BOXES):
        file.seek(start)
        head = file.read(16)
        length, name, skipped = number_of(head[:4]), head[4:8], 8
        if length == 1:
            length, skipped = number_of(head[8:16]), 16
        if len(head) < 8 or 0 < length < skipped:
            return
        if name in names:
            file.seek(start + skipped)
            yield name, file.read(min(length - skipped if length else MAX_META, MAX_META))
        if length == 0:  # it reaches to the end of the file
            return
        start += length


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the names and bodies of the boxes in another one's body."""
    start = 0
    while start + 8 <= len(data):
        length = number_of(data[start : start + 4]) or len(data) - start
        if length < 8:
            return
        yield data[start + 4 : start + 8], data[start + 8 : start + length]
        start += length


def first(data: bytes, *path: bytes) -> bytes:
    """Return the body of a box in boxes, the first of each name; empty if there is none."""
    for name in path:
        data = next((body for found, body in boxes(data) if found == name), b"")
    return data


def number_of(data: bytes) -> int:
    """Return a whole number from 0, as boxes store it."""
    return int.from_bytes(data, "big")
