"""Damaged JPEG: where a JPEG was cut short, and how it can be completed to be decoded.

The structure is that of ITU-T T.81, annex B.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from palette_engine.pictures.jpeg_file import (
    ALONE,
    END_OF_IMAGE,
    FRAMES,
    PROGRESSIVE,
    START_OF_SCAN,
)

__all__ = ["Cut", "cut_of"]

END = b"\xff\xd9"

_marker_in_scan = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

FILLER = 256
"""The bytes of invented data that follow a cut, a few blocks of pixels."""

SEEDS = (1, 2)


@dataclass(frozen=True)
class Cut:
    """A JPEG without its end.

    `is_coarse` is whether all rows are there, in less detail than the whole file had.
    """

    data: bytes
    is_coarse: bool

    def completed(self) -> Iterator[bytes]:
        """Yield the file with an end.

        If rows are missing, it is completed in two ways, with different noise in place of what is
        missing: pixels that are the same in both come from the file.
        """
        if self.is_coarse:
            yield self.data + END
            return
        for seed in SEEDS:
            noise = random.Random(seed)
            yield self.data + bytes(noise.randrange(255) for _ in range(FILLER)) + END


@dataclass(frozen=True)
class _Scan:
    """A scan: its components, and whether it holds their first values, and all of its data."""

    components: frozenset[int]
    is_first: bool
    is_whole: bool


def cut_of(data: bytes) -> Cut | None:
    """Return a JPEG that is cut short; None if it has its end, or no part of each component."""
    components: frozenset[int] = frozenset()
    scans: list[_Scan] = []
    position, is_progressive = 2, False
    while (segment := _segment_at(data, position)) is not None:
        marker, body, end = segment
        if marker == END_OF_IMAGE:
            return None
        if marker in FRAMES:
            is_progressive = marker in PROGRESSIVE
            components = frozenset(body[6::3][: body[5]])
        if marker == START_OF_SCAN:
            found = _marker_in_scan.search(data, end)
            scans.append(_scan_of(body, is_progressive, found is not None))
            if found is None:
                position = len(data)
                break
            end = found.start()
        position = end
    first = [scan.components for scan in scans if scan.is_first]
    if not components or frozenset().union(*first) < components:
        return None
    whole = [scan.components for scan in scans if scan.is_first and scan.is_whole]
    is_coarse = frozenset().union(*whole) >= components
    # A byte of 255 at the end would be taken together with what follows.
    return Cut(data[:position].rstrip(b"\xff"), is_coarse)


def _segment_at(data: bytes, position: int) -> tuple[int, bytes, int] | None:
    """Return marker, body and end of the segment at a position; None if it is not whole."""
    while data[position : position + 2] == b"\xff\xff":  # fill bytes
        position += 1
    head = data[position : position + 4]
    if len(head) < 2 or head[0] != 0xFF:
        return None
    if head[1] == END_OF_IMAGE or head[1] in ALONE:
        return head[1], b"", position + 2
    end = position + 2 + int.from_bytes(head[2:4], "big")
    if len(head) < 4 or end > len(data):
        return None
    return head[1], data[position + 4 : end], end


def _scan_of(body: bytes, is_progressive: bool, is_whole: bool) -> _Scan:
    count = body[0]
    first, approximation = body[1 + 2 * count], body[3 + 2 * count]
    is_first = not is_progressive or (first == 0 and approximation >> 4 == 0)
    return _Scan(frozenset(body[1 : 1 + 2 * count : 2]), is_first, is_whole)
