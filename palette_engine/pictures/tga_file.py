"""TGA files: their header, which has no magic number, so that all of it is checked.

Truevision TGA File Format Specification, version 2.0 (1991).
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import IO

__all__ = [
    "FOOTER",
    "GRAY",
    "HEADER",
    "INDEXED",
    "SIGNATURE",
    "TgaHeader",
    "header_of",
    "is_tga",
]

SUFFIXES = (".tga", ".icb", ".vda", ".vst")

HEADER, FOOTER = 18, 26

SIGNATURE = b"TRUEVISION-XFILE.\0"
"""The end of files of version 2."""

INDEXED, COLOR, GRAY, COMPRESSED = 1, 2, 3, 8
"""Types of image, to which run-length encoding adds 8."""

BITS = {INDEXED: (8,), COLOR: (15, 16, 24, 32), GRAY: (8, 16)}
"""The bits of a pixel, by the type of image."""

ALPHA_BITS = {15: (0, 1), 16: (0, 1, 8), 24: (0,), 32: (0, 8), 8: (0, 8)}
"""The bits of alpha of a pixel, by all of its bits; 16 are two bytes if they are gray."""

MAP_BITS = (15, 16, 24, 32)


@dataclass(frozen=True)
class TgaHeader:
    """What the header of a TGA says; `first` is the index of the first color of the map.

    `pixels` is where pixels begin.
    """

    width: int
    height: int
    kind: int
    bits: int
    alpha_bits: int
    is_compressed: bool
    is_mirrored: bool
    is_top_down: bool
    first: int
    colors: int
    map_bits: int
    map_start: int
    pixels: int

    @property
    def bytes(self) -> int:
        """The bytes of a pixel."""
        return (self.bits + 7) // 8


def header_of(start: bytes) -> TgaHeader | None:
    """Return the header at the beginning of a file; None if it is not one of a TGA that is read."""
    if len(start) < HEADER:
        return None
    (id_size, has_map, kind, first, colors, map_bits, _, _, width, height, bits, flags) = (
        struct.unpack_from("<3B2HB4H2B", start)
    )
    plain = kind & ~COMPRESSED
    is_indexed = plain == INDEXED
    if kind & ~15 or plain not in BITS or bits not in BITS[plain] or not width * height:
        return None
    if flags & 0xC0 or flags & 15 not in ALPHA_BITS[bits]:
        return None
    if has_map not in (0, 1) or (is_indexed and not (has_map and colors)):
        return None
    if (has_map and map_bits not in MAP_BITS) or (not has_map and (first or colors or map_bits)):
        return None
    map_start = HEADER + id_size
    return TgaHeader(
        width=width,
        height=height,
        kind=plain,
        bits=bits,
        alpha_bits=flags & 15,
        is_compressed=bool(kind & COMPRESSED),
        is_mirrored=bool(flags & 0x10),
        is_top_down=bool(flags & 0x20),
        first=first,
        colors=colors,
        map_bits=map_bits,
        map_start=map_start,
        pixels=map_start + colors * ((map_bits + 7) // 8) * has_map,
    )


def is_tga(file: IO[bytes], name: str) -> bool:
    """Return whether a file is a TGA: it has such a header, and something else says so, too.

    That is the name of the file, the signature at its end, or a length that is exactly that of a
    picture of this size without compression. Noise has such a header by chance.
    """
    file.seek(0)
    header = header_of(file.read(HEADER))
    if header is None:
        return False
    if name.lower().endswith(SUFFIXES):
        return True
    length = file.seek(0, os.SEEK_END)
    file.seek(max(0, length - FOOTER))
    if file.read().endswith(SIGNATURE):
        return True
    exact = header.pixels + header.width * header.height * header.bytes
    return not header.is_compressed and length == exact
