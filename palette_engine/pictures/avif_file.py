"""AVIF files: the boxes that tell the color of a picture, which Pillow does not give.

Boxes are those of ISO/IEC 14496-12 (ISOBMFF) and 23008-12 (HEIF).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import IO

from palette_engine.pictures.boxes import boxes, first, number_of, top_boxes

__all__ = ["nclx_of"]

SAMPLE_ENTRY = 78
"""The bytes of a visual sample entry before its boxes."""

_IN_TRACK = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")


def nclx_of(file: IO[bytes]) -> tuple[int, int] | None:
    """Return the CICP codes of primaries and transfer in the ``colr`` box of the picture.

    None if it has none. Looks at the primary item, or else at the first track.
    """
    top = dict(top_boxes(file, (b"meta", b"moov")))
    for properties in (_of_primary_item(top.get(b"meta", b"")), _of_track(top.get(b"moov", b""))):
        for name, body in properties:
            if name == b"colr" and body[:4] == b"nclx" and len(body) >= 11:
                return number_of(body[4:6]), number_of(body[6:8])
    return None


def _of_primary_item(meta: bytes) -> list[tuple[bytes, bytes]]:
    """Return the properties of the primary item, in the order in which it names them."""
    inside = meta[4:]  # behind version and flags
    item = first(inside, b"pitm")
    wanted = number_of(item[4:8] if item[:1] == b"\1" else item[4:6])
    properties = [*boxes(first(inside, b"iprp", b"ipco"))]
    found = []
    for name, association in boxes(first(inside, b"iprp")):
        if name == b"ipma":
            found += [index for item_id, index in _associations(association) if item_id == wanted]
    return [properties[index - 1] for index in found if 0 < index <= len(properties)]


def _associations(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield the item and the property, from 1, of each association in an ``ipma`` box."""
    wide_items, wide_indexes = body[:1] != b"\0", bool(body[3:4] and body[3] & 1)
    numbers = iter(body[8:])

    def number(size: int) -> int:
        return number_of(bytes(itertools.islice(numbers, size)))

    for _ in range(min(number_of(body[4:8]), len(body))):
        item = number(4 if wide_items else 2)
        for _ in range(number(1)):
            yield item, number(2) & 0x7FFF if wide_indexes else number(1) & 0x7F


def _of_track(moov: bytes) -> list[tuple[bytes, bytes]]:
    """Return the boxes of the first sample entry of the first track."""
    entries = first(moov, *_IN_TRACK)[8:]  # behind version, flags and count
    return [*boxes(next((body for _, body in boxes(entries)), b"")[SAMPLE_ENTRY:])]
