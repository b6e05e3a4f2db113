"""TIFF JPEG: strips and tiles that are JPEG data, whose damage libtiff passes over.

TIFF Technical Note 2 (Adobe, 1995), by which each strip or tile is a whole JPEG file without some
of its tables; ITU-T T.81, annex B.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from palette_engine.pictures.jpeg_file import END_OF_IMAGE, MARKER_IN_SCAN, START_OF_SCAN
from palette_engine.pictures.tiff_tags import Tags, damage

__all__ = ["check_jpegs"]

STRIP_OFFSETS, STRIP_SIZES, TILE_OFFSETS, TILE_SIZES = 273, 279, 324, 325

RESTART = re.compile(rb"\xff([\xd0-\xd7])")

WITH_SEGMENT = {*range(0xC0, 0xD0), *range(0xDA, 0xE0), *range(0xE0, 0xF0), 0xFE}
"""Markers that a segment follows."""


def check_jpegs(tags: Tags) -> None:
    """Raise `InputError` if JPEG data of a TIFF have no end, or hold what no JPEG does.

    libtiff makes rows of what it finds, and gray ones of what it does not find.
    """
    for part in _parts(tags):
        if not _is_whole(part):
            raise damage(tags.name, "the data of some of its pixels are damaged or cut short")


def _parts(tags: Tags) -> Iterator[bytes]:
    """Yield the bytes of each strip or tile, in all at most those of the file."""
    is_tiled = TILE_OFFSETS in tags
    offsets = tags.numbers(TILE_OFFSETS if is_tiled else STRIP_OFFSETS).tolist()
    sizes = tags.numbers(TILE_SIZES if TILE_SIZES in tags else STRIP_SIZES).tolist()
    left = tags.file_size
    for offset, size in zip(offsets, sizes, strict=False):
        if not size or size > left or offset > tags.file_size:
            return  # parts that overlap, or are not told; libtiff refuses what it cannot find
        left -= size
        tags.file.seek(offset)
        yield tags.file.read(size)


def _is_whole(data: bytes) -> bool:
    """Return whether JPEG data end with the marker of an end, and all before it is known."""
    position, scan = 2, -1
    if data[:2] != b"\xff\xd8":
        return False
    while found := MARKER_IN_SCAN.search(data, position):
        marker = found[1][0]
        # Before the first scan, and behind each segment, the next marker follows at once.
        if scan < 0 and found.start() != position:
            return False
        if scan >= 0 and not _are_in_order(data, scan, found.start()):
            return False
        if marker == END_OF_IMAGE:
            return scan >= 0
        if marker not in WITH_SEGMENT:
            return False
        position = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
        scan = position if marker == START_OF_SCAN else -1
    return False


def _are_in_order(data: bytes, start: int, end: int) -> bool:
    """Return whether restart markers in the data of a scan count from 0 to 7, over and over."""
    found = (each[1][0] & 7 for each in RESTART.finditer(data, start, end))
    return all(number == index % 8 for index, number in enumerate(found))
