"""ICO decoder: the largest picture of a Windows icon or cursor, a PNG or a bitmap with a mask.

Not Pillow's plug-in, which decodes a PNG in an icon before its size can be checked. See
docs/decisions.md#kinds-of-picture-files.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import DAMAGE, InputError
from palette_engine.pictures import array_decoder, pillow_decoder
from palette_engine.pictures.channels import channels_of
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.file_parts import check_parts
from palette_engine.pictures.pillow_image import open_image
from palette_engine.pictures.png_file import SIGNATURE

__all__ = ["header_of"]

MAX_PICTURES = 256
"""So many pictures of an icon are looked at; Windows uses about ten."""

INFO = 40
"""The bytes of the header of a bitmap."""

UNCOMPRESSED = 0

BITS = (1, 4, 8, 16, 24, 32)


@dataclass(frozen=True)
class _Picture:
    """One of the pictures in an icon: where it is in the file, its size, and its bits a pixel."""

    place: int
    length: int
    width: int
    height: int
    bits: int
    is_png: bool


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of the largest picture of an icon, the one with most bits if several are.

    `data` must stay open until it is decoded. Raises `InputError` if it is damaged.
    """
    found = max(
        _pictures(data), key=lambda each: (each.width * each.height, each.bits), default=None
    )
    if found is None:
        raise InputError(f"{name} is damaged: no picture in the icon can be read.")
    if found.is_png:
        data.seek(found.place)
        file = io.BytesIO(data.read(found.length))
        check_parts(file, name)
        image = pillow_decoder.opened(file, name, "PNG")
        if image is None:
            raise InputError(f"{name} is damaged: the PNG in it cannot be opened.")
        return pillow_decoder.header_of(image, name, "refuse")
    # The bytes of the file, Pillow's picture, and RGBA.
    memory = found.width * found.height * 12
    return Header(found.width, found.height, partial(_decode, data, found, name), memory)


def _pictures(data: IO[bytes]) -> Iterator[_Picture]:
    """Yield the pictures whose headers make sense."""
    end = data.seek(0, os.SEEK_END)
    data.seek(4)
    count = min(int.from_bytes(data.read(2), "little"), MAX_PICTURES)
    entries = data.read(16 * count)
    for at in range(0, len(entries) - 15, 16):
        length, place = struct.unpack_from("<II", entries, at + 8)
        data.seek(min(place, end))
        start = data.read(INFO)
        if len(start) == INFO and start.startswith(SIGNATURE) and start[12:16] == b"IHDR":
            width, height, depth = struct.unpack_from("!IIB", start, 16)
            yield _Picture(place, length, width, height, depth * 4, is_png=True)
        elif len(start) == INFO and int.from_bytes(start[:4], "little") == INFO:
            _, width, height, _, bits, compression = struct.unpack_from("<IiiHHI", start)
            if width > 0 and height > 1 and bits in BITS and compression == UNCOMPRESSED:
                # The mask is a second picture below.
                yield _Picture(place, length, width, height // 2, bits, is_png=False)


def _decode(data: IO[bytes], picture: _Picture, name: str) -> Decoded:
    try:
        pixels = _pixels(data, picture)
    except DAMAGE as error:
        raise InputError(f"{name} is damaged or cut short: some pixels are missing.") from error
    return Decoded(partial(array_decoder.rows_of, pixels), channels_of, is_deep=False)


def _pixels(data: IO[bytes], picture: _Picture) -> NDArray[np.uint8]:
    """Return a bitmap as RGBA, `(h, w, 4)`; raises one of `DAMAGE` if pixels are missing."""
    width, height = picture.width, picture.height
    data.seek(picture.place)
    info = data.read(INFO)
    used = int.from_bytes(info[32:36], "little")
    colors = min(used or 2**picture.bits, 2**picture.bits) if picture.bits <= 8 else 0
    palette = data.read(4 * colors)
    row = -(-width * picture.bits // 32) * 4
    color = data.read(row * height)
    mask_row = -(-width // 32) * 4
    mask = data.read(mask_row * height)
    if len(color) < row * height:
        raise EOFError
    if picture.bits == 32:
        stored = np.frombuffer(color, np.uint8).reshape(height, width, 4)[::-1]
        pixels = stored[..., [2, 1, 0, 3]]
        if pixels[..., 3].any():
            return pixels
    else:
        start = 14 + INFO + len(palette)
        head = b"BM" + struct.pack("<IHHI", start + len(color), 0, 0, start)
        info = info[:8] + struct.pack("<i", height) + info[12:]
        image = open_image(io.BytesIO(head + info + palette + color), ["BMP"])
        image.load()
        pixels = np.asarray(image.convert("RGBA")).copy()
    pixels[..., 3] = 255
    if len(mask) == mask_row * height:
        bits = np.frombuffer(mask, np.uint8).reshape(height, mask_row)[::-1]
        pixels[..., 3] *= np.unpackbits(bits, axis=1, count=width) ^ np.uint8(1)
    return pixels
