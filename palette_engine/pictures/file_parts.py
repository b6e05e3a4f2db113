"""File parts: how many a picture file is made of, before a library goes through them one by one.

A file of 50 MB may be made of ten million comments, for which Pillow takes minutes or gigabytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from typing import IO

from palette_engine.errors import InputError
from palette_engine.pictures.jpeg_file import (
    ALONE,
    END_OF_IMAGE,
    FRAMES,
    MARKER_IN_SCAN,
    PROGRESSIVE,
    START_OF_SCAN,
)
from palette_engine.pictures.limits import MAX_FRAMES
from palette_engine.pictures.png_file import chunks_of

__all__ = ["check_exif", "check_parts", "count_passes"]

MAX_PARTS = 10_000
"""So many parts a file of any size may have; a larger one, one more each thousand bytes."""

MAX_JOINED = 2 * 10**9
"""The bytes of Exif data that are copied, at most: Pillow appends each piece to all before it.

It allows Exif data of 16 MB.
"""

APP1 = 0xE1
"""The marker of segments with Exif data, among others."""

SCAN = b"\xff\xda"

BLOCK = 2**16

FRAME_CHUNKS = (b"fcTL", b"fdAT")
"""The chunks that a frame of an animated PNG has once each, unless its data are divided."""

FEW_SCANS = 20
"""If there are at most so many, it does not matter whether all are of the first picture."""


def check_parts(file: IO[bytes], name: str) -> None:
    """Raise `InputError` if a picture file has more parts than its size explains."""
    most = MAX_PARTS + file.seek(0, os.SEEK_END) // 1000
    file.seek(0)
    start = file.read(4)
    for beginning, parts_of in PARTS.items():
        if start.startswith(beginning):
            for count, _ in enumerate(parts_of(file)):
                if count > most:
                    raise InputError(
                        f"{name} is made of more than {most:,} parts, too many for a picture; save "
                        "it again without metadata and comments."
                    )


def check_exif(file: IO[bytes], name: str) -> None:
    """Raise `InputError` if a JPEG has so many pieces of Exif data that joining takes too long."""
    file.seek(0)
    if file.read(2) != b"\xff\xd8":
        return
    for total in accumulate(accumulate(_exif_pieces(file))):
        if total > MAX_JOINED:
            raise InputError(
                f"{name} has Exif data in more pieces than a picture needs; save it again without "
                "metadata."
            )


def count_passes(file: IO[bytes]) -> int:
    """Return how often a decoder goes over all pixels of a JPEG (ITU-T T.81, annex B), else 1.

    Damage ends the count.
    """
    file.seek(0)
    if file.read(2) != b"\xff\xd8":
        return 1
    channels, is_progressive = 0, False
    for marker in _segments(file):
        if marker in FRAMES:
            channels = int.from_bytes(file.read(8)[7:], "big")
            is_progressive = marker in PROGRESSIVE
        elif marker == START_OF_SCAN:
            in_scan = int.from_bytes(file.read(3)[2:], "big")
            return _count_scans(file) if is_progressive or in_scan < channels else 1
    return 1


def _count_scans(file: IO[bytes]) -> int:
    """Return the number of scans from one on whose header is being read."""
    start = file.tell()
    most, last = 1, b""
    while block := file.read(BLOCK):  # small enough for a cache
        most += block.count(SCAN) + (last + block[:1] == SCAN)
        last = block[-1:]
    if most <= FEW_SCANS:  # as nearly always; thumbnails behind the picture count, too
        return most
    file.seek(start)
    data = file.read()
    scans, position = 1, 0
    while (found := MARKER_IN_SCAN.search(data, position)) and found[1][0] != END_OF_IMAGE:
        position = found.end()
        if found[1][0] not in ALONE:
            position += int.from_bytes(data[position : position + 2], "big")
        scans += found[1][0] == START_OF_SCAN
    return scans


def _segments(file: IO[bytes]) -> Iterator[int]:
    """Yield the marker of each segment of a JPEG before its first scan, and of other bytes 0.

    The file is at the length of the segment.
    """
    file.seek(2)
    while byte := file.read(1):
        code = file.read(1) if byte == b"\xff" else b"\0"
        if code == b"\xff":
            file.seek(-1, os.SEEK_CUR)
        if not code or code[0] == END_OF_IMAGE:
            return
        if code[0] in (0, 0xFF, *ALONE):
            yield 0
            continue
        start = file.tell()
        yield code[0]
        if code[0] == START_OF_SCAN:
            return
        file.seek(start)
        file.seek(start + max(2, int.from_bytes(file.read(2), "big")))


def _chunks(file: IO[bytes]) -> Iterator[None]:
    """Yield at each chunk of a PNG, except those of as many frames as are read."""
    of_frames = 0
    for chunk in chunks_of(file):
        of_frames += chunk.name in FRAME_CHUNKS
        if chunk.name not in FRAME_CHUNKS or of_frames > len(FRAME_CHUNKS) * MAX_FRAMES:
            yield


def _extensions(file: IO[bytes]) -> Iterator[None]:
    """Yield at each extension of a GIF before its first frame, and at other bytes."""
    file.seek(10)
    flags = int.from_bytes(file.read(1), "big")
    file.seek(13 + (3 << (flags & 7) + 1 if flags & 128 else 0))
    while (introducer := file.read(1)) not in (b"", b",", b";"):
        yield
        if introducer == b"!":
            file.read(1)
            while size := int.from_bytes(file.read(1), "big"):
                file.seek(size, os.SEEK_CUR)


def _exif_pieces(file: IO[bytes]) -> Iterator[int]:
    """Yield the bytes of each piece of Exif data in a JPEG."""
    for marker in _segments(file):
        if marker == APP1:
            head = file.read(8)
            if head[2:] == b"Exif\0\0":
                yield int.from_bytes(head[:2], "big")


def _comments(file: IO[bytes]) -> Iterator[None]:
    """Yield at each byte of a PPM before its pixels."""
    file.seek(2)
    numbers = 0
    while numbers < 3 and (byte := file.read(1)):
        yield
        if byte == b"#":
            while file.read(1) not in (b"\n", b"\r", b""):
                yield
        numbers += byte.isspace()


PARTS: Mapping[bytes, Callable[[IO[bytes]], Iterator[object]]] = {
    b"\xff\xd8": _segments,
    b"\x89PNG": _chunks,
    b"GIF8": _extensions,
    b"P": _comments,
}
"""The parts of a file by its beginning; other types are read quickly, however many there are."""
