"""AVIF files: the boxes that tell the color of a picture, which Pillow does not give.

Boxes are those of ISO/IEC 14496-12 (ISOBMFF) and 23008-12 (HEIF).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import IO

__all__ = ["nclx_of"]

MAX_META = 2**24
"""Bytes of a box with metadata, at most; pixels are in other boxes."""

SAMPLE_ENTRY = 78
"""The bytes of a visual sample entry before its boxes."""

_IN_TRACK = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")


def nclx_of(file: IO[bytes]) -> tuple[int, int] | None:
    """Return the CICP codes of primaries and transfer in the ``colr`` box of the picture.

    None if it has none. Looks at the primary item, or else at the first track.
    """
    top = dict(_top_boxes(file))
    for properties in (_of_primary_item(top.get(b"meta", b"")), _of_track(top.get(b"moov", b""))):
        for name, body in properties:
            if name == b"colr" and body[:4] == b"nclx" and len(body) >= 11:
                return _number(body[4:6]), _number(body[6:8])
    return None


def _top_boxes(file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the names and bodies of ``meta`` and ``moov`` in a file."""
    start = 0
    while True:
        file.seek(start)
        head = file.read(16)
        length, name, skipped = _number(head[:4]), head[4:8], 8
        if length == 1:
            length, skipped = _number(head[8:16]), 16
        if len(head) < 8 or 0 < length < skipped:
            return
        if name in (b"meta", b"moov"):
            file.seek(start + skipped)
            yield name, file.read(min(length - skipped if length else MAX_META, MAX_META))
        if length == 0:  # it reaches to the end of the file
            return
        start += length


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the names and bodies of the boxes in another one's body."""
    start = 0
    while start + 8 <= len(data):
        length = _number(data[start : start + 4]) or len(data) - start
        if length < 8:
            return
        yield data[start + 4 : start + 8], data[start + 8 : start + length]
        start += length


def _first(data: bytes, *path: bytes) -> bytes:
    """Return the body of a box in boxes, the first of each name; empty if there is none."""
    for name in path:
        data = next((body for found, body in _boxes(data) if found == name), b"")
    return data


def _of_primary_item(meta: bytes) -> list[tuple[bytes, bytes]]:
    """Return the properties of the primary item, in the order in which it names them."""
    boxes = meta[4:]  # behind version and flags
    item = _first(boxes, b"pitm")
    wanted = _number(item[4:8] if item[:1] == b"\1" else item[4:6])
    properties = [*_boxes(_first(boxes, b"iprp", b"ipco"))]
    found = []
    for name, association in _boxes(_first(boxes, b"iprp")):
        if name == b"ipma":
            found += [index for item_id, index in _associations(association) if item_id == wanted]
    return [properties[index - 1] for index in found if 0 < index <= len(properties)]


def _associations(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield the item and the property, from 1, of each association in an ``ipma`` box."""
    wide_items, wide_indexes = body[:1] != b"\0", bool(body[3:4] and body[3] & 1)
    numbers = iter(body[8:])

    def number(size: int) -> int:
        return _number(bytes(itertools.islice(numbers, size)))

    for _ in range(min(_number(body[4:8]), len(body))):
        item = number(4 if wide_items else 2)
        for _ in range(number(1)):
            yield item, number(2) & 0x7FFF if wide_indexes else number(1) & 0x7F


def _of_track(moov: bytes) -> list[tuple[bytes, bytes]]:
    """Return the boxes of the first sample entry of the first track."""
    entries = _first(moov, *_IN_TRACK)[8:]  # behind version, flags and count
    return [*_boxes(next((body for _, body in _boxes(entries)), b"")[SAMPLE_ENTRY:])]


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")
