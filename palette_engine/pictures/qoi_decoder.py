"""QOI decoder: the Quite OK Image format, RGB with and without alpha.

https://qoiformat.org/qoi-specification.pdf (2022). Not Pillow's plug-in, which takes two to seven
times as long. See docs/decisions.md#kinds-of-picture-files.
"""

from __future__ import annotations

import os
import struct
from array import array
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError
from palette_engine.pictures import array_decoder
from palette_engine.pictures.channels import Channels
from palette_engine.pictures.decoded import Decoded, Header

__all__ = ["header_of"]

HEADER = 14

MAX_PIXELS = 25_000_000
"""A larger picture takes more than ten seconds to decode."""

LONGEST = 5
"""The bytes of the longest code of a pixel."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a QOI; `data` must stay open until it is decoded.

    Raises `InputError` if it is damaged or too large. The byte for the color space does not count,
    as its writers do not agree on it.
    """
    data.seek(0)
    start = data.read(HEADER)
    if len(start) < HEADER:
        raise InputError(f"{name} is damaged: it ends in its header.")
    width, height, channels = struct.unpack_from("!IIB", start, 4)
    if channels not in (3, 4):
        raise InputError(f"{name} is damaged: it has {channels} channels.")
    if width * height > MAX_PIXELS:
        raise InputError(
            f"{name} is a QOI of more than {MAX_PIXELS:,} pixels, which takes too long to decode; "
            "save it as PNG."
        )
    stored = min(data.seek(0, os.SEEK_END), width * height * LONGEST)
    decode = partial(_decode, data, width, height, channels, name)
    return Header(width, height, decode, 4 * width * height + stored)


def _decode(data: IO[bytes], width: int, height: int, channels: int, name: str) -> Decoded:
    data.seek(HEADER)
    try:
        numbers = _numbers(data.read(width * height * LONGEST), width * height)
    except IndexError as error:
        raise InputError(f"{name} is damaged or cut short: some pixels are missing.") from error
    pixels = np.frombuffer(numbers, np.uint32).reshape(height, width)
    rows = partial(array_decoder.rows_of, pixels)
    return Decoded(rows, partial(_channels, channels == 4), is_deep=False)


def _numbers(data: bytes, count: int) -> array[int]:
    """Return pixels as numbers, of which red has the upper bits, and alpha the lower ones.

    Raises `IndexError` if there are fewer. One function, as a call takes as long as a pixel.
    """
    found = array("I", bytes(4 * count))
    index = [0] * 64
    red = green = blue = 0
    alpha = number = 255
    place = at = 0
    while at < count:
        code = data[place]
        place += 1
        if code >= 0xFE:
            red, green, blue = data[place], data[place + 1], data[place + 2]
            place += 3
            if code == 0xFF:
                alpha = data[place]
                place += 1
        elif code < 0x40:
            number = index[code]
            red, green, blue, alpha = (
                number >> 24,
                number >> 16 & 255,
                number >> 8 & 255,
                number & 255,
            )
            found[at] = number
            at += 1
            continue
        elif code < 0x80:
            red = red + (code >> 4 & 3) - 2 & 255
            green = green + (code >> 2 & 3) - 2 & 255
            blue = blue + (code & 3) - 2 & 255
        elif code < 0xC0:
            second = data[place]
            place += 1
            change = code - 0x80 - 32
            red = red + change - 8 + (second >> 4) & 255
            green = green + change & 255
            blue = blue + change - 8 + (second & 15) & 255
        else:
            index[(red * 3 + green * 5 + blue * 7 + alpha * 11) & 63] = number
            run = min(code - 0xC0 + 1, count - at)
            found[at : at + run] = array("I", [number]) * run
            at += run
            continue
        number = red << 24 | green << 16 | blue << 8 | alpha
        index[(red * 3 + green * 5 + blue * 7 + alpha * 11) & 63] = number
        found[at] = number
        at += 1
    return found


def _channels(has_alpha: bool, native: NDArray[Any]) -> Channels:
    """Return what numbers, `(n,)`, mean."""
    parts = [(native >> np.uint32(shift)).astype(np.uint8) for shift in (24, 16, 8, 0)]
    return Channels("RGB", np.stack(parts[:3], axis=1), parts[3] if has_alpha else None)
