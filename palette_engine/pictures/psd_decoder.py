"""PSD decoder: the merged picture of Photoshop documents, large ones (PSB) included.

Adobe Photoshop File Formats Specification (2019). Not Pillow's plug-in, which reads 8 bits only,
inverts bitmaps, takes any fourth channel for alpha, and does not see that a document has no merged
picture. See docs/decisions.md#kinds-of-picture-files.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import DAMAGE, InputError, cause_of
from palette_engine.pictures.alpha import without_background
from palette_engine.pictures.channels import Channels
from palette_engine.pictures.color_tags import ColorTags, color_of
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.lab_encoding import srgb_of_icclab
from palette_engine.pictures.pillow_limit import without_pillow_limit
from palette_engine.pictures.region import Box

__all__ = ["header_of"]

BITMAP, GRAY, INDEXED, RGB, CMYK, DUOTONE, LAB = 0, 1, 2, 3, 4, 8, 9

CHANNELS: Mapping[int, int] = {BITMAP: 1, GRAY: 1, INDEXED: 1, RGB: 3, CMYK: 4, DUOTONE: 1, LAB: 3}
"""The number of channels that are color, by mode; the gray of a duotone is what it is made of."""

DEPTHS = (8, 16)

RAW, PACKED = 0, 1
"""The compressions of a merged picture, which is never compressed otherwise."""

PROFILE, TRANSPARENT_INDEX, VERSION = 1039, 1047, 1057
"""Image resources: the ICC profile, and the version, which says whether there is a picture."""

MAX_RESOURCES = 10_000
MAX_RESOURCE = 2**26
"""Bytes of a resource that is read, at most; profiles of printers have a few million."""

MAX_CHANNELS = 56


@dataclass(frozen=True)
class Document:
    """What a document says before its merged picture.

    `channels` is how many are stored, of which the first ones are color. `has_alpha` is whether the
    next one is the transparency of the picture. `pixels` is where its compression stands.
    """

    is_large: bool
    width: int
    height: int
    depth: int
    mode: int
    channels: int
    has_alpha: bool
    pixels: int
    colors: NDArray[np.uint8]
    transparent: int | None
    profile: bytes

    @property
    def used(self) -> int:
        """The number of channels that are read."""
        return CHANNELS[self.mode] + self.has_alpha

    @property
    def row_bytes(self) -> int:
        """The bytes of a row of a channel."""
        return (self.width * self.depth + 7) // 8


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a document; `data` must stay open until it is decoded.

    Raises `InputError` if it is damaged, of a mode that is not read, or without a merged picture.
    """
    try:
        document = _document(data, name)
    except InputError:
        raise
    except DAMAGE as error:
        raise InputError(f"{name} is damaged: {cause_of(error)}.") from error
    # All channels; and one as it is in the file, as Pillow unpacks it, and twice as its bytes.
    memory = document.row_bytes * document.height * (document.used + 4)
    if document.depth == 1:
        memory += 3 * document.width * document.height
    decode = partial(_decode, data, document, name)
    return Header(document.width, document.height, decode, memory)


def _document(data: IO[bytes], name: str) -> Document:
    data.seek(0)
    version, channels, height, width, depth, mode = struct.unpack("!4xH6xHIIHH", data.read(26))
    is_large = version == 2
    depths = (1,) if mode == BITMAP else DEPTHS
    if mode not in CHANNELS or depth not in depths:
        raise InputError(
            f"{name} is a Photoshop document of a kind that is not read (mode {mode}, {depth} "
            "bits); save it as RGB with 16 bits, or as PNG."
        )
    if not CHANNELS[mode] <= channels <= MAX_CHANNELS:
        raise InputError(f"{name} is damaged: it has {channels} channels.")
    colors = _section(data)
    resources = dict(_resources(_section(data)))
    version_info = resources.get(VERSION, b"")
    if len(version_info) > 4 and not version_info[4]:
        raise InputError(
            f"{name} has no merged picture; save it in Photoshop with “Maximize Compatibility”, "
            "or as PNG."
        )
    size = _number(data, 8 if is_large else 4)
    start = data.tell()
    has_alpha = (
        channels > CHANNELS[mode] and mode != INDEXED and _merges_alpha(data, size, is_large)
    )
    index = resources.get(TRANSPARENT_INDEX, b"")
    return Document(
        is_large, width, height, depth, mode, channels, has_alpha, start + size,
        np.frombuffer(colors.ljust(768, b"\0")[:768], np.uint8).reshape(3, 256).T,
        int.from_bytes(index[:2], "big") if index else None,
        resources.get(PROFILE, b""),
    )  # fmt: skip


def _number(data: IO[bytes], size: int) -> int:
    found = data.read(size)
    if len(found) < size:
        raise EOFError("it ends in its header")
    return int.from_bytes(found, "big")


def _section(data: IO[bytes]) -> bytes:
    """Return a section behind its length, of which at most `MAX_RESOURCE` bytes are kept."""
    size = _number(data, 4)
    start = data.tell()
    found = data.read(min(size, MAX_RESOURCE))
    data.seek(start + size)
    return found


