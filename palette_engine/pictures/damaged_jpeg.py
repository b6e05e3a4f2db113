"""Damaged JPEG: where data of a JPEG may be missing, and how it can be completed to be decoded.

The structure is that of ITU-T T.81, annex B.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle, islice

from palette_engine.pictures.jpeg_file import (
    ALONE,
    ARITHMETIC,
    END_OF_IMAGE,
    FRAMES,
    HUFFMAN_TABLES,
    LOSSLESS,
    PROGRESSIVE,
    RESTART_INTERVAL,
    START_OF_SCAN,
)

__all__ = ["Outline", "outline_of"]

END = b"\xff\xd9"

_marker_in_scan = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_restart = re.compile(rb"\xff[\xd0-\xd7]")

RESTARTS = tuple(bytes((0xFF, 0xD0 + number)) for number in range(8))
"""The restart markers, which follow each other in turn."""

FILLER = 256
"""The bytes of invented data in a gap, a few blocks of pixels."""

SEEDS = (1, 2)

ZEROS = bytes(64)
"""As many zeros in a row are no pixels, unless zeros are the codes of a flat area."""

ENDS = range(0, 0xF0, 0x10)
"""The symbols of no difference, and of the end of one or, in progressive scans, more blocks."""

COEFFICIENTS = 64
"""The coefficients of a block."""


@dataclass(frozen=True)
class _Gap:
    """A place where data are, or may be, missing, and the restart markers that belong into it."""

    place: int
    restarts: tuple[bytes, ...] = ()

    def filler(self, noise: random.Random) -> bytes:
        """Return noise before, between and behind the restart markers."""
        return b"".join(
            bytes(noise.randrange(255) for _ in range(FILLER)) + restart
            for restart in (*self.restarts, b"")
        )


@dataclass(frozen=True)
class Outline:
    """A JPEG of which data may be missing.

    Its data count up to `end`. `is_whole` is whether nothing looks so, but its last pixels may
    still be invented. `is_coarse` is whether all rows are there, in less detail than the whole file
    had. If it is not whole and has no gaps, there is no part of some component.
    """

    data: bytes
    end: int
    gaps: tuple[_Gap, ...]
    is_whole: bool
    is_coarse: bool

    def completed(self) -> Iterator[bytes]:
        """Yield the file with an end.

        If rows may be missing, it is completed in two ways, with different noise in place of what
        is missing: pixels that are the same in both come from the file.
        """
        if self.is_coarse:
            yield self.data[: self.end].rstrip(b"\xff") + END
            return
        for seed in SEEDS:
            noise = random.Random(seed)
            parts, start = [], 0
            for gap in self.gaps:
                # A byte of 255 at the end would be taken together with what follows.
                parts += [self.data[start : gap.place].rstrip(b"\xff"), gap.filler(noise)]
                start = gap.place
            yield b"".join([*parts, self.data[start : self.end].rstrip(b"\xff"), END])


def _ceiling(number: int, divisor: int) -> int:
    return -(-number // divisor)


@dataclass(frozen=True)
class _Frame:
    """A frame: the kind of coding, size in pixels, and the sampling factors of each component."""

    marker: int = 0
    size: tuple[int, int] = (0, 0)
    factors: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, marker: int, body: bytes) -> _Frame:
        height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
        parts = [body[start : start + 2] for start in range(6, 6 + 3 * body[5], 3)]
        factors = {part[0]: (part[1] >> 4, part[1] & 15) for part in parts}
        return cls(marker, (width, height), factors)

    @property
    def is_progressive(self) -> bool:
        return self.marker in PROGRESSIVE

    def count_units(self, components: bytes) -> int:
        """Return the coding units of a scan (section A.2); 0 if that is not known."""
        own = [self.factors[component] for component in components if component in self.factors]
        if self.marker in LOSSLESS or not own or not all(map(min, self.factors.values())):
            return 0
        count = 1
        for axis, pixels in enumerate(self.size):
            most = max(factors[axis] for factors in self.factors.values())
            if len(components) == 1:
                count *= _ceiling(_ceiling(pixels * own[0][axis], most), 8)
            else:
                count *= _ceiling(pixels, 8 * most)
        return count


@dataclass(frozen=True)
class _Scan:
    """A scan: its components and their tables, its band of coefficients and their bits.

    `bits` are those that were missing before it, or 0, and that are missing behind it. `end` is
    where its data end in the file, and `is_whole` whether they end with a marker. Data are missing
    in `gaps`; the last one, at the end, is a mere possibility if the scan is not `broken`.
    """

    components: bytes
    tables: bytes
    band: tuple[int, int]
    bits: tuple[int, int]
    end: int = 0
    is_whole: bool = True
    is_broken: bool = False
    gaps: tuple[_Gap, ...] = ()

    @classmethod
    def of(cls, body: bytes) -> _Scan:
        pairs, (first, last, bits) = body[1 : 1 + 2 * body[0]], body[1 + 2 * body[0] :][:3]
        return cls(pairs[::2], pairs[1::2], (first, last), (bits >> 4, bits & 15))

    def is_first_of(self, frame: _Frame) -> bool:
        """Return whether the scan holds the first values of its components."""
        return not frame.is_progressive or (self.band[0] == 0 and self.bits[0] == 0)


def outline_of(data: bytes) -> Outline | None:
    """Return where data of a JPEG may be missing; None if it has no frame.

    Of arithmetic coding, whose data may end anywhere, only the end marker is looked for.
    """
    frame, tables, interval = _Frame(), dict[int, int](), 0
    scans: list[_Scan] = []
    position, end = 2, 0
    while (segment := _segment_at(data, position)) is not None:
        marker, body, behind = segment
        if marker == END_OF_IMAGE:
            end = position
            break
        position = behind
        if marker in FRAMES:
            frame = _Frame.of(marker, body)
        elif marker == HUFFMAN_TABLES:
            tables.update(_first_symbols(body))
        elif marker == RESTART_INTERVAL:
            interval = int.from_bytes(body[:2], "big")
        elif marker == START_OF_SCAN:
            scans.append(_read_scan(_Scan.of(body), data, position, frame, tables, interval))
            position = scans[-1].end
            if not scans[-1].is_whole:
                break
    first = [scan for scan in scans if scan.is_first_of(frame)]
    if not frame.factors:
        return None
    if end and frame.marker in ARITHMETIC:
        return Outline(data, end, (), is_whole=True, is_coarse=False)
    if not _have_all(first, frame):
        return Outline(data, position, (), is_whole=False, is_coarse=False)
    is_broken = any(scan.is_broken for scan in scans)
    if frame.is_progressive:
        is_whole = bool(end) and not is_broken and _are_detailed(scans, frame)
        is_coarse = not is_whole and _have_all([scan for scan in first if _is_sound(scan)], frame)
    else:
        is_whole, is_coarse = bool(end) and not is_broken and len(scans) == 1, False
    gaps = tuple(gap for scan in first for gap in scan.gaps)
    return Outline(data, end or position, gaps, is_whole, is_coarse)


def _is_sound(scan: _Scan) -> bool:
    return scan.is_whole and not scan.is_broken


def _have_all(scans: Sequence[_Scan], frame: _Frame) -> bool:
    """Return whether scans have all components of a frame."""
    return frame.factors.keys() <= {component for scan in scans for component in scan.components}


def _are_detailed(scans: Sequence[_Scan], frame: _Frame) -> bool:
    """Return whether progressive scans have all bits of all coefficients of all components."""
    exact = {
        (component, coefficient)
        for scan in scans
        if scan.bits[1] == 0
        for component in scan.components
        for coefficient in range(scan.band[0], scan.band[1] + 1)
    }
    return len(exact) >= COEFFICIENTS * len(frame.factors)


def _read_scan(
    scan: _Scan, data: bytes, start: int, frame: _Frame, tables: Mapping[int, int], interval: int
) -> _Scan:
    """Return a scan with what its data, which start at a place in the file, tell."""
    found = _marker_in_scan.search(data, start)
    end, is_whole = found.start() if found else len(data), found is not None
    hole = -1 if _is_flat(scan, tables) else data.find(ZEROS, start, end)
    if hole < 0 and not is_whole and data.endswith(ZEROS):
        hole = len(data.rstrip(b"\0"))
    if hole >= 0:
        end, is_whole = max(start, hole), False
    if not interval:
        return replace(scan, end=end, is_whole=is_whole, gaps=(_Gap(end),))
    places, expected = _restarts_in(data, start, end), cycle(RESTARTS)
    gaps = []
    codes = b"".join(data[place : place + 2] for place in places)
    if codes != b"".join(islice(expected, len(places))):
        gaps = [*_lost_restarts(data, places)]
    last = codes[-1] & 7 if codes else 7
    gaps.append(_Gap(end, tuple(RESTARTS[(last + 1 + more) % 8] for more in range(len(RESTARTS)))))
    lacks = (len(places) + 1) * interval < frame.count_units(scan.components)
    return replace(
        scan, end=end, is_whole=is_whole, is_broken=len(gaps) > 1 or lacks, gaps=tuple(gaps)
    )


def _restarts_in(data: bytes, start: int, end: int) -> list[int]:
    return [found.start() for found in _restart.finditer(data, start, end)]


def _lost_restarts(data: bytes, places: Sequence[int]) -> Iterator[_Gap]:
    """Yield the gaps before restart markers that do not follow each other."""
    expected = 0
    for place in places:
        number = data[place + 1] & 7
        if number != expected:
            count = (number - expected) % 8
            yield _Gap(place, tuple(RESTARTS[(expected + lost) % 8] for lost in range(count)))
        expected = (number + 1) % 8


def _first_symbols(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield class and number of each Huffman table, and the symbol whose code is zeros."""
    while len(body) > 17:
        yield body[0], body[17]
        body = body[17 + sum(body[1:17]) :]


def _is_flat(scan: _Scan, tables: Mapping[int, int]) -> bool:
    """Return whether zeros are the codes of blocks of one color.

    That is so if they are the code of no difference and of the end of a block, or refine nothing.
    """
    selected = {table >> 4 for table in scan.tables}, {16 | table & 15 for table in scan.tables}
    used = (selected[0] if scan.band[0] == 0 else set()) | (selected[1] if scan.band[1] else set())
    return scan.bits[0] > 0 or all(tables.get(table, 0) in ENDS for table in used)


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
