"""DDS decoder: textures of 8 bits, whose blocks Pillow decodes, and those told by masks.

Headers are those of Microsoft's Programming Guide for DDS. The first picture counts, which is the
largest. See docs/decisions.md#kinds-of-picture-files.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import DAMAGE, InputError
from palette_engine.pictures import array_decoder
from palette_engine.pictures.alpha import without_background
from palette_engine.pictures.bit_field import BitField
from palette_engine.pictures.channels import Channels, channels_of
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.pillow_limit import without_pillow_limit
from palette_engine.pictures.region import Box

__all__ = ["header_of"]

HEADER, EXTENSION = 128, 20

HAS_ALPHA, FOUR_CHARACTERS, RGB, GRAY = 0x1, 0x4, 0x40, 0x20000
"""Flags of the pixel format."""

MULTIPLIED, OPAQUE = 2, 3
"""Alpha modes of the extended header."""


@dataclass(frozen=True)
class Blocks:
    """A kind of blocks of 4 x 4 pixels, by Pillow's number, and the bytes of a block."""

    number: int
    name: str
    mode: str
    size: int
    is_multiplied: bool = False


@dataclass(frozen=True)
class Masks:
    """Pixels told by masks: their bits, and the masks of gray, or RGB, and of alpha."""

    bits: int
    colors: tuple[int, ...]
    alpha: int = 0


BC1 = Blocks(1, "BC1", "RGBA", 8)
BC2 = Blocks(2, "BC2", "RGBA", 16)
BC3 = Blocks(3, "BC3", "RGBA", 16)
BC4 = Blocks(4, "BC4", "L", 8)
BC5 = Blocks(5, "BC5", "RGB", 16)
BC7 = Blocks(7, "BC7", "RGBA", 16)

BY_CHARACTERS: Mapping[bytes, Blocks] = {
    b"DXT1": BC1,
    b"DXT2": Blocks(2, "BC2", "RGBA", 16, is_multiplied=True),
    b"DXT3": BC2,
    b"DXT4": Blocks(3, "BC3", "RGBA", 16, is_multiplied=True),
    b"DXT5": BC3,
    b"ATI1": BC4,
    b"BC4U": BC4,
    b"ATI2": BC5,
    b"BC5U": BC5,
}

_RGBA = (0xFF, 0xFF00, 0xFF0000)
_BGRA = _RGBA[::-1]

BY_NUMBER: Mapping[int, Blocks | Masks] = {
    **dict.fromkeys((70, 71, 72), BC1),
    **dict.fromkeys((73, 74, 75), BC2),
    **dict.fromkeys((76, 77, 78), BC3),
    **dict.fromkeys((79, 80), BC4),
    **dict.fromkeys((82, 83), BC5),
    **dict.fromkeys((97, 98, 99), BC7),
    24: Masks(32, (0x3FF, 0xFFC00, 0x3FF00000), 0xC0000000),
    **dict.fromkeys((27, 28, 29), Masks(32, _RGBA, 0xFF000000)),
    56: Masks(16, (0xFFFF,)),
    61: Masks(8, (0xFF,)),
    85: Masks(16, (0xF800, 0x7E0, 0x1F)),
    86: Masks(16, (0x7C00, 0x3E0, 0x1F), 0x8000),
    **dict.fromkeys((87, 90, 91), Masks(32, _BGRA, 0xFF000000)),
    **dict.fromkeys((88, 92, 93), Masks(32, _BGRA)),
}
"""The DXGI formats that are read; what is said to be sRGB and what is not have equal numbers."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a DDS; `data` must stay open until it is decoded.

    Raises `InputError` if it is damaged or of a format that is not read.
    """
    data.seek(0)
    start = data.read(HEADER + EXTENSION)
    if start[:4] != b"DDS ":
        return None
    if len(start) < HEADER or int.from_bytes(start[4:8], "little") != HEADER - 4:
        raise InputError(f"{name} is damaged: it ends in its header.")
    height, width = struct.unpack_from("<II", start, 12)
    layout, place, is_multiplied = _layout(start, name)
    decode = partial(_decode, data, (width, height), layout, place, is_multiplied, name)
    if isinstance(layout, Masks):
        memory = width * height * layout.bits // 8
    else:
        memory = _blocks_size(layout, width, height) + 4 * width * height
    return Header(width, height, decode, memory)


