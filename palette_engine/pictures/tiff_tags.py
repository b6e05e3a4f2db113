"""TIFF tags: directories of a TIFF file, in which nothing is believed before it is checked.

TIFF 6.0 (Adobe, 1992), sections 2 and 8, and BigTIFF (Aware Systems, 2007). See
docs/decisions.md#own-tiff-reader.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Literal

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError

__all__ = ["Tags", "damage", "read_tags"]

PREFIXES: Mapping[bytes, tuple[Literal["<", ">"], bool]] = {
    b"II\x2a\0": ("<", False),
    b"MM\0\x2a": (">", False),
    b"II\x2b\0": ("<", True),
    b"MM\0\x2b": (">", True),
    # Two writers mixed the byte orders up; Pillow and libtiff read their files.
    b"II\0\x2a": ("<", False),
    b"MM\x2a\0": (">", False),
}
"""How a TIFF begins: its byte order, and whether it is a BigTIFF."""

WHOLE_NUMBERS: Mapping[int, str] = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}
"""The types of values that are whole numbers from 0, as numpy names them."""

FRACTIONS: Mapping[int, str] = {5: "u4", 10: "i4"}
"""The types of values that are two whole numbers, a fraction."""

FLOATS: Mapping[int, str] = {11: "f4", 12: "f8"}
"""The types of values that are floats."""

SIZES: Mapping[int, int] = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
    16: 8, 17: 8, 18: 8,
}  # fmt: skip
"""The number of bytes of a value of each type."""

MAX_TAGS = 1000
"""At most this many tags are in a directory; the standards and cameras know fewer."""

MAX_BYTES = 2**26
"""At most this many bytes are in the values of all tags; most are offsets of strips and tiles."""

NAMES: Mapping[int, str] = {
    254: "NewSubfileType",
    256: "ImageWidth",
    257: "ImageLength",
    258: "BitsPerSample",
    259: "Compression",
    262: "PhotometricInterpretation",
    266: "FillOrder",
    273: "StripOffsets",
    274: "Orientation",
    277: "SamplesPerPixel",
    278: "RowsPerStrip",
    279: "StripByteCounts",
    284: "PlanarConfiguration",
    317: "Predictor",
    320: "ColorMap",
    322: "TileWidth",
    323: "TileLength",
    324: "TileOffsets",
    325: "TileByteCounts",
    330: "SubIFDs",
    332: "InkSet",
    338: "ExtraSamples",
    339: "SampleFormat",
    529: "YCbCrCoefficients",
    530: "YCbCrSubSampling",
    532: "ReferenceBlackWhite",
    32997: "ImageDepth",
    34665: "Exif",
    34675: "ICC profile",
    40961: "ColorSpace",
    40965: "Interoperability",
}
"""What messages call a tag."""


@dataclass(frozen=True)
class Entry:
    """Where the values of a tag are: in `data`, or at `offset` of the file if that is None."""

    kind: int
    count: int
    data: bytes | None
    offset: int = 0

    @property
    def size(self) -> int:
        """The number of bytes of all values."""
        return self.count * SIZES[self.kind]


@dataclass(frozen=True, eq=False)
class Tags:
    """The tags of a directory of a TIFF; their values are read when they are asked for.

    `order` is the byte order, ``<`` or ``>``, and `is_big` whether it is a BigTIFF. `name` is what
    messages call the file, and `end` is where the offset of the next directory is. All methods but
    one raise `InputError` for a tag whose values are of another kind, or outside of the file.
    """

    file: IO[bytes]
    name: str
    order: Literal["<", ">"]
    is_big: bool
    entries: Mapping[int, Entry]
    file_size: int
    end: int = 0

    def __contains__(self, tag: int) -> bool:
        return tag in self.entries and self.entries[tag].count > 0

    def number(self, tag: int, default: int) -> int:
        """Return the only value of a tag, a whole number from 0; `default` if it is missing."""
        if tag not in self:
            return default
        if self.entries[tag].count != 1:
            raise damage(self.name, f"{NAMES[tag]} is several numbers")
        return int(self.numbers(tag)[0])

    def numbers(self, tag: int) -> NDArray[np.uint64]:
        """Return the values of a tag, whole numbers from 0; none if it is missing."""
        if tag not in self:
            return np.empty(0, np.uint64)
        entry = self.entries[tag]
        if entry.kind not in WHOLE_NUMBERS:
            raise damage(self.name, f"{NAMES[tag]} is not a number")
        data = self.data(tag)
        if len(data) < entry.size:
            raise damage(self.name, f"{NAMES[tag]} is outside of the file")
        return np.frombuffer(data, f"{self.order}{WHOLE_NUMBERS[entry.kind]}").astype(np.uint64)

    def reals(self, tag: int) -> tuple[float, ...]:
        """Return the values of a tag as finite floats; none if it is missing."""
        kind = self.entries[tag].kind if tag in self else 0
        if kind not in FRACTIONS and kind not in FLOATS:
            return tuple(map(float, self.numbers(tag).tolist()))
        data = self.data(tag)
        if len(data) < self.entries[tag].size:
            raise damage(self.name, f"{NAMES[tag]} is outside of the file")
        values = np.frombuffer(data, self.order + {**FRACTIONS, **FLOATS}[kind]).astype(np.float64)
        if kind in FRACTIONS:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = values[::2] / values[1::2]
        if not np.isfinite(values).all():
            raise damage(self.name, f"{NAMES[tag]} is not a number")
        return tuple(values.tolist())

    def data(self, tag: int) -> bytes:
        """Return the bytes of a tag's values, fewer if the file ends in them."""
        entry = self.entries.get(tag)
        if entry is None:
            return b""
        if entry.data is not None:
            return entry.data
        if entry.offset >= self.file_size:
            return b""
        self.file.seek(entry.offset)
        return self.file.read(min(entry.size, self.file_size))

    def directory(self, tag: int) -> Tags | None:
        """Return the directory that a tag points to; None if it is missing.

        Raises `InputError` if the directory is damaged.
        """
        offset = self.number(tag, 0)
        if not offset:
            return None
        return self.directory_at(offset)

    def directory_at(self, offset: int) -> Tags:
        """Return the directory at an offset of the file; raises `InputError` if it is damaged."""
        return _directory(self.file, self.name, self.order, self.is_big, offset)

    def next_offset(self) -> int:
        """Return where the next directory begins, or 0; raises `InputError` if the file ends."""
        kind = self.order + ("Q" if self.is_big else "I")
        return _numbers(self.file, self.end, kind, self.name)[0]


