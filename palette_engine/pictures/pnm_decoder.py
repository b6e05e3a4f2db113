"""PNM decoder: PBM, PGM and PPM, in bytes, bits and text, with any largest value up to 65,535.

The formats are those of Netpbm's manual pages pbm(5), pgm(5) and ppm(5), and Pillow's variants with
four channels. Pillow takes microseconds for a pixel of most of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError
from palette_engine.pictures.channels import Channels
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.region import Box

__all__ = ["header_of"]

SPACES = b" \t\n\v\f\r"

MODES: Mapping[bytes, str] = {
    b"P1": "1", b"P2": "L", b"P3": "RGB", b"P4": "1", b"P5": "L", b"P6": "RGB",
    b"P0CMYK": "CMYK", b"PyP": "L", b"PyRGBA": "RGBA", b"PyCMYK": "CMYK",
}  # fmt: skip
"""What a pixel is, by how the file begins."""

CHANNELS: Mapping[str, int] = {"1": 1, "L": 1, "RGB": 3, "RGBA": 4, "CMYK": 4}

TEXTS = (b"P1", b"P2", b"P3")

LONGEST = 10
"""At most this many digits are in a number."""

DIGITS = re.compile(rb"[0-9]{%d}" % (LONGEST + 1))

COMMENT = re.compile(rb"#[^\r\n]*")

BLOCK = 2**20
"""The bytes of text that are read at a time."""

BLOCK_MEMORY = 12 * BLOCK
"""The bytes that reading a block takes; most are its numbers, of two bytes of text each."""


@dataclass(frozen=True)
class _Picture:
    """What the header says; `most` is the largest value, and pixels begin at `start`."""

    file: IO[bytes]
    name: str
    magic: bytes
    width: int
    height: int
    most: int
    start: int

    @property
    def mode(self) -> str:
        return MODES[self.magic]

    @property
    def channels(self) -> int:
        return CHANNELS[self.mode]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of numbers in bytes, the highest one first."""
        return np.dtype(np.uint8) if self.most < 256 else np.dtype(">u2")

    @property
    def row_bytes(self) -> int:
        """The bytes of a row that is not text."""
        if self.mode == "1":
            return (self.width + 7) // 8
        return self.width * self.channels * self.dtype.itemsize

    def damage(self, what: str) -> InputError:
        return InputError(f"{self.name} is damaged or cut short: {what}.")


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a PBM, PGM or PPM, or None if it is none.

    `data` must stay open until the picture is read. Raises `InputError` if the header is damaged.
    """
    data.seek(0)
    start = data.read(max(map(len, MODES)) + 1)
    magic = next((each for each in MODES if start.startswith(each)), None)
    if magic is None or start[len(magic) : len(magic) + 1] not in (*map(_byte, SPACES), b"#"):
        return None
    data.seek(len(magic))
    width, height = _number(data, name), _number(data, name)
    most = 1 if MODES[magic] == "1" else _number(data, name)
    picture = _Picture(data, name, magic, width, height, most, data.tell())
    if not 0 < most < 65536:
        raise picture.damage(f"its largest value is {most:,}, which is not from 1 to 65,535")
    if magic in TEXTS:
        memory = width * height * picture.channels * picture.dtype.itemsize + BLOCK_MEMORY
        return Header(width, height, partial(_decode_text, picture), memory)
    return Header(width, height, partial(_decode, picture))


def _byte(code: int) -> bytes:
    return bytes((code,))


def _number(data: IO[bytes], name: str) -> int:
    """Return the next number of a header, behind which one space was read, too."""
    digits = b""
    while len(digits) <= LONGEST and (byte := data.read(1)):
        if byte == b"#":
            while data.read(1) not in (b"\n", b"\r", b""):
                pass
        elif byte not in SPACES:
            digits += byte
        elif digits:
            break
    if not digits.isdigit() or len(digits) > LONGEST:
        raise InputError(f"{name} is damaged or cut short: its header has no three numbers.")
    return int(digits)


def _decode(picture: _Picture) -> Decoded:
    """Return a picture in bytes or bits, whose rows stay in the file."""
    needed = picture.row_bytes * picture.height
    there = picture.file.seek(0, os.SEEK_END) - picture.start
    start = picture.start
    if there == needed + 1:  # some writers end the header with two bytes, as lines on Windows do
        picture.file.seek(start - 1)
        start += picture.file.read(2) == b"\r\n"
    elif there < needed:
        raise picture.damage("some of its rows are missing")
    rows = _bits if picture.mode == "1" else _rows
    return _decoded(picture, partial(rows, picture, start))


def _decoded(picture: _Picture, rows: Any) -> Decoded:
    return Decoded(rows, partial(_channels, picture.mode, picture.most), picture.most > 255)


def _bits(picture: _Picture, start: int, box: Box) -> NDArray[np.uint8]:
    """Return the bits in a box; 1 is black."""
    packed = _stored(picture, start, box, np.dtype(np.uint8))
    return np.unpackbits(packed, axis=1, count=picture.width)[:, box.left : box.right]


def _rows(picture: _Picture, start: int, box: Box) -> NDArray[Any]:
    """Return the numbers in a box, `(h, w, channels)`."""
    numbers = _stored(picture, start, box, picture.dtype)
    pixels = numbers.reshape(len(numbers), picture.width, picture.channels)
    return pixels[:, box.left : box.right]


def _stored(picture: _Picture, start: int, box: Box, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the numbers in the rows of a box, `(h, numbers of a row)`."""
    picture.file.seek(start + box.top * picture.row_bytes)
    size = (box.bottom - box.top) * picture.row_bytes
    data = picture.file.read(size)
    if len(data) < size:
        raise picture.damage("some of its rows are missing")
    return np.frombuffer(data, dtype).reshape(box.bottom - box.top, -1)


