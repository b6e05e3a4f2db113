"""JPEG 2000 decoder: what Pillow and OpenJPEG decode, with the color that the file tells.

ISO/IEC 15444-1, annexes A and I. Pillow reads no profile, and merges equal colors of a palette, so
that the indexes behind them are wrong. See docs/decisions.md#kinds-of-picture-files.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImagePalette, features

from palette_engine.errors import DAMAGE, InputError, cause_of
from palette_engine.pictures import pillow_decoder
from palette_engine.pictures.alpha import without_background
from palette_engine.pictures.boxes import boxes, first, top_boxes
from palette_engine.pictures.channels import Channels
from palette_engine.pictures.color_tags import ColorTags, color_of
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.file_types import missing_in_pillow

__all__ = ["header_of"]

KIND = "JPEG 2000"

CODESTREAM = b"\xff\x4f\xff\x51"

KNOWN_SPACES = (0, 12, 15, 16, 17, 18)
"""Enumerated color spaces that are read: bilevel, CMYK, sRGB, gray with its curve, and sYCC."""

ENUMERATED, PROFILES = 1, (2, 3)
"""Methods of telling color."""

OPACITY, MULTIPLIED = 1, 2
"""Types of channels."""

TILE, TILE_OF_CHANNEL = 7000, 1200
"""Bytes that OpenJPEG takes for each tile, and for each channel of each, before it decodes."""

NUMBER = 4
"""Bytes of a number while OpenJPEG decodes."""


@dataclass(frozen=True)
class _Size:
    """What the codestream says of its size: of the picture and of a tile, and the tiles."""

    width: int
    height: int
    tile_pixels: int
    tiles: int
    channels: int

    @property
    def memory(self) -> int:
        """The bytes that decoding takes."""
        picture = NUMBER * self.width * self.height
        tile = self.tile_pixels * self.channels * (NUMBER + 2)  # and the bytes that Pillow gets
        return picture + tile + self.tiles * (TILE + TILE_OF_CHANNEL * self.channels)


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a JPEG 2000 file; `data` must stay open until it is decoded.

    Raises `InputError` if it is damaged, or of a color space that is not read.
    """
    if not features.check_codec("jpg_2000"):
        raise missing_in_pillow(KIND, name)
    try:
        size, inside = _size_of(data), dict(top_boxes(data, (b"jp2h",))).get(b"jp2h", b"")
    except DAMAGE as error:
        raise InputError(f"{name} is damaged: {cause_of(error)}.") from error
    image = pillow_decoder.opened(data, name, KIND)
    if image is None or size is None or image.size != (size.width, size.height):
        raise InputError(f"{name} is damaged: its size is not clear.")
    profile = _profile_of(inside, name)
    if palette := _palette_of(inside, image):
        image.palette = palette
    decode = partial(_decode, image, inside, profile, name)
    return Header(size.width, size.height, decode, size.memory)


def _size_of(data: IO[bytes]) -> _Size | None:
    """Return what the SIZ segment says, which is the first one of the codestream (A.5.1)."""
    data.seek(0)
    start = data.read(4)
    if start == CODESTREAM:
        segment = data.read(38)
    else:
        stream = next((body for _, body in top_boxes(data, (b"jp2c",))), b"")
        if stream[:4] != CODESTREAM:
            return None
        segment = stream[4:42]
    _, _, right, bottom, left, top, across, down, tile_left, tile_top, channels = (
        struct.unpack_from("!HH8IH", segment)
    )
    width, height = right - left, bottom - top
    tiles = -(-(right - tile_left) // across) * -(-(bottom - tile_top) // down)
    pixels = min(across, width) * min(down, height)
    return _Size(width, height, pixels, tiles, channels)


def _profile_of(inside: bytes, name: str) -> bytes:
    """Return the ICC profile of the first color specification that is read (I.5.3.3)."""
    refused = None
    for kind, body in boxes(inside):
        if kind == b"colr" and len(body) >= 7:
            if body[0] in PROFILES:
                return body[3:]
            space = int.from_bytes(body[3:7], "big")
            if body[0] == ENUMERATED and space in KNOWN_SPACES:
                return b""
            refused = space
    if refused is not None:
        raise InputError(
            f"{name} is JPEG 2000 in a color space that is not read ({refused}); save it in sRGB, "
            "as PNG or TIFF."
        )
    return b""


def _palette_of(inside: bytes, image: Image.Image) -> ImagePalette.ImagePalette | None:
    """Return the palette of an indexed picture, with equal colors kept (I.5.3.4)."""
    body = first(inside, b"pclr")
    if image.mode not in ("P", "PA") or len(body) < 3:
        return None
    count, channels = struct.unpack_from("!HB", body)
    colors = body[3 + channels : 3 + channels + count * channels]
    mode = image.palette.mode if image.palette else "RGB"
    if channels != len(mode) or len(colors) < count * channels:
        return None
    palette = ImagePalette.ImagePalette(mode, colors)
    palette.dirty = 1  # so that Pillow uses it
    return palette


def _channel_types(inside: bytes) -> Sequence[int] | None:
    """Return the types of the channels, None if the file does not tell them (I.5.3.6)."""
    body = first(inside, b"cdef")
    if len(body) < 2:
        return None
    entries = struct.iter_unpack("!HHH", body[2 : 2 + (len(body) - 2) // 6 * 6])
    return [kind for _, kind, _ in entries]


def _decode(image: Image.Image, inside: bytes, profile: bytes, name: str) -> Decoded:
    decoded = pillow_decoder.header_of(image, name, "refuse").decode()
    told = color_of(ColorTags(KIND, profile=profile), name)
    types = _channel_types(inside)
    is_cmyk = profile[16:20] == b"CMYK" and image.mode in ("RGBA", "CMYK")
    channels = partial(_channels, decoded, types, is_cmyk)
    return replace(decoded, channels=channels, profile=told)


def _channels(
    decoded: Decoded, types: Sequence[int] | None, is_cmyk: bool, native: NDArray[Any]
) -> Channels:
    """Return what Pillow's numbers mean by the types of channels."""
    if is_cmyk:
        return Channels("CMYK", native.astype(np.uint8))
    found = decoded.channels(native)
    if found.alpha is None or types is None:
        return found
    if MULTIPLIED in types:
        return replace(found, color=without_background(found.color, found.alpha, 0))
    return found if OPACITY in types else replace(found, alpha=None)
