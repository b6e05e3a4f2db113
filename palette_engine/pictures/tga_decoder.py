"""TGA decoder: indexed, gray and RGB, with and without alpha and run-length encoding.

Not Pillow's plug-in, which reads no TGA of less than 26 bytes with alpha, and takes bits for alpha
that the header does not call so. See docs/decisions.md#kinds-of-picture-files.
"""

from __future__ import annotations

import os
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import DAMAGE, InputError
from palette_engine.pictures import array_decoder, tga_file
from palette_engine.pictures.alpha import without_background
from palette_engine.pictures.channels import Channels
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.pillow_limit import without_pillow_limit
from palette_engine.pictures.tga_file import TgaHeader

__all__ = ["header_of"]

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
"""Pillow's modes with so many bytes a pixel, in which it decodes without a change."""

USEFUL, MULTIPLIED = 3, 4
"""Attributes types of alpha that counts, and of alpha that is multiplied into the colors."""

ATTRIBUTES = 494
"""Where the attributes type is in the extension area."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a TGA; `data` must stay open until it is decoded."""
    data.seek(0)
    header = tga_file.header_of(data.read(tga_file.HEADER))
    if header is None:
        return None
    memory = header.bytes
    if header.is_compressed:  # packets, Pillow's image, and its bytes twice, as it joins them
        memory = header.bytes + 1 + (4 if header.bytes > 1 else 1) + 2 * header.bytes
    memory *= header.width * header.height
    decode = partial(_decode, data, header, name)
    return Header(header.width, header.height, decode, memory)


def _decode(data: IO[bytes], header: TgaHeader, name: str) -> Decoded:
    try:
        attributes = _attributes_of(data)
        stored = _stored(data, header)
        colors = _colors_of(data, header)
    except DAMAGE as error:
        raise InputError(f"{name} is damaged or cut short: some pixels are missing.") from error
    upright = stored if header.is_top_down else stored[::-1]
    shown = upright[:, ::-1] if header.is_mirrored else upright
    has_alpha = header.alpha_bits > 0 if attributes is None else attributes >= USEFUL
    if header.kind == tga_file.INDEXED:
        if int(stored.max()) - header.first >= len(colors) or int(stored.min()) < header.first:
            raise InputError(f"{name} is damaged: a pixel has a color that the map lacks.")
        has_alpha = has_alpha or (attributes is None and header.map_bits == 32)
    # If no pixel has any alpha, its writer did not mean any.
    pixels = colors if header.kind == tga_file.INDEXED else stored.reshape(-1, header.bytes)
    has_alpha = has_alpha and _has_any_alpha(pixels)
    return Decoded(
        rows=partial(array_decoder.rows_of, shown),
        channels=partial(_channels, header, colors, has_alpha, attributes == MULTIPLIED),
        is_deep=False,
    )


def _stored(data: IO[bytes], header: TgaHeader) -> NDArray[np.uint8]:
    """Return the bytes of all pixels, `(h, w, bytes)`, in the order of the file."""
    size = (header.width, header.height)
    data.seek(header.pixels)
    if header.is_compressed:
        mode = MODES[header.bytes]
        # A packet of one pixel has a byte more.
        packed = data.read(size[0] * size[1] * (header.bytes + 1))
        with without_pillow_limit():
            # As one row, since packets may cross the ends of rows.
            row = (size[0] * size[1], 1)
            image = Image.frombytes(mode, row, packed, "tga_rle", mode, 1, header.bytes * 8)
        return np.asarray(image).reshape(header.height, header.width, header.bytes)
    numbers = np.frombuffer(data.read(size[0] * size[1] * header.bytes), np.uint8)
    return numbers.reshape(header.height, header.width, header.bytes)


def _colors_of(data: IO[bytes], header: TgaHeader) -> NDArray[np.uint8]:
    """Return the bytes of the colors of the map, `(colors, bytes)`."""
    size = (header.map_bits + 7) // 8
    data.seek(header.map_start)
    found = np.frombuffer(data.read(header.colors * size), np.uint8)
    return found.reshape(header.colors, size)


def _attributes_of(data: IO[bytes]) -> int | None:
    """Return what the extension area says of alpha, None if the file has none."""
    end = data.seek(0, os.SEEK_END)
    data.seek(max(0, end - tga_file.FOOTER))
    footer = data.read()
    extension = int.from_bytes(footer[:4], "little")
    if not footer.endswith(tga_file.SIGNATURE) or not extension:
        return None
    data.seek(extension + ATTRIBUTES)
    found = data.read(1)
    return found[0] if found and extension + ATTRIBUTES < end - tga_file.FOOTER else None


def _has_any_alpha(pixels: NDArray[np.uint8]) -> bool:
    """Return whether any pixel, `(n, bytes)`, is not fully transparent."""
    size = pixels.shape[1]
    if size == 2:
        return bool(pixels[:, 1].any())
    return size == 4 and bool(pixels[:, 3].any())


def _channels(
    header: TgaHeader,
    colors: NDArray[np.uint8],
    has_alpha: bool,
    is_multiplied: bool,
    native: NDArray[Any],
) -> Channels:
    """Return what the bytes of pixels, `(n, bytes)`, mean."""
    if header.kind == tga_file.INDEXED:
        pixels = colors[native[:, 0].astype(np.intp) - header.first]
        mode, color, alpha = _color_of(pixels)
    elif header.kind == tga_file.GRAY:
        mode, color = "L", native[:, :1]
        alpha = native[:, 1] if header.bytes == 2 else None
    else:
        mode, color, alpha = _color_of(native)
    if alpha is None or not has_alpha:
        return Channels(mode, color)
    if is_multiplied:
        return Channels(mode, without_background(color, alpha, 0), alpha)
    return Channels(mode, color, alpha)


def _color_of(
    pixels: NDArray[np.uint8],
) -> tuple[str, NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Return mode, color and alpha of pixels, `(n, 2 to 4)`; two bytes have 5 bits a channel."""
    if pixels.shape[1] > 2:
        alpha = pixels[:, 3] if pixels.shape[1] == 4 else None
        return "RGB", pixels[:, 2::-1], alpha
    numbers = pixels[:, 0] + pixels[:, 1].astype(np.uint16) * np.uint16(256)
    fields = [numbers >> np.uint16(shift) & np.uint16(31) for shift in (10, 5, 0)]
    levels = (np.stack(fields, axis=1) * np.uint16(255) + np.uint16(15)) // np.uint16(31)
    alpha = (numbers >> np.uint16(15)).astype(np.uint8) * np.uint8(255)
    return "RGB", levels.astype(np.uint8), alpha