def _layout(start: bytes, name: str) -> tuple[Blocks | Masks, int, bool]:
    """Return the layout of pixels, where they begin, and whether alpha is multiplied into them."""
    flags, characters, bits, *masks = struct.unpack_from("<I4s5I", start, 80)
    if flags & FOUR_CHARACTERS and characters == b"DX10":
        number, _, _, _, modes = struct.unpack("<5I", start[HEADER:].ljust(EXTENSION, b"\0"))
        found = BY_NUMBER.get(number)
        if found is None:
            raise _unknown(name, f"DXGI format {number}")
        if isinstance(found, Masks) and modes & 7 == OPAQUE:
            found = Masks(found.bits, found.colors)
        return found, HEADER + EXTENSION, modes & 7 == MULTIPLIED
    if flags & FOUR_CHARACTERS:
        blocks = BY_CHARACTERS.get(characters)
        if blocks is None:
            told = characters.decode("ascii", "replace")
            is_text = told.isascii() and told.isprintable()
            number = int.from_bytes(characters, "little")
            raise _unknown(name, f"format {told if is_text else number}")
        return blocks, HEADER, blocks.is_multiplied
    if flags & GRAY and bits in (8, 16):  # whose masks writers get wrong
        if flags & HAS_ALPHA and bits == 16:
            return Masks(16, (0xFF,), 0xFF00), HEADER, False
        return Masks(bits, (2**bits - 1,)), HEADER, False
    if flags & RGB and bits in (8, 16, 24, 32):
        layout = Masks(bits, tuple(masks[:3]), masks[3] if flags & HAS_ALPHA else 0)
        fields = [BitField.of(mask) for mask in (*layout.colors, layout.alpha)]
        if all(field.fits(bits) for field in fields) and any(layout.colors):
            return layout, HEADER, False
    raise _unknown(name, f"pixel format {flags:#x}")


def _unknown(name: str, what: str) -> InputError:
    return InputError(f"{name} is a DDS in {what}, which is not read; save it as PNG.")


def _blocks_size(blocks: Blocks, width: int, height: int) -> int:
    return -(-width // 4) * -(-height // 4) * blocks.size


def _decode(
    data: IO[bytes],
    size: tuple[int, int],
    layout: Blocks | Masks,
    place: int,
    is_multiplied: bool,
    name: str,
) -> Decoded:
    data.seek(place)
    try:
        if isinstance(layout, Masks):
            pixels = _masked(data, size, layout)
            channels = partial(_of_masks, layout, is_multiplied)
            is_deep = any(mask.bit_count() > 8 for mask in layout.colors)
            return Decoded(partial(array_decoder.rows_of, pixels), channels, is_deep)
        stored = data.read(_blocks_size(layout, *size))
        with without_pillow_limit():
            image = Image.frombytes(layout.mode, size, stored, "bcn", layout.number, layout.name)
    except DAMAGE as error:
        raise InputError(f"{name} is damaged or cut short: some pixels are missing.") from error
    return Decoded(
        rows=partial(_rows, image),
        channels=partial(_of_blocks, is_multiplied),
        is_deep=False,
    )


def _rows(image: Image.Image, box: Box) -> NDArray[Any]:
    """Return the part of an image in a box, `(h, w, channels)`."""
    rows = np.asarray(image.crop((box.left, box.top, box.right, box.bottom)))
    return rows if rows.ndim == 3 else rows[..., np.newaxis]


def _masked(data: IO[bytes], size: tuple[int, int], masks: Masks) -> NDArray[np.uint8]:
    """Return the bytes of pixels, `(h, w, bytes)`."""
    width, height = size
    count = masks.bits // 8
    stored = np.frombuffer(data.read(width * height * count), np.uint8)
    return stored.reshape(height, width, count)


def _of_masks(masks: Masks, is_multiplied: bool, native: NDArray[Any]) -> Channels:
    numbers = np.zeros(len(native), np.uint32)
    for position in range(native.shape[1]):
        numbers |= native[:, position].astype(np.uint32) << np.uint32(8 * position)
    color = np.stack([BitField.of(mask).values(numbers) for mask in masks.colors], axis=1)
    alpha = BitField.of(masks.alpha).values(numbers) if masks.alpha else None
    return _straight(color, alpha, is_multiplied)


def _of_blocks(is_multiplied: bool, native: NDArray[Any]) -> Channels:
    found = channels_of(native)
    return _straight(found.color, found.alpha, is_multiplied)


def _straight(color: NDArray[Any], alpha: NDArray[Any] | None, is_multiplied: bool) -> Channels:
    mode = "L" if color.shape[1] == 1 else "RGB"
    if alpha is not None and is_multiplied:
        return Channels(mode, without_background(color, alpha, 0), alpha)
    return Channels(mode, color, alpha)