def _resources(section: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the numbers and the data of image resources."""
    place = 0
    for _ in range(MAX_RESOURCES):
        if place + 12 > len(section):
            return
        number, name_size = struct.unpack_from("!HB", section, place + 4)
        place += 6 + (name_size + 2) // 2 * 2
        size = int.from_bytes(section[place : place + 4], "big")
        yield number, section[place + 4 : place + 4 + size]
        place += 4 + (size + 1) // 2 * 2


def _merges_alpha(data: IO[bytes], size: int, is_large: bool) -> bool:
    """Return whether the first channel behind the colors is the transparency of the picture.

    The number of layers is below 0 then. Documents of 16 bits have it in a block of its own.
    """
    if not size:
        return False
    start, wide = data.tell(), 8 if is_large else 4
    layers = _number(data, wide)
    if layers:
        return bool(struct.unpack("!h", data.read(2))[0] < 0)
    data.seek(_number(data, 4), os.SEEK_CUR)  # the mask of all layers
    while data.tell() + 12 <= start + size:
        signature, key = data.read(4), data.read(4)
        if signature not in (b"8BIM", b"8B64"):
            return False
        is_wide = is_large and key in (
            b"LMsk",
            b"Lr16",
            b"Lr32",
            b"Layr",
            b"Mt16",
            b"Mt32",
            b"Mtrn",
        )
        length = _number(data, 8 if is_wide else 4)
        if key in (b"Lr16", b"Layr"):
            return bool(struct.unpack("!h", data.read(2))[0] < 0)
        if key in (b"Mt16", b"Mtrn"):
            return True
        data.seek((length + 3) // 4 * 4, os.SEEK_CUR)
    return False


def _decode(data: IO[bytes], document: Document, name: str) -> Decoded:
    try:
        planes = _planes(data, document, name)
    except InputError:
        raise
    except DAMAGE as error:
        raise InputError(f"{name} is damaged or cut short: some pixels are missing.") from error
    # CIELAB needs no profile.
    told = color_of(ColorTags("PSD", profile=document.profile), name)
    return Decoded(
        rows=partial(_rows, planes),
        channels=partial(_channels, document),
        is_deep=document.depth > 8,
        profile=None if document.mode == LAB else told,
    )


def _planes(data: IO[bytes], document: Document, name: str) -> NDArray[Any]:
    """Return the numbers of the channels that are read, `(channels, h, w)`."""
    data.seek(document.pixels)
    compression = _number(data, 2)
    shape = (document.used, document.height, document.row_bytes)
    if compression == RAW:
        stored = np.frombuffer(data.read(shape[0] * shape[1] * shape[2]), np.uint8).reshape(shape)
    elif compression == PACKED:
        stored = np.empty(shape, np.uint8)
        size = 4 if document.is_large else 2
        table = data.read(size * document.height * document.channels)
        counts = np.frombuffer(table, f">u{size}").reshape(document.channels, document.height)
        for channel in range(document.used):
            total = int(counts[channel].sum(dtype=np.uint64))
            stored[channel] = _unpacked(data.read(total), shape[2], shape[1])
    else:
        raise InputError(f"{name} is compressed in a way that is not read; save it as PNG.")
    if document.depth == 1:
        return np.unpackbits(stored, axis=2, count=document.width) ^ np.uint8(1)
    return stored.view(">u2") if document.depth == 16 else stored


def _unpacked(packed: bytes, width: int, height: int) -> NDArray[np.uint8]:
    """Return bytes that were packed, `(height, width)`; raises `ValueError` if some are missing."""
    with without_pillow_limit():
        image = Image.frombytes("L", (width, height), packed, "packbits", "L")
    return np.asarray(image)


def _rows(planes: NDArray[Any], box: Box) -> NDArray[Any]:
    """Return the part of planes in a box, `(h, w, channels)`."""
    cut = planes[:, box.top : box.bottom, box.left : box.right]
    return np.ascontiguousarray(np.moveaxis(cut, 0, -1))


def _channels(document: Document, native: NDArray[Any]) -> Channels:
    """Return what pixels, `(n, channels)`, mean."""
    numbers: NDArray[Any] = native.astype(np.uint16 if document.depth == 16 else np.uint8)
    count = CHANNELS[document.mode]
    color, alpha = numbers[:, :count], numbers[:, count] if document.has_alpha else None
    if document.mode == BITMAP:
        return Channels("L", color.astype(np.bool_))
    if document.mode == INDEXED:
        index = color[:, 0]
        clear = None
        if document.transparent is not None:
            clear = (index != document.transparent) * np.uint8(255)
        return Channels("RGB", document.colors[index], clear)
    if document.mode == LAB:
        return Channels("RGB", srgb_of_icclab(_icclab(color)), alpha)
    if document.mode == CMYK:  # which is stored as light
        return Channels("CMYK", np.invert(color), alpha)
    mode = "RGB" if document.mode == RGB else "L"
    if alpha is not None:  # Photoshop mixes what is transparent with white
        return Channels(mode, without_background(color, alpha, 1), alpha)
    return Channels(mode, color)


def _icclab(color: NDArray[Any]) -> NDArray[Any]:
    """Return CIELAB as ICC encodes it, in which 16 bits have a lightness of at most 0xFF00."""
    if color.dtype.itemsize == 1:
        return color
    lightness = color[:, :1].astype(np.uint32) * np.uint32(0xFF00) // np.uint32(0xFFFF)
    return np.hstack([lightness.astype(np.uint16), color[:, 1:]])