def damage(name: str, what: str) -> InputError:
    """Return the error to raise for a TIFF of which something is wrong."""
    return InputError(f"{name} is a damaged TIFF: {what}.")


def read_tags(file: IO[bytes], name: str) -> Tags | None:
    """Return the tags of the first directory of a file, or None if it is no TIFF.

    `file` must stay open while values are read. Raises `InputError` if the directory is damaged.
    """
    file.seek(0)
    prefix = PREFIXES.get(file.read(4))
    if prefix is None:
        return None
    order, is_big = prefix
    # In a BigTIFF come the size of an offset and two empty bytes first.
    (offset,) = _numbers(file, 8 if is_big else 4, order + ("Q" if is_big else "I"), name)
    return _directory(file, name, order, is_big, offset)


def _directory(
    file: IO[bytes], name: str, order: Literal["<", ">"], is_big: bool, offset: int
) -> Tags:
    """Return the tags of the directory at an offset."""
    (count,) = _numbers(file, offset, order + ("Q" if is_big else "H"), name)
    if not 0 < count <= MAX_TAGS:
        raise damage(name, f"its directory has {count:,} entries")
    layout = struct.Struct(order + ("HHQ8s" if is_big else "HHI4s"))
    table = file.read(count * layout.size)
    end = file.tell()
    if len(table) < count * layout.size:
        raise damage(name, "it ends in its directory")
    entries: dict[int, Entry] = {}
    for tag, kind, values, field in layout.iter_unpack(table):
        if kind in SIZES and tag not in entries:
            entries[tag] = _entry(kind, values, field, order)
    size = file.seek(0, os.SEEK_END)
    _check_sizes(entries, size, name)
    return Tags(file, name, order, is_big, entries, size, end)


def _numbers(file: IO[bytes], offset: int, layout: str, name: str) -> tuple[int, ...]:
    """Return numbers at an offset of a file, or raise `InputError` if it ends before them."""
    file_size = file.seek(0, os.SEEK_END)
    needed = struct.calcsize(layout)
    if offset + needed > file_size:
        raise damage(name, "it ends before its directory")
    file.seek(offset)
    return struct.unpack(layout, file.read(needed))


def _entry(kind: int, count: int, field: bytes, order: str) -> Entry:
    """Return an entry of the directory; values that fit into its last field are in it."""
    size = count * SIZES[kind]
    if size <= len(field):
        return Entry(kind, count, field[:size])
    return Entry(kind, count, None, int.from_bytes(field, "little" if order == "<" else "big"))


def _check_sizes(entries: Mapping[int, Entry], file_size: int, name: str) -> None:
    """Raise `InputError` if the values of tags are more than a file may have.

    Tags that nothing here reads count too: Pillow reads the values of all.
    """
    outside = [entry.size for entry in entries.values() if entry.data is None]
    if sum(min(size, file_size) for size in outside) > MAX_BYTES:
        raise InputError(
            f"{name} is a TIFF with more than {MAX_BYTES // 2**20} MB of tags; save it without "
            "metadata."
        )