def _decode_text(picture: _Picture) -> Decoded:
    """Return a picture in text, whose numbers are read at once."""
    count = picture.width * picture.height * picture.channels
    kind: type[np.unsignedinteger[Any]] = np.uint8 if picture.most < 256 else np.uint16
    numbers = np.empty(count, kind)
    found = 0
    picture.file.seek(picture.start)
    is_packed = picture.mode == "1"  # bits need no space between them
    read = _bits_of_text if is_packed else _numbers_of_text
    rest, in_comment = b"", False
    while found < count:
        block = picture.file.read(BLOCK)
        text, in_comment = _without_comments(block, in_comment)
        # A number may go on in the next block.
        text = rest + text
        is_whole = is_packed or in_comment or not block
        end = len(text) if is_whole else max(map(text.rfind, map(_byte, SPACES))) + 1
        text, rest = text[:end], text[end:]
        values = read(text)
        if values is None or DIGITS.search(rest) or values.max(initial=0) > picture.most:
            raise picture.damage(f"its pixels are not whole numbers from 0 to {picture.most:,}")
        values = values[: count - found]
        numbers[found : found + len(values)] = values
        found += len(values)
        if not block:
            break
    if found < count:
        raise picture.damage("some of its rows are missing")
    shape = (picture.height, picture.width, picture.channels)
    return _decoded(picture, partial(_part, numbers.reshape(shape)))


def _part(pixels: NDArray[Any], box: Box) -> NDArray[Any]:
    return pixels[box.top : box.bottom, box.left : box.right]


def _without_comments(block: bytes, in_comment: bool) -> tuple[bytes, bool]:
    """Return a block of text without comments, and whether it ends in one, as it began or not."""
    if in_comment:
        block = b"#" + block
    if b"#" not in block:
        return block, False
    last = block.rfind(b"#")
    ends_in = not any(end in block[last:] for end in (b"\n", b"\r"))
    return COMMENT.sub(b" ", block), ends_in


def _bits_of_text(text: bytes) -> NDArray[np.uint8] | None:
    """Return the values of a PBM; None if there is anything else."""
    digits = text.translate(None, SPACES)
    return None if digits.strip(b"01") else np.frombuffer(digits, np.uint8) - np.uint8(48)


def _numbers_of_text(text: bytes) -> NDArray[np.int64] | None:
    """Return whole numbers with spaces between them, None if there is anything else."""
    if text.translate(None, SPACES + b"0123456789") or DIGITS.search(text):
        return None
    return np.fromstring(text, np.int64, sep=" ") if text.strip() else np.empty(0, np.int64)


def _channels(mode: str, most: int, native: NDArray[Any]) -> Channels:
    """Return what numbers, `(n,)` or `(n, channels)`, mean; those above the largest are cut."""
    numbers = native.reshape(len(native), -1)
    if mode == "1":
        return Channels("L", numbers == 0)
    if most not in (255, 65535):
        numbers = np.minimum(numbers, most) / np.float64(most)
    elif most > 255:
        numbers = numbers.astype(np.uint16, copy=False)
    if mode == "RGBA":
        return Channels("RGB", numbers[:, :3], numbers[:, 3])
    return Channels(mode, numbers)
