"""BMP files: their headers, which tell what pixels and colors mean.

They are those that Microsoft documents, from BITMAPCOREHEADER to BITMAPV5HEADER, and those of OS/2,
of which any number of fields may be left out.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO

from palette_engine.pictures.rgb_space import D65, SRGB, Primaries, RgbSpace, power

__all__ = ["BIT_FIELDS", "BmpHeader", "header_of"]

BIT_FIELDS = (3, 6)
"""The compressions of pixels whose channels are told by masks; 6 has one for alpha, too."""

FILE_HEADER = 14
"""The bytes before the header with the size."""

CORE, SHORTEST_OS_2, OS_2 = 12, 16, 64
"""The bytes of the oldest header, and of the shortest and the longest one of OS/2."""

INFO, V2, V3, V4, V5 = 40, 52, 56, 108, 124
"""The bytes of the headers that may have bit fields; V2 and V3 have masks only."""

MAX_PROFILE = 2**26
"""Bytes of an ICC profile, at most; those of printers have a few million."""

CALIBRATED, EMBEDDED, LINKED = 0, b"DEBM", b"KNIL"
"""The color space by numbers, and by a profile in the file, or in another one."""

FIXED_16, FIXED_30 = 2.0**-16, 2.0**-30
"""Units of gammas and of endpoints."""

GAMMA_OF_SRGB, GAMMA_TOLERANCE = 2.2, 0.01


@dataclass(frozen=True)
class BmpHeader:
    """What the headers of a BMP say.

    `height` is below 0 if the first row is the topmost one. `is_os_2` is whether the compression is
    one of OS/2's. `masks` are those of red, green, blue and alpha, 0 if there is none. Pixels begin
    at `start`, and the table of indexed colors at `colors_at`: it has `colors` entries of
    `color_size` bytes. `profile` is an ICC profile, and `space` is told by numbers; `is_linked` is
    whether the profile is in another file.
    """

    width: int
    height: int
    bits: int
    compression: int
    start: int
    is_os_2: bool
    colors_at: int
    colors: int
    color_size: int
    masks: tuple[int, int, int, int] = (0, 0, 0, 0)
    profile: bytes = b""
    space: RgbSpace | None = None
    is_linked: bool = False

    @property
    def row_size(self) -> int:
        """The bytes of an uncompressed row, which ends at four bytes."""
        return -(-self.width * self.bits // 32) * 4


def header_of(file: IO[bytes]) -> BmpHeader | None:
    """Return the header of a BMP; None if it is no BMP, or its header is cut short or unknown."""
    file.seek(0)
    head = file.read(FILE_HEADER + V5)
    size = int.from_bytes(head[FILE_HEADER : FILE_HEADER + 4], "little")
    is_known = size in (CORE, V4, V5) or SHORTEST_OS_2 <= size <= OS_2
    if head[:2] != b"BM" or not is_known or len(head) < FILE_HEADER + size:
        return None
    start = int.from_bytes(head[10:14], "little")
    info = head[FILE_HEADER:]
    if size == CORE:
        width, height, _, bits = struct.unpack_from("<HHHH", info, 4)
        colors_at = FILE_HEADER + CORE
        count = _count_colors(0, bits, 3, colors_at, start)
        return BmpHeader(width, height, bits, 0, start or colors_at, True, colors_at, count, 3)
    # Fields that a header leaves out are 0.
    fields = info[:size].ljust(INFO, b"\0")
    width, height, _, bits, compression = struct.unpack_from("<iiHHI", fields, 4)
    used = int.from_bytes(fields[32:36], "little")
    colors_at = FILE_HEADER + size
    if size == INFO and compression in BIT_FIELDS:
        colors_at += {3: 12, 6: 16}[compression]
    return BmpHeader(
        width,
        height,
        bits,
        compression,
        start or colors_at,
        size not in (INFO, V2, V3, V4, V5),
        colors_at,
        _count_colors(used, bits, 4, colors_at, start),
        4,
        _masks_of(info, size, compression),
        *_color_of(file, info[:size]),
    )


def _count_colors(used: int, bits: int, size: int, first: int, start: int) -> int:
    """Return the number of indexed colors, which all stand before the pixels."""
    if bits > 8:
        return 0
    most = 1 << bits
    if start > first:
        most = min(most, (start - first) // size)
    return min(used or most, most)


def _masks_of(info: bytes, size: int, compression: int) -> tuple[int, int, int, int]:
    """Return the masks, which stand behind the shortest header, and in the others."""
    red, green, blue, alpha = struct.unpack("<4I", info[INFO:V3].ljust(16, b"\0"))
    has_alpha = size >= V3 or compression == BIT_FIELDS[1]
    return red, green, blue, alpha if has_alpha else 0


def _color_of(file: IO[bytes], info: bytes) -> tuple[bytes, RgbSpace | None, bool]:
    """Return the profile, the space by numbers, and whether a profile is in another file."""
    if len(info) < V4:
        return b"", None, False
    kind = info[56:60]
    if len(info) == V5 and kind == EMBEDDED:
        offset, length = struct.unpack_from("<II", info, 112)
        file.seek(FILE_HEADER + offset)
        return file.read(min(length, MAX_PROFILE)), None, False
    if int.from_bytes(kind, "little") == CALIBRATED:
        return b"", _calibrated(info), False
    return b"", None, len(info) == V5 and kind == LINKED


def _calibrated(info: bytes) -> RgbSpace | None:
    """Return the space that endpoints and gammas tell, None if they are empty."""
    points = struct.unpack_from("<9I", info, 60)
    gammas = struct.unpack_from("<3I", info, 96)
    colors = [tuple(value * FIXED_30 for value in points[at : at + 3]) for at in (0, 3, 6)]
    sums = [sum(color) for color in colors]
    if not all(sums) or not all(gammas):
        return None
    red, green, blue = (
        (x / total, y / total) for (x, y, _), total in zip(colors, sums, strict=True)
    )
    white = D65
    if any(abs(total - 1) > 0.01 for total in sums):  # XYZ, which add up to the white
        x, y, z = (sum(axis) for axis in zip(*colors, strict=True))
        white = (x / (x + y + z), y / (x + y + z))
    # Gammas of the channels that differ are not seen in practice; green has most of the light.
    gamma = gammas[1] * FIXED_16
    if gamma < 1:  # that of encoding, as in PNG, which some writers mean
        gamma = 1 / gamma
    primaries = Primaries(white, red, green, blue)
    if primaries.is_near(SRGB.primaries) and abs(gamma - GAMMA_OF_SRGB) <= GAMMA_TOLERANCE:
        return SRGB
    return RgbSpace(primaries, power(gamma))
